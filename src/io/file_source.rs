use std::{
    collections::VecDeque,
    fmt,
    fs::{File, Metadata},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use super::cannot_read;
use crate::{
    error::{Error, ErrorKind, Place, Result},
    source::{Source, past_end},
    text::rules,
};

/// Bytes of one cached block.
const BLOCK_BYTES: u64 = 64 << 10;

/// Blocks that are kept, the one used last in front.
const BLOCKS: usize = 32;

/// A file, read at offsets in blocks. It is never mapped into memory.
///
/// Small reads go through a cache of 2 MiB; reads larger than a block go straight to the file.
pub struct FileSource {
    path: PathBuf,
    file: File,
    length: u64,
    modified: Option<SystemTime>,
    cache: Mutex<VecDeque<(u64, Arc<[u8]>)>>,
}

impl FileSource {
    /// Opens a regular file.
    ///
    /// # Errors
    /// Of kind `Io` when it cannot be opened or is a folder, a device or a pipe.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        // Asked before opening, because opening a pipe waits for its other end.
        let metadata = std::fs::metadata(path).map_err(|cause| cannot_read(path, cause))?;
        if !metadata.is_file() {
            return Err(cannot_read(path, not_regular(&metadata)));
        }
        let file = File::open(path).map_err(|cause| cannot_read(path, cause))?;
        let metadata = file.metadata().map_err(|cause| cannot_read(path, cause))?;
        Ok(Self {
            path: path.to_owned(),
            length: metadata.len(),
            modified: metadata.modified().ok(),
            file,
            cache: Mutex::default(),
        })
    }

    fn read_file(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        read_exact_at(&self.file, buffer, offset).map_err(|cause| match cause.kind() {
            io::ErrorKind::UnexpectedEof => changed(offset),
            _ => cannot_read(&self.path, cause).at(Place::offset(offset)),
        })
    }

    /// The block with this number, out of the cache or the file.
    fn block(&self, number: u64) -> Result<Arc<[u8]>> {
        {
            // A thread that panicked between two lines here leaves the list whole.
            let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(at) = cache.iter().position(|(n, _)| *n == number)
                && let Some(entry) = cache.remove(at)
            {
                let block = Arc::clone(&entry.1);
                cache.push_front(entry);
                return Ok(block);
            }
        }
        let start = number.saturating_mul(BLOCK_BYTES);
        let size = self.length.saturating_sub(start).min(BLOCK_BYTES);
        let size = usize::try_from(size).map_err(|_| past_end(start))?;
        let mut block: Arc<[u8]> = std::iter::repeat_n(0, size).collect();
        self.read_file(start, Arc::make_mut(&mut block))?;
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.truncate(BLOCKS.saturating_sub(1));
        cache.push_front((number, Arc::clone(&block)));
        Ok(block)
    }
}

impl fmt::Debug for FileSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "FileSource({}, {} bytes)",
            self.path.display(),
            self.length
        )
    }
}

impl Source for FileSource {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        let end = offset
            .checked_add(buffer.len() as u64)
            .filter(|end| *end <= self.length);
        if end.is_none() {
            return Err(past_end(offset));
        }
        if buffer.len() as u64 > BLOCK_BYTES {
            return self.read_file(offset, buffer);
        }
        let (mut at, mut rest) = (offset, buffer);
        while !rest.is_empty() {
            let block = self.block(at / BLOCK_BYTES)?;
            let from = usize::try_from(at % BLOCK_BYTES).map_err(|_| past_end(at))?;
            let bytes = block.get(from..).filter(|bytes| !bytes.is_empty());
            let bytes = bytes.ok_or_else(|| past_end(at))?;
            let count = bytes.len().min(rest.len());
            let (now, later) = rest.split_at_mut(count);
            now.copy_from_slice(&bytes[..count]);
            rest = later;
            at += count as u64;
        }
        Ok(())
    }

    fn block_at(&self, offset: u64) -> Result<Option<(u64, Arc<[u8]>)>> {
        if offset >= self.length {
            return Ok(None);
        }
        let number = offset / BLOCK_BYTES;
        let block = self.block(number)?;
        Ok(Some((number.saturating_mul(BLOCK_BYTES), block)))
    }

    fn unchanged(&self) -> Result<()> {
        let now = self
            .file
            .metadata()
            .map_err(|cause| cannot_read(&self.path, cause))?;
        if now.len() == self.length && now.modified().ok() == self.modified {
            Ok(())
        } else {
            Err(changed(now.len().min(self.length)))
        }
    }
}

fn changed(offset: u64) -> Error {
    Error::new(ErrorKind::Io, &rules::usage::IO_CHANGED).at(Place::offset(offset))
}

pub(super) fn not_regular(metadata: &Metadata) -> io::Error {
    if metadata.is_dir() {
        io::Error::from(io::ErrorKind::IsADirectory)
    } else {
        io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")
    }
}

#[cfg(unix)]
fn read_exact_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buffer, offset)
}

#[cfg(windows)]
fn read_exact_at(file: &File, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !buffer.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, buffer, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => {
                buffer = buffer.split_at_mut(count).1;
                offset += count as u64;
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;

    use super::*;

    fn file_of(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn reads_what_stands_there(reads in prop::collection::vec((0usize..5_000_000, 0usize..200_000), 1..20)) {
            let bytes: Vec<u8> = (0..3_000_001u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
            let file = file_of(&bytes);
            let source = FileSource::open(file.path()).unwrap();
            for (offset, count) in reads {
                let mut buffer = vec![0; count];
                match (source.read_at(offset as u64, &mut buffer), bytes.get(offset..offset + count)) {
                    (Ok(()), Some(expected)) => prop_assert_eq!(&buffer, expected),
                    (Err(error), None) => prop_assert_eq!(error.code(), "io-read"),
                    (got, expected) => prop_assert!(false, "{:?} {:?}", got, expected.map(<[u8]>::len)),
                }
            }
            prop_assert!(source.unchanged().is_ok());
        }
    }

    #[test]
    fn a_file_that_shrinks_or_changes_is_noticed() {
        let file = file_of(&[7; 300_000]);
        let source = FileSource::open(file.path()).unwrap();
        file.as_file().set_len(100).unwrap();
        let error = source.read_at(200_000, &mut [0; 10]).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Io, "io-changed"));
        assert_eq!(source.unchanged().unwrap_err().code(), "io-changed");
        file.as_file().set_len(300_000).unwrap();
        file.as_file().set_modified(SystemTime::UNIX_EPOCH).unwrap();
        assert_eq!(source.unchanged().unwrap_err().code(), "io-changed");
    }

    #[test]
    fn folders_devices_and_absent_files_are_errors_that_name_them() {
        for path in ["/", "/dev/null", "/nowhere/at/all.pdf"] {
            let error = FileSource::open(path).unwrap_err();
            assert!(error.to_string().contains(path), "{error}");
            assert_eq!(error.code(), "io-read");
        }
    }
}
