//! Lengths and rectangles of a page, in the units of PDF user space.

/// Points: 1/72 inch where the page's UserUnit is 1.
pub type Points = f64;

/// Points in one millimetre.
pub(crate) const POINTS_PER_MM: Points = 72.0 / 25.4;

/// A rectangle in default user space: the origin is at the bottom left, `y` grows upwards.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a rectangle is these four numbers"
)]
pub struct Rect {
    /// Left edge.
    pub left: Points,
    /// Bottom edge.
    pub bottom: Points,
    /// Right edge.
    pub right: Points,
    /// Top edge.
    pub top: Points,
}

impl Rect {
    /// From two opposite corners in any order.
    #[must_use]
    pub fn from_corners(x0: Points, y0: Points, x1: Points, y1: Points) -> Self {
        Self {
            left: x0.min(x1),
            bottom: y0.min(y1),
            right: x0.max(x1),
            top: y0.max(y1),
        }
    }

    /// Width, never negative.
    #[must_use]
    pub fn width(&self) -> Points {
        self.right - self.left
    }

    /// Height, never negative.
    #[must_use]
    pub fn height(&self) -> Points {
        self.top - self.bottom
    }
}
