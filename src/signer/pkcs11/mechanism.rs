//! Which mechanism makes a signature, and what it is fed. Digests are made here, so that only they cross to the token.

use cryptoki::mechanism::{
    Mechanism, MechanismType,
    rsa::{PkcsMgfType, PkcsPssParams},
};

use crate::crypto::{DigestAlgorithm, KeyType, SignatureAlgorithm};

/// What a mechanism wants to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Input {
    /// DigestInfo around the digest (RFC 8017 clause 9.2).
    DigestInfo,
    /// The digest.
    Digest,
    /// The message; the module digests it itself.
    Message,
}

/// The mechanism for an algorithm on a token that has `offered` (empty: it does not say).
pub(super) fn choose(
    algorithm: &SignatureAlgorithm,
    key_type: KeyType,
    offered: &[MechanismType],
) -> Option<(Mechanism<'static>, Input)> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    let choices = match (*algorithm, key_type) {
        (SignatureAlgorithm::RsaPkcs1(digest), KeyType::Rsa) => {
            let whole = match digest {
                Sha256 => Mechanism::Sha256RsaPkcs,
                Sha384 => Mechanism::Sha384RsaPkcs,
                Sha512 => Mechanism::Sha512RsaPkcs,
                _ => return None,
            };
            [
                (Mechanism::RsaPkcs, Input::DigestInfo),
                (whole, Input::Message),
            ]
        }
        (
            SignatureAlgorithm::RsaPss {
                digest,
                mgf1,
                salt_len,
            },
            KeyType::Rsa,
        ) if mgf1 == digest && salt_len == digest.len() => {
            let parameters = pss(digest)?;
            let whole = match digest {
                Sha256 => Mechanism::Sha256RsaPkcsPss(parameters),
                Sha384 => Mechanism::Sha384RsaPkcsPss(parameters),
                _ => Mechanism::Sha512RsaPkcsPss(parameters),
            };
            [
                (Mechanism::RsaPkcsPss(parameters), Input::Digest),
                (whole, Input::Message),
            ]
        }
        // Each curve with its own digest, as keys in files: tokens differ in what else they take.
        (SignatureAlgorithm::Ecdsa(Sha256), KeyType::EcP256) => [
            (Mechanism::Ecdsa, Input::Digest),
            (Mechanism::EcdsaSha256, Input::Message),
        ],
        (SignatureAlgorithm::Ecdsa(Sha384), KeyType::EcP384) => [
            (Mechanism::Ecdsa, Input::Digest),
            (Mechanism::EcdsaSha384, Input::Message),
        ],
        _ => return None,
    };
    if offered.is_empty() {
        return choices.into_iter().next();
    }
    choices
        .into_iter()
        .find(|(mechanism, _)| offered.contains(&mechanism.mechanism_type()))
}

fn pss(digest: DigestAlgorithm) -> Option<PkcsPssParams> {
    let (hash_alg, mgf) = match digest {
        DigestAlgorithm::Sha256 => (MechanismType::SHA256, PkcsMgfType::MGF1_SHA256),
        DigestAlgorithm::Sha384 => (MechanismType::SHA384, PkcsMgfType::MGF1_SHA384),
        DigestAlgorithm::Sha512 => (MechanismType::SHA512, PkcsMgfType::MGF1_SHA512),
        _ => return None,
    };
    Some(PkcsPssParams {
        hash_alg,
        mgf,
        s_len: digest.len().try_into().ok()?,
    })
}

/// DigestInfo of PKCS #1 (RFC 8017 clause 9.2 note 1).
pub(super) fn digest_info(algorithm: DigestAlgorithm, digest: &[u8]) -> Option<Vec<u8>> {
    // SEQUENCE { SEQUENCE { OID 2.16.840.1.101.3.4.2.x, NULL }, OCTET STRING }
    let (last, length) = match algorithm {
        DigestAlgorithm::Sha256 => (1, 32),
        DigestAlgorithm::Sha384 => (2, 48),
        DigestAlgorithm::Sha512 => (3, 64),
        _ => return None,
    };
    let mut info = vec![0x30, 17 + length, 0x30, 13, 0x06, 9];
    info.extend_from_slice(&[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last]);
    info.extend_from_slice(&[0x05, 0x00, 0x04, length]);
    info.extend_from_slice(digest);
    Some(info)
}

/// An ECDSA value as tokens give it, two numbers of equal length, as DER (RFC 3279 clause 2.2.3).
pub(super) fn ecdsa_der(value: &[u8], key_type: KeyType) -> Option<Vec<u8>> {
    let field = usize::try_from(key_type.curve_bits()?.div_ceil(8)).ok()?;
    if value.is_empty() || !value.len().is_multiple_of(2) || value.len() > field.checked_mul(2)? {
        return None;
    }
    let (r, s) = value.split_at_checked(value.len() / 2)?;
    let body = [integer(r)?, integer(s)?].concat();
    let mut der = vec![0x30];
    // P-521 needs the long form.
    let length = u8::try_from(body.len()).ok()?;
    if length > 127 {
        der.push(0x81);
    }
    der.push(length);
    der.extend_from_slice(&body);
    Some(der)
}

/// Most bytes of such a value in DER.
pub(super) fn ecdsa_der_len(key_type: KeyType) -> usize {
    let field = key_type.curve_bits().unwrap_or_default().div_ceil(8);
    let field = usize::try_from(field).unwrap_or_default();
    // Two INTEGERs, each with two octets of header and maybe a zero, and the SEQUENCE's header.
    field.saturating_add(3).saturating_mul(2).saturating_add(3)
}

fn integer(number: &[u8]) -> Option<Vec<u8>> {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    let number = number.get(zeros..).filter(|number| !number.is_empty())?;
    let pad = usize::from(number.first().is_some_and(|octet| *octet > 0x7F));
    let mut der = vec![0x02, u8::try_from(number.len().checked_add(pad)?).ok()?];
    der.extend(std::iter::repeat_n(0, pad));
    der.extend_from_slice(number);
    Some(der)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PKCS1: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256);

    fn chosen(
        algorithm: SignatureAlgorithm,
        key: KeyType,
        offered: &[MechanismType],
    ) -> Option<(MechanismType, Input)> {
        let (mechanism, input) = choose(&algorithm, key, offered)?;
        Some((mechanism.mechanism_type(), input))
    }

    #[test]
    fn only_digests_cross_where_the_token_allows_it() {
        let both = [MechanismType::SHA256_RSA_PKCS, MechanismType::RSA_PKCS];
        let raw = Some((MechanismType::RSA_PKCS, Input::DigestInfo));
        assert_eq!(chosen(PKCS1, KeyType::Rsa, &both), raw);
        assert_eq!(chosen(PKCS1, KeyType::Rsa, &[]), raw);
        assert_eq!(
            chosen(PKCS1, KeyType::Rsa, &both[..1]),
            Some((MechanismType::SHA256_RSA_PKCS, Input::Message))
        );
        assert_eq!(chosen(PKCS1, KeyType::Rsa, &[MechanismType::ECDSA]), None);
        assert_eq!(chosen(PKCS1, KeyType::EcP256, &[]), None);
        let ecdsa = SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256);
        assert_eq!(
            chosen(ecdsa, KeyType::EcP256, &[]),
            Some((MechanismType::ECDSA, Input::Digest))
        );
        assert_eq!(chosen(ecdsa, KeyType::EcP384, &[]), None);
        let pss = SignatureAlgorithm::RsaPss {
            digest: DigestAlgorithm::Sha256,
            mgf1: DigestAlgorithm::Sha256,
            salt_len: 20,
        };
        assert_eq!(
            chosen(pss, KeyType::Rsa, &[]),
            None,
            "odd salts are refused"
        );
    }

    #[test]
    fn digest_info_is_that_of_the_standard() {
        let info = digest_info(DigestAlgorithm::Sha256, &[7; 32]).unwrap();
        assert_eq!(info.len(), 51);
        assert_eq!(info[..2], [0x30, 0x31]);
        assert_eq!(info[15..19], [0x05, 0x00, 0x04, 0x20]);
        let tlv = crate::asn1::Tlv::parse(&info).unwrap();
        assert_eq!(tlv.full.len(), info.len());
        assert_eq!(digest_info(DigestAlgorithm::Sha1, &[7; 20]), None);
    }

    #[test]
    fn ecdsa_values_become_der() {
        let mut value = vec![0; 64];
        value[0] = 0x80;
        value[63] = 1;
        let der = ecdsa_der(&value, KeyType::EcP256).unwrap();
        assert_eq!(der.len(), 2 + 2 + 33 + 3);
        assert_eq!(der[..5], [0x30, 38, 0x02, 33, 0]);
        assert_eq!(der[37..], [0x02, 1, 1]);
        let long = ecdsa_der(&[0xFF; 132], KeyType::EcP521).unwrap();
        assert_eq!(long[..2], [0x30, 0x81]);
        assert!(long.len() <= ecdsa_der_len(KeyType::EcP521));
        assert!(
            ecdsa_der(&[0xFF; 64], KeyType::EcP256).unwrap().len()
                <= ecdsa_der_len(KeyType::EcP256)
        );
        // A zero is no part of a signature; odd or long values are none at all.
        assert_eq!(ecdsa_der(&[0; 64], KeyType::EcP256), None);
        assert_eq!(ecdsa_der(&[1; 63], KeyType::EcP256), None);
        assert_eq!(ecdsa_der(&[1; 66], KeyType::EcP256), None);
        assert_eq!(ecdsa_der(&[], KeyType::EcP256), None);
    }
}
