//! Transformation matrices (ISO 32000-1 clause 8.3.3).

use crate::pdf::Object;

/// `[a b c d e f]`: a point is a row `[x y 1]` before the matrix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Matrix(pub(super) [f64; 6]);

pub(super) type Point = (f64, f64);

impl Matrix {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) fn moved(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// First this one, then the other.
    pub(super) fn then(&self, other: &Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [oa, ob, oc, od, oe, of] = other.0;
        Self([
            a * oa + b * oc,
            a * ob + b * od,
            c * oa + d * oc,
            c * ob + d * od,
            e * oa + f * oc + oe,
            e * ob + f * od + of,
        ])
    }

    pub(super) fn point(&self, x: f64, y: f64) -> Point {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// How long a vertical unit becomes.
    pub(super) fn height(&self) -> f64 {
        let [_, _, c, d, _, _] = self.0;
        c.hypot(d)
    }

    pub(super) fn from_object(object: Option<&Object>) -> Option<Self> {
        let numbers = object?.as_array()?.iter().map(Object::as_number);
        let numbers: Option<Vec<f64>> = numbers.collect();
        Some(Self(numbers?.try_into().ok()?))
    }
}
