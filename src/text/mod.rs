//! The messages, in Vietnamese and English, by code and arguments; findings and errors carry no prose.

pub(crate) mod rules;
mod system;

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
        let mut rest = match lang {
            Lang::Vi => self.vi,
            Lang::En => self.en,
        };
        // Once from left to right: what stands in an argument is never taken for a place of another.
        let mut text = String::new();
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let filled = after.split_once('}').and_then(|(index, behind)| {
                let argument = arguments.get(index.parse::<usize>().ok()?)?;
                Some((argument, behind))
            });
            match filled {
                Some((argument, behind)) => {
                    text.push_str(&system::told(argument, lang));
                    rest = behind;
                }
                None => {
                    text.push('{');
                    rest = after;
                }
            }
        }
        text + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_filled_in_once_and_never_read_as_places() {
        let rule = Rule {
            code: "T-1",
            severity: Severity::Info,
            en: "{1} of {0}, {0}; {2} {x} {",
            vi: "{0}",
        };
        let arguments = ["{1}".to_owned(), "b".to_owned()];
        assert_eq!(
            rule.message(Lang::En, &arguments),
            "b of {1}, {1}; {2} {x} {"
        );
        assert_eq!(rule.message(Lang::Vi, &arguments), "{1}");
    }
}
