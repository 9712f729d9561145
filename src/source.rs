//! Where bytes come from: read at an offset, never mapped (a file that another process truncates
//! would end the host with SIGBUS).

use std::{borrow::Cow, fmt, sync::Arc};

use crate::{
    error::{Error, ErrorKind, Place, Result},
    text::rules,
};

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

/// The bytes `[offset, offset + length)`, cut off at the end of the source; borrowed where they lie in memory.
pub(crate) fn window(source: &dyn Source, offset: u64, length: u64) -> Result<Cow<'_, [u8]>> {
    let end = offset.saturating_add(length).min(source.len());
    let start = offset.min(end);
    let size = usize::try_from(end.saturating_sub(start)).map_err(|_| past_end(offset))?;
    if let Some(all) = source.as_slice() {
        let from = usize::try_from(start).map_err(|_| past_end(offset))?;
        let bytes = all.get(from..).and_then(|rest| rest.get(..size));
        return bytes.map(Cow::Borrowed).ok_or_else(|| past_end(offset));
    }
    let mut buffer = vec![0; size];
    source.read_at(start, &mut buffer)?;
    Ok(Cow::Owned(buffer))
}

pub(crate) fn past_end(offset: u64) -> Error {
    Error::new(ErrorKind::Io, &rules::usage::IO_READ)
        .with("input")
        .with("past its end")
        .at(Place::offset(offset))
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
}
