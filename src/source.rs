//! Where bytes come from: read at an offset, never mapped (a file that another process truncates
//! would end the host with SIGBUS).

use std::{
    fmt,
    ops::{Deref, Range},
    sync::Arc,
};

use crate::{
    error::{Error, ErrorKind, Place, Result},
    progress::{Stage, Watch},
    text::rules,
};

/// Bytes that are read at once into a whole.
const PIECE: usize = 1 << 20;

/// Random access to the bytes of one document. Offsets count from its first byte.
pub trait Source: Send + Sync + fmt::Debug {
    /// Length in bytes, fixed while the source lives.
    fn len(&self) -> u64;

    /// Fills `buffer` from `offset`.
    ///
    /// # Errors
    /// Of kind `Io` when the range is not inside the source, or reading fails.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()>;

    /// All bytes, where they lie in memory.
    fn as_slice(&self) -> Option<&[u8]> {
        None
    }

    /// A piece that is kept in memory and holds the byte at `offset`, with the offset of its first byte: what is
    /// small need not be copied then. `None` where there is none.
    ///
    /// # Errors
    /// As `read_at`.
    fn block_at(&self, offset: u64) -> Result<Option<(u64, Arc<[u8]>)>> {
        let _ = offset;
        Ok(None)
    }

    /// Whether there are no bytes.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether what was read so far is still what stands there. Asked once, after the last read.
    ///
    /// # Errors
    /// Of kind `Io` when the file was changed meanwhile.
    fn unchanged(&self) -> Result<()> {
        Ok(())
    }
}

/// Bytes of a source: where they lie, where that is in memory, else a copy.
#[derive(Debug)]
pub(crate) enum Bytes<'a> {
    Borrowed(&'a [u8]),
    Shared(Arc<[u8]>, Range<usize>),
    Owned(Vec<u8>),
}

impl Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Borrowed(bytes) => bytes,
            Self::Shared(block, range) => block.get(range.clone()).unwrap_or_default(),
            Self::Owned(bytes) => bytes,
        }
    }
}

impl<'a> From<&'a [u8]> for Bytes<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Borrowed(bytes)
    }
}

impl From<Vec<u8>> for Bytes<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Owned(bytes)
    }
}

/// A longer window is copied: no source keeps such blocks.
const MAX_SHARED_BYTES: u64 = 64 << 10;

/// The bytes `[offset, offset + length)`, cut off at the end of the source.
pub(crate) fn window(source: &dyn Source, offset: u64, length: u64) -> Result<Bytes<'_>> {
    let wanted = Wanted {
        least: length,
        copied: length,
        most: length,
    };
    ahead(source, offset, wanted)
}

/// How many bytes a window may have.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wanted {
    /// So many are needed, where the source does not end before.
    pub(crate) least: u64,
    /// So many are read where they have to be copied; at least `least`.
    pub(crate) copied: u64,
    /// So many are taken where that costs nothing; at least `least`.
    pub(crate) most: u64,
}

/// The bytes from `offset` on.
pub(crate) fn ahead(source: &dyn Source, offset: u64, wanted: Wanted) -> Result<Bytes<'_>> {
    let start = offset.min(source.len());
    let left = source.len().saturating_sub(start);
    let [least, copied, most] = [wanted.least, wanted.copied, wanted.most].map(|n| n.min(left));
    let index = |length: u64| usize::try_from(length).map_err(|_| past_end(offset));
    if let Some(all) = source.as_slice() {
        let from = index(start)?;
        let bytes = all.get(from..from.saturating_add(index(most)?));
        return bytes.map(Bytes::Borrowed).ok_or_else(|| past_end(offset));
    }
    if (1..=MAX_SHARED_BYTES).contains(&least)
        && let Some((first, block)) = source.block_at(start)?
        && let Some(from) = start.checked_sub(first)
    {
        let from = index(from)?;
        let to = block.len().min(from.saturating_add(index(most)?));
        if to.saturating_sub(from) >= index(least)? {
            return Ok(Bytes::Shared(block, from..to));
        }
    }
    let mut buffer = vec![0; index(copied)?];
    source.read_at(start, &mut buffer)?;
    Ok(Bytes::Owned(buffer))
}

/// Everything, read once and into where it stays; shared where it lies in memory. What is larger than `most` bytes is not touched; `name` is
/// what the error calls it.
///
/// # Errors
/// `Limit`, `Io`, `Cancelled`.
pub(crate) fn whole(
    source: &dyn Source,
    name: &str,
    most: u64,
    watch: &Watch,
) -> Result<Arc<[u8]>> {
    if source.len() > most {
        let too_large = Error::new(ErrorKind::Limit, &rules::usage::MATERIAL_TOO_LARGE);
        return Err(too_large.with(name).with(most >> 20));
    }
    let mut meter = watch.stage(Stage::Digesting, source.len())?;
    if let Some((0, all)) = source.block_at(0)?
        && all.len() as u64 == source.len()
    {
        meter.reach(source.len())?;
        return Ok(all);
    }
    let length = usize::try_from(source.len()).map_err(|_| past_end(source.len()))?;
    let mut all: Arc<[u8]> = std::iter::repeat_n(0, length).collect();
    let mut offset = 0;
    for piece in Arc::get_mut(&mut all).unwrap_or_default().chunks_mut(PIECE) {
        source.read_at(offset, piece)?;
        offset += piece.len() as u64;
        meter.reach(offset)?;
    }
    Ok(all)
}

pub(crate) fn past_end(offset: u64) -> Error {
    Error::new(ErrorKind::Io, &rules::usage::IO_READ)
        .with("input")
        .with("past its end")
        .at(Place::offset(offset))
}

/// What stands outside an XML document and its references name: files of a folder, parts of a message.
///
/// A context that has none resolves nothing outside the document; nothing is ever fetched by a document's own URI.
pub trait References: Send + Sync {
    /// The octets that a URI names; `None` where they are not known.
    ///
    /// # Errors
    /// Of kind `Io` where they cannot be read, `Refused` where the name is not allowed.
    fn open(&self, uri: &str) -> Result<Option<Arc<dyn Source>>>;
}

/// Bytes in memory.
#[derive(Clone)]
pub struct MemorySource(Arc<[u8]>);

impl MemorySource {
    /// Takes or shares bytes.
    #[must_use]
    pub fn new(bytes: impl Into<Arc<[u8]>>) -> Self {
        Self(bytes.into())
    }
}

impl fmt::Debug for MemorySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemorySource({} bytes)", self.0.len())
    }
}

impl Source for MemorySource {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let from = usize::try_from(offset).map_err(|_| past_end(offset))?;
        let bytes = self.0.get(from..).and_then(|rest| rest.get(..buffer.len()));
        buffer.copy_from_slice(bytes.ok_or_else(|| past_end(offset))?);
        Ok(())
    }

    fn as_slice(&self) -> Option<&[u8]> {
        Some(&self.0)
    }

    fn block_at(&self, _: u64) -> Result<Option<(u64, Arc<[u8]>)>> {
        Ok(Some((0, Arc::clone(&self.0))))
    }
}
