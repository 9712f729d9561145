//! Ink of one colour on a transparent sheet.

/// A point in pixels from the top left corner.
pub(super) type Point = (f64, f64);

/// Samples along each side of a pixel.
const FINE: u32 = 4;

/// How much ink lies on each pixel.
pub(super) struct Canvas {
    width: u32,
    height: u32,
    /// From 0, nothing, to 1.
    ink: Vec<f32>,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let ink = vec![0.0; width as usize * height as usize];
        Self { width, height, ink }
    }

    /// A round spot, its edge soft.
    pub(super) fn spot(&mut self, (x, y): Point, radius: f64) {
        let reach = radius + 1.0;
        for row in self.range(y - reach, y + reach, self.height) {
            for column in self.range(x - reach, x + reach, self.width) {
                let off = (f64::from(column) + 0.5 - x).hypot(f64::from(row) + 0.5 - y);
                self.add(column, row, (radius - off + 0.5).clamp(0.0, 1.0));
            }
        }
    }

    /// What closed lines enclose, by the rule of nonzero winding.
    pub(super) fn fill(&mut self, outlines: &[Vec<Point>]) {
        let points = || outlines.iter().flatten();
        let (top, bottom) = points().fold((f64::MAX, f64::MIN), |(low, high), &(_, y)| {
            (low.min(y), high.max(y))
        });
        let part = 1.0 / f64::from(FINE * FINE);
        for row in self.range(top, bottom, self.height) {
            let mut covered = vec![0.0; self.width as usize];
            for fine in 0..FINE {
                let y = f64::from(row) + (f64::from(fine) + 0.5) / f64::from(FINE);
                for (from, to) in spans(outlines, y) {
                    let sample = |x: f64| (x * f64::from(FINE)).round().max(0.0) as usize;
                    for at in sample(from)..sample(to) {
                        if let Some(value) = covered.get_mut(at / FINE as usize) {
                            *value += part;
                        }
                    }
                }
            }
            for (column, value) in (0..self.width).zip(covered) {
                self.add(column, row, value);
            }
        }
    }

    /// A PNG file in this colour; `dots` are the pixels in a metre.
    pub(super) fn png(&self, colour: [u8; 3], dots: u32) -> Result<Vec<u8>, png::EncodingError> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, self.width, self.height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: dots,
            yppu: dots,
            unit: png::Unit::Meter,
        }));
        let [r, g, b] = colour;
        let pixels = self
            .ink
            .iter()
            .flat_map(|ink| [r, g, b, (ink * 255.0).round() as u8]);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&pixels.collect::<Vec<u8>>())?;
        writer.finish()?;
        Ok(out)
    }

    fn add(&mut self, column: u32, row: u32, value: f64) {
        let at = row as usize * self.width as usize + column as usize;
        if let Some(ink) = self.ink.get_mut(at) {
            *ink = ink.max(value as f32);
        }
    }

    fn range(&self, from: f64, to: f64, limit: u32) -> std::ops::Range<u32> {
        (from.floor().max(0.0) as u32)..(to.ceil().max(0.0) as u32).min(limit)
    }
}

/// Where a line across lies inside.
fn spans(outlines: &[Vec<Point>], y: f64) -> Vec<(f64, f64)> {
    let mut crossings: Vec<(f64, i32)> = Vec::new();
    for outline in outlines {
        let next = outline.iter().cycle().skip(1);
        for (&(x0, y0), &(x1, y1)) in outline.iter().zip(next) {
            if (y0 <= y) != (y1 <= y) {
                let x = x0 + (y - y0) / (y1 - y0) * (x1 - x0);
                crossings.push((x, if y1 > y0 { 1 } else { -1 }));
            }
        }
    }
    crossings.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut spans = Vec::new();
    let mut winding = 0;
    let mut start = 0.0;
    for (x, turn) in crossings {
        if winding == 0 {
            start = x;
        }
        winding += turn;
        if winding == 0 {
            spans.push((start, x));
        }
    }
    spans
}
