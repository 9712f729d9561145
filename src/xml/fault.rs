//! Errors of reading XML, with the place in the document's text.

use crate::{
    error::{Error, ErrorKind, Place},
    text::rules::xml as rules,
};

/// Not well-formed; what was being read.
pub(super) fn malformed(at: usize, what: &str) -> Error {
    error(ErrorKind::Unreadable, &rules::NOT_WELL_FORMED, at).with(shortened(what))
}

/// A document type declaration.
pub(super) fn dtd(at: usize) -> Error {
    error(ErrorKind::Unsupported, &rules::DTD, at)
}

/// A prefix or name that Namespaces in XML does not allow.
pub(super) fn namespace(at: usize, name: &str) -> Error {
    error(ErrorKind::Unreadable, &rules::NAMESPACE, at).with(shortened(name))
}

/// A relative name of a namespace, where a canonical form is wanted.
pub(super) fn relative(at: usize, name: &str) -> Error {
    error(ErrorKind::Unsupported, &rules::RELATIVE_NAMESPACE, at).with(shortened(name))
}

/// More of something than there may be.
pub(super) fn limit(what: &str, most: usize, at: usize) -> Error {
    error(ErrorKind::Limit, &rules::LIMIT, at)
        .with(what)
        .with(most)
}

fn error(kind: ErrorKind, rule: &'static crate::text::Rule, at: usize) -> Error {
    Error::new(kind, rule).at(Place::offset(u64::try_from(at).unwrap_or(u64::MAX)))
}

fn shortened(what: &str) -> String {
    what.chars().take(80).collect()
}
