//! Wycheproof: every `invalid` is refused, every `valid` accepted, for each algorithm that is offered.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::corpora;

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

/// What every provider must offer, and P-521 where it says so.
fn declared(built: &Built, key_type: KeyType, bits: u32, algorithm: &SignatureAlgorithm) -> bool {
    use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};
    match (key_type, *algorithm) {
        (KeyType::Rsa, SignatureAlgorithm::RsaPkcs1(Sha1 | Sha256 | Sha384 | Sha512)) => {
            bits >= 2048
        }
        (KeyType::Rsa, SignatureAlgorithm::RsaPss { digest, mgf1, .. }) => {
            bits >= 2048 && digest == mgf1 && matches!(digest, Sha256 | Sha384 | Sha512)
        }
        (KeyType::EcP256, SignatureAlgorithm::Ecdsa(Sha1 | Sha256 | Sha384 | Sha512)) => true,
        (KeyType::EcP384, SignatureAlgorithm::Ecdsa(Sha256 | Sha384 | Sha512)) => true,
        (KeyType::EcP521, SignatureAlgorithm::Ecdsa(Sha256 | Sha384 | Sha512)) => built.p521,
        (KeyType::Ed25519, SignatureAlgorithm::Ed25519) => true,
        _ => false,
    }
}

#[derive(Default)]
struct Tally {
    accepted: usize,
    refused: usize,
    /// Vectors that are not offered, by file.
    undeclared: BTreeMap<String, usize>,
}

#[test]
fn every_invalid_is_refused_and_every_valid_accepted() {
    let Some(folder) = corpora::folder("wycheproof") else {
        return;
    };
    for built in PROVIDERS {
        let mut tally = Tally::default();
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            // Values of fixed length (IEEE P1363) are no ECDSA values of X.509 and CMS.
            if name.ends_with("_test.json") && !name.contains("p1363") {
                let file = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
                check(built, &name, &file, &mut tally);
            }
        }
        let (accepted, refused) = (tally.accepted, tally.refused);
        let undeclared: usize = tally.undeclared.values().sum();
        println!(
            "{}: {accepted} accepted, {refused} refused, {undeclared} not offered: {:#?}",
            built.name, tally.undeclared
        );
        let least = if built.p521 { 4_000 } else { 3_400 };
        assert!(accepted > 2_000 && refused > least, "{accepted} {refused}");
    }
}

fn check(built: &Built, name: &str, file: &Value, tally: &mut Tally) {
    let provider = built.provider;
    for group in file["testGroups"].as_array().unwrap() {
        let spki = unhex(group["publicKeyDer"].as_str().unwrap());
        let kind = file["algorithm"].as_str().unwrap();
        let tests = group["tests"].as_array().unwrap();
        let (Some(key), Some(algorithm)) =
            (provider.public_key(&spki), algorithm_of_group(kind, group))
        else {
            *tally.undeclared.entry(name.to_owned()).or_default() += tests.len();
            continue;
        };
        let must = declared(built, key.key_type(), key.bits(), &algorithm);
        for test in tests {
            let message = unhex(test["msg"].as_str().unwrap());
            let value = unhex(test["sig"].as_str().unwrap());
            let outcome = key.verify(&algorithm, &message, &value);
            let place = format!(
                "{} {name} {} {}: {outcome:?}",
                built.name, test["tcId"], test["comment"]
            );
            if let Some(digest) = provider.digest_of(algorithm.digest(), &message)
                && algorithm != SignatureAlgorithm::Ed25519
            {
                let again = key.verify_digest(&algorithm, &digest, &value);
                assert_eq!(again, outcome, "{place}");
            }
            match (test["result"].as_str().unwrap(), outcome) {
                ("valid" | "acceptable", Ok(())) => tally.accepted += 1,
                ("invalid" | "acceptable", Err(VerifyError::Invalid)) => tally.refused += 1,
                // A key that is none, with an algorithm that is offered.
                ("invalid", Err(VerifyError::Unsupported)) if must => tally.refused += 1,
                (_, Err(VerifyError::Unsupported)) if !must => {
                    *tally.undeclared.entry(name.to_owned()).or_default() += 1;
                }
                _ => panic!("{place}"),
            }
        }
    }
}
