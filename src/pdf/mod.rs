//! PDF structure (ISO 32000-1 clause 7): a lazy reader that knows revisions, and the writer of one more revision.
//!
//! Knows nothing of CMS or trust: it hands out bytes and ranges.

pub(crate) mod appearance;
mod budget;
pub(crate) mod document;
pub(crate) mod dss;
pub(crate) mod encryption;
pub(crate) mod extent;
pub(crate) mod field;
mod filter;
pub(crate) mod font;
pub(crate) mod form;
mod header;
pub(crate) mod incremental;
pub(crate) mod lex;
mod notes;
pub(crate) mod object;
mod object_stream;
pub(crate) mod page;
#[cfg(feature = "near")]
pub(crate) mod page_text;
pub(crate) mod parse;
pub(crate) mod picture;
mod repair;
mod revision;
mod revisions;
pub(crate) mod special;
pub(crate) mod structure;
pub(crate) mod text_places;
pub(crate) mod text_string;
mod window;
pub(crate) mod write;
mod xref;

#[cfg(test)]
mod tests;

pub(crate) use document::Document;
pub(crate) use object::{Dictionary, Name, Object, ObjectId, PdfString, Stream};
