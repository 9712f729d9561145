//! Revisions: what one save appended, and what its cross-reference data says.

use super::object::Dictionary;

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
    /// Offset of its cross-reference section, as startxref gives it (of a linearized file, of the first-page
    /// section). Where junk precedes the header, [`Document::shift`](super::Document::shift) is not in it.
    pub(crate) xref_offset: u64,
    pub(crate) form: XrefForm,
    /// Bytes of the file up to here belong to it and to the earlier ones: behind %%EOF and its end-of-line.
    pub(crate) end: u64,
    /// Acceptable ends: directly behind `%%EOF`, and behind each byte of the end-of-line that follows it.
    pub(crate) ends: Vec<u64>,
    /// Whether the `startxref` at its end names that section: bytes that were signed say so by which table they are read.
    pub(crate) is_stated: bool,
    /// Its trailer dictionary (of a cross-reference stream: the stream's dictionary).
    pub(crate) trailer: Dictionary,
    /// What it says of each object number it names, sorted by number. For hybrid files both parts, merged.
    pub(crate) entries: Vec<(u32, Entry)>,
}

impl Revision {
    /// What it says itself of a number.
    pub(crate) fn entry(&self, number: u32) -> Option<Entry> {
        let at = self
            .entries
            .binary_search_by_key(&number, |(number, _)| *number)
            .ok()?;
        self.entries.get(at).map(|(_, entry)| *entry)
    }
}
