//! A bounded memo of parsed certificates: the same few stand in every signature, of one document and of the next.

use std::{
    collections::{HashMap, hash_map::RandomState},
    fmt,
    hash::BuildHasher as _,
    sync::{Arc, Mutex, PoisonError},
};

use super::Certificate;
use crate::{
    crypto::Provider,
    limits::{MAX_REMEMBERED_CERTIFICATE_BYTES, MAX_REMEMBERED_CERTIFICATES},
};

/// Certificates by all of their bytes, with their parsed keys. What is parsed out of equal bytes is equal, so nothing of
/// what is checked later depends on whether a certificate came from here; judgements about it are never kept here, but who was found to
/// have signed it is.
#[derive(Default)]
pub(crate) struct Certificates {
    shelves: [Shelf; SHELVES],
    hasher: RandomState,
}

/// Threads that look for different certificates rarely meet at the same lock.
const SHELVES: usize = 16;

/// Some of the certificates, by a keyed hash of their ends, which are then compared as wholes: of two with one hash, the later one stays.
///
/// A shelf has cache lines of its own: a lock that is taken makes other processors read again what stands beside it.
#[derive(Default)]
#[repr(align(64))]
struct Shelf(Mutex<HashMap<u64, Arc<Certificate>>>);

impl Certificates {
    /// As [`Certificate::parse`]. All calls must bring the same provider.
    pub(crate) fn parse(&self, der: &[u8], provider: &dyn Provider) -> Option<Arc<Certificate>> {
        if der.len() > MAX_REMEMBERED_CERTIFICATE_BYTES {
            return Certificate::parse(der, provider);
        }
        let hash = self.hasher.hash_one(end(der));
        let shelf = self.shelf(hash)?;
        let lock = || shelf.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&hash)
            && known.der() == der
        {
            return Some(Arc::clone(known));
        }
        // No lock is held meanwhile; two threads may parse the same, and the later one stays.
        let certificate = Certificate::parse(der, provider)?;
        let mut memo = lock();
        // A full memo starts afresh: a stranger's certificates can cost time, never memory.
        if memo.len() >= MAX_REMEMBERED_CERTIFICATES / SHELVES {
            memo.clear();
        }
        memo.insert(hash, Arc::clone(&certificate));
        Some(certificate)
    }

    fn shelf(&self, hash: u64) -> Option<&Shelf> {
        // The map of the shelf itself uses other bits of the hash first.
        self.shelves
            .get(usize::try_from(hash >> 32).ok()? % SHELVES)
    }
}

/// What hardly two certificates have in common: octets of the signature.
fn end(der: &[u8]) -> &[u8] {
    der.last_chunk::<32>().map_or(der, <[u8; 32]>::as_slice)
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Certificates")
    }
}

#[cfg(test)]
#[cfg(feature = "demo")]
mod tests {
    use super::*;
    use crate::{cms::testing::Template, crypto::TestProvider};

    fn count(memo: &Certificates) -> usize {
        let shelves = memo.shelves.iter();
        shelves.map(|shelf| shelf.0.lock().unwrap().len()).sum()
    }

    #[test]
    fn equal_bytes_are_parsed_once_and_one_other_bit_is_another_certificate() {
        let memo = Certificates::default();
        let der = Template::leaf("A").self_signed().certificate.der().to_vec();
        let first = memo.parse(&der, &TestProvider).unwrap();
        assert!(Arc::ptr_eq(
            &first,
            &memo.parse(&der, &TestProvider).unwrap()
        ));
        let mut other = der.clone();
        *other.last_mut().unwrap() ^= 1;
        let second = memo.parse(&other, &TestProvider).unwrap();
        assert_ne!(first.sha256(), second.sha256());
        assert_ne!(first.signed().signature, second.signed().signature);
        assert!(memo.parse(&der[1..], &TestProvider).is_none());
        assert_eq!(count(&memo), 2);
        // Another certificate with the same end.
        let mut alike = der.clone();
        *alike.first_chunk_mut::<64>().unwrap().last_mut().unwrap() ^= 1;
        let third = memo.parse(&alike, &TestProvider).unwrap();
        assert_eq!(third.der(), alike);
        assert_eq!(memo.parse(&der, &TestProvider).unwrap().der(), der);
    }

    #[test]
    fn it_never_grows_beyond_its_bound() {
        let memo = Certificates::default();
        let mut der = Template::leaf("A").self_signed().certificate.der().to_vec();
        let at = der.len() - 4;
        for number in 0..=u32::try_from(MAX_REMEMBERED_CERTIFICATES).unwrap() {
            der[at..].copy_from_slice(&number.to_be_bytes());
            memo.parse(&der, &TestProvider).unwrap();
        }
        let kept = count(&memo);
        assert!(0 < kept && kept < MAX_REMEMBERED_CERTIFICATES, "{kept}");
    }
}
