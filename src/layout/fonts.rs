//! Faces for appearances. Subsets are made once for each set of letters and kept, since offices write the same ones
//! every day.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use crate::{
    error::{Error, ErrorKind, Result},
    limits::MAX_REMEMBERED_SUBSETS,
    pdf::font::{self, FontFile, Subset},
    text::rules,
};

/// The slant of a line of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Face {
    Upright,
    Italic,
}

/// Finds the fonts of the system: upright, italic. Asked at most once, when the first text is set.
pub(crate) type SystemFonts = fn() -> [Option<Vec<u8>>; 2];

/// The fonts that are at hand.
#[derive(Default)]
pub(crate) struct Fonts {
    /// Upright, italic, as the caller named them.
    named: [Option<Arc<FontFile>>; 2],
    system: Option<SystemFonts>,
    /// Of each face the files in the order in which they are tried; the bundled one comes last.
    faces: OnceLock<[Vec<Arc<FontFile>>; 2]>,
    subsets: Mutex<Subsets>,
}

/// By face, place in its list, and letters.
type Subsets = HashMap<(Face, usize, String), Arc<Subset>>;

impl Fonts {
    /// The same fonts with a file of the caller's before them.
    ///
    /// # Errors
    /// `Argument` when it is no TrueType font; `Refused` when it must not be embedded.
    pub(crate) fn with_named(&self, face: Face, name: &str, bytes: Vec<u8>) -> Result<Self> {
        let file = FontFile::new(bytes.into()).ok_or_else(|| {
            Error::new(ErrorKind::Argument, &rules::picture::FONT_UNREADABLE).with(name)
        })?;
        if !file.may_be_embedded() {
            return Err(Error::new(ErrorKind::Refused, &rules::picture::FONT_FORBIDS).with(name));
        }
        let mut named = self.named.clone();
        named[face as usize] = Some(Arc::new(file));
        Ok(Self {
            named,
            system: self.system,
            ..Self::default()
        })
    }

    /// The same fonts, with those of the system between the caller's and the bundled ones.
    pub(crate) fn with_system(&self, system: SystemFonts) -> Self {
        Self {
            named: self.named.clone(),
            system: Some(system),
            ..Self::default()
        }
    }

    /// The letters of a face, out of the first file that has them all.
    ///
    /// # Errors
    /// `Unsupported` when a font cannot be read.
    pub(crate) fn subset(&self, face: Face, text: &str) -> Result<Arc<Subset>> {
        let letters = letters(text);
        let files = &self.faces()[face as usize];
        let complete = files.iter().position(|file| file.covers(letters.chars()));
        let index = complete.unwrap_or(files.len().saturating_sub(1));
        let key = (face, index, letters);
        let mut subsets = self.subsets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = subsets.get(&key) {
            return Ok(known.clone());
        }
        let made = files.get(index).and_then(|file| file.subset(key.2.chars()));
        let missing = || Error::new(ErrorKind::Unsupported, &rules::sign::FONT);
        let made = Arc::new(made.ok_or_else(missing)?);
        if subsets.len() >= MAX_REMEMBERED_SUBSETS {
            subsets.clear();
        }
        subsets.insert(key, made.clone());
        Ok(made)
    }

    fn faces(&self) -> &[Vec<Arc<FontFile>>; 2] {
        self.faces.get_or_init(|| {
            let found = self.system.map_or([None, None], |system| system());
            let bundled =
                [font::SERIF, font::SERIF_ITALIC].map(|bytes| FontFile::new(bytes.into()));
            let mut found = found.map(|bytes| {
                let file = bytes.and_then(|bytes| FontFile::new(bytes.into()));
                file.filter(FontFile::may_be_embedded).map(Arc::new)
            });
            let mut bundled = bundled.map(|file| file.map(Arc::new));
            [0, 1].map(|face| {
                let files = [
                    self.named[face].clone(),
                    found[face].take(),
                    bundled[face].take(),
                ];
                files.into_iter().flatten().collect()
            })
        })
    }
}

/// The letters of a text in order. All digits, if there is one: then numbers and dates have the same subset every day.
fn letters(text: &str) -> String {
    let mut letters: BTreeSet<char> = text.chars().collect();
    if letters.iter().any(char::is_ascii_digit) {
        letters.extend('0'..='9');
    }
    letters.into_iter().collect()
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fonts")
            .field("named", &self.named.iter().flatten().count())
            .field("system", &self.system.is_some())
            .finish_non_exhaustive()
    }
}
