//! The messages, in Vietnamese and English, by code and arguments; findings and errors carry no prose.

pub(crate) mod rules;

use std::fmt;

use serde::{Deserialize, Serialize};

/// The language of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(
    clippy::exhaustive_enums,
    reason = "every message has a text in each of them"
)]
pub enum Lang {
    /// Vietnamese: the default of the program.
    Vi,
    /// English: the default of the library.
    #[default]
    En,
}

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(clippy::exhaustive_enums, reason = "fixed by kyso.report/1")]
pub enum Severity {
    /// Worth knowing; changes nothing.
    Info,
    /// Somebody should look at it; does not fail a signature by itself.
    Warning,
    /// Fails the signature, or leaves it undetermined.
    Error,
}

/// One row of the published rule list: a stable code and its texts.
///
/// `{0}`, `{1}` … in a text stand for the arguments of the finding or error.
#[derive(PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Stable, never reused: `PDF-READ-003` for findings, `pin-required` for errors.
    pub code: &'static str,
    /// The weight of a finding with this code.
    pub severity: Severity,
    /// English text.
    pub en: &'static str,
    /// Vietnamese text.
    pub vi: &'static str,
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl Rule {
    /// The text in a language, with the arguments filled in.
    #[must_use]
    pub fn message(&self, lang: Lang, arguments: &[String]) -> String {
        let mut text = match lang {
            Lang::Vi => self.vi,
            Lang::En => self.en,
        }
        .to_owned();
        for (index, argument) in arguments.iter().enumerate() {
            text = text.replace(&format!("{{{index}}}"), argument);
        }
        text
    }
}
