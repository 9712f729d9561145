//! What every provider must do; each test runs for each provider that is built.

mod agreement;
#[cfg(feature = "aws-lc")]
mod rsa;
mod wycheproof;

use std::sync::Arc;

#[cfg(feature = "aws-lc")]
use super::aws_lc::AwsLc;
#[cfg(feature = "rust-crypto")]
use super::rust::RustCrypto;
use super::*;

/// A provider with its name and what only some offer.
struct Built {
    name: &'static str,
    provider: &'static dyn Provider,
    p521: bool,
    /// Private keys, that is: public keys are always offered.
    rsa: bool,
}

const PROVIDERS: &[Built] = &[
    #[cfg(feature = "aws-lc")]
    Built {
        name: "aws-lc",
        provider: &AwsLc,
        p521: true,
        rsa: true,
    },
    #[cfg(feature = "rust-crypto")]
    Built {
        name: "rust-crypto",
        provider: &RustCrypto,
        p521: false,
        rsa: false,
    },
];

fn unhex(text: &str) -> Vec<u8> {
    let octet = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(octet).collect()
}

/// A new key in PKCS#8.
#[cfg(feature = "aws-lc")]
pub(crate) fn pkcs8(key_type: KeyType) -> Vec<u8> {
    use aws_lc_rs::{encoding::AsDer as _, rsa, signature as alg};

    let ec = |algorithm| {
        let pair = alg::EcdsaKeyPair::generate(algorithm).unwrap();
        pair.to_pkcs8v1().unwrap().as_ref().to_vec()
    };
    match key_type {
        KeyType::Rsa => {
            let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
            pair.as_der().unwrap().as_ref().to_vec()
        }
        KeyType::EcP256 => ec(&alg::ECDSA_P256_SHA256_ASN1_SIGNING),
        KeyType::EcP384 => ec(&alg::ECDSA_P384_SHA384_ASN1_SIGNING),
        KeyType::EcP521 => ec(&alg::ECDSA_P521_SHA512_ASN1_SIGNING),
        KeyType::Ed25519 => {
            let pair = alg::Ed25519KeyPair::generate().unwrap();
            pair.to_pkcs8v1().unwrap().as_ref().to_vec()
        }
    }
}

#[cfg(not(feature = "aws-lc"))]
pub(crate) fn pkcs8(key_type: KeyType) -> Vec<u8> {
    use p256::{elliptic_curve::rand_core::OsRng, pkcs8::EncodePrivateKey};

    let document = match key_type {
        KeyType::EcP256 => p256::SecretKey::random(&mut OsRng).to_pkcs8_der(),
        KeyType::EcP384 => p384::SecretKey::random(&mut OsRng).to_pkcs8_der(),
        KeyType::Ed25519 => {
            let mut seed = [0; 32];
            RustCrypto.random(&mut seed).unwrap();
            ed25519_dalek::SigningKey::from_bytes(&seed).to_pkcs8_der()
        }
        other => panic!("no {other:?} in this build"),
    };
    document.unwrap().as_bytes().to_vec()
}

/// Signs a message and its digest, checks both both ways, and sees every flipped bit of a byte refused.
fn round_trip(provider: &dyn Provider, private: &dyn PrivateKey, algorithm: &SignatureAlgorithm) {
    let public = provider.public_key(private.public_key_spki()).unwrap();
    assert_eq!(
        (public.key_type(), public.bits()),
        (private.key_type(), private.bits())
    );
    assert!(private.supports(algorithm), "{algorithm}");
    let message = b"Quy\xE1\xBA\xBFt \xC4\x91\xE1\xBB\x8Bnh";
    let digest = provider.digest_of(algorithm.digest(), message).unwrap();
    for value in [
        private.sign(algorithm, message).unwrap(),
        private.sign_digest(algorithm, &digest).unwrap(),
    ] {
        assert!(value.len() <= private.max_signature_len(), "{algorithm}");
        assert_eq!(
            public.verify(algorithm, message, &value),
            Ok(()),
            "{algorithm}"
        );
        assert_eq!(
            public.verify_digest(algorithm, &digest, &value),
            Ok(()),
            "{algorithm}"
        );
        let invalid = Err(VerifyError::Invalid);
        assert_eq!(public.verify(algorithm, b"Q", &value), invalid);
        assert_eq!(public.verify(algorithm, message, b""), invalid);
        for bit in 0..8 {
            let mut wrong = value.clone();
            *wrong.last_mut().unwrap() ^= 1 << bit;
            assert_eq!(
                public.verify(algorithm, message, &wrong),
                invalid,
                "{algorithm}"
            );
            let mut other = digest.as_bytes().to_vec();
            other[0] ^= 1 << bit;
            assert_eq!(
                public.verify_digest(algorithm, &Digest::new(&other), &value),
                invalid
            );
        }
        let short = Digest::new(&digest.as_bytes()[1..]);
        assert_eq!(public.verify_digest(algorithm, &short, &value), invalid);
        assert_eq!(
            public.verify_digest(algorithm, &Digest::new(b""), &value),
            invalid
        );
    }
}

#[test]
fn ecdsa_signs_and_checks() {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    for built in PROVIDERS {
        let provider = built.provider;
        let keys = [
            (KeyType::EcP256, vec![Sha256]),
            (KeyType::EcP384, vec![Sha384]),
            (KeyType::EcP521, vec![Sha256, Sha384, Sha512]),
        ];
        for (key_type, digests) in keys {
            if key_type == KeyType::EcP521 && !built.p521 {
                continue;
            }
            let private = provider.private_key(&pkcs8(key_type)).unwrap();
            assert_eq!(private.key_type(), key_type);
            for digest in digests {
                let algorithm = SignatureAlgorithm::Ecdsa(digest);
                round_trip(provider, private.as_ref(), &algorithm);
            }
            let other = SignatureAlgorithm::RsaPkcs1(Sha256);
            assert!(!private.supports(&other));
            assert_eq!(
                private.sign(&other, b"m").unwrap_err().kind(),
                ErrorKind::Unsupported
            );
            let public = provider.public_key(private.public_key_spki()).unwrap();
            assert_eq!(
                public.verify(&other, b"m", b"s"),
                Err(VerifyError::Unsupported)
            );
        }
    }
}

#[test]
fn ed25519_signs_and_checks_messages_only() {
    let algorithm = SignatureAlgorithm::Ed25519;
    for Built { provider, .. } in PROVIDERS {
        let private = provider.private_key(&pkcs8(KeyType::Ed25519)).unwrap();
        assert_eq!(private.key_type(), KeyType::Ed25519);
        assert!(private.supports(&algorithm));
        let value = private.sign(&algorithm, b"m").unwrap();
        assert_eq!((value.len(), private.max_signature_len()), (64, 64));
        let public = provider.public_key(private.public_key_spki()).unwrap();
        assert_eq!(public.verify(&algorithm, b"m", &value), Ok(()));
        for bit in 0..512 {
            let mut wrong = value.clone();
            wrong[bit / 8] ^= 1 << (bit % 8);
            let outcome = public.verify(&algorithm, b"m", &wrong);
            assert_eq!(outcome, Err(VerifyError::Invalid));
        }
        let digest = provider.digest_of(algorithm.digest(), b"m").unwrap();
        let error = private.sign_digest(&algorithm, &digest).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(
            public.verify_digest(&algorithm, &digest, &value),
            Err(VerifyError::Unsupported)
        );
        let other = SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256);
        assert_eq!(
            public.verify(&other, b"m", &value),
            Err(VerifyError::Unsupported)
        );
    }
}

#[test]
fn private_keys_that_are_not_offered_or_broken_are_refused() {
    for built in PROVIDERS {
        let refused = |bytes: &[u8]| built.provider.private_key(bytes).err().unwrap();
        let mut trailing = pkcs8(KeyType::EcP256);
        trailing.push(0);
        assert_eq!(refused(&trailing).kind(), ErrorKind::Key, "{}", built.name);
        assert_eq!(refused(b"").code(), "key-malformed");
        // PrivateKeyInfo { 0, rsaEncryption NULL, empty }: told by its type, not by its numbers.
        let rsa = unhex("3013020100300d06092a864886f70d01010105000400");
        let rsa = [&[0x30, 0x14], &rsa[2..], &[][..]].concat();
        let rsa = [&[0x30, u8::try_from(rsa.len() - 2).unwrap()], &rsa[2..]].concat();
        let code = if built.rsa {
            "key-malformed"
        } else {
            "rsa-key-not-in-this-build"
        };
        assert_eq!(refused(&rsa).code(), code, "{}", built.name);
        // secp256k1.
        let other = unhex("301b020100301006072a8648ce3d020106052b8104000a04023000");
        let other = [&[0x30, u8::try_from(other.len() - 2).unwrap()], &other[2..]].concat();
        assert_eq!(refused(&other).code(), "key-type-unsupported");
    }
}

#[test]
fn malformed_public_keys_are_refused() {
    for Built { provider, .. } in PROVIDERS {
        let private = provider.private_key(&pkcs8(KeyType::EcP256)).unwrap();
        let spki = private.public_key_spki().to_vec();
        assert!(provider.public_key(&[&spki[..], &[0]].concat()).is_none());
        assert!(provider.public_key(&spki[..spki.len() - 1]).is_none());
        assert!(provider.public_key(b"").is_none());
        // A point that is not on the curve has a well-formed shell; it is found out when it is used.
        let mut wrong = spki.clone();
        *wrong.last_mut().unwrap() ^= 1;
        let algorithm = SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256);
        let value = private.sign(&algorithm, b"m").unwrap();
        let key = provider.public_key(&wrong).unwrap();
        assert_eq!(
            key.verify(&algorithm, b"m", &value),
            Err(VerifyError::Unsupported)
        );
        // The compressed form of the same point, and forms that are none of SEC 1.
        let point = spki.len() - 65;
        let compressed = |first: u8| {
            let header = [&[0x30, 0x39][..], &spki[2..point - 3]].concat();
            let x = &spki[point + 1..point + 33];
            [&header[..], &[0x03, 0x22, 0x00, first], x].concat()
        };
        let sign = 2 | (spki.last().unwrap() & 1);
        let key = provider.public_key(&compressed(sign)).unwrap();
        assert_eq!(key.verify(&algorithm, b"m", &value), Ok(()));
        let key = provider.public_key(&compressed(sign ^ 1)).unwrap();
        assert_eq!(
            key.verify(&algorithm, b"m", &value),
            Err(VerifyError::Invalid)
        );
        let key = provider.public_key(&compressed(5)).unwrap();
        assert_eq!(
            key.verify(&algorithm, b"m", &value),
            Err(VerifyError::Unsupported)
        );
    }
}

#[test]
fn digests_fork() {
    for Built { provider, .. } in PROVIDERS {
        let mut state = provider.digest(DigestAlgorithm::Sha256).unwrap();
        state.update(b"ab");
        let mut fork = state.fork();
        fork.update(b"c");
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(fork.finish().as_bytes(), unhex(abc));
        state.update(b"c");
        assert_eq!(format!("{:?}", state.finish()), abc);
        assert!(provider.digest(DigestAlgorithm::Md5).is_none());
        assert!(provider.digest_of(DigestAlgorithm::Md5, b"").is_none());
        for (algorithm, start) in [
            (DigestAlgorithm::Sha1, "a9993e36"),
            (DigestAlgorithm::Sha224, "23097d22"),
            (DigestAlgorithm::Sha256, "ba7816bf"),
            (DigestAlgorithm::Sha384, "cb00753f"),
            (DigestAlgorithm::Sha512, "ddaf35a1"),
        ] {
            let digest = provider.digest_of(algorithm, b"abc").unwrap();
            assert_eq!(digest.as_bytes().len(), algorithm.len());
            assert!(digest.as_bytes().starts_with(&unhex(start)));
        }
    }
}

#[test]
fn random_bytes_differ() {
    for Built { provider, .. } in PROVIDERS {
        let (mut one, mut other) = ([0; 16], [0; 16]);
        provider.random(&mut one).unwrap();
        provider.random(&mut other).unwrap();
        assert_ne!(one, other);
    }
}

#[test]
fn the_default_is_the_first_that_is_built() {
    let default = format!("{:?}", default_provider().unwrap());
    assert_eq!(default, format!("{:?}", PROVIDERS[0].provider));
}

#[test]
fn keys_can_be_used_by_several_threads() {
    fn shared<T: Send + Sync + ?Sized>() {}
    shared::<dyn PublicKey>();
    shared::<dyn PrivateKey>();
    shared::<dyn Provider>();
    let _: Vec<Arc<dyn PublicKey>> = Vec::new();
}
