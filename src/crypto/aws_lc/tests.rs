use aws_lc_rs::{encoding::AsDer as _, rsa, signature as alg};
use serde_json::Value;

use super::*;
use crate::{
    corpora,
    crypto::{KeyType, SignatureAlgorithm, VerifyError},
    error::ErrorKind,
};

fn unhex(text: &str) -> Vec<u8> {
    let octet = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(octet).collect()
}

fn digest_named(name: &str) -> Option<DigestAlgorithm> {
    Some(match name {
        "SHA-1" => DigestAlgorithm::Sha1,
        "SHA-224" => DigestAlgorithm::Sha224,
        "SHA-256" => DigestAlgorithm::Sha256,
        "SHA-384" => DigestAlgorithm::Sha384,
        "SHA-512" => DigestAlgorithm::Sha512,
        _ => return None,
    })
}

/// The algorithm of a group of test vectors; `None` for those that kyso has no name for.
fn algorithm_of_group(kind: &str, group: &Value) -> Option<SignatureAlgorithm> {
    let digest = group["sha"].as_str().and_then(digest_named);
    Some(match kind {
        "RSASSA-PKCS1-v1_5" => SignatureAlgorithm::RsaPkcs1(digest?),
        "ECDSA" => SignatureAlgorithm::Ecdsa(digest?),
        "EDDSA" => SignatureAlgorithm::Ed25519,
        "RSASSA-PSS" => SignatureAlgorithm::RsaPss {
            digest: digest?,
            mgf1: digest_named(group["mgfSha"].as_str()?)?,
            salt_len: usize::try_from(group["sLen"].as_u64()?).ok()?,
        },
        other => panic!("{other}"),
    })
}

#[test]
fn wycheproof_nothing_invalid_is_accepted() {
    let Some(folder) = corpora::folder("wycheproof") else {
        return;
    };
    let (mut refused, mut accepted, mut unsupported, mut files) = (0, 0, 0, 0);
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        // Values of fixed length (IEEE P1363) are no ECDSA values of X.509 and CMS.
        if !name.ends_with("_test.json") || name.contains("p1363") {
            continue;
        }
        files += 1;
        let file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for group in file["testGroups"].as_array().unwrap() {
            let spki = unhex(group["publicKeyDer"].as_str().unwrap());
            let kind = file["algorithm"].as_str().unwrap();
            let (Some(key), Some(algorithm)) =
                (AwsLc.public_key(&spki), algorithm_of_group(kind, group))
            else {
                unsupported += group["tests"].as_array().unwrap().len();
                continue;
            };
            for test in group["tests"].as_array().unwrap() {
                let message = unhex(test["msg"].as_str().unwrap());
                let value = unhex(test["sig"].as_str().unwrap());
                let outcome = key.verify(&algorithm, &message, &value);
                let place = format!("{name} {} {}: {outcome:?}", test["tcId"], test["comment"]);
                if let Some(digest) = AwsLc.digest_of(algorithm.digest(), &message)
                    && algorithm != SignatureAlgorithm::Ed25519
                {
                    assert_eq!(
                        key.verify_digest(&algorithm, &digest, &value),
                        outcome,
                        "{place}"
                    );
                }
                match (test["result"].as_str().unwrap(), outcome) {
                    (_, Err(VerifyError::Unsupported)) => unsupported += 1,
                    ("valid", Ok(())) => accepted += 1,
                    ("invalid", Err(VerifyError::Invalid)) => refused += 1,
                    ("acceptable", Ok(())) => accepted += 1,
                    ("acceptable", Err(_)) => refused += 1,
                    _ => panic!("{place}"),
                }
            }
        }
    }
    println!("{files} files: {accepted} accepted, {refused} refused, {unsupported} unsupported");
    assert!(accepted > 2_000 && refused > 4_000, "{accepted} {refused}");
}

fn rsa_key() -> (Vec<u8>, Arc<dyn PublicKey>, Box<dyn PrivateKey>) {
    let pair = rsa::KeyPair::generate(rsa::KeySize::Rsa2048).unwrap();
    let pkcs8 = pair.as_der().unwrap().as_ref().to_vec();
    let private = AwsLc.private_key(&pkcs8).unwrap();
    let public = AwsLc.public_key(private.public_key_spki()).unwrap();
    (pkcs8, public, private)
}

fn ec_key(algorithm: &'static alg::EcdsaSigningAlgorithm) -> Vec<u8> {
    let pair = alg::EcdsaKeyPair::generate(algorithm).unwrap();
    pair.to_pkcs8v1().unwrap().as_ref().to_vec()
}

/// Signs a message and its digest, checks both both ways, and sees every flipped bit of a byte refused.
fn round_trip(private: &dyn PrivateKey, algorithm: &SignatureAlgorithm) {
    let public = AwsLc.public_key(private.public_key_spki()).unwrap();
    assert_eq!(
        (public.key_type(), public.bits()),
        (private.key_type(), private.bits())
    );
    assert!(private.supports(algorithm), "{algorithm}");
    let message = b"Quy\xE1\xBA\xBFt \xC4\x91\xE1\xBB\x8Bnh";
    let digest = AwsLc.digest_of(algorithm.digest(), message).unwrap();
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
fn rsa_signs_and_checks() {
    use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};
    let (pkcs8, public, private) = rsa_key();
    assert_eq!((private.key_type(), private.bits()), (KeyType::Rsa, 2048));
    assert_eq!(private.max_signature_len(), 256);
    for digest in [Sha256, Sha384, Sha512] {
        let pss = |salt_len| SignatureAlgorithm::RsaPss {
            digest,
            mgf1: digest,
            salt_len,
        };
        round_trip(private.as_ref(), &SignatureAlgorithm::RsaPkcs1(digest));
        round_trip(private.as_ref(), &pss(digest.len()));
        // Another salt than the one that was used must not pass, nor the other padding.
        let value = private.sign(&pss(digest.len()), b"m").unwrap();
        let invalid = Err(VerifyError::Invalid);
        for salt in [0, 20, digest.len() - 1, digest.len() + 1, 100, 65_535] {
            assert_eq!(
                public.verify(&pss(salt), b"m", &value),
                invalid,
                "salt {salt}"
            );
        }
        assert_eq!(
            public.verify(&pss(65_536), b"m", &value),
            Err(VerifyError::Unsupported)
        );
        assert_eq!(
            public.verify(&SignatureAlgorithm::RsaPkcs1(digest), b"m", &value),
            invalid
        );
        let value = private
            .sign(&SignatureAlgorithm::RsaPkcs1(digest), b"m")
            .unwrap();
        assert_eq!(public.verify(&pss(digest.len()), b"m", &value), invalid);
        let mixed = SignatureAlgorithm::RsaPss {
            digest,
            mgf1: Sha1,
            salt_len: 20,
        };
        assert_eq!(
            public.verify(&mixed, b"m", &value),
            Err(VerifyError::Unsupported)
        );
        assert!(!private.supports(&mixed));
    }
    let weak = SignatureAlgorithm::RsaPkcs1(Sha1);
    assert_eq!(
        private.sign(&weak, b"m").unwrap_err().kind(),
        ErrorKind::Unsupported
    );
    assert_eq!(
        public.verify(&weak, b"m", &[0; 256]),
        Err(VerifyError::Invalid)
    );
    let elsewhere = SignatureAlgorithm::Ecdsa(Sha256);
    assert_eq!(
        public.verify(&elsewhere, b"m", &[0; 256]),
        Err(VerifyError::Unsupported)
    );
    let mut trailing = pkcs8;
    trailing.push(0);
    assert_eq!(
        AwsLc.private_key(&trailing).err().unwrap().kind(),
        ErrorKind::Key
    );
}

#[test]
fn ecdsa_signs_and_checks() {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    let keys = [
        (
            ec_key(&alg::ECDSA_P256_SHA256_ASN1_SIGNING),
            KeyType::EcP256,
            vec![Sha256],
        ),
        (
            ec_key(&alg::ECDSA_P384_SHA384_ASN1_SIGNING),
            KeyType::EcP384,
            vec![Sha384],
        ),
        (
            ec_key(&alg::ECDSA_P521_SHA512_ASN1_SIGNING),
            KeyType::EcP521,
            vec![Sha256, Sha384, Sha512],
        ),
    ];
    for (pkcs8, key_type, digests) in keys {
        let private = AwsLc.private_key(&pkcs8).unwrap();
        assert_eq!(private.key_type(), key_type);
        for digest in digests {
            round_trip(private.as_ref(), &SignatureAlgorithm::Ecdsa(digest));
        }
        let other = SignatureAlgorithm::RsaPkcs1(Sha256);
        assert!(!private.supports(&other));
        let public = AwsLc.public_key(private.public_key_spki()).unwrap();
        assert_eq!(
            public.verify(&other, b"m", b"s"),
            Err(VerifyError::Unsupported)
        );
    }
}

#[test]
fn a_key_for_pss_checks_only_what_its_parameters_allow() {
    let (_, _, private) = rsa_key();
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
    let free = AwsLc.public_key(&build(&[])).unwrap();
    assert_eq!(free.verify(&sha256, b"m", &value), Ok(()));
    let pkcs1 = SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256);
    let v15 = private.sign(&pkcs1, b"m").unwrap();
    assert_eq!(
        free.verify(&pkcs1, b"m", &v15),
        Err(VerifyError::Unsupported)
    );
    // An empty SEQUENCE means SHA-1 throughout.
    let sha1 = AwsLc.public_key(&build(&[0x30, 0])).unwrap();
    assert_eq!(
        sha1.verify(&sha256, b"m", &value),
        Err(VerifyError::Invalid)
    );
    assert!(AwsLc.public_key(&build(&[0x05, 0])).is_none());
}

#[test]
fn malformed_public_keys_are_refused() {
    let (_, _, private) = rsa_key();
    let spki = private.public_key_spki().to_vec();
    assert!(AwsLc.public_key(&[&spki[..], &[0]].concat()).is_none());
    assert!(AwsLc.public_key(&spki[..spki.len() - 1]).is_none());
    assert!(AwsLc.public_key(b"").is_none());
    // A point that is not on the curve has a well-formed shell; it is found out when it is used.
    let pkcs8 = ec_key(&alg::ECDSA_P256_SHA256_ASN1_SIGNING);
    let private = AwsLc.private_key(&pkcs8).unwrap();
    let mut spki = private.public_key_spki().to_vec();
    *spki.last_mut().unwrap() ^= 1;
    let algorithm = SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256);
    let value = private.sign(&algorithm, b"m").unwrap();
    let key = AwsLc.public_key(&spki).unwrap();
    assert_eq!(
        key.verify(&algorithm, b"m", &value),
        Err(VerifyError::Unsupported)
    );
}

#[test]
fn digests_fork() {
    let mut state = AwsLc.digest(DigestAlgorithm::Sha256).unwrap();
    state.update(b"ab");
    let mut fork = state.fork();
    fork.update(b"c");
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(fork.finish().as_bytes(), unhex(abc));
    state.update(b"c");
    assert_eq!(format!("{:?}", state.finish()), abc);
    assert!(AwsLc.digest(DigestAlgorithm::Md5).is_none());
    for algorithm in [
        DigestAlgorithm::Sha1,
        DigestAlgorithm::Sha224,
        DigestAlgorithm::Sha384,
        DigestAlgorithm::Sha512,
    ] {
        assert_eq!(
            AwsLc.digest_of(algorithm, b"").unwrap().as_bytes().len(),
            algorithm.len()
        );
    }
}

#[test]
fn keys_can_be_used_by_several_threads() {
    fn shared<T: Send + Sync + ?Sized>() {}
    shared::<dyn PublicKey>();
    shared::<dyn PrivateKey>();
    shared::<AwsLc>();
}
