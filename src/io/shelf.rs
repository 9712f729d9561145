//! The cache folder: what was fetched, one file each. A file is written beside and renamed, so it is whole or not there; its digest finds out
//! what was changed by accident, and the signatures inside, which are checked each time, what was changed on purpose.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::cannot_write;
use crate::{
    error::Result,
    limits::MAX_FETCHED_CRL_BYTES,
    net::{Kept, Shelf},
};

const MAGIC: &[u8] = b"kyso-cache/1\n";

/// Bytes of the folder; beyond it, the oldest files go.
const MOST_BYTES: u64 = 1 << 30;

/// A cache folder.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder if it is not there.
    pub(super) fn open(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).map_err(|cause| cannot_write(path, cause))?;
        Ok(Self(path.to_owned()))
    }

    fn file(&self, key: &str) -> PathBuf {
        let name = Sha256::digest(key.as_bytes());
        let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
        self.0.join(format!("{name}.kyso"))
    }

    /// Takes the oldest files away until a new one fits.
    fn make_room(&self, bytes: u64) {
        let Ok(entries) = fs::read_dir(&self.0) else {
            return;
        };
        let mut files: Vec<_> = entries
            .flatten()
            .filter(|entry| entry.path().extension().is_some_and(|end| end == "kyso"))
            .filter_map(|entry| {
                let metadata = entry.metadata().ok()?;
                Some((metadata.modified().ok()?, metadata.len(), entry.path()))
            })
            .collect();
        let mut total: u64 = files.iter().map(|(_, length, _)| *length).sum();
        files.sort();
        for (_, length, path) in files {
            if total.saturating_add(bytes) <= MOST_BYTES {
                break;
            }
            if fs::remove_file(path).is_ok() {
                total = total.saturating_sub(length);
            }
        }
    }
}

impl Shelf for Folder {
    fn load(&self, key: &str) -> Kept {
        let path = self.file(key);
        let length = fs::metadata(&path).map(|metadata| metadata.len());
        let Ok(length) = length else {
            return Kept::Nothing;
        };
        let read = || {
            if length > MAX_FETCHED_CRL_BYTES + 4_096 {
                return None;
            }
            unpack(&fs::read(&path).ok()?, key)
        };
        match read() {
            Some((fetched, bytes)) => Kept::Entry { fetched, bytes },
            None => {
                let _ = fs::remove_file(&path);
                Kept::Damaged(path.display().to_string())
            }
        }
    }

    fn save(&self, key: &str, fetched: i64, bytes: &[u8]) {
        let packed = pack(key, fetched, bytes);
        self.make_room(packed.len() as u64);
        // A full or forbidden disk only costs time later.
        let _ = tempfile::NamedTempFile::new_in(&self.0).map(|mut file| {
            let written = file
                .write_all(&packed)
                .and_then(|()| file.as_file().sync_data());
            if written.is_ok() {
                let _ = file.persist(self.file(key));
            }
        });
    }
}

/// Name and version, key, time, what was fetched, and the SHA-256 of all before it.
fn pack(key: &str, fetched: i64, bytes: &[u8]) -> Vec<u8> {
    let head = format!("{}\n{fetched}\n{}\n", key.escape_default(), bytes.len());
    let mut packed = [MAGIC, head.as_bytes(), bytes].concat();
    packed.extend_from_slice(&Sha256::digest(&packed));
    packed
}

fn unpack(packed: &[u8], key: &str) -> Option<(i64, Vec<u8>)> {
    let (body, digest) = packed.split_at_checked(packed.len().checked_sub(32)?)?;
    if Sha256::digest(body).as_slice() != digest {
        return None;
    }
    let mut lines = body.strip_prefix(MAGIC)?.splitn(4, |octet| *octet == b'\n');
    let mut line = || std::str::from_utf8(lines.next()?).ok();
    let (of, fetched, length) = (
        line()?,
        line()?.parse().ok()?,
        line()?.parse::<usize>().ok()?,
    );
    let bytes = lines.next()?;
    let right = of == key.escape_default().to_string() && bytes.len() == length;
    right.then(|| (fetched, bytes.to_vec()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_entry_comes_back_and_a_damaged_one_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Folder::open(&folder.path().join("new/cache")).unwrap();
        assert_eq!(shelf.load("a"), Kept::Nothing);
        shelf.save("a", 7, b"x\ny");
        let entry = |bytes: &[u8]| Kept::Entry {
            fetched: 7,
            bytes: bytes.to_vec(),
        };
        assert_eq!(shelf.load("a"), entry(b"x\ny"));
        shelf.save("a", 7, b"z");
        assert_eq!(shelf.load("a"), entry(b"z"));
        // Another's entry under this name: a replay under a wrong key.
        fs::copy(shelf.file("a"), shelf.file("b")).unwrap();
        assert!(matches!(shelf.load("b"), Kept::Damaged(_)));
        assert_eq!(shelf.load("b"), Kept::Nothing);
        let whole = fs::read(shelf.file("a")).unwrap();
        fs::write(shelf.file("a"), &whole[..whole.len() - 3]).unwrap();
        assert!(matches!(shelf.load("a"), Kept::Damaged(_)));
        assert_eq!(fs::read_dir(&shelf.0).unwrap().count(), 0);
    }

    proptest! {
        #[test]
        fn any_other_octet_is_noticed(at in any::<prop::sample::Index>(), octet in 1_u8..) {
            let mut packed = pack("key", 9, b"bytes of a list");
            let at = at.index(packed.len());
            packed[at] ^= octet;
            prop_assert!(unpack(&packed, "key").is_none());
        }

        #[test]
        fn octets_of_any_kind_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            let _ = unpack(&bytes, "key");
        }
    }
}
