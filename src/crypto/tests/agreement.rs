//! Two providers give the same answer, whatever they are asked.

use proptest::prelude::*;

use super::*;

/// What every provider says; the first provider's answer where all agree.
#[expect(
    clippy::panic_in_result_fn,
    reason = "a test: where they differ, it fails"
)]
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

/// The signed documents of the corpora, checked with each provider: the reports differ only where a key is on P-521.
#[test]
fn on_whole_documents() {
    use crate::{
        context::{Context, Material},
        corpora,
        options::{Options, RevocationMode},
        source::MemorySource,
        text::Lang,
        time::Time,
        verify::verify,
    };

    let options = Options {
        at: Time::from_rfc3339("2026-01-01T00:00:00Z"),
        revocation: RevocationMode::Ignore,
        ..Options::default()
    };
    let contexts: Vec<Context> = PROVIDERS
        .iter()
        .map(|built| {
            Context::with_provider(options.clone(), Material::default(), built.provider).unwrap()
        })
        .collect();
    let (mut seen, mut intact, mut left_out) = (0, 0, 0);
    for corpus in ["pdf-pyhanko", "pdf-dss", "pdf-signed-misc", "pdf-itext"] {
        let Some(folder) = corpora::folder(corpus) else {
            return;
        };
        for path in files(&folder) {
            let bytes = std::fs::read(&path).unwrap();
            if bytes.len() > 1 << 20 || !bytes.starts_with(b"%PDF-") {
                continue;
            }
            let report = |context: &Context| {
                let source = Arc::new(MemorySource::new(bytes.clone()));
                let json = verify(context, source, None).to_json(Lang::En);
                let (report, _time) = json.split_once("\"timings_ms\"").unwrap();
                report.to_owned()
            };
            let first = report(&contexts[0]);
            // P-521 is offered by one alone, which the other says by name, of signatures and of certificates.
            let beyond = |report: &str| {
                report.contains("\"key_bits\":521") || report.contains("\"PKI-005\"")
            };
            for context in &contexts[1..] {
                let other = report(context);
                if beyond(&first) || beyond(&other) {
                    left_out += 1;
                } else {
                    assert_eq!(other, first, "{}", path.display());
                }
            }
            seen += 1;
            intact += usize::from(first.contains("\"signature\":\"ok\""));
        }
    }
    println!("{seen} documents, {intact} with an intact signature");
    assert!(seen > 150 && intact > 80, "{seen} {intact}");
    assert!(left_out < 12, "{left_out} documents could not be compared");
}

fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
