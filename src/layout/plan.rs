//! The boxes of Decree 30/2020, annex I, part I: 3 number, 4 place and date, 7c person, 8 organisation.

use super::look::{Face, Line, Look};
use crate::{
    geometry::{Points, Rect},
    options::Scheme,
    pdf::appearance::Align,
    report::Role,
};

/// A4 in points.
pub(crate) const A4: (Points, Points) = (595.28, 841.89);

/// The visible part of a page and how it is turned for display.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PageGeometry {
    /// The crop box within the media box, in default user space.
    pub(crate) visible: Rect,
    /// Degrees clockwise: 0, 90, 180 or 270.
    pub(crate) rotation: u16,
}

/// The page that a box stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PagePlace {
    First,
    Last,
}

/// One signature of a scheme.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Slot {
    pub(crate) role: Role,
    /// Without a suffix for a second one.
    pub(crate) field_name: &'static str,
    pub(crate) page: PagePlace,
    /// In default user space of its page.
    pub(crate) rect: Rect,
    pub(crate) look: Look,
}

/// What the boxes show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts<'a> {
    pub(crate) person: &'a str,
    pub(crate) organisation: &'a str,
    /// Number and notation, `12/QĐ-UBND`.
    pub(crate) number: &'a str,
    /// Year, month, day.
    pub(crate) date: (i32, u8, u8),
}

/// A box on an A4 page seen upright, from its bottom left corner.
const fn on_a4(left: Points, bottom: Points, width: Points, height: Points) -> Rect {
    Rect {
        left,
        bottom,
        right: left + width,
        top: bottom + height,
    }
}

/// Size of number and date (annex I, part II.3 and II.4: 13, and 13 to 14).
pub(crate) const NUMBER_SIZE: Points = 13.0;

/// Box 3, behind "Số:".
pub(crate) const NUMBER: Rect = on_a4(148.0, 727.5, 102.0, 15.0);
/// Box 4, behind "ngày".
pub(crate) const DAY: Rect = on_a4(406.0, 727.5, 16.0, 15.0);
/// Box 4, behind "tháng".
pub(crate) const MONTH: Rect = on_a4(458.0, 727.5, 16.0, 15.0);
/// Box 4, behind "năm".
pub(crate) const YEAR: Rect = on_a4(503.0, 727.5, 28.0, 15.0);
/// Box 7c, between position and name of the signer.
pub(crate) const PERSON: Rect = on_a4(330.0, 160.0, 180.0, 54.0);
/// Box 8: over a third of box 7c, at its left (art. 33.1b); lower, so that two lines of text stay legible.
pub(crate) const ORGANISATION: Rect = on_a4(220.0, 140.0, 170.0, 54.0);

/// The signatures of a scheme in the order in which they are made: the person first, the organisation last
/// (Decree 30/2020, art. 32.2d).
pub(crate) fn plan(
    scheme: Scheme,
    first: &PageGeometry,
    last: &PageGeometry,
    texts: &Texts<'_>,
) -> Vec<Slot> {
    let (year, month, day) = texts.date;
    let slot = |role, page, a4: &Rect, look| {
        let geometry = match page {
            PagePlace::First => first,
            PagePlace::Last => last,
        };
        Slot {
            role,
            field_name: field_name(role),
            page,
            rect: geometry.place(a4),
            look,
        }
    };
    let person = slot(
        Role::Person,
        PagePlace::Last,
        &PERSON,
        Look::name(texts.person),
    );
    let organisation = slot(
        Role::Organisation,
        PagePlace::Last,
        &ORGANISATION,
        Look::name(texts.organisation),
    );
    let date = |role, a4, text| slot(role, PagePlace::First, a4, date_part(text));
    match scheme {
        Scheme::Circular01 => vec![
            person,
            slot(
                Role::Number,
                PagePlace::First,
                &NUMBER,
                Look::Line(Line {
                    text: texts.number.to_owned(),
                    face: Face::Upright,
                    size: NUMBER_SIZE,
                    align: Align::Left,
                }),
            ),
            date(Role::Day, &DAY, format!("{day:02}")),
            date(Role::Month, &MONTH, format!("{month:02}")),
            date(Role::Year, &YEAR, format!("{year:04}")),
            organisation,
        ],
        Scheme::Decree30 => vec![person, organisation],
    }
}

/// A part of the date: italic by annex I, part II.4.b.
fn date_part(text: String) -> Look {
    Look::Line(Line {
        text,
        face: Face::Italic,
        size: NUMBER_SIZE,
        align: Align::Centre,
    })
}

/// The field name of a role, as the contract fixes it.
pub(crate) fn field_name(role: Role) -> &'static str {
    match role {
        Role::Person => "NguoiKy",
        Role::Organisation => "CoQuan",
        Role::Number => "So",
        Role::Day => "Ngay",
        Role::Month => "Thang",
        Role::Year => "Nam",
        Role::Appendix => "PhuLuc",
        Role::Copy => "BanSao",
        Role::Incoming => "VanBanDen",
        Role::Unknown => "ChuKy",
    }
}

impl PageGeometry {
    /// A box of an upright A4 page, scaled to this page and turned into its user space.
    pub(crate) fn place(&self, a4: &Rect) -> Rect {
        let turned = matches!(self.rotation, 90 | 270);
        let (width, height) = (self.visible.width(), self.visible.height());
        let (seen_width, seen_height) = if turned {
            (height, width)
        } else {
            (width, height)
        };
        let (x, y) = (seen_width / A4.0, seen_height / A4.1);
        let corner = |seen_x: Points, seen_y: Points| {
            let (ux, uy) = match self.rotation {
                90 => (width - seen_y, seen_x),
                180 => (width - seen_x, height - seen_y),
                270 => (seen_y, height - seen_x),
                _ => (seen_x, seen_y),
            };
            (self.visible.left + ux, self.visible.bottom + uy)
        };
        let (x0, y0) = corner(a4.left * x, a4.bottom * y);
        let (x1, y1) = corner(a4.right * x, a4.top * y);
        Rect::from_corners(x0, y0, x1, y1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: Texts<'_> = Texts {
        person: "Nguyễn Văn A",
        organisation: "UBND",
        number: "12/QĐ-UBND",
        date: (2026, 3, 5),
    };

    fn page(rect: (f64, f64, f64, f64), rotation: u16) -> PageGeometry {
        PageGeometry {
            visible: Rect::from_corners(rect.0, rect.1, rect.2, rect.3),
            rotation,
        }
    }

    #[test]
    fn six_in_the_order_of_signing_and_two() {
        let a4 = page((0.0, 0.0, A4.0, A4.1), 0);
        let six = plan(Scheme::Circular01, &a4, &a4, &TEXTS);
        let names: Vec<_> = six
            .iter()
            .map(|s| match &s.look {
                Look::Line(line) => (s.field_name, line.text.as_str()),
            })
            .collect();
        assert_eq!(
            names,
            [
                ("NguoiKy", "Nguyễn Văn A"),
                ("So", "12/QĐ-UBND"),
                ("Ngay", "05"),
                ("Thang", "03"),
                ("Nam", "2026"),
                ("CoQuan", "UBND")
            ]
        );
        let two = plan(Scheme::Decree30, &a4, &a4, &TEXTS);
        assert_eq!(
            two.iter().map(|s| s.role).collect::<Vec<_>>(),
            [Role::Person, Role::Organisation]
        );
    }

    #[test]
    fn the_seal_covers_a_third_of_the_signature_at_its_left() {
        let (seal, signature) = (ORGANISATION, PERSON);
        let covered = (seal.right - signature.left) / signature.width();
        assert!((covered - 1.0 / 3.0).abs() < 0.01, "{covered}");
        assert!(seal.left < signature.left, "at its left");
    }

    #[test]
    fn boxes_lie_inside_pages_of_every_size_and_turn() {
        for rotation in [0, 90, 180, 270] {
            for rect in [
                (0.0, 0.0, 612.0, 792.0),
                (-100.0, 50.0, 0.0, 200.0),
                (10.0, 10.0, 2000.0, 400.0),
            ] {
                let page = page(rect, rotation);
                for slot in plan(Scheme::Circular01, &page, &page, &TEXTS) {
                    let (inner, outer) = (slot.rect, page.visible);
                    assert!(
                        inner.left >= outer.left && inner.right <= outer.right,
                        "{inner:?}"
                    );
                    assert!(
                        inner.bottom >= outer.bottom && inner.top <= outer.top,
                        "{inner:?}"
                    );
                    assert!(inner.width() > 0.0 && inner.height() > 0.0);
                }
            }
        }
    }

    #[test]
    fn turned_pages_keep_the_box_where_the_reader_sees_it() {
        // Shown turned by 90 degrees, the top left of what is seen is the bottom left in user space.
        let turned = page((0.0, 0.0, A4.1, A4.0), 90).place(&on_a4(0.0, A4.1 - 10.0, 20.0, 10.0));
        assert!(turned.left.abs() < 1e-9 && turned.bottom.abs() < 1e-9);
        assert!((turned.right - 10.0).abs() < 1e-9 && (turned.top - 20.0).abs() < 1e-9);
    }
}
