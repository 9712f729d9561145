//! The boxes of Decree 30/2020, annex I, part I, on an A4 page seen upright: 3 number, 4 place and date, 7c person,
//! 8 organisation, 14 the organisation on copies. The decree draws them without measures; these are in points.

use crate::geometry::{POINTS_PER_MM, PageGeometry, Points, Rect};

/// A4 in points.
pub(crate) const A4: (Points, Points) = (595.28, 841.89);

/// Size of number and date (annex I, part II.3.b: 13; II.4.b: 13 to 14).
pub(crate) const NUMBER_SIZE: Points = 13.0;

/// Size of the line on copies and appendices (annex I, part II.8.b and III.1.d; part II, I.4).
pub(crate) const LINE_SIZE: Points = 10.0;

/// The diameter of the usual round seal of a state body; a file's own resolution or the setting `seal-size-mm` says
/// otherwise (annex I, part II.8.a: as large as the real seal).
pub(crate) const SEAL_MM: f64 = 36.0;

/// Sizes that a seal can have. What a file says beyond is the default of the program that wrote it, not a measure.
pub(crate) const SEAL_RANGE_MM: std::ops::RangeInclusive<f64> = 20.0..=60.0;

/// The part of the person's image that the seal covers, at its left (art. 33.1b).
pub(crate) const COVERED: f64 = 1.0 / 3.0;

/// A box from its bottom left corner.
const fn on_a4(left: Points, bottom: Points, width: Points, height: Points) -> Rect {
    Rect {
        left,
        bottom,
        right: left + width,
        top: bottom + height,
    }
}

/// A box of an A4 page, scaled to a page as it is seen.
pub(crate) fn scaled(page: &PageGeometry, a4: &Rect) -> Rect {
    let (width, height) = page.size();
    let (x, y) = (width / A4.0, height / A4.1);
    Rect {
        left: a4.left * x,
        bottom: a4.bottom * y,
        right: a4.right * x,
        top: a4.top * y,
    }
}

/// Box 3, behind "Số:".
pub(crate) const NUMBER: Rect = on_a4(148.0, 727.5, 102.0, 15.0);
/// Box 4, behind "ngày".
pub(crate) const DAY: Rect = on_a4(406.0, 727.5, 16.0, 15.0);
/// Box 4, behind "tháng".
pub(crate) const MONTH: Rect = on_a4(455.6, 727.5, 16.0, 15.0);
/// Box 4, behind "năm".
pub(crate) const YEAR: Rect = on_a4(498.0, 727.5, 28.0, 15.0);
/// Box 7c, between position and name of the signer.
pub(crate) const PERSON: Rect = on_a4(330.0, 186.0, 180.0, 54.0);
/// Box 8 for a name instead of the seal: over a third of box 7c, lower, so that two lines of text stay legible.
pub(crate) const ORGANISATION: Rect = on_a4(220.0, 166.0, 170.0, 54.0);

/// Box 14, above the content frame: the right margin is 15 mm, the top margin 20 mm or more (annex I, part I.1).
pub(crate) const LINE_RIGHT: Points = 15.0 * POINTS_PER_MM;
/// From the upper edge of the page to that of the line.
pub(crate) const LINE_TOP: Points = 11.0 * POINTS_PER_MM;
/// The left margin, which the line may reach.
pub(crate) const LINE_LEFT: Points = 30.0 * POINTS_PER_MM;
/// Height of the line's box: room for capitals with two marks.
pub(crate) const LINE_HEIGHT: Points = 14.0;
