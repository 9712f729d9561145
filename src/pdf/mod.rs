//! PDF structure (ISO 32000-1 clause 7): a lazy reader that knows revisions, and the writer of one more revision.
//!
//! Knows nothing of CMS or trust: it hands out bytes and ranges.

pub(crate) mod document;
pub(crate) mod object;

pub(crate) use document::Document;
pub(crate) use object::{Dictionary, Name, Object, ObjectId, PdfString, Stream};
