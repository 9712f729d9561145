//! A bounded memo of signature checks, so that a link of a chain is checked once, not once for each signature.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{
    crypto::{SignatureAlgorithm, VerifyError},
    limits::MAX_VERIFIED_LINKS,
    x509::Certificate,
};

/// What an issuer has signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Object {
    /// A certificate, by SHA-256 of all of its bytes, the signature included.
    Certificate([u8; 32]),
    /// A CRL, by its number.
    Crl(u64),
    /// An OCSP response, likewise.
    Ocsp(u64),
}

/// Results by issuer (SHA-256 of its certificate) and object. Both name fixed bytes, so a result never changes.
#[derive(Debug, Default)]
pub(super) struct Links(Mutex<HashMap<Link, Result<(), VerifyError>>>);

type Link = ([u8; 32], Object);

impl Links {
    /// What an earlier check gave.
    pub(super) fn recall(
        &self,
        issuer: &Certificate,
        object: Object,
    ) -> Option<Result<(), VerifyError>> {
        let memo = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        memo.get(&(*issuer.sha256(), object)).copied()
    }

    /// Checks a signature with the issuer's key, and remembers the result. No lock is held meanwhile. Before a public-key operation is
    /// made it is paid for: `spend` may refuse.
    pub(super) fn check<F>(
        &self,
        issuer: &Certificate,
        object: Object,
        algorithm: Option<SignatureAlgorithm>,
        message: &[u8],
        signature: &[u8],
        spend: impl FnOnce() -> Result<(), F>,
    ) -> Result<Result<(), VerifyError>, F> {
        if let Some(known) = self.recall(issuer, object) {
            return Ok(known);
        }
        spend()?;
        let result = match (issuer.public_key(), algorithm) {
            (Some(key), Some(algorithm)) => key.verify(&algorithm, message, signature),
            _ => Err(VerifyError::Unsupported),
        };
        let mut memo = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A full memo starts afresh: a stranger's certificates can cost time, never memory.
        if memo.len() >= MAX_VERIFIED_LINKS {
            memo.clear();
        }
        memo.insert((*issuer.sha256(), object), result);
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
        cms::testing::{ECDSA, Template},
        crypto::{
            DigestAlgorithm, DigestState, KeyType, PrivateKey, Provider, PublicKey, TestProvider,
            ToBeSigned,
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
        let issuer = Template::authority("A").self_signed();
        let issuer = Certificate::parse(issuer.certificate.der(), &Meetings).unwrap();
        let links = Links::default();
        for _ in 0..2 {
            thread::scope(|scope| {
                for number in 0..THREADS as u64 {
                    let (links, issuer) = (&links, &issuer);
                    scope.spawn(move || {
                        let object = Object::Crl(number);
                        let pay = || Ok::<(), ()>(());
                        let told = links.check(issuer, object, Some(ECDSA), b"list", b"value", pay);
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
