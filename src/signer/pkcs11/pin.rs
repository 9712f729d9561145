//! PINs that tokens have refused. A government token locks itself after a few wrong ones, so none is sent twice.
//!
//! Digests are kept, under a key that this process alone has; never the PINs.

use std::{
    hash::{BuildHasher, RandomState},
    sync::{LazyLock, Mutex},
};

use cryptoki::slot::TokenInfo;
use zeroize::Zeroizing;

use super::module::lock;
use crate::{
    crypto::{self, DigestAlgorithm},
    error::{Error, ErrorKind, Result},
    limits::MAX_REFUSED_PINS,
    signer::shown,
    text::rules::key as rules,
};

/// A token, by what is printed on it rather than by where it is plugged in.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct TokenName {
    pub(super) label: String,
    manufacturer: String,
    model: String,
    pub(super) serial: String,
}

impl TokenName {
    pub(super) fn new(info: &TokenInfo) -> Self {
        Self {
            label: shown(info.label()),
            manufacturer: info.manufacturer_id().to_owned(),
            model: info.model().to_owned(),
            serial: info.serial_number().to_owned(),
        }
    }
}

/// What is kept of a PIN.
pub(super) type Digest = crypto::Digest;

struct Refusal {
    token: TokenName,
    digest: Digest,
    /// The token said afterwards that it counts.
    counted: bool,
}

static REFUSED: Mutex<Vec<Refusal>> = Mutex::new(Vec::new());

/// Random, and different in every process.
static KEY: LazyLock<[u64; 2]> =
    LazyLock::new(|| [0, 1].map(|n: u64| RandomState::new().hash_one(n)));

/// The digest of a PIN under this process's key.
pub(super) fn digest(pin: &str) -> Result<Digest> {
    let mut text = Zeroizing::new(Vec::with_capacity(pin.len().saturating_add(16)));
    text.extend(KEY.iter().flat_map(|part| part.to_be_bytes()));
    text.extend_from_slice(pin.as_bytes());
    let digest = crypto::default_provider()?.digest_of(DigestAlgorithm::Sha256, &text);
    digest.ok_or_else(|| {
        let algorithm = DigestAlgorithm::Sha256.name();
        Error::new(ErrorKind::Unsupported, &rules::DIGEST_UNSUPPORTED).with(algorithm)
    })
}

/// Notes that a token refused a PIN.
pub(super) fn refused(token: &TokenName, info: Option<&TokenInfo>, digest: Digest) {
    let mut refusals = lock(&REFUSED);
    if refusals.len() >= MAX_REFUSED_PINS {
        refusals.remove(0);
    }
    refusals.push(Refusal {
        token: token.clone(),
        digest,
        counted: info.is_some_and(is_counting),
    });
}

/// Whether a token has refused this PIN, and nobody has logged in since as far as it says.
pub(super) fn was_refused(token: &TokenName, info: &TokenInfo, digest: Digest) -> bool {
    let mut refusals = lock(&REFUSED);
    // The count was up and is down: somebody logged in, perhaps after changing the PIN to this one.
    refusals.retain(|refusal| refusal.token != *token || !refusal.counted || is_counting(info));
    refusals
        .iter()
        .any(|refusal| refusal.token == *token && refusal.digest == digest)
}

/// Forgets the refusals of a token: after a login it counts anew.
pub(super) fn forget(token: &TokenName) {
    lock(&REFUSED).retain(|refusal| refusal.token != *token);
}

fn is_counting(info: &TokenInfo) -> bool {
    info.user_pin_count_low() || info.user_pin_final_try() || info.user_pin_locked()
}
