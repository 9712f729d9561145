//! A signed document: what was there, and what was appended.

use std::{fmt, io, sync::Arc};

use crate::{
    error::{Error, ErrorKind, Result},
    progress::{Meter, Stage, Watch},
    report::Finding,
    source::{self, Source},
    text::rules,
};

/// Bytes that are read and written at once.
const BLOCK: u64 = 1 << 20;

/// A document with its new signatures, every one of which was checked.
#[derive(Debug)]
pub struct Signed {
    source: Appended,
    findings: Vec<Finding>,
    watch: Watch,
}

impl Signed {
    pub(super) fn new(source: Appended, findings: Vec<Finding>, watch: Watch) -> Self {
        Self {
            source,
            findings,
            watch,
        }
    }

    /// Writes the whole document.
    ///
    /// # Errors
    /// Of kind `Io` when reading or writing fails, or the input was changed meanwhile, of kind `Cancelled`: then
    /// what was written is worth nothing.
    pub fn write_to(&self, writer: &mut dyn io::Write) -> Result<()> {
        let failed = |cause: io::Error| {
            Error::new(ErrorKind::Io, &rules::usage::IO_WRITE)
                .with("output")
                .with(&cause)
                .caused_by(cause)
        };
        let mut meter = self.watch.anew().stage(Stage::Writing, self.size())?;
        for_each_block(&*self.source.base, &mut meter, &mut |block| {
            writer.write_all(block).map_err(failed)
        })?;
        writer.write_all(&self.source.appended).map_err(failed)?;
        meter.reach(self.size())?;
        self.source.unchanged()
    }

    /// The whole document, to be read again.
    #[must_use]
    pub fn into_source(self) -> Arc<dyn Source> {
        Arc::new(self.source)
    }

    /// Length of the whole document in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.source.len()
    }

    /// What is worth knowing about it, and did not hinder signing.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

/// A source with bytes behind it.
#[derive(Clone)]
pub(super) struct Appended {
    base: Arc<dyn Source>,
    appended: Arc<[u8]>,
}

impl Appended {
    pub(super) fn new(base: Arc<dyn Source>, appended: Vec<u8>) -> Self {
        let appended = appended.into();
        Self { base, appended }
    }
}

impl fmt::Debug for Appended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} + {} bytes", self.base, self.appended.len())
    }
}

impl Source for Appended {
    fn len(&self) -> u64 {
        self.base.len().saturating_add(self.appended.len() as u64)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let in_base = self
            .base
            .len()
            .saturating_sub(offset)
            .min(buffer.len() as u64);
        let in_base = usize::try_from(in_base).map_err(|_| source::past_end(offset))?;
        let (first, second) = buffer.split_at_mut(in_base);
        if !first.is_empty() {
            self.base.read_at(offset, first)?;
        }
        if second.is_empty() {
            return Ok(());
        }
        let from = usize::try_from(offset.saturating_sub(self.base.len()))
            .map_err(|_| source::past_end(offset))?;
        let bytes = self
            .appended
            .get(from..)
            .and_then(|rest| rest.get(..second.len()));
        second.copy_from_slice(bytes.ok_or_else(|| source::past_end(offset))?);
        Ok(())
    }

    fn block_at(&self, offset: u64) -> Result<Option<(u64, Arc<[u8]>)>> {
        if offset < self.base.len() {
            return self.base.block_at(offset);
        }
        Ok(Some((self.base.len(), Arc::clone(&self.appended))))
    }

    fn unchanged(&self) -> Result<()> {
        self.base.unchanged()
    }
}

/// Hands out all bytes of a source in order.
pub(super) fn for_each_block(
    source: &dyn Source,
    meter: &mut Meter,
    take: &mut dyn FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    if let Some(all) = source.as_slice() {
        let size = usize::try_from(BLOCK).unwrap_or(usize::MAX);
        return all.chunks(size).try_for_each(|block| {
            take(block)?;
            meter.pass(block.len() as u64)
        });
    }
    let mut buffer = vec![0; usize::try_from(BLOCK.min(source.len())).unwrap_or_default()];
    let mut offset = 0;
    while offset < source.len() {
        let size = usize::try_from(BLOCK.min(source.len() - offset)).unwrap_or_default();
        let block = buffer.get_mut(..size).unwrap_or_default();
        source.read_at(offset, block)?;
        take(block)?;
        meter.pass(size as u64)?;
        offset += size as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemorySource;

    #[test]
    fn reads_across_the_seam_and_not_past_the_end() {
        let base: Arc<dyn Source> = Arc::new(MemorySource::new(*b"0123"));
        let source = Appended::new(base, b"4567".to_vec());
        for offset in 0..=8_usize {
            for length in 0..=8_usize {
                let mut buffer = vec![0; length];
                let result = source.read_at(offset as u64, &mut buffer);
                assert_eq!(
                    result.is_ok(),
                    offset + length <= 8 || length == 0,
                    "{offset} {length}"
                );
                if result.is_ok() && length > 0 {
                    assert_eq!(buffer, &b"01234567"[offset..offset + length]);
                }
            }
        }
        let mut all = Vec::new();
        let signed = Signed::new(source, Vec::new(), Watch::default());
        signed.write_to(&mut all).unwrap();
        assert_eq!(all, b"01234567");
    }
}
