//! From a private key and a heap of certificates to a signer.

use std::sync::Arc;

use super::local::LocalSigner;
use crate::{
    asn1::{Tag, Tlv},
    crypto::{self, PrivateKey},
    error::{Error, ErrorKind, Result},
    limits::MAX_PATH_LENGTH,
    text::rules::key as rules,
    x509::{Certificate, name},
};

/// Finds the certificate of the key and puts its issuers in order. `what` names the file in errors.
pub(super) fn signer(what: &str, pkcs8: &[u8], heap: &[Arc<Certificate>]) -> Result<LocalSigner> {
    let key = crypto::default_provider()?.private_key(pkcs8)?;
    let missing = || Error::new(ErrorKind::Key, &rules::CERTIFICATE_MISSING).with(what);
    let first = heap.first().ok_or_else(missing)?;
    let certificate = heap
        .iter()
        .find(|certificate| fits(key.as_ref(), certificate));
    let mismatch = || Error::new(ErrorKind::Key, &rules::KEY_MISMATCH).with(first.subject_text());
    let certificate = Arc::clone(certificate.ok_or_else(mismatch)?);
    let chain = chain(&certificate, heap);
    Ok(LocalSigner {
        key,
        certificate,
        chain,
    })
}

/// Whether the certificate was made for the key: the same public key, bit for bit.
fn fits(key: &dyn PrivateKey, certificate: &Certificate) -> bool {
    let Some(public) = certificate.public_key() else {
        return false;
    };
    public.key_type() == key.key_type()
        && public.bits() == key.bits()
        && key_bits(key.public_key_spki()).is_some_and(|k| Some(k) == key_bits(certificate.spki()))
}

/// The subjectPublicKey of a SubjectPublicKeyInfo. The algorithm beside it may be written in several ways.
fn key_bits(spki: &[u8]) -> Option<&[u8]> {
    let mut fields = Tlv::parse(spki).ok()?.children();
    fields.expect(Tag::SEQUENCE).ok()?;
    fields.expect(Tag::BIT_STRING).ok()?.bits()
}

/// The issuers, nearest first, as far as the heap has them; each must have signed the one before. The root stays
/// out: who checks must have it from elsewhere.
pub(super) fn chain(leaf: &Arc<Certificate>, heap: &[Arc<Certificate>]) -> Vec<Arc<Certificate>> {
    let mut chain: Vec<Arc<Certificate>> = Vec::new();
    let mut last = leaf;
    while chain.len() < MAX_PATH_LENGTH {
        let next = heap.iter().find(|next| {
            !next.is_self_issued()
                && **next != *leaf
                && !chain.contains(next)
                && is_issuer(next, last)
        });
        let Some(next) = next else { break };
        chain.push(Arc::clone(next));
        last = next;
    }
    chain
}

fn is_issuer(issuer: &Certificate, certificate: &Certificate) -> bool {
    let key_ids = (certificate.authority_key_id(), issuer.subject_key_id());
    if matches!(key_ids, (Some(a), Some(b)) if a != b)
        || !name::names_match(certificate.issuer(), issuer.subject())
    {
        return false;
    }
    certificate.signed().verify(issuer).is_ok()
}
