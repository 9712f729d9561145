//! Glyphs to lines of upright text.

use super::glyphs::Glyph;
use crate::{
    geometry::{Points, Rect},
    pdf::page::Page,
};

/// In sizes of the letters: less than this between two of them is kerning, more is a space. A space of Times New
/// Roman has 0.25; poppler draws the line here, too.
const SPACE: f64 = 0.1;
/// So much before or behind a text makes it stand alone: more than two spaces.
pub(super) const ALONE: f64 = 0.8;
/// How far glyphs of one run may stand back (marks, kerning) or apart.
const BACK: f64 = 0.6;
const APART: f64 = 1.0;
/// How far baselines of one line may differ.
const UNEVEN: f64 = 0.3;
/// From the baseline to the lowest descender and to the top of capitals with marks, as Times New Roman has them.
const DESCENT: f64 = 0.22;
const ASCENT: f64 = 0.9;
/// Sizes below this are no text for readers.
const MIN_SIZE: Points = 0.5;

/// What stands on one baseline, from left to right.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) pieces: Vec<Piece>,
}

/// What one glyph stands for.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) left: Points,
    pub(super) right: Points,
    pub(super) baseline: Points,
    pub(super) size: Points,
    /// Whether a space stands between the one before and this one.
    pub(super) spaced: bool,
}

impl Piece {
    pub(super) fn rect(&self) -> Rect {
        Rect {
            left: self.left,
            bottom: self.baseline - DESCENT * self.size,
            right: self.right,
            top: self.baseline + ASCENT * self.size,
        }
    }

    /// Whether it is part of a row of dots that waits to be written on.
    pub(super) fn is_filler(&self) -> bool {
        self.text
            .chars()
            .all(|c| matches!(c, '.' | '…' | '‥' | '․' | '_' | '·'))
    }

    fn follows(&self, last: &Self) -> bool {
        let size = last.size.max(self.size);
        (self.baseline - last.baseline).abs() <= UNEVEN * size
            && self.left >= last.right - BACK * size
            && self.left <= last.right + APART * size
    }
}

/// The lines of a page, from top to bottom.
pub(super) fn from_glyphs(page: &Page, glyphs: Vec<Glyph>) -> Vec<Line> {
    let mut runs = runs(glyphs.into_iter().filter_map(|glyph| piece(page, glyph)));
    let key = |run: &[Piece]| run.first().map_or((0.0, 0.0), |p| (p.baseline, p.left));
    runs.sort_by(|a, b| key(b).0.total_cmp(&key(a).0));
    let mut lines: Vec<Vec<Vec<Piece>>> = Vec::new();
    for run in runs {
        let (Some(first), last) = (run.first(), lines.last_mut()) else {
            continue;
        };
        let beside = last.filter(|line| {
            line.first()
                .and_then(|run| run.first())
                .is_some_and(|other| {
                    let size = other.size.min(first.size);
                    (other.baseline - first.baseline).abs() <= UNEVEN * size
                })
        });
        match beside {
            Some(line) => line.push(run),
            None => lines.push(vec![run]),
        }
    }
    let line = |mut runs: Vec<Vec<Piece>>| {
        runs.sort_by(|a, b| key(a).1.total_cmp(&key(b).1));
        let mut pieces: Vec<Piece> = Vec::new();
        for mut piece in runs.into_iter().flatten() {
            if let Some(last) = pieces.last() {
                piece.spaced |= piece.left > last.right + SPACE * piece.size;
            }
            pieces.push(piece);
        }
        Line { pieces }
    };
    lines.into_iter().map(line).collect()
}

/// Pieces in the order of the contents, cut where one does not follow the other. White space is left out.
fn runs(pieces: impl Iterator<Item = Piece>) -> Vec<Vec<Piece>> {
    let mut runs: Vec<Vec<Piece>> = Vec::new();
    let mut spaced = false;
    for mut piece in pieces {
        if piece.text.chars().all(char::is_whitespace) && !piece.text.is_empty() {
            spaced = true;
            continue;
        }
        piece.spaced = spaced;
        spaced = false;
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| piece.follows(last)) => run.push(piece),
            _ => runs.push(vec![piece]),
        }
    }
    runs
}

/// The glyph as it is seen on the page; `None` for text that is not upright.
fn piece(page: &Page, glyph: Glyph) -> Option<Piece> {
    let (left, baseline) = page.geometry.seen(glyph.x, glyph.y);
    let turned = |(x, y): (f64, f64)| {
        let (to_x, to_y) = page.geometry.seen(glyph.x + x, glyph.y + y);
        (to_x - left, to_y - baseline)
    };
    let (advance, up) = (turned(glyph.advance), turned(glyph.up));
    // Slanted letters lean, lines do not.
    let is_upright =
        up.1 > MIN_SIZE && up.0.abs() < up.1 && advance.0 >= 0.0 && advance.1.abs() <= 0.02 * up.1;
    is_upright.then(|| Piece {
        // What nobody can read is in the way all the same.
        text: match glyph.text {
            text if text.is_empty() => '\u{fffd}'.to_string(),
            text => text,
        },
        left,
        right: left + advance.0,
        baseline,
        size: up.1,
        spaced: false,
    })
}
