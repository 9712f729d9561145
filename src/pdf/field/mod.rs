//! Signature fields of the form (ISO 32000-1 clauses 12.7.2, 12.7.4.5) and their signature dictionaries (12.8.1).

mod lock;
mod outside;
mod signature;
mod tree;

use std::cell::Cell;

use super::{
    document::Document,
    object::{Dictionary, Name, Object, ObjectId, PdfString},
};
use crate::{
    error::{ErrorKind, Place, Result},
    geometry::Rect,
    report::Finding,
    text::rules,
    time::Time,
};

pub(crate) use lock::{Lock, LockAction};
pub(crate) use outside::outside_form;

/// A field of type /Sig, signed or not.
#[derive(Clone, Debug)]
pub(crate) struct SignatureField {
    /// Fully qualified: the partial names from the root on, joined with full stops.
    pub(crate) name: String,
    pub(crate) id: ObjectId,
    /// Its widget annotations; the field itself where they are merged.
    pub(crate) widgets: Vec<ObjectId>,
    /// /V, where it is a reference.
    pub(crate) value: Option<ObjectId>,
    /// /V, resolved.
    pub(crate) value_dictionary: Option<Dictionary>,
    /// Of the first widget.
    pub(crate) rect: Option<Rect>,
    /// /P of the first widget.
    pub(crate) page: Option<ObjectId>,
    pub(crate) lock: Option<Lock>,
}

/// A signature dictionary (table 252).
#[derive(Clone, Debug, Default)]
pub(crate) struct SignatureDictionary {
    pub(crate) id: Option<ObjectId>,
    pub(crate) filter: Option<Name>,
    pub(crate) sub_filter: Option<Name>,
    /// /Type, where it stands: /Sig or /DocTimeStamp.
    pub(crate) kind: Option<Name>,
    /// As in the file; empty when it is missing or holds anything but integers.
    pub(crate) byte_range: Vec<i64>,
    /// With its place in the file, unless it stands in an object stream.
    pub(crate) contents: Option<PdfString>,
    /// /Cert, of adbe.x509.rsa_sha1.
    pub(crate) has_cert: bool,
    /// /M.
    pub(crate) modified: Option<Time>,
    pub(crate) name: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) contact: Option<String>,
    /// /P of a DocMDP reference (table 254), 2 where it is missing.
    pub(crate) doc_mdp: Option<u8>,
    /// A FieldMDP reference (table 256).
    pub(crate) field_mdp: Option<Lock>,
    /// What is wrong with it; an error here fails the signature.
    pub(crate) findings: Vec<Finding>,
}

/// The signature fields of the form as of a revision, in the order of the tree; with what is wrong with the tree.
///
/// # Errors
/// As [`Document::object`]; what is encrypted away is left out and noted.
pub(crate) fn signature_fields(
    document: &Document,
    revision: usize,
) -> Result<(Vec<SignatureField>, Vec<Finding>)> {
    tree::signature_fields(&View::new(document, revision))
}

/// The signature dictionary of a field; `None` for a field without a value.
///
/// # Errors
/// As [`Document::object`].
pub(crate) fn signature_dictionary(
    document: &Document,
    revision: usize,
    field: &SignatureField,
) -> Result<Option<SignatureDictionary>> {
    let Some(dictionary) = &field.value_dictionary else {
        return Ok(None);
    };
    let view = View::new(document, revision);
    signature::read(&view, field.value, dictionary).map(Some)
}

/// The signature that /Perms /DocMDP of the catalog names (ISO 32000-1 clause 12.8.4).
///
/// # Errors
/// As [`Document::object`].
pub(crate) fn certification(document: &Document, revision: usize) -> Result<Option<ObjectId>> {
    let view = View::new(document, revision);
    let permissions = view.get(&view.catalog()?, "Perms")?;
    let named = permissions
        .as_dictionary()
        .and_then(|permissions| permissions.get("DocMDP"));
    Ok(named.and_then(Object::as_reference))
}

/// A document as of a revision, where what is encrypted away reads as null.
struct View<'a> {
    document: &'a Document,
    revision: usize,
    /// Something was encrypted away.
    hidden: Cell<bool>,
}

impl<'a> View<'a> {
    fn new(document: &'a Document, revision: usize) -> Self {
        Self {
            document,
            revision,
            hidden: Cell::new(false),
        }
    }

    /// The value of a key, references followed; null where it is missing.
    fn get(&self, dictionary: &Dictionary, key: &str) -> Result<Object> {
        dictionary
            .get(key)
            .map_or(Ok(Object::Null), |value| self.resolve(value))
    }

    fn resolve(&self, object: &Object) -> Result<Object> {
        self.bear(self.document.resolve_at(self.revision, object))
    }

    /// The catalog; empty where there is none.
    fn catalog(&self) -> Result<Dictionary> {
        match self.document.catalog_at(self.revision) {
            Err(error) if error.kind() == ErrorKind::Unreadable => Ok(Dictionary::default()),
            Ok(catalog) => Ok(catalog),
            Err(error) => self.bear(Err(error)).map(|_| Dictionary::default()),
        }
    }

    fn bear(&self, read: Result<Object>) -> Result<Object> {
        match read {
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                self.hidden.set(true);
                Ok(Object::Null)
            }
            other => other,
        }
    }

    /// What has to be said of things that could not be read.
    fn hidden(&self) -> Option<Finding> {
        self.hidden
            .get()
            .then(|| Finding::new(&rules::pdf::FORM_HIDDEN))
    }
}

/// The place of an object.
fn place_of(id: ObjectId) -> Place {
    Place::object(id.number, id.generation)
}
