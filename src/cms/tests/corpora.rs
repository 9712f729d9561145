//! CMS values of others.

use std::{fs, process::Command};

use crate::{
    cms::{Kind, SignedData, check},
    crypto::{Provider, TestProvider},
    report::{DigestStatus, Finding, ValueStatus},
    text::rules::cms as rules,
};

/// Every CMS value of the corpora is read without a panic; where OpenSSL says that the signature is right, so is ours.
#[test]
fn corpora_agree_with_openssl() {
    let corpora = ["cms-dss", "cms-openssl", "cms-misc"];
    let mut queue: Vec<_> = corpora
        .into_iter()
        .filter_map(crate::corpora::folder)
        .collect();
    if queue.len() < corpora.len() {
        return;
    }
    let (mut seen, mut agreed, mut worse, mut better) = (0, 0, Vec::new(), Vec::new());
    while let Some(path) = queue.pop() {
        if path.is_dir() {
            queue.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let Ok(bytes) = fs::read(&path) else { continue };
        let bytes = match crate::asn1::pem::blocks(&bytes) {
            Some(blocks) if !blocks.is_empty() => blocks[0].bytes.to_vec(),
            _ => bytes,
        };
        let Ok(signed) = SignedData::parse(&bytes, &TestProvider) else {
            continue;
        };
        seen += 1;
        let (Some(algorithm), Some(content)) = (signed.digest_algorithm(), signed.encapsulated())
        else {
            continue;
        };
        let document = TestProvider.digest_of(algorithm, content);
        let checked = check(
            &signed,
            document.as_ref(),
            Kind::Detached,
            &[],
            &TestProvider,
        );
        let folder = tempfile::tempdir().unwrap();
        let der = folder.path().join("cms");
        fs::write(&der, &bytes).unwrap();
        let output = Command::new("openssl")
            .args([
                "cms",
                "-verify",
                "-binary",
                "-noverify",
                "-inform",
                "DER",
                "-out",
            ])
            .arg(folder.path().join("out"))
            .arg("-in")
            .arg(&der)
            .output()
            .unwrap();
        let ours = (checked.digest, checked.signature) == (DigestStatus::Ok, ValueStatus::Ok);
        let codes: Vec<_> = checked.findings.iter().map(Finding::code).collect();
        eprintln!(
            "{} openssl {} ours {ours} {:?} {codes:?}",
            path.display(),
            output.status.success(),
            checked.verdict
        );
        agreed += usize::from(output.status.success() == ours);
        let unsupported = [
            &rules::NO_SIGNED_ATTRIBUTES,
            &rules::SIGNATURE_ALGORITHM,
            &rules::DIGEST_ALGORITHM,
            &rules::KEY_UNSUPPORTED,
        ];
        let named = unsupported.iter().any(|rule| codes.contains(&rule.code));
        if output.status.success() && !ours && !named {
            worse.push(format!("{}: {codes:?}", path.display()));
        }
        if ours && !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr).replace('\n', " | ");
            better.push(format!(
                "{}: {:?} {codes:?} {why}",
                path.display(),
                checked.verdict
            ));
        }
    }
    eprintln!(
        "{seen} SignedData, {agreed} agree; only we accept:\n{}",
        better.join("\n")
    );
    // OpenSSL takes the digest from the digest algorithm, whatever the signature algorithm says; EU DSS refuses this file as well.
    worse.retain(|line: &String| !line.contains("CAdES-BpB-att-SHA256-SHA512withRSA"));
    assert!(
        worse.is_empty(),
        "only OpenSSL accepts:\n{}",
        worse.join("\n")
    );
    assert!(seen > 20);
}
