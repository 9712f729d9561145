//! A document as a list of revisions, read lazily.

use std::sync::Arc;

use super::object::{Dictionary, Object, ObjectId, Stream};
use crate::{error::Result, report::Finding, source::Source};

/// What a cross-reference section says of one object number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Free; the generation that the number would have next.
    Free { generation: u16 },
    /// At an offset of the file.
    InFile { offset: u64, generation: u16 },
    /// In an object stream, at an index.
    InStream { stream: u32, index: u32 },
}

/// The form of a cross-reference section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum XrefForm {
    Table,
    Stream,
    /// A table whose trailer has /XRefStm.
    Hybrid,
}

/// One revision: what one save appended (a linearized file's two first sections are one revision).
#[derive(Debug)]
pub(crate) struct Revision {
    /// Offset of its cross-reference section, as startxref gives it (of the last one, where it has several).
    pub(crate) xref_offset: u64,
    pub(crate) form: XrefForm,
    /// Bytes of the file up to here belong to it and to the earlier ones: behind %%EOF and its end-of-line.
    pub(crate) end: u64,
    /// Acceptable ends: directly behind `%%EOF`, and behind each byte of the end-of-line that follows it.
    pub(crate) ends: Vec<u64>,
    /// Its trailer dictionary (of a cross-reference stream: the stream's dictionary).
    pub(crate) trailer: Dictionary,
    /// What it says of each object number it names, sorted by number. For hybrid files both parts, merged.
    pub(crate) entries: Vec<(u32, Entry)>,
}

/// An open document. Cheap to share; objects are parsed when asked for.
#[derive(Debug)]
pub(crate) struct Document {
    source: Arc<dyn Source>,
}

#[expect(unused_variables, clippy::unused_self, reason = "contract; bodies follow")]
impl Document {
    /// Reads the cross-reference chain, repairing it where it must; repairs are findings.
    ///
    /// # Errors
    /// `Unreadable` when nothing can be read as PDF, `Limit`, `Io`.
    pub(crate) fn open(source: Arc<dyn Source>) -> Result<Self> { todo!() }
    pub(crate) fn source(&self) -> &Arc<dyn Source> { &self.source }
    /// Everything that is not as ISO 32000 wants it, in the order in which it was met.
    pub(crate) fn findings(&self) -> Vec<Finding> { todo!() }
    /// Whether the cross-reference data had to be rebuilt or the file can be read in more than one way.
    pub(crate) fn repaired(&self) -> bool { todo!() }
    /// Oldest first. Never empty.
    pub(crate) fn revisions(&self) -> &[Revision] { todo!() }
    /// The trailer dictionary that counts: the newest one.
    pub(crate) fn trailer(&self) -> &Dictionary { todo!() }
    /// Whether the trailer has /Encrypt.
    pub(crate) fn is_encrypted(&self) -> bool { todo!() }
    /// The object as of the newest revision; `Null` for one that is free, absent or of another generation.
    pub(crate) fn object(&self, id: ObjectId) -> Result<Object> { todo!() }
    /// The object as of a revision (index into `revisions`).
    pub(crate) fn object_at(&self, revision: usize, id: ObjectId) -> Result<Object> { todo!() }
    /// The entry in force as of a revision.
    pub(crate) fn entry_at(&self, revision: usize, number: u32) -> Option<Entry> { todo!() }
    /// Follows references until something else stands there (at most 32 steps).
    pub(crate) fn resolve(&self, object: &Object) -> Result<Object> { todo!() }
    /// The same as of a revision.
    pub(crate) fn resolve_at(&self, revision: usize, object: &Object) -> Result<Object> { todo!() }
    /// The stream's data with its filters undone, within the document's budget.
    pub(crate) fn stream_data(&self, stream: &Stream) -> Result<Vec<u8>> { todo!() }
    /// The catalog as of a revision.
    pub(crate) fn catalog_at(&self, revision: usize) -> Result<Dictionary> { todo!() }
}
