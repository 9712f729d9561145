//! RSA: aws-lc signs, everyone checks.

use super::*;

/// A new private key, and each provider's view of its public key.
fn key() -> (Box<dyn PrivateKey>, Vec<Arc<dyn PublicKey>>) {
    let private = AwsLc.private_key(&pkcs8(KeyType::Rsa)).unwrap();
    let public = publics(private.public_key_spki());
    (private, public)
}

fn publics(spki: &[u8]) -> Vec<Arc<dyn PublicKey>> {
    let keys = PROVIDERS
        .iter()
        .map(|built| built.provider.public_key(spki).unwrap());
    keys.collect()
}

#[test]
fn signs_and_checks() {
    use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};
    let (private, publics) = key();
    assert_eq!((private.key_type(), private.bits()), (KeyType::Rsa, 2048));
    assert_eq!(private.max_signature_len(), 256);
    for digest in [Sha256, Sha384, Sha512] {
        let pss = |salt_len| SignatureAlgorithm::RsaPss {
            digest,
            mgf1: digest,
            salt_len,
        };
        let pkcs1 = SignatureAlgorithm::RsaPkcs1(digest);
        let mixed = SignatureAlgorithm::RsaPss {
            digest,
            mgf1: Sha1,
            salt_len: 20,
        };
        assert!(!private.supports(&mixed));
        for Built { provider, .. } in PROVIDERS {
            round_trip(*provider, private.as_ref(), &pkcs1);
            round_trip(*provider, private.as_ref(), &pss(digest.len()));
        }
        for public in &publics {
            // Another salt than the one that was used must not pass, nor the other padding.
            let value = private.sign(&pss(digest.len()), b"m").unwrap();
            let invalid = Err(VerifyError::Invalid);
            for salt in [0, 20, digest.len() - 1, digest.len() + 1, 100, 65_535] {
                let outcome = public.verify(&pss(salt), b"m", &value);
                assert_eq!(outcome, invalid, "salt {salt}");
            }
            let unsupported = Err(VerifyError::Unsupported);
            assert_eq!(public.verify(&pss(65_536), b"m", &value), unsupported);
            assert_eq!(public.verify(&pkcs1, b"m", &value), invalid);
            let value = private.sign(&pkcs1, b"m").unwrap();
            assert_eq!(public.verify(&pss(digest.len()), b"m", &value), invalid);
            assert_eq!(public.verify(&mixed, b"m", &value), unsupported);
        }
    }
    let weak = SignatureAlgorithm::RsaPkcs1(Sha1);
    let error = private.sign(&weak, b"m").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    for public in &publics {
        let outcome = public.verify(&weak, b"m", &[0; 256]);
        assert_eq!(outcome, Err(VerifyError::Invalid));
        let elsewhere = SignatureAlgorithm::Ecdsa(Sha256);
        let outcome = public.verify(&elsewhere, b"m", &[0; 256]);
        assert_eq!(outcome, Err(VerifyError::Unsupported));
    }
}

/// A value and the value with the modulus added open to the same number; only the smaller one is a signature
/// (RFC 8017 clause 5.2.2 step 1).
#[test]
fn a_value_beyond_the_modulus_is_refused() {
    let digest = DigestAlgorithm::Sha256;
    let algorithms = [
        SignatureAlgorithm::RsaPkcs1(digest),
        SignatureAlgorithm::RsaPss {
            digest,
            mgf1: digest,
            salt_len: 32,
        },
    ];
    let (private, publics) = key();
    // Behind SEQUENCE, algorithm, BIT STRING, SEQUENCE, INTEGER and its zero byte.
    let spki = private.public_key_spki();
    let modulus = &spki[33..33 + 256];
    for algorithm in algorithms {
        // A value small enough that the sum has the same length: how many are depends on the modulus.
        let sum = (0..2000_u16).map(u16::to_be_bytes).find_map(|n| {
            let value = private.sign(&algorithm, &n).unwrap();
            let mut carry = 0;
            let mut sum = value.clone();
            for (octet, add) in sum.iter_mut().zip(modulus).rev() {
                let [high, low] = (u16::from(*octet) + u16::from(*add) + carry).to_be_bytes();
                *octet = low;
                carry = u16::from(high);
            }
            (carry == 0).then_some((n, value, sum))
        });
        let (n, value, sum) = sum.expect("one of 2,000 values is small enough");
        for public in &publics {
            assert_eq!(public.verify(&algorithm, &n, &value), Ok(()));
            assert_eq!(
                public.verify(&algorithm, &n, &sum),
                Err(VerifyError::Invalid),
                "{algorithm}"
            );
        }
    }
}

#[test]
fn a_key_for_pss_checks_only_what_its_parameters_allow() {
    let (private, _) = key();
    let spki = private.public_key_spki();
    // The same key with another identifier: rsaEncryption 1.2.840.113549.1.1.1 + NULL becomes …1.1.10.
    let at = spki.windows(4).position(|w| w == [1, 1, 1, 5]).unwrap();
    let build = |parameters: &[u8]| {
        let body = &spki[at + 5..];
        let oid = [6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 10];
        let algorithm = [
            &[0x30, u8::try_from(oid.len() + parameters.len()).unwrap()],
            &oid[..],
            parameters,
        ]
        .concat();
        let len = u16::try_from(algorithm.len() + body.len())
            .unwrap()
            .to_be_bytes();
        [&[0x30, 0x82], &len[..], &algorithm, body].concat()
    };
    let sha256 = SignatureAlgorithm::RsaPss {
        digest: DigestAlgorithm::Sha256,
        mgf1: DigestAlgorithm::Sha256,
        salt_len: 32,
    };
    let value = private.sign(&sha256, b"m").unwrap();
    let pkcs1 = SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256);
    let v15 = private.sign(&pkcs1, b"m").unwrap();
    for free in publics(&build(&[])) {
        assert_eq!(free.verify(&sha256, b"m", &value), Ok(()));
        let outcome = free.verify(&pkcs1, b"m", &v15);
        assert_eq!(outcome, Err(VerifyError::Unsupported));
    }
    // An empty SEQUENCE means SHA-1 throughout.
    for sha1 in publics(&build(&[0x30, 0])) {
        let outcome = sha1.verify(&sha256, b"m", &value);
        assert_eq!(outcome, Err(VerifyError::Invalid));
    }
    for Built { provider, .. } in PROVIDERS {
        assert!(provider.public_key(&build(&[0x05, 0])).is_none());
    }
}
