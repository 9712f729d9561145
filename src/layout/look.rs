//! What a signature's box shows.

use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::{boxes::NUMBER_SIZE, fonts::Face};
use crate::{
    geometry::Points,
    pdf::{appearance::Align, picture::Picture},
};

/// One line of text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    /// Letters and their marks composed (NFC), as fonts have them.
    pub(crate) text: String,
    pub(crate) face: Face,
    /// In points. Set smaller where the box is too small for it.
    pub(crate) size: Points,
    pub(crate) align: Align,
}

/// What a box shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Look {
    Line(Line),
    /// As large as it fits, in the middle.
    Picture(Arc<Picture>),
}

impl Look {
    pub(crate) fn line(text: &str, face: Face, size: Points, align: Align) -> Self {
        Self::Line(Line {
            text: text.nfc().collect(),
            face,
            size,
            align,
        })
    }

    /// The name of a signer, in the middle of the box.
    pub(crate) fn name(text: &str) -> Self {
        Self::line(text, Face::Upright, NUMBER_SIZE, Align::Centre)
    }

    /// A picture, or else a name.
    pub(crate) fn picture_or_name(picture: Option<&Arc<Picture>>, name: &str) -> Self {
        picture.map_or_else(
            || Self::name(name),
            |picture| Self::Picture(picture.clone()),
        )
    }

    /// Whether there is nothing to show.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Line(line) => line.text.is_empty(),
            Self::Picture(_) => false,
        }
    }
}
