//! Signature values as XMLDSig has them.

use crate::crypto::{PublicKey, SignatureAlgorithm, VerifyError};

/// Octets of the longest field, that of P-521.
const MAX_FIELD: usize = 66;

/// Checks a value. ECDSA values are `r‖s`, each as long as the curve's field (XMLDSig 1.1 clause 6.4.3), and go to the provider as
/// DER. Halves with more or fewer zeros in front are read as well: some signers pad to whole words, and the numbers are the same.
pub(super) fn verify(
    key: &dyn PublicKey,
    algorithm: &SignatureAlgorithm,
    message: &[u8],
    value: &[u8],
) -> Result<(), VerifyError> {
    if !matches!(algorithm, SignatureAlgorithm::Ecdsa(_)) {
        return key.verify(algorithm, message, value);
    }
    let bits = key
        .key_type()
        .curve_bits()
        .ok_or(VerifyError::Unsupported)?;
    let half = usize::try_from(bits.div_ceil(8)).map_err(|_| VerifyError::Unsupported)?;
    let (r, s) = value
        .split_at_checked(value.len() / 2)
        .filter(|(r, s)| r.len() == s.len() && r.len() <= 2 * MAX_FIELD)
        .ok_or(VerifyError::Invalid)?;
    let fits = |number: &[u8]| number.iter().skip_while(|octet| **octet == 0).count() <= half;
    if !fits(r) || !fits(s) {
        return Err(VerifyError::Invalid);
    }
    key.verify(algorithm, message, &der(r, s))
}

/// `SEQUENCE { INTEGER r, INTEGER s }`.
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let [r, s] = [r, s].map(integer);
    crate::asn1::write::tlv(0x30, &[&r, &s])
}

fn integer(magnitude: &[u8]) -> Vec<u8> {
    let zeros = magnitude.iter().take_while(|octet| **octet == 0).count();
    let magnitude = magnitude.get(zeros..).unwrap_or_default();
    // A first bit would be a sign, and nothing at all is zero.
    let sign: &[u8] = match magnitude.first() {
        Some(first) if *first < 0x80 => &[],
        _ => &[0],
    };
    crate::asn1::write::tlv(2, &[sign, magnitude])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_become_integers() {
        assert_eq!(
            der(&[0, 0x7f], &[0x80, 1]),
            [0x30, 8, 2, 1, 0x7f, 2, 3, 0, 0x80, 1]
        );
        assert_eq!(der(&[0, 0], &[1]), [0x30, 6, 2, 1, 0, 2, 1, 1]);
    }
}
