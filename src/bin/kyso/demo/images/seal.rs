//! The round seal of a province that is not on any map: rings, a star, and its name around it.

use std::f64::consts::{PI, TAU};

use ttf_parser::{Face, OutlineBuilder};

use super::canvas::{Canvas, Point};

static BOLD: &[u8] = include_bytes!("../../../../../assets/fonts/LiberationSerif-Bold.ttf");

/// 36 mm at 300 dots an inch.
const SIZE: u32 = 425;
const RED: [u8; 3] = [205, 24, 32];
const MIDDLE: f64 = SIZE as f64 / 2.0;

/// The PNG file. `None` where the bundled font cannot be read.
pub(super) fn png(dots: u32) -> Option<Result<Vec<u8>, png::EncodingError>> {
    let face = Face::parse(BOLD, 0).ok()?;
    let mut canvas = Canvas::new(SIZE, SIZE);
    ring(&mut canvas, 211.0, 204.5);
    ring(&mut canvas, 199.5, 197.0);
    ring(&mut canvas, 128.0, 125.0);
    canvas.fill(&[star(78.0)]);
    around(
        &mut canvas,
        &face,
        "ỦY BAN NHÂN DÂN",
        146.0,
        34.0,
        Side::Top,
    );
    around(
        &mut canvas,
        &face,
        "TỈNH AN BÌNH",
        180.0,
        34.0,
        Side::Bottom,
    );
    for angle in [PI - 0.26, 0.26] {
        let (sin, cos) = angle.sin_cos();
        canvas.spot((MIDDLE + 163.0 * cos, MIDDLE + 163.0 * sin), 6.0);
    }
    Some(canvas.png(RED, dots))
}

/// What lies between two circles around the middle.
fn ring(canvas: &mut Canvas, outer: f64, inner: f64) {
    let circle = |radius: f64, turn: f64| -> Vec<Point> {
        (0..720)
            .map(|step| {
                let (sin, cos) = (f64::from(step) * turn * TAU / 720.0).sin_cos();
                (MIDDLE + radius * cos, MIDDLE + radius * sin)
            })
            .collect()
    };
    canvas.fill(&[circle(outer, 1.0), circle(inner, -1.0)]);
}

/// Five points, one of them at the top.
fn star(radius: f64) -> Vec<Point> {
    // The inner corners of a pentagram.
    let inner = radius * (PI / 10.0).sin() / (3.0 * PI / 10.0).sin();
    (0..10)
        .map(|corner| {
            let reach = if corner % 2 == 0 { radius } else { inner };
            let (sin, cos) = (f64::from(corner) * PI / 5.0 - PI / 2.0).sin_cos();
            (MIDDLE + reach * cos, MIDDLE + reach * sin)
        })
        .collect()
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    /// Feet towards the middle.
    Top,
    /// Heads towards the middle.
    Bottom,
}

/// A line of text with its baseline on a circle, in the middle of its side.
fn around(canvas: &mut Canvas, face: &Face<'_>, text: &str, radius: f64, size: f64, side: Side) {
    let scale = size / f64::from(face.units_per_em());
    // Some air between letters, which the arc takes away at their feet or heads.
    let advance = |letter: char| {
        let glyph = face.glyph_index(letter).unwrap_or_default();
        f64::from(face.glyph_hor_advance(glyph).unwrap_or_default()) * scale * 1.08
    };
    let total: f64 = text.chars().map(advance).sum();
    let mut gone = -total / 2.0;
    for letter in text.chars() {
        let width = advance(letter);
        let angle = (gone + width / 2.0) / radius;
        gone += width;
        let mut outline = Outline::default();
        if let Some(glyph) = face.glyph_index(letter) {
            face.outline_glyph(glyph, &mut outline);
        }
        let (sin, cos) = match side {
            Side::Top => angle.sin_cos(),
            Side::Bottom => (-angle).sin_cos(),
        };
        let foot = match side {
            Side::Top => (MIDDLE + radius * sin, MIDDLE - radius * cos),
            Side::Bottom => (MIDDLE - radius * sin, MIDDLE + radius * cos),
        };
        let turned = |&(x, y): &Point| {
            let (x, y) = (x * scale - width / 2.16, -y * scale);
            (foot.0 + x * cos - y * sin, foot.1 + x * sin + y * cos)
        };
        let contours = outline
            .done
            .iter()
            .map(|contour| contour.iter().map(turned).collect());
        canvas.fill(&contours.collect::<Vec<_>>());
    }
}

/// A glyph's outlines as lines.
#[derive(Default)]
struct Outline {
    done: Vec<Vec<Point>>,
    at: Point,
}

impl Outline {
    fn push(&mut self, point: Point) {
        self.at = point;
        if let Some(contour) = self.done.last_mut() {
            contour.push(point);
        }
    }
}

impl OutlineBuilder for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.done.push(Vec::new());
        self.push((x.into(), y.into()));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.push((x.into(), y.into()));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (from, control, to) = (
            self.at,
            (f64::from(x1), f64::from(y1)),
            (f64::from(x), f64::from(y)),
        );
        for step in 1..=8 {
            let t = f64::from(step) / 8.0;
            let mix = |a: f64, b: f64, c: f64| {
                (1.0 - t) * (1.0 - t) * a + 2.0 * t * (1.0 - t) * b + t * t * c
            };
            self.push((mix(from.0, control.0, to.0), mix(from.1, control.1, to.1)));
        }
    }

    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, x: f32, y: f32) {
        // TrueType has no cubic curves.
        self.line_to(x, y);
    }

    fn close(&mut self) {}
}
