//! Boxes placed by the text of the page: behind `Số:`, between `ngày`, `tháng`, `năm`, above the signer's name.
//!
//! Real documents differ in layout, so what is printed says better where a signature belongs than measures do. What
//! is not found falls back to the boxes of Decree 30/2020, and a finding says so.

use std::rc::Rc;

use unicode_normalization::UnicodeNormalization;

use super::{Placed, form::page_of};
use crate::{
    error::{Error, ErrorKind, Result},
    geometry::{Points, Rect},
    layout::{self, Look, Shown},
    limits::{MAX_PAGES_BY_NAME, MAX_PAGES_BY_TEXT},
    options::{NearSide, Options},
    pdf::{
        ObjectId,
        incremental::Editor,
        page::{self, Page},
        page_text::{self, Hit, PageText},
    },
    report::{Finding, Role},
    text::rules,
};

/// Pages at the start that may bear number and date: a cover may come first.
const HEAD_PAGES: usize = 2;
/// Between a printed word and what is signed behind it.
const GAP: Points = 2.0;
/// Less room than this between two words is no blank to write into.
const MIN_BLANK: Points = 10.0;
/// No box of the person gets lower than this: it must show something.
const MIN_HEIGHT: Points = 20.0;
/// Sizes of text that number and date can take over from the words beside them.
const SIZES: std::ops::RangeInclusive<Points> = 8.0..=14.0;
/// The part of the size that lies below the middle of a line of text, as appearances set it.
const BELOW: f64 = 0.25;
/// A signature box of the size that government tools make, beside a text.
const NEAR_TEXT: (Points, Points) = (170.0, 30.0);
/// The same for a picture: box 7c.
const NEAR_PICTURE: (Points, Points) = (180.0, 54.0);

/// Takes the slots of a scheme to where the text says. What the text does not say stays.
///
/// # Errors
/// `Io`; `Refused` when the page tree is not sound.
pub(super) fn by_text(
    editor: &Editor,
    options: &Options,
    shown: &Shown<'_>,
    mut placed: Vec<Placed>,
) -> Result<(Vec<Placed>, Vec<Finding>)> {
    let has = |role: Role| placed.iter().any(|one| one.slot.role == role);
    let (by_head, by_name) = (has(Role::Number), has(Role::Person));
    let mut missing = Vec::new();
    let mut texts = Texts::default();
    if by_head {
        let head = Head::read(editor, &mut texts)?;
        if head.number.is_none() {
            missing.push("Số:".to_owned());
        }
        if head.date.is_none() {
            missing.push("ngày … tháng … năm".to_owned());
        }
        for one in &mut placed {
            head.place(one);
        }
    }
    if by_name {
        let name = options.signer_name.as_deref().unwrap_or(shown.person);
        match person(editor, name, &mut texts)? {
            Some((page, hit)) => above_name(&mut placed, &page, &hit, shown)?,
            None => missing.push(name.to_owned()),
        }
    }
    let mut findings = Vec::new();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        findings.push(Finding::new(&rules::sign::PLACED_BY_BOX).with(missing));
    }
    Ok((placed, findings))
}

/// The page and the box beside the text that `near` names.
///
/// # Errors
/// `Argument` when the text is not there, or not so often; `Refused`, `Io`.
pub(super) fn near(
    editor: &Editor,
    options: &Options,
    text: &str,
    look: &Look,
) -> Result<(Page, Rect)> {
    let pages = match options.page {
        Some(number) => vec![page_of(editor, number)?],
        None => page::some(editor, false, MAX_PAGES_BY_TEXT)?,
    };
    let searched = match options.page {
        Some(number) => number.to_string(),
        None if pages.len() == 1 => "1".to_owned(),
        None => format!("1-{}", pages.len()),
    };
    let nth = options.nth.unwrap_or(1);
    let wanted = nth.unsigned_abs() as usize;
    let (mut hits, mut silent) = (Vec::new(), Vec::new());
    for (number, page) in (1_i32..).zip(&pages) {
        let read = page_text::read(editor, page)?;
        if !read.has_text() {
            silent.push(options.page.unwrap_or(number).to_string());
        }
        hits.extend(read.find(text).into_iter().map(|hit| (page.clone(), hit)));
        // From the front, later pages do not matter.
        if nth > 0 && hits.len() >= wanted {
            break;
        }
    }
    let count = hits.len();
    let found = match wanted.checked_sub(1) {
        Some(at) if nth > 0 => hits.into_iter().nth(at),
        Some(at) => hits.into_iter().rev().nth(at),
        None => None,
    };
    if let Some((page, hit)) = found {
        let rect = beside(&page, &hit, options, look)?;
        return Ok((page, rect));
    }
    let argument = |rule| {
        Error::new(ErrorKind::Argument, rule)
            .with(text)
            .with(&searched)
    };
    Err(if count > 0 {
        argument(&rules::sign::TEXT_NOT_SO_OFTEN)
            .with(count)
            .with(nth)
    } else if silent.len() == pages.len() {
        argument(&rules::sign::PAGES_WITHOUT_TEXT)
    } else if silent.is_empty() {
        argument(&rules::sign::TEXT_NOT_FOUND)
    } else {
        argument(&rules::sign::TEXT_NOT_FOUND_SCANNED).with(silent.join(", "))
    })
}

/// A box of the wanted size at the wanted side of a text, moved into the page.
fn beside(page: &Page, hit: &Hit, options: &Options, look: &Look) -> Result<Rect> {
    let fits = |length: &f64| (1.0..=14_400.0).contains(length);
    let (width, height) = match options.near_size {
        Some([width, height]) if fits(&width) && fits(&height) => (width, height),
        Some([width, height]) => {
            return Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_VALUE)
                .with("--near-size")
                .with(format!("{width},{height}")));
        }
        None if matches!(look, Look::Line(_)) => NEAR_TEXT,
        None => NEAR_PICTURE,
    };
    let (x, y) = (
        hit.rect.left.midpoint(hit.rect.right),
        hit.baseline + BELOW * hit.size,
    );
    let gap = GAP.max(0.2 * hit.size);
    let (left, bottom) = match options.near_side {
        NearSide::Right => (hit.rect.right + gap, y - height / 2.0),
        NearSide::Left => (hit.rect.left - gap - width, y - height / 2.0),
        NearSide::Above => (x - width / 2.0, hit.rect.top + gap),
        NearSide::Below => (x - width / 2.0, hit.rect.bottom - gap - height),
    };
    let rect = Rect {
        left,
        bottom,
        right: left + width,
        top: bottom + height,
    };
    let geometry = &page.geometry;
    Ok(geometry.in_user_space(&geometry.kept_inside(&rect)))
}

/// Pages that were read: the first one is often the last one, too.
#[derive(Default)]
struct Texts(Vec<(ObjectId, Rc<PageText>)>);

impl Texts {
    fn of(&mut self, editor: &Editor, page: &Page) -> Result<Rc<PageText>> {
        if let Some((_, text)) = self.0.iter().find(|(id, _)| *id == page.id) {
            return Ok(text.clone());
        }
        let text = Rc::new(page_text::read(editor, page)?);
        if self.0.len() < HEAD_PAGES {
            self.0.push((page.id, text.clone()));
        }
        Ok(text)
    }
}

/// Where the head of a document has its number and its date.
struct Head {
    number: Option<(Page, Hit)>,
    date: Option<(Page, [Hit; 3])>,
}

impl Head {
    /// The first `Số:` from the top; the date on its line, else the first one with blanks.
    fn read(editor: &Editor, texts: &mut Texts) -> Result<Self> {
        let mut head = Self {
            number: None,
            date: None,
        };
        for page in page::some(editor, false, HEAD_PAGES)? {
            let text = texts.of(editor, &page)?;
            if head.number.is_none() {
                let hit = text.find("Số:").into_iter().next();
                head.number = hit.map(|hit| (page.clone(), hit));
            }
            if head.date.is_none() {
                let line = head.number.as_ref().map(|(_, hit)| hit);
                head.date = date(&text, line).map(|hits| (page.clone(), hits));
            }
            if head.number.is_some() && head.date.is_some() {
                break;
            }
        }
        Ok(head)
    }

    fn place(&self, placed: &mut Placed) {
        let (page, word) = match (placed.slot.role, &self.number, &self.date) {
            (Role::Number, Some((page, hit)), _) => (page, hit),
            (Role::Day, _, Some((page, [day, ..]))) => (page, day),
            (Role::Month, _, Some((page, [_, month, _]))) => (page, month),
            (Role::Year, _, Some((page, [.., year]))) => (page, year),
            _ => return,
        };
        let Look::Line(line) = &mut placed.slot.look else {
            return;
        };
        let was = placed.page.geometry.as_seen(&placed.slot.rect);
        let size = word.size.clamp(*SIZES.start(), *SIZES.end());
        let scale = size / line.size;
        let (width, height) = (was.width() * scale, was.height() * scale);
        line.size = size;
        let left = word.rect.right + GAP;
        let mut right = left + width;
        if let Some((start, printed)) = &word.after
            && start - GAP - left >= MIN_BLANK
        {
            // Day and month fill their blank; number and year only keep clear of what follows.
            let end = start - GAP;
            let fills = matches!(placed.slot.role, Role::Day | Role::Month);
            right = if fills { end } else { right.min(end) };
            if placed.slot.role == Role::Number {
                without_printed(&mut line.text, printed);
            }
        }
        let bottom = word.baseline - ((height - size) / 2.0 + BELOW * size);
        let seen = Rect {
            left,
            bottom,
            right,
            top: bottom + height,
        };
        placed.slot.rect = page.geometry.in_user_space(&seen);
        placed.page = page.clone();
    }
}

/// Takes off what the form prints already: `12/QĐ-UBND` before a printed `/QĐ-UBND` is `12`.
fn without_printed(number: &mut String, printed: &str) {
    // As the look's own text: composed, and with the letter Đ, not the eth that looks like it.
    let printed: String = printed.nfc().collect::<String>().replace('\u{d0}', "Đ");
    if let Some(rest) = number.strip_suffix(&printed)
        && printed.starts_with(['/', '-'])
        && !rest.is_empty()
    {
        *number = rest.to_owned();
    }
}

/// `ngày`, `tháng`, `năm` of one line, in this order: the one that shares its line with the number, else the first
/// with room between the words.
fn date(text: &PageText, number: Option<&Hit>) -> Option<[Hit; 3]> {
    let (months, years) = (text.find("tháng"), text.find("năm"));
    let next = |after: &Hit, of: &[Hit]| {
        let mut beside = of.iter().filter(|hit| {
            (hit.baseline - after.baseline).abs() < 0.3 * after.size
                && hit.rect.left > after.rect.right
        });
        beside.next().cloned()
    };
    let has_blank = |before: &Hit, after: &Hit| {
        let next = before.after.as_ref().map(|(start, _)| *start);
        next.is_some_and(|start| (start - after.rect.left).abs() < 1.0)
            && after.rect.left - before.rect.right > MIN_BLANK
    };
    let mut blank = None;
    for day in text.find("ngày") {
        let Some(month) = next(&day, &months) else {
            continue;
        };
        let Some(year) = next(&month, &years) else {
            continue;
        };
        let beside_number = number.is_some_and(|number| {
            (number.baseline - day.baseline).abs() < number.size
                && number.rect.right < day.rect.left
        });
        if beside_number {
            return Some([day, month, year]);
        }
        if blank.is_none() && has_blank(&day, &month) && has_blank(&month, &year) {
            blank = Some([day, month, year]);
        }
    }
    blank
}

/// The printed name of the signer: the last one that stands alone, on the last page that has one. The name in a
/// certificate may have a title before it (`Chủ tịch Nguyễn Văn An`), so words are left out from its start, down
/// to two.
fn person(editor: &Editor, name: &str, texts: &mut Texts) -> Result<Option<(Page, Hit)>> {
    let words: Vec<&str> = name.split_whitespace().collect();
    let most = words.len().saturating_sub(2);
    let names: Vec<String> = (0..=most)
        .filter_map(|skipped| words.get(skipped..).map(|words| words.join(" ")))
        .filter(|name| !name.is_empty())
        .collect();
    for page in page::some(editor, true, MAX_PAGES_BY_NAME)? {
        let text = texts.of(editor, &page)?;
        for name in &names {
            if let Some(hit) = text.find(name).into_iter().rfind(Hit::stands_alone) {
                return Ok(Some((page, hit)));
            }
        }
    }
    Ok(None)
}

/// The person's box between position and name, in the middle of the name; the organisation's keeps its place beside it.
fn above_name(placed: &mut [Placed], page: &Page, hit: &Hit, shown: &Shown<'_>) -> Result<()> {
    let geometry = &page.geometry;
    let person = layout::slot(Role::Person, geometry, shown, None)?;
    let organisation = layout::slot(Role::Organisation, geometry, shown, Some(&person.rect))?;
    let was = geometry.as_seen(&person.rect);
    let room = hit
        .above
        .map_or(f64::INFINITY, |above| above - hit.rect.top);
    let lies_between = was.bottom >= hit.rect.top
        && was.bottom <= hit.rect.top + was.height()
        && hit.above.is_none_or(|above| was.top <= above);
    let (bottom, top) = if lies_between {
        (was.bottom, was.top)
    } else {
        let height = was.height().min(room.max(MIN_HEIGHT));
        let slack = (room - height).clamp(0.0, height);
        let bottom = hit.rect.top + slack / 2.0;
        (bottom, bottom + height)
    };
    let middle = hit.rect.left.midpoint(hit.rect.right);
    let now = geometry.kept_inside(&Rect {
        left: middle - was.width() / 2.0,
        bottom,
        right: middle + was.width() / 2.0,
        top,
    });
    let (x, y) = (
        now.left.midpoint(now.right) - was.left.midpoint(was.right),
        now.bottom.midpoint(now.top) - was.bottom.midpoint(was.top),
    );
    let beside = geometry.as_seen(&organisation.rect);
    let beside = geometry.kept_inside(&Rect {
        left: beside.left + x,
        bottom: beside.bottom + y,
        right: beside.right + x,
        top: beside.top + y,
    });
    for one in placed {
        let seen = match one.slot.role {
            Role::Person => &now,
            Role::Organisation => &beside,
            _ => continue,
        };
        one.slot.rect = geometry.in_user_space(seen);
        one.page = page.clone();
    }
    Ok(())
}
