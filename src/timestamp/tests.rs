//! Tokens that OpenSSL makes, whole and spoilt.

use std::{fs, path::Path, process::Command};

use super::Token;
use crate::{
    crypto::{Digest, DigestAlgorithm, Provider, TestProvider},
    report::{DigestStatus, Finding, SubIndication, ValueStatus, Verdict},
    text::rules::cms as rules,
    time::Time,
    x509::Certificates,
};

const DOCUMENT: &[u8] = b"stamped";

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// A token over [`DOCUMENT`] with an imprint of this algorithm.
fn token(imprint: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    fs::write(path.join("document"), DOCUMENT).unwrap();
    fs::write(
        path.join("config"),
        "[tsa]\ndefault_tsa = it\n[it]\nserial = serial\ndefault_policy = 1.2.3.4\ndigests = sha1, sha256, sha384\n\
         signer_digest = sha256\ness_cert_id_alg = sha256\ncrypto_device = builtin\n",
    )
    .unwrap();
    fs::write(path.join("serial"), "1A").unwrap();
    openssl(
        path,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=TSA -days 3650 \
         -addext extendedKeyUsage=critical,timeStamping -keyout key -out certificate",
    );
    openssl(
        path,
        &format!("ts -query -data document -{imprint} -cert -out query"),
    );
    openssl(
        path,
        "ts -reply -config config -queryfile query -signer certificate -inkey key -token_out -out token",
    );
    fs::read(path.join("token")).unwrap()
}

fn digest(algorithm: DigestAlgorithm, bytes: &[u8]) -> Digest {
    TestProvider.digest_of(algorithm, bytes).unwrap()
}

#[test]
fn a_token_of_openssl_is_read_and_checked() {
    for (name, algorithm) in [
        ("sha256", DigestAlgorithm::Sha256),
        ("sha1", DigestAlgorithm::Sha1),
    ] {
        let mut bytes = token(name);
        bytes.extend([0; 64]);
        let token = Token::parse(&bytes, &TestProvider, &Certificates::default()).unwrap();
        assert_eq!(token.imprint_algorithm(), Some(algorithm));
        assert_eq!(
            (token.info.policy.as_str(), token.info.serial.as_slice()),
            ("1.2.3.4", &[0x1B][..])
        );
        assert!(token.info.time > Time::from_rfc3339("2024-01-01T00:00:00Z").unwrap());

        let checked = token.check(Some(&digest(algorithm, DOCUMENT)), &[], &TestProvider);
        let codes: Vec<_> = checked.findings.iter().map(Finding::code).collect();
        assert_eq!((checked.verdict, codes), (Verdict::Passed, Vec::new()));
        assert_eq!(
            (checked.digest, checked.signature),
            (DigestStatus::Ok, ValueStatus::Ok)
        );
        assert!(checked.signing_certificate && checked.digests.contains(&algorithm));

        let checked = token.check(Some(&digest(algorithm, b"another")), &[], &TestProvider);
        assert_eq!(
            (checked.digest, checked.signature),
            (DigestStatus::Mismatch, ValueStatus::Ok)
        );
        assert_eq!(
            (checked.verdict, checked.sub_indication),
            (Verdict::Failed, Some(SubIndication::HashFailure))
        );
        assert_eq!(
            token.check(None, &[], &TestProvider).verdict,
            Verdict::Undetermined
        );
    }
}

#[test]
fn a_changed_time_is_caught() {
    let bytes = token("sha256");
    let time = Token::parse(&bytes, &TestProvider, &Certificates::default())
        .unwrap()
        .info
        .time;
    let (year, month, day, hour, minute, second) = time.civil(0);
    let text = format!("{year:04}{month:02}{day:02}{hour:02}{minute:02}{second:02}");
    let place = memchr::memmem::find(&bytes, text.as_bytes()).unwrap();
    let mut changed = bytes.clone();
    changed[place + 3] ^= 1;
    let token = Token::parse(&changed, &TestProvider, &Certificates::default()).unwrap();
    assert_ne!(token.info.time, time);
    let checked = token.check(
        Some(&digest(DigestAlgorithm::Sha256, DOCUMENT)),
        &[],
        &TestProvider,
    );
    assert_eq!(
        (checked.verdict, checked.digest),
        (Verdict::Failed, DigestStatus::Mismatch)
    );
    assert!(
        checked
            .findings
            .iter()
            .any(|finding| finding.is(&rules::CONTENT_MISMATCH))
    );
}
