//! A signature that nobody has: strokes of a pen.

use super::canvas::{Canvas, Point};

/// Width and height in pixels: 46 by 17 mm.
const SIZE: (u32, u32) = (544, 200);
const BLUE: [u8; 3] = [22, 52, 148];

/// Points that the pen goes through, stroke by stroke, with the pressure on it.
const STROKES: [&[(f64, f64, f64)]; 4] = [
    // A tall first letter with a loop, and the name running off in waves.
    &[
        (46.0, 128.0, 1.4),
        (28.0, 142.0, 2.0),
        (34.0, 160.0, 2.6),
        (62.0, 138.0, 2.4),
        (96.0, 70.0, 2.0),
        (118.0, 22.0, 1.8),
        (124.0, 20.0, 2.4),
        (120.0, 60.0, 3.4),
        (116.0, 132.0, 3.2),
        (122.0, 148.0, 2.4),
        (142.0, 110.0, 1.8),
        (174.0, 40.0, 1.6),
        (196.0, 14.0, 2.0),
        (200.0, 28.0, 3.0),
        (184.0, 92.0, 3.4),
        (178.0, 138.0, 3.0),
        (192.0, 140.0, 2.0),
        (214.0, 112.0, 1.8),
        (228.0, 104.0, 2.4),
        (226.0, 126.0, 2.8),
        (236.0, 138.0, 2.2),
        (254.0, 116.0, 1.8),
        (264.0, 106.0, 2.2),
        (262.0, 128.0, 2.8),
        (274.0, 136.0, 2.0),
        (292.0, 112.0, 1.6),
        (304.0, 108.0, 2.2),
        (304.0, 130.0, 2.4),
        (322.0, 128.0, 1.8),
        (346.0, 116.0, 1.4),
    ],
    // The second letter: up, down, and on.
    &[
        (352.0, 150.0, 1.8),
        (378.0, 84.0, 2.2),
        (404.0, 30.0, 2.0),
        (410.0, 34.0, 3.0),
        (412.0, 92.0, 3.4),
        (420.0, 142.0, 2.8),
        (436.0, 128.0, 2.0),
        (448.0, 110.0, 2.2),
        (450.0, 130.0, 2.6),
        (464.0, 120.0, 2.0),
        (476.0, 112.0, 2.4),
        (480.0, 134.0, 2.2),
        (506.0, 122.0, 1.2),
    ],
    // Its bar.
    &[(372.0, 106.0, 1.6), (398.0, 98.0, 2.2), (430.0, 92.0, 1.4)],
    // The flourish below: back to the left and out again.
    &[
        (520.0, 128.0, 1.0),
        (470.0, 158.0, 1.6),
        (360.0, 176.0, 2.2),
        (210.0, 180.0, 2.4),
        (110.0, 172.0, 1.8),
        (92.0, 164.0, 1.6),
        (130.0, 158.0, 1.8),
        (280.0, 160.0, 2.0),
        (420.0, 152.0, 1.4),
        (530.0, 136.0, 0.8),
    ],
];

/// The PNG file.
pub(super) fn png(dots: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut canvas = Canvas::new(SIZE.0, SIZE.1);
    for stroke in STROKES {
        for (point, pressure) in smooth(stroke) {
            canvas.spot(point, pressure);
        }
    }
    canvas.png(BLUE, dots)
}

/// A curve through the points (Catmull and Rom), in steps of less than a pixel.
fn smooth(points: &[(f64, f64, f64)]) -> Vec<(Point, f64)> {
    const STEPS: u32 = 120;
    let last = points.len() - 1;
    let mut curve = Vec::new();
    for at in 0..last {
        let around = [at.saturating_sub(1), at, at + 1, (at + 2).min(last)].map(|i| points[i]);
        for step in 0..STEPS {
            let t = f64::from(step) / f64::from(STEPS);
            let along = |of: fn(&(f64, f64, f64)) -> f64| {
                let [a, b, c, d] = around.each_ref().map(of);
                0.5 * (2.0 * b
                    + (c - a) * t
                    + (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t
                    + (3.0 * b - a - 3.0 * c + d) * t * t * t)
            };
            curve.push(((along(|p| p.0), along(|p| p.1)), along(|p| p.2).max(0.6)));
        }
    }
    curve
}
