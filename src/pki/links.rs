//! A bounded memo of signature checks, so that a link of a chain is checked once, not once for each signature.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{
    crypto::VerifyError,
    limits::MAX_VERIFIED_LINKS,
    x509::{Certificate, Identity, SignedObject},
};

/// Results by issuer (SHA-256 of its certificate) and object. Both name fixed bytes, so a result never changes.
///
/// What was right once the object itself knows, too, so that threads hardly ever meet here.
#[derive(Debug, Default)]
pub(super) struct Links(Mutex<HashMap<Link, Result<(), VerifyError>>>);

type Link = ([u8; 32], Identity);

impl Links {
    /// What an earlier check gave.
    pub(super) fn recall(
        &self,
        issuer: &Certificate,
        object: &SignedObject<'_>,
    ) -> Option<Result<(), VerifyError>> {
        if object.is_known_from(issuer) {
            return Some(Ok(()));
        }
        let memo = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        memo.get(&(*issuer.sha256(), object.identity)).copied()
    }

    /// Checks a signature with the issuer's key, and remembers the result. No lock is held meanwhile. Before a public-key operation is
    /// made it is paid for: `spend` may refuse.
    pub(super) fn check<F>(
        &self,
        issuer: &Certificate,
        object: &SignedObject<'_>,
        spend: impl FnOnce() -> Result<(), F>,
    ) -> Result<Result<(), VerifyError>, F> {
        if let Some(known) = self.recall(issuer, object) {
            return Ok(known);
        }
        spend()?;
        let result = object.verify(issuer);
        if result.is_ok() {
            object.know(issuer);
        }
        let mut memo = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A full memo starts afresh: a stranger's certificates can cost time, never memory.
        if memo.len() >= MAX_VERIFIED_LINKS {
            memo.clear();
        }
        memo.insert((*issuer.sha256(), object.identity), result);
        Ok(result)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        thread,
        time::{Duration, Instant},
    };

    use super::*;
    use crate::{
        cms::testing::Template,
        crypto::{
            DigestAlgorithm, DigestState, KeyType, PrivateKey, Provider, PublicKey,
            SignatureAlgorithm, TestProvider, ToBeSigned,
        },
        error::Result as Done,
    };

    const THREADS: usize = 8;

    /// A key whose checks succeed only if all threads are in one at the same time.
    #[derive(Debug, Default)]
    struct Meeting(AtomicUsize);

    impl PublicKey for Meeting {
        fn key_type(&self) -> KeyType {
            KeyType::EcP256
        }

        fn bits(&self) -> u32 {
            256
        }

        fn check(
            &self,
            _: &SignatureAlgorithm,
            _: &ToBeSigned<'_>,
            _: &[u8],
        ) -> Result<(), VerifyError> {
            self.0.fetch_add(1, Ordering::SeqCst);
            let begun = Instant::now();
            while self.0.load(Ordering::SeqCst) < THREADS {
                if begun.elapsed() > Duration::from_secs(10) {
                    return Err(VerifyError::Invalid);
                }
                thread::sleep(Duration::from_millis(1));
            }
            Ok(())
        }
    }

    /// Gives that key for every other.
    #[derive(Debug)]
    struct Meetings;

    impl Provider for Meetings {
        fn digest(&self, algorithm: DigestAlgorithm) -> Option<Box<dyn DigestState>> {
            TestProvider.digest(algorithm)
        }

        fn public_key(&self, _: &[u8]) -> Option<Arc<dyn PublicKey>> {
            Some(Arc::new(Meeting::default()))
        }

        fn private_key(&self, pkcs8: &[u8]) -> Done<Box<dyn PrivateKey>> {
            TestProvider.private_key(pkcs8)
        }

        fn random(&self, bytes: &mut [u8]) -> Done<()> {
            TestProvider.random(bytes)
        }
    }

    #[test]
    fn eight_threads_check_signatures_at_the_same_time_and_once_each() {
        let parse = |der: &[u8]| Certificate::parse(der, &Meetings).unwrap();
        let issuer = Template::authority("A").self_signed();
        let leaves: Vec<_> = (0..THREADS)
            .map(|number| Template::leaf(&format!("L{number}")).issued_by(&issuer))
            .map(|leaf| leaf.certificate.der().to_vec())
            .collect();
        let issuer = parse(issuer.certificate.der());
        let links = Links::default();
        let parsed: Vec<_> = leaves.iter().map(|der| parse(der)).collect();
        // The second time the objects know it, the third time they are others with the same bytes.
        let again: Vec<_> = leaves.iter().map(|der| parse(der)).collect();
        for leaves in [&parsed, &parsed, &again] {
            thread::scope(|scope| {
                for leaf in leaves {
                    let (links, issuer) = (&links, &issuer);
                    scope.spawn(move || {
                        let pay = || Ok::<(), ()>(());
                        let told = links.check(issuer, &leaf.signed(), pay);
                        assert_eq!(told, Ok(Ok(())), "a lock was held");
                    });
                }
            });
        }
        let key = format!("{:?}", issuer.public_key().unwrap());
        assert_eq!(
            key,
            format!("Meeting({THREADS})"),
            "remembered the second time"
        );
    }
}
