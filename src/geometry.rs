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

/// The visible part of a page and how it is turned for display: a page as a reader sees it is upright, in points, from its bottom left
/// corner; and the way back to user space.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PageGeometry {
    /// The crop box within the media box, in default user space.
    pub(crate) visible: Rect,
    /// Degrees clockwise: 0, 90, 180 or 270.
    pub(crate) rotation: u16,
    /// Points in a unit of user space (ISO 32000-2 table 31, /UserUnit).
    pub(crate) unit: Points,
}

impl PageGeometry {
    /// Width and height of what is seen.
    pub(crate) fn size(&self) -> (Points, Points) {
        let (width, height) = (self.visible.width(), self.visible.height());
        match self.rotation {
            90 | 270 => (height * self.unit, width * self.unit),
            _ => (width * self.unit, height * self.unit),
        }
    }

    /// What is seen at a place, in user space.
    pub(crate) fn in_user_space(&self, seen: &Rect) -> Rect {
        let (width, height) = (self.visible.width(), self.visible.height());
        let corner = |x: Points, y: Points| {
            let (x, y) = (x / self.unit, y / self.unit);
            let (x, y) = match self.rotation {
                90 => (width - y, x),
                180 => (width - x, height - y),
                270 => (y, height - x),
                _ => (x, y),
            };
            (self.visible.left + x, self.visible.bottom + y)
        };
        let (x0, y0) = corner(seen.left, seen.bottom);
        let (x1, y1) = corner(seen.right, seen.top);
        Rect::from_corners(x0, y0, x1, y1)
    }

    /// Where a point of user space is seen: in points from the bottom left corner of the upright page.
    pub(crate) fn seen(&self, x: Points, y: Points) -> (Points, Points) {
        let (x, y) = (x - self.visible.left, y - self.visible.bottom);
        let (width, height) = (self.visible.width(), self.visible.height());
        let (x, y) = match self.rotation {
            90 => (y, width - x),
            180 => (width - x, height - y),
            270 => (height - y, x),
            _ => (x, y),
        };
        (x * self.unit, y * self.unit)
    }

    /// Where a box of user space is seen.
    pub(crate) fn as_seen(&self, user: &Rect) -> Rect {
        let (x0, y0) = self.seen(user.left, user.bottom);
        let (x1, y1) = self.seen(user.right, user.top);
        Rect::from_corners(x0, y0, x1, y1)
    }

    /// The box moved into what is seen, and made smaller where it is larger than that.
    pub(crate) fn kept_inside(&self, seen: &Rect) -> Rect {
        let (width, height) = self.size();
        let moved = |from: Points, to: Points, limit: Points| {
            let length = (to - from).min(limit);
            let from = from.clamp(0.0, limit - length);
            (from, from + length)
        };
        let (left, right) = moved(seen.left, seen.right, width);
        let (bottom, top) = moved(seen.bottom, seen.top, height);
        Rect {
            left,
            bottom,
            right,
            top,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rect: (f64, f64, f64, f64), rotation: u16, unit: f64) -> PageGeometry {
        PageGeometry {
            visible: Rect::from_corners(rect.0, rect.1, rect.2, rect.3),
            rotation,
            unit,
        }
    }

    fn near(one: &Rect, other: &Rect) -> bool {
        let pairs = [
            (one.left, other.left),
            (one.bottom, other.bottom),
            (one.right, other.right),
            (one.top, other.top),
        ];
        pairs.iter().all(|(a, b)| (a - b).abs() < 1e-9)
    }

    #[test]
    fn turned_pages_keep_the_box_where_the_reader_sees_it() {
        // Shown turned by 90 degrees, the top left of what is seen is the bottom left in user space.
        let turned = page((0.0, 0.0, 842.0, 595.0), 90, 1.0);
        let corner = Rect::from_corners(0.0, 832.0, 20.0, 842.0);
        let user = turned.in_user_space(&corner);
        assert!(
            near(&user, &Rect::from_corners(0.0, 0.0, 10.0, 20.0)),
            "{user:?}"
        );
    }

    #[test]
    fn there_and_back() {
        let seen = Rect::from_corners(10.0, 20.0, 60.0, 35.0);
        for rotation in [0, 90, 180, 270] {
            for unit in [1.0, 2.5] {
                let page = page((-7.0, 30.0, 300.0, 800.0), rotation, unit);
                let user = page.in_user_space(&seen);
                assert!(near(&page.as_seen(&user), &seen), "{rotation} {unit}");
                let turned = matches!(rotation, 90 | 270);
                let width = if turned { user.height() } else { user.width() };
                assert!((width * unit - 50.0).abs() < 1e-9, "points stay points");
            }
        }
    }

    #[test]
    fn a_box_beyond_the_edge_is_moved_in() {
        let page = page((0.0, 0.0, 100.0, 200.0), 0, 1.0);
        let moved = page.kept_inside(&Rect::from_corners(-5.0, 150.0, 15.0, 250.0));
        assert!(
            near(&moved, &Rect::from_corners(0.0, 100.0, 20.0, 200.0)),
            "{moved:?}"
        );
        let large = page.kept_inside(&Rect::from_corners(-5.0, 0.0, 150.0, 10.0));
        assert!(
            near(&large, &Rect::from_corners(0.0, 0.0, 100.0, 10.0)),
            "{large:?}"
        );
    }

    #[test]
    fn the_corner_of_user_space_is_seen_where_the_page_is_turned_to() {
        // The bottom left corner (ISO 32000-1 table 30: clockwise), in points.
        for (rotation, corner) in [
            (0, (0.0, 0.0)),
            (90, (0.0, 200.0)),
            (180, (200.0, 400.0)),
            (270, (400.0, 0.0)),
        ] {
            let page = page((10.0, 20.0, 110.0, 220.0), rotation, 2.0);
            assert_eq!(page.seen(10.0, 20.0), corner, "{rotation}");
        }
    }
}
