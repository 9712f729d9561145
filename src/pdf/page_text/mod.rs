//! The text of a page and where it stands, to place boxes beside it.
//!
//! What the page needs to show its text is copied into a small file of its own ([`excerpt`]), which another
//! library interprets ([`glyphs`]). So encrypted and repaired files work as others do, and neither the size of the
//! document nor its pictures matter. Lines are made of what was found ([`lines`]) and searched ([`search`]).

mod excerpt;
mod glyphs;
mod lines;
mod search;

#[cfg(test)]
mod tests;

use super::{incremental::Editor, page::Page};
use crate::{
    error::Result,
    geometry::{Points, Rect},
};

/// The upright text of a page. Lengths are those of the page as it is seen ([`Page::seen`]).
#[derive(Clone, Debug, Default)]
pub(crate) struct PageText {
    lines: Vec<lines::Line>,
    /// Whether anything on the page is text, upright or not.
    has_text: bool,
}

/// A text that was found on a page.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Hit {
    /// From the descenders to the tops of capitals with marks.
    pub(crate) rect: Rect,
    pub(crate) baseline: Points,
    /// The size of its letters.
    pub(crate) size: Points,
    /// Where other text ends before it on its line. Rows of dots count as blank here and below.
    pub(crate) before: Option<Points>,
    /// Where other text starts behind it on its line, and what that says.
    pub(crate) after: Option<(Points, String)>,
    /// The lower edge of the next text above that shares some of its width.
    pub(crate) above: Option<Points>,
    /// Whether it is written just as the text that was looked for, capitals included.
    pub(crate) is_exact: bool,
}

impl Hit {
    /// Whether nothing stands close to it on its line: no further words of a sentence.
    pub(crate) fn stands_alone(&self) -> bool {
        let room = self.size * lines::ALONE;
        self.before.is_none_or(|end| end + room < self.rect.left)
            && self
                .after
                .as_ref()
                .is_none_or(|(start, _)| self.rect.right + room < *start)
    }
}

impl PageText {
    /// Whether the page has any text; a picture of a page has none.
    pub(crate) fn has_text(&self) -> bool {
        self.has_text
    }

    /// Where a text stands, from top to bottom and from left to right. White space, how letters and marks are
    /// encoded, the two signs for Đ, and the two ways to set a tone (`hoà`, `hòa`) make no difference. Where it
    /// is not written just so, capitals make no difference either. A hit lies on one line.
    pub(crate) fn find(&self, text: &str) -> Vec<Hit> {
        search::find(&self.lines, text)
    }
}

/// Reads the text of a page. A page that cannot be interpreted has none.
///
/// # Errors
/// `Io`.
pub(crate) fn read(editor: &Editor, page: &Page) -> Result<PageText> {
    let Some(excerpt) = excerpt::of_page(editor, page)? else {
        return Ok(PageText::default());
    };
    let glyphs = glyphs::shown_by(excerpt);
    Ok(PageText {
        has_text: !glyphs.is_empty(),
        lines: lines::from_glyphs(page, glyphs),
    })
}
