//! Glyphs put together as stretches of text, without what is there to be written on.

use super::matrix::Point;
use crate::{geometry::Rect, limits::MAX_PLACES};

/// Gaps up to this many sizes of the letters belong to a stretch: word spaces, justified ones too.
const GAP: f64 = 1.2;

/// So far a glyph may stand off the line of a stretch, in sizes.
const OFF_LINE: f64 = 0.3;

/// A glyph that is narrower than this, in sizes, may be a dot or a blank; digits and nearly all letters are wider.
const NARROW: f64 = 0.34;

/// So far above and below the middle of small letters a box must reach, in sizes: nearly to the baseline and their top.
const BAND: f64 = 0.18;

/// So often a narrow glyph comes again, or a wide one, where it is a leader: `...`, but `000.000` is none.
const NARROW_AGAIN: usize = 2;
const WIDE_AGAIN: usize = 4;

/// Text along a line: from where to where, at the middle of its small letters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stretch {
    pub(super) from: Point,
    pub(super) to: Point,
    /// The size of its letters, in the same unit.
    pub(super) size: f64,
}

/// What is known of a glyph without a look at its font program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Nothing, or a sign of which leaders are made.
    Blank,
    /// Any other sign.
    Sign,
    /// Only its code is known.
    Unknown,
}

/// One glyph as it stands on the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glyph {
    pub(super) code: u32,
    pub(super) from: Point,
    pub(super) to: Point,
    pub(super) size: f64,
    /// How wide it is in sizes of its letters.
    pub(super) width: f64,
    pub(super) ink: Ink,
}

/// Puts glyphs together.
#[derive(Debug, Default)]
pub(super) struct Pen {
    stretches: Vec<Stretch>,
    open: Option<Open>,
    /// The last two codes, and how many in a row were one of the two before them.
    last: [u32; 2],
    again: usize,
    /// The stretch as it was before a series of such began.
    before_series: Option<Open>,
    /// Glyphs of a leader are passed over until another code comes.
    in_leader: bool,
    overflow: bool,
}

/// A stretch that may go on.
#[derive(Clone, Copy, Debug)]
struct Open {
    stretch: Stretch,
    first: u32,
    /// Whether it is text: a sign that is known, or two codes. One code alone may stand for a blank.
    is_text: bool,
}

impl Pen {
    pub(super) fn glyph(&mut self, glyph: &Glyph) {
        if glyph.ink == Ink::Blank {
            return;
        }
        if self.open.is_some_and(|open| !open.goes_on_at(glyph)) {
            self.lift();
        }
        if self.last.contains(&glyph.code) {
            self.again = self.again.saturating_add(1);
        } else {
            self.again = 0;
            self.in_leader = false;
            self.before_series = self.open;
        }
        self.last = [self.last[1], glyph.code];
        let enough = match glyph.width {
            narrow if narrow < NARROW => NARROW_AGAIN,
            _ => WIDE_AGAIN,
        };
        if glyph.ink == Ink::Unknown && self.again >= enough && !self.in_leader {
            self.in_leader = true;
            self.open = self.before_series.take();
            self.put();
        }
        if self.in_leader {
            return;
        }
        match &mut self.open {
            Some(open) => {
                open.stretch.to = glyph.to;
                open.is_text |= glyph.ink == Ink::Sign || glyph.code != open.first;
            }
            none => {
                *none = Some(Open {
                    stretch: Stretch {
                        from: glyph.from,
                        to: glyph.to,
                        size: glyph.size,
                    },
                    first: glyph.code,
                    is_text: glyph.ink == Ink::Sign,
                });
            }
        }
    }

    /// What follows is no continuation.
    pub(super) fn lift(&mut self) {
        self.put();
        self.last = [u32::MAX; 2];
        self.again = 0;
        self.before_series = None;
        self.in_leader = false;
    }

    fn put(&mut self) {
        let Some(open) = self.open.take() else {
            return;
        };
        let stretch = open.stretch;
        let numbers = [stretch.from.0, stretch.from.1, stretch.to.0, stretch.to.1];
        if !open.is_text
            || numbers.iter().any(|number| !number.is_finite())
            || stretch.from == stretch.to
        {
            return;
        }
        if self.stretches.len() < MAX_PLACES {
            self.stretches.push(stretch);
        } else {
            self.overflow = true;
        }
    }

    pub(super) fn finish(mut self) -> (Vec<Stretch>, bool) {
        self.lift();
        (self.stretches, !self.overflow)
    }
}

impl Open {
    fn goes_on_at(&self, glyph: &Glyph) -> bool {
        let Stretch { from, to, size } = self.stretch;
        let (along_x, along_y) = (to.0 - from.0, to.1 - from.1);
        let length = along_x.hypot(along_y);
        let (x, y) = (glyph.from.0 - to.0, glyph.from.1 - to.1);
        let same_size = (glyph.size - size).abs() <= 0.5 * size;
        if length <= f64::EPSILON {
            return same_size && x.hypot(y) <= GAP * size;
        }
        let (along_x, along_y) = (along_x / length, along_y / length);
        let along = x * along_x + y * along_y;
        let across = y * along_x - x * along_y;
        same_size && along.abs() <= GAP * size && across.abs() <= OFF_LINE * size
    }
}

impl Stretch {
    /// Whether a box covers a real part of it: small letters from the baseline up, along half of the stretch or the
    /// width of a wide letter. A seal that touches the top of a printed name does not.
    pub(crate) fn is_covered_by(&self, rect: &Rect) -> bool {
        let (along_x, along_y) = (self.to.0 - self.from.0, self.to.1 - self.from.1);
        let length = along_x.hypot(along_y);
        let off = BAND * self.size / length;
        let within = |off: f64| {
            let (x, y) = (-along_y * off, along_x * off);
            let (from, to) = (self.from, self.to);
            length * share((from.0 + x, from.1 + y), (to.0 + x, to.1 + y), rect)
        };
        within(off).min(within(-off)) >= (length / 2.0).min(self.size)
    }
}

/// How much of a line lies within a box: clipped at its edges (Liang and Barsky, 1984).
fn share(start: Point, end: Point, rect: &Rect) -> f64 {
    let (mut first, mut last) = (0.0_f64, 1.0_f64);
    for (from, to, low, high) in [
        (start.0, end.0, rect.left, rect.right),
        (start.1, end.1, rect.bottom, rect.top),
    ] {
        let way = to - from;
        if way == 0.0 {
            if from < low || from > high {
                return 0.0;
            }
            continue;
        }
        let (one, other) = ((low - from) / way, (high - from) / way);
        first = first.max(one.min(other));
        last = last.min(one.max(other));
    }
    (last - first).max(0.0)
}
