//! Two providers give the same answer, whatever they are asked.

use proptest::prelude::*;

use super::*;

/// What every provider says; the first provider's answer where all agree.
fn answers(
    spki: &[u8],
    algorithm: &SignatureAlgorithm,
    message: &[u8],
    value: &[u8],
) -> std::result::Result<(), VerifyError> {
    let answer = |built: &Built| {
        let key = built.provider.public_key(spki);
        let key = key.ok_or(VerifyError::Unsupported)?;
        let outcome = key.verify(algorithm, message, value);
        if *algorithm != SignatureAlgorithm::Ed25519 {
            let digest = built.provider.digest_of(algorithm.digest(), message);
            let again = key.verify_digest(algorithm, &digest.unwrap(), value);
            assert_eq!(again, outcome, "{} {algorithm}", built.name);
        }
        outcome
    };
    let first = answer(&PROVIDERS[0]);
    for built in PROVIDERS {
        assert_eq!(
            answer(built),
            first,
            "{} {algorithm} {value:02X?}",
            built.name
        );
    }
    first
}

/// Every kind of key that all providers know, with the algorithms that it can sign with.
fn keys() -> Vec<(Box<dyn PrivateKey>, Vec<SignatureAlgorithm>)> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    let mut kinds = vec![
        (KeyType::EcP256, vec![SignatureAlgorithm::Ecdsa(Sha256)]),
        (KeyType::EcP384, vec![SignatureAlgorithm::Ecdsa(Sha384)]),
        (KeyType::Ed25519, vec![SignatureAlgorithm::Ed25519]),
    ];
    if PROVIDERS[0].rsa {
        let pss = |digest: DigestAlgorithm| SignatureAlgorithm::RsaPss {
            digest,
            mgf1: digest,
            salt_len: digest.len(),
        };
        let pkcs1 = [Sha256, Sha384, Sha512].map(SignatureAlgorithm::RsaPkcs1);
        let all = pkcs1.into_iter().chain([Sha256, Sha384, Sha512].map(pss));
        kinds.push((KeyType::Rsa, all.collect()));
    }
    let key = |key_type| PROVIDERS[0].provider.private_key(&pkcs8(key_type)).unwrap();
    let keys = kinds.into_iter();
    keys.map(|(key_type, algorithms)| (key(key_type), algorithms))
        .collect()
}

/// A change of a value, a key, a message.
fn changed(bytes: &[u8], changes: &[(prop::sample::Index, u8, u8)]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for (at, how, byte) in changes {
        if bytes.is_empty() {
            break;
        }
        let at = at.index(bytes.len());
        match how % 4 {
            0 => bytes[at] ^= 1 << (byte % 8),
            1 => bytes[at] = *byte,
            2 => drop(bytes.remove(at)),
            _ => bytes.insert(at, *byte),
        }
    }
    bytes
}

fn changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8, u8)>> {
    prop::collection::vec(any::<(prop::sample::Index, u8, u8)>(), 0..3)
}

#[test]
fn on_true_and_on_changed_signatures() {
    let keys = keys();
    let config = ProptestConfig::with_cases(if PROVIDERS.len() > 1 { 64 } else { 16 });
    let strategy = (
        prop::collection::vec(any::<u8>(), 0..80),
        changes(),
        changes(),
        any::<prop::sample::Index>(),
    );
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner
        .run(&strategy, |(message, of_value, of_key, which)| {
            for (private, algorithms) in &keys {
                let algorithm = which.get(algorithms);
                let spki = private.public_key_spki();
                let value = private.sign(algorithm, &message).unwrap();
                prop_assert_eq!(answers(spki, algorithm, &message, &value), Ok(()));
                let wrong = changed(&value, &of_value);
                let outcome = answers(spki, algorithm, &message, &wrong);
                prop_assert_eq!(outcome.is_ok(), wrong == value);
                let _ = answers(&changed(spki, &of_key), algorithm, &message, &value);
                // Under an algorithm that it was not made with.
                for (_, others) in &keys {
                    for other in others.iter().filter(|other| *other != algorithm) {
                        prop_assert!(answers(spki, other, &message, &value).is_err());
                    }
                }
            }
            Ok(())
        })
        .unwrap();
}

proptest! {
    #[test]
    fn on_digests_in_any_pieces(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..6)) {
        for algorithm in [
            DigestAlgorithm::Md5,
            DigestAlgorithm::Sha1,
            DigestAlgorithm::Sha224,
            DigestAlgorithm::Sha256,
            DigestAlgorithm::Sha384,
            DigestAlgorithm::Sha512,
        ] {
            let whole = PROVIDERS[0].provider.digest_of(algorithm, &pieces.concat());
            for built in PROVIDERS {
                let state = built.provider.digest(algorithm);
                prop_assert_eq!(state.is_some(), whole.is_some());
                let Some(mut state) = state else { continue };
                for piece in &pieces {
                    state.update(piece);
                    state = state.fork();
                }
                prop_assert_eq!(Some(state.finish()), whole);
            }
        }
    }
}
