//! Where the signature of each role stands and what it shows, by Decree 30/2020, annex I.

use std::sync::Arc;

use super::{
    assets::Assets,
    boxes::{
        COVERED, DAY, LINE_HEIGHT, LINE_LEFT, LINE_RIGHT, LINE_SIZE, LINE_TOP, MONTH, NUMBER,
        NUMBER_SIZE, ORGANISATION, PERSON, SEAL_MM, SEAL_RANGE_MM, YEAR, scaled,
    },
    fonts::Face,
    look::Look,
};
use crate::{
    error::Result,
    geometry::{POINTS_PER_MM, PageGeometry, Points, Rect},
    options::Scheme,
    pdf::{appearance::Align, picture::Picture},
    report::Role,
};

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
#[derive(Clone, Debug)]
pub(crate) struct Shown<'a> {
    pub(crate) person: &'a str,
    pub(crate) organisation: &'a str,
    /// Number and notation, `12/QĐ-UBND`.
    pub(crate) number: &'a str,
    /// Year, month, day.
    pub(crate) date: (i32, u8, u8),
    /// The time of signing in Viet Nam, as the lines on copies and appendices have it.
    pub(crate) signed: &'a str,
    /// The form of a copy: `SAO Y`, `SAO LỤC`, `TRÍCH SAO`.
    pub(crate) copy: &'a str,
    /// The larger of the seal's width and height, where it is given.
    pub(crate) seal_mm: Option<f64>,
    pub(crate) assets: &'a Assets,
}

/// The signatures of a scheme in the order in which they are made: the person first, the organisation last
/// (Decree 30/2020, art. 32.2d). It also lies above the person's image then.
///
/// # Errors
/// `Unsupported` when a font cannot be read.
pub(crate) fn plan(
    scheme: Scheme,
    first: &PageGeometry,
    last: &PageGeometry,
    shown: &Shown<'_>,
) -> Result<Vec<Slot>> {
    let person = slot(Role::Person, last, shown, None)?;
    let organisation = slot(Role::Organisation, last, shown, Some(&person.rect))?;
    let mut slots = vec![person];
    if scheme == Scheme::Circular01 {
        for role in [Role::Number, Role::Day, Role::Month, Role::Year] {
            slots.push(slot(role, first, shown, None)?);
        }
    }
    slots.push(organisation);
    Ok(slots)
}

/// The page on which a role signs.
pub(crate) fn page_of(role: Role) -> PagePlace {
    match role {
        Role::Person | Role::Organisation => PagePlace::Last,
        _ => PagePlace::First,
    }
}

/// One role on a page. The seal goes over the box of the `person`, which is where the annex has it if it is not given.
///
/// # Errors
/// `Unsupported` when a font cannot be read.
pub(crate) fn slot(
    role: Role,
    page: &PageGeometry,
    shown: &Shown<'_>,
    person: Option<&Rect>,
) -> Result<Slot> {
    let (seen, look) = match role {
        Role::Number => (scaled(page, &NUMBER), number(shown.number)),
        Role::Day => (
            scaled(page, &DAY),
            date_part(&format!("{:02}", shown.date.2)),
        ),
        Role::Month => (
            scaled(page, &MONTH),
            date_part(&format!("{:02}", shown.date.1)),
        ),
        Role::Year => (
            scaled(page, &YEAR),
            date_part(&format!("{:04}", shown.date.0)),
        ),
        Role::Organisation => organisation(page, shown, person),
        Role::Appendix | Role::Copy | Role::Incoming => {
            top_right(page, &line(role, shown), shown.assets)?
        }
        Role::Person | Role::Unknown => signer(page, shown),
    };
    Ok(Slot {
        role,
        field_name: field_name(role),
        page: page_of(role),
        rect: page.in_user_space(&seen),
        look,
    })
}

/// Box 3 (annex I, part II.3.b): upright.
fn number(text: &str) -> Look {
    Look::line(text, Face::Upright, NUMBER_SIZE, Align::Left)
}

/// Box 4 (annex I, part II.4.b): italic.
fn date_part(text: &str) -> Look {
    Look::line(text, Face::Italic, NUMBER_SIZE, Align::Centre)
}

/// Box 7c (annex I, part II.7.d): the image between position and name, or the name.
fn signer(page: &PageGeometry, shown: &Shown<'_>) -> (Rect, Look) {
    let area = scaled(page, &PERSON);
    match &shown.assets.person {
        Some(picture) => (fitted(picture, &area), Look::Picture(picture.clone())),
        None => (area, Look::name(shown.person)),
    }
}

/// Box 8 (annex I, part II.8.a): the seal over a third of the person's image at its left, or the name.
fn organisation(page: &PageGeometry, shown: &Shown<'_>, person: Option<&Rect>) -> (Rect, Look) {
    let Some(seal) = &shown.assets.seal else {
        return (scaled(page, &ORGANISATION), Look::name(shown.organisation));
    };
    let person = person.map_or_else(|| signer(page, shown).0, |user| page.as_seen(user));
    let (width, height) = seal_size(seal, shown.seal_mm);
    let right = person.left + person.width() * COVERED;
    let middle = person.bottom.midpoint(person.top);
    let rect = Rect {
        left: right - width,
        bottom: middle - height / 2.0,
        right,
        top: middle + height / 2.0,
    };
    (page.kept_inside(&rect), Look::Picture(seal.clone()))
}

/// Width and height of the seal: as given, as its file says, or the usual.
fn seal_size(seal: &Picture, given: Option<f64>) -> (Points, Points) {
    let of_larger = |mm: f64| {
        let aspect = seal.aspect();
        if aspect >= 1.0 {
            (mm, mm / aspect)
        } else {
            (mm * aspect, mm)
        }
    };
    let told = seal
        .millimetres()
        .filter(|(w, h)| SEAL_RANGE_MM.contains(&w.max(*h)));
    let (width, height) = match (given, told) {
        (Some(mm), _) => of_larger(mm),
        (None, Some(told)) => told,
        (None, None) => of_larger(SEAL_MM),
    };
    (width * POINTS_PER_MM, height * POINTS_PER_MM)
}

/// The picture as large as it fits into an area, in its middle.
fn fitted(picture: &Arc<Picture>, area: &Rect) -> Rect {
    let width = area.width().min(area.height() * picture.aspect());
    let height = width / picture.aspect();
    let (x, y) = (
        area.left.midpoint(area.right),
        area.bottom.midpoint(area.top),
    );
    Rect {
        left: x - width / 2.0,
        bottom: y - height / 2.0,
        right: x + width / 2.0,
        top: y + height / 2.0,
    }
}

/// The line of annex III: forms 1.3 and 2.2 for what is attached, 3.2 for copies. A digitised incoming document bears
/// the organisation's name and the time (Circular 05/2025/TT-BNV, art. 8).
fn line(role: Role, shown: &Shown<'_>) -> String {
    match role {
        Role::Appendix => format!("Số: {}; {}", shown.number, shown.signed),
        Role::Copy => format!("{}; {}; {}", shown.copy, shown.organisation, shown.signed),
        _ => format!("{}; {}", shown.organisation, shown.signed),
    }
}

/// Box 14: above the content frame, up to the right margin, as wide as its text.
fn top_right(page: &PageGeometry, text: &str, assets: &Assets) -> Result<(Rect, Look)> {
    let look = Look::line(text, Face::Upright, LINE_SIZE, Align::Right);
    let (width, height) = page.size();
    let used = match &look {
        Look::Line(line) => assets
            .fonts
            .subset(line.face, &line.text)?
            .width(&line.text, LINE_SIZE),
        Look::Picture(_) => 0.0,
    };
    // Pages smaller than the margins keep half of themselves.
    let right = (width - LINE_RIGHT).max(width / 2.0);
    let rect = Rect {
        left: (right - used - 1.0).max(LINE_LEFT.min(right / 2.0)),
        bottom: height - LINE_TOP - LINE_HEIGHT,
        right,
        top: height - LINE_TOP,
    };
    Ok((page.kept_inside(&rect), look))
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

#[cfg(test)]
mod tests;
