use std::path::PathBuf;

use super::*;
use crate::crypto::{AwsLc, VerifyError};

/// Files of others, found by the environment; they are not part of the project.
fn corpus(name: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KYSO_CORPORA").map(|root| PathBuf::from(root).join(name));
    match root {
        Some(root) if root.is_dir() => Some(root),
        _ if std::env::var_os("CI").is_some() => {
            panic!("KYSO_CORPORA is not set, or has no {name}")
        }
        _ => {
            eprintln!("NOT TESTED: KYSO_CORPORA is not set, or has no {name}");
            None
        }
    }
}

fn files(root: PathBuf, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn vietnamese_certificates_parse_and_their_issuers_keys_fit() {
    let Some(root) = corpus("vn-pki") else { return };
    let certificates: Vec<_> = files(root, "der")
        .iter()
        .map(|path| {
            let der = std::fs::read(path).unwrap();
            Certificate::parse(&der, &AwsLc).unwrap_or_else(|| panic!("{}", path.display()))
        })
        .collect();
    assert!(certificates.len() >= 20);
    let mut linked = 0;
    for certificate in &certificates {
        println!(
            "{} {}",
            certificate.subject_text(),
            name::serial_text(certificate.serial())
        );
        for issuer in &certificates {
            if certificate.authority_key_id().is_none()
                || certificate.authority_key_id() != issuer.subject_key_id()
                || !name::names_match(certificate.issuer(), issuer.subject())
            {
                continue;
            }
            let (signature, algorithm) = certificate.signature();
            let algorithm = algorithm.unwrap();
            let key = issuer.public_key().unwrap();
            assert_eq!(key.verify(&algorithm, certificate.tbs(), signature), Ok(()));
            let mut wrong = signature.to_vec();
            wrong[7] ^= 1;
            let outcome = key.verify(&algorithm, certificate.tbs(), &wrong);
            assert_eq!(outcome, Err(VerifyError::Invalid));
            linked += 1;
        }
    }
    assert!(linked >= 15, "{linked}");
}
