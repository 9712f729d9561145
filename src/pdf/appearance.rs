//! Appearances of widgets (ISO 32000-1 clause 12.5.5): a form XObject with one line of text.

use super::{
    font::{Subset, compressed},
    object::{Dictionary, Object, ObjectId, Stream},
    write,
};
use crate::geometry::{Points, Rect};

/// No text is set larger than the body text of a document (Decree 30/2020, annex I).
pub(crate) const MAX_TEXT_SIZE: Points = 13.0;

/// How a line stands in its box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
}

/// One line of text, upright for a reader of a page that is shown turned by `rotation` degrees
/// (a multiple of 90, clockwise). `rect` is the widget's, in default user space.
pub(crate) fn line(
    subset: &Subset,
    font: ObjectId,
    text: &str,
    rect: &Rect,
    rotation: u16,
    align: Align,
) -> Stream {
    let (width, height) = match rotation {
        90 | 270 => (rect.height(), rect.width()),
        _ => (rect.width(), rect.height()),
    };
    let size = text_size(subset, text, width, height);
    let used = subset.width(text, size);
    let x = match align {
        Align::Left => 0.0,
        Align::Centre => ((width - used) / 2.0).max(0.0),
    };
    // The baseline stands so that capitals and descenders are centred together.
    let y = (height - size) / 2.0 + size * 0.25;

    let mut content = Vec::new();
    content.extend_from_slice(format!("q BT /F {size:.2} Tf {x:.2} {y:.2} Td ").as_bytes());
    write::object(&mut content, &Object::String(subset.encode(text)));
    content.extend_from_slice(b" Tj ET Q");

    let mut fonts = Dictionary::default();
    fonts.set("F", font);
    let mut resources = Dictionary::default();
    resources.set("Font", fonts);
    let mut form = Dictionary::default();
    form.set("Type", Object::name("XObject"));
    form.set("Subtype", Object::name("Form"));
    form.set("BBox", numbers(&[0.0, 0.0, width, height]));
    if let Some(matrix) = upright(rotation) {
        form.set("Matrix", matrix);
    }
    form.set("Resources", resources);
    compressed(form, &content)
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
fn text_size(subset: &Subset, text: &str, width: Points, height: Points) -> Points {
    let unit = subset.width(text, 1.0);
    let by_width = if unit > 0.0 {
        width / unit
    } else {
        MAX_TEXT_SIZE
    };
    // Vietnamese capitals with two marks need 1.15 of the size.
    let fitting = MAX_TEXT_SIZE.min(by_width).min(height / 1.15).max(0.1);
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
            let size = text_size(&subset, text, width, height);
            assert!(
                subset.width(text, size) <= width && size * 1.15 <= height,
                "{size}"
            );
            assert!(size <= MAX_TEXT_SIZE);
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
        let form = line(&subset, font, "A", &rect, 90, Align::Left);
        assert_eq!(
            form.dictionary.get("BBox"),
            Some(&numbers(&[0.0, 0.0, 100.0, 10.0]))
        );
        assert!(form.dictionary.get("Matrix").is_some());
    }
}
