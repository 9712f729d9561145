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

    /// Checks a signature with the issuer's key, and remembers the result. No lock is held meanwhile.
    pub(super) fn check(
        &self,
        issuer: &Certificate,
        object: Object,
        algorithm: Option<SignatureAlgorithm>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        if let Some(known) = self.recall(issuer, object) {
            return known;
        }
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
        result
    }
}
