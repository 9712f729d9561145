//! Signature values as XMLDSig has them.

use crate::{
    asn1::{Tag, Tlv},
    crypto::{KeyType, SignatureAlgorithm},
};

/// Octets of r and of s each; `None` where values are no pairs.
pub(crate) fn raw_length(key: KeyType) -> Option<usize> {
    match key {
        KeyType::EcP256 => Some(32),
        KeyType::EcP384 => Some(48),
        KeyType::EcP521 => Some(66),
        KeyType::Rsa | KeyType::Ed25519 => None,
    }
}

/// The value that a signer gave, as SignatureValue has it: ECDSA as r‖s, each as long as the curve's field (RFC 4050 and
/// XMLDSig 1.1 clause 6.4.3), all others as they are. `None` where an ECDSA value is no DER of two numbers that fit.
pub(crate) fn raw(algorithm: &SignatureAlgorithm, key: KeyType, value: &[u8]) -> Option<Vec<u8>> {
    if !matches!(algorithm, SignatureAlgorithm::Ecdsa(_)) {
        return Some(value.to_vec());
    }
    let length = raw_length(key)?;
    let mut octets = Vec::with_capacity(length.saturating_mul(2));
    for number in numbers(value)? {
        let number = match number {
            [0, rest @ ..] if !rest.is_empty() => rest,
            number => number,
        };
        let padding = length.checked_sub(number.len())?;
        octets.resize(octets.len().checked_add(padding)?, 0);
        octets.extend_from_slice(number);
    }
    Some(octets)
}

/// The two INTEGERs of `Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }`.
fn numbers(value: &[u8]) -> Option<[&[u8]; 2]> {
    let pair = Tlv::parse(value).ok()?;
    let mut reader = pair.children();
    let (r, s) = (reader.next().ok()?, reader.next().ok()?);
    reader.finish().ok()?;
    let are_integers = r.tag == Tag::INTEGER && s.tag == Tag::INTEGER;
    are_integers.then_some([r.content, s.content])
}
