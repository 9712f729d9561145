//! Appearances of widgets (ISO 32000-1 clause 12.5.5): a form XObject with one line of text or one picture.

use super::{
    font::{Subset, compressed},
    object::{Dictionary, Object, ObjectId, Stream, StreamData},
    picture, write,
};
use crate::geometry::{Points, Rect};

/// What a document bears in its appearances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rendition {
    /// PDF/A-1 (ISO 19005-1): no transparency (clause 6.4), so that pictures are cut out along a hard edge; subsets of
    /// fonts list their glyphs (clause 6.3.5).
    pub(crate) pdf_a1: bool,
    /// Colours by CIE 1931 instead of the device's: PDF/A without an output intent (clause 6.2.3).
    pub(crate) calibrated: bool,
}

/// How a line stands in its box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// A line of text, and the font that it is set in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text<'a> {
    pub(crate) subset: &'a Subset,
    pub(crate) font: ObjectId,
    pub(crate) text: &'a str,
    /// The largest size.
    pub(crate) size: Points,
    pub(crate) align: Align,
}

/// Where a form goes: a widget's rectangle, on a page that is shown turned by `rotation` degrees (a multiple of 90,
/// clockwise). What is drawn stands upright for the reader.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) rect: Rect,
    pub(crate) rotation: u16,
    pub(crate) rendition: Rendition,
}

/// One line of text.
pub(crate) fn line(line: &Text<'_>, frame: &Frame) -> Stream {
    let (width, height) = frame.size();
    let (subset, text) = (line.subset, line.text);
    let size = text_size(subset, text, line.size, width, height);
    let slack = (width - subset.width(text, size)).max(0.0);
    let x = match line.align {
        Align::Left => 0.0,
        Align::Centre => slack / 2.0,
        Align::Right => slack,
    };
    // The baseline stands so that capitals and descenders are centred together.
    let y = (height - size) / 2.0 + size * 0.25;

    let mut content = Vec::new();
    let mut resources = Dictionary::default();
    if frame.rendition.calibrated {
        content.extend_from_slice(b"/C cs 0 sc ");
        let mut spaces = Dictionary::default();
        spaces.set("C", picture::gray(frame.rendition));
        resources.set("ColorSpace", spaces);
    }
    content.extend_from_slice(format!("BT /F {size:.2} Tf {x:.2} {y:.2} Td ").as_bytes());
    write::object(&mut content, &Object::String(subset.encode(text)));
    content.extend_from_slice(b" Tj ET");
    let mut fonts = Dictionary::default();
    fonts.set("F", line.font);
    resources.set("Font", fonts);
    frame.form(resources, &content)
}

/// Shows nothing. PDF/A-1 wants an appearance of every field, seen or not (ISO 19005-1 clause 6.9).
pub(crate) fn empty() -> Stream {
    let mut form = Dictionary::default();
    form.set("Type", Object::name("XObject"));
    form.set("Subtype", Object::name("Form"));
    form.set("BBox", numbers(&[0.0; 4]));
    form.set("Resources", Dictionary::default());
    Stream {
        dictionary: form,
        data: StreamData::Memory(Vec::new()),
    }
}

/// A picture as large as it fits, in the middle. `aspect` is its width by its height.
pub(crate) fn image(image: ObjectId, aspect: f64, frame: &Frame) -> Stream {
    let (width, height) = frame.size();
    let used = width.min(height * aspect);
    let (across, up) = (used, used / aspect);
    let (x, y) = ((width - across) / 2.0, (height - up) / 2.0);
    let content = format!("{across:.3} 0 0 {up:.3} {x:.3} {y:.3} cm /I Do");
    let mut images = Dictionary::default();
    images.set("I", image);
    let mut resources = Dictionary::default();
    resources.set("XObject", images);
    frame.form(resources, content.as_bytes())
}

impl Frame {
    /// Width and height as the reader sees them.
    fn size(&self) -> (Points, Points) {
        match self.rotation {
            90 | 270 => (self.rect.height(), self.rect.width()),
            _ => (self.rect.width(), self.rect.height()),
        }
    }

    /// The form XObject (ISO 32000-1 table 95).
    fn form(&self, resources: Dictionary, content: &[u8]) -> Stream {
        let (width, height) = self.size();
        let mut form = Dictionary::default();
        form.set("Type", Object::name("XObject"));
        form.set("Subtype", Object::name("Form"));
        form.set("BBox", numbers(&[0.0, 0.0, width, height]));
        if let Some(matrix) = upright(self.rotation) {
            form.set("Matrix", matrix);
        }
        form.set("Resources", resources);
        compressed(form, content)
    }
}

/// Numbers with at most two places, whole ones as integers.
pub(crate) fn numbers(values: &[Points]) -> Object {
    let rounded = values.iter().map(|value| (value * 100.0).round() / 100.0);
    rounded.map(number).collect::<Vec<_>>().into()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "checked to be whole and below 2^31"
)]
fn number(value: Points) -> Object {
    if value.fract() == 0.0 && value.abs() < 2_147_483_648.0 {
        Object::Integer(value as i64)
    } else {
        Object::Real(value)
    }
}

/// The largest size at which the line fits its box.
fn text_size(
    subset: &Subset,
    text: &str,
    largest: Points,
    width: Points,
    height: Points,
) -> Points {
    let unit = subset.width(text, 1.0);
    let by_width = if unit > 0.0 { width / unit } else { largest };
    // Vietnamese capitals with two marks need 1.15 of the size.
    let fitting = largest.min(by_width).min(height / 1.15).max(0.1);
    // Rounded down, so that what is written with two places still fits.
    (fitting * 100.0).floor() / 100.0
}

/// The matrix that turns a form against the page; the annotation's rectangle does the rest (algorithm 8).
fn upright(rotation: u16) -> Option<Object> {
    let [a, b, c, d] = match rotation {
        90 => [0, 1, -1, 0],
        180 => [-1, 0, 0, -1],
        270 => [0, -1, 1, 0],
        _ => return None,
    };
    Some([a, b, c, d, 0, 0].map(Object::Integer).to_vec().into())
}

#[cfg(test)]
mod tests {
    use super::{super::font::SERIF, *};

    #[test]
    fn text_fits_its_box() {
        let text = "ỦY BAN NHÂN DÂN TỈNH THỪA THIÊN HUẾ";
        let subset = Subset::new(SERIF, text.chars()).unwrap();
        for (width, height) in [(40.0, 15.0), (400.0, 15.0), (400.0, 8.0)] {
            let size = text_size(&subset, text, 13.0, width, height);
            assert!(
                subset.width(text, size) <= width && size * 1.15 <= height,
                "{size}"
            );
            assert!(size <= 13.0);
        }
    }

    #[test]
    fn numbers_are_short() {
        let mut out = Vec::new();
        write::object(&mut out, &numbers(&[1.0, 2.345_678, -0.5]));
        assert_eq!(out, b"[1 2.35 -0.5]");
    }

    #[test]
    fn a_turned_page_turns_the_form() {
        let subset = Subset::new(SERIF, "A".chars()).unwrap();
        let font = ObjectId {
            number: 9,
            generation: 0,
        };
        let rect = Rect::from_corners(10.0, 10.0, 20.0, 110.0);
        let text = Text {
            subset: &subset,
            font,
            text: "A",
            size: 13.0,
            align: Align::Left,
        };
        let frame = Frame {
            rect,
            rotation: 90,
            rendition: Rendition::default(),
        };
        let form = line(&text, &frame);
        assert_eq!(
            form.dictionary.get("BBox"),
            Some(&numbers(&[0.0, 0.0, 100.0, 10.0]))
        );
        assert!(form.dictionary.get("Matrix").is_some());
    }
}
