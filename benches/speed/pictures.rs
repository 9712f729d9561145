//! Images as an office has them: a signature in blue strokes and a red round seal, on transparent ground.

use crate::measure::Outcome;

const WIDTH: u32 = 600;
const HEIGHT: u32 = 300;
const SEAL: u32 = 420;

/// The person's signature.
pub(crate) fn person() -> Outcome<Vec<u8>> {
    png(WIDTH, HEIGHT, [20, 40, 160], |x, y| {
        let wave = (x / 40.0).sin() * 60.0 + (x / 13.0).cos() * 25.0 + 150.0;
        (wave - y).abs() < 4.0
    })
}

/// The organisation's seal.
pub(crate) fn seal() -> Outcome<Vec<u8>> {
    let middle = f64::from(SEAL) / 2.0;
    png(SEAL, SEAL, [200, 20, 30], move |x, y| {
        let radius = (x - middle).hypot(y - middle);
        let rays = ((y - middle).atan2(x - middle) * 20.0).sin() > 0.6;
        (195.0..205.0).contains(&radius)
            || (120.0..125.0).contains(&radius)
            || (radius < 100.0 && rays)
    })
}

fn png(
    width: u32,
    height: u32,
    ink: [u8; 3],
    is_ink: impl Fn(f64, f64) -> bool,
) -> Outcome<Vec<u8>> {
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let alpha = if is_ink(f64::from(x), f64::from(y)) {
                255
            } else {
                0
            };
            pixels.extend([ink[0], ink[1], ink[2], alpha]);
        }
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(file)
}
