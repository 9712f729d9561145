//! What a signature's box shows.

use crate::{geometry::Points, pdf::appearance::Align};

/// The slant of a line of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Face {
    Upright,
    Italic,
}

/// One line of text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) face: Face,
    /// Set smaller where the box is too small for it.
    pub(crate) size: Points,
    pub(crate) align: Align,
}

/// What a box shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Look {
    Line(Line),
}

impl Look {
    /// The name of a signer, in the middle of the box.
    pub(crate) fn name(text: impl Into<String>) -> Self {
        Self::Line(Line {
            text: text.into(),
            face: Face::Upright,
            size: super::plan::NUMBER_SIZE,
            align: Align::Centre,
        })
    }

    /// Whether there is nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Line(line) => line.text.is_empty(),
        }
    }
}
