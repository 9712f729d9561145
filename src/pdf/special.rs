//! Properties of a whole document that decide what a signature on it is worth to its readers.

use super::{
    document::Document,
    object::{Dictionary, Object},
};
use crate::error::{ErrorKind, Result};

/// What is special about a document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Special {
    /// The form is also described in XFA (ISO 32000-1 clause 12.7.8).
    pub(crate) xfa: bool,
    /// Its pages are made from XFA when it is shown (/NeedsRendering, table 28): what signs the file signs other pages.
    pub(crate) dynamic: bool,
    /// Readers are asked to draw the fields afresh (/NeedAppearances, table 218).
    pub(crate) need_appearances: bool,
    /// /Perms /UR3, or the older /UR: rights that Acrobat grants to its reader (clause 12.8.2.3).
    pub(crate) usage_rights: bool,
    /// The document is a cover of attached files (/Collection, clause 7.11.6).
    pub(crate) portfolio: bool,
}

impl Special {
    /// Of the newest revision. What cannot be read counts as absent.
    ///
    /// # Errors
    /// `Limit`, `Io`.
    pub(crate) fn read(document: &Document) -> Result<Self> {
        let newest = document.revisions().len().saturating_sub(1);
        let catalog = match document.catalog_at(newest) {
            Ok(catalog) => catalog,
            Err(error) if is_bearable(error.kind()) => return Ok(Self::default()),
            Err(error) => return Err(error),
        };
        let value = |dictionary: &Dictionary, key| match dictionary.get(key) {
            Some(value) => match document.resolve(value) {
                Err(error) if is_bearable(error.kind()) => Ok(Object::Null),
                other => other,
            },
            None => Ok(Object::Null),
        };
        let part = |key| -> Result<Dictionary> {
            match value(&catalog, key)? {
                Object::Dictionary(dictionary) => Ok(dictionary),
                _ => Ok(Dictionary::default()),
            }
        };
        let (form, permissions) = (part("AcroForm")?, part("Perms")?);
        let xfa = matches!(value(&form, "XFA")?, Object::Array(_) | Object::Stream(_));
        let is_true = |value: Object| value == Object::Boolean(true);
        let mut usage_rights = false;
        for key in ["UR3", "UR"] {
            usage_rights |= value(&permissions, key)?.as_dictionary().is_some();
        }
        Ok(Self {
            xfa,
            dynamic: xfa && is_true(value(&catalog, "NeedsRendering")?),
            need_appearances: is_true(value(&form, "NeedAppearances")?),
            usage_rights,
            portfolio: value(&catalog, "Collection")?.as_dictionary().is_some(),
        })
    }
}

fn is_bearable(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Unsupported | ErrorKind::Unreadable)
}
