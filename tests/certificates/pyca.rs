//! The certificates, CRLs and OCSP responses that pyca/cryptography keeps to test its parsers with: odd forms, broken forms, unknown things.

use std::{collections::BTreeMap, fs};

use kyso::{Context, FileVerdict, Material, MaterialFile, Options, check_certificate};

use super::{corpora, files_below, ledger};

/// The files that are broken, by their makers' names for them.
const BROKEN: [&str; 8] = [
    "crl_bad_version.pem",
    "crl_dup_entry_ext.pem",
    "crl_empty_no_sequence.der",
    "crl_inner_outer_mismatch.der",
    "crl_invalid_time.der",
    "resp-invalid-version.der",
    "resp-unknown-response-status.der",
    "badasn1time.pem",
];

/// What is held against the ledger: sound things that are refused, broken things that are taken.
#[test]
fn what_is_sound_is_read_and_what_is_broken_is_refused() {
    let Some(folder) = corpora::folder("x509-pyca") else {
        return;
    };
    let (mut found, mut asked) = (BTreeMap::new(), 0);
    for path in files_below(&folder.join("x509"), &|name| {
        name.ends_with(".pem") || name.ends_with(".der")
    }) {
        let bytes = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let in_folder = |folder: &str| path.to_str().unwrap().contains(folder);
        let text = String::from_utf8_lossy(&bytes);
        let (key, request) = (text.contains("PRIVATE KEY"), in_folder("/requests/"));
        if key || request || name.contains("req-") || name.ends_with("-req.der") {
            continue;
        }
        let mut material = Material::default();
        let file = MaterialFile::new("corpus", bytes.clone());
        let is_read = if name.starts_with("crl_") || text.contains("X509 CRL") {
            material.crls.push(file);
            Context::new(Options::default(), material).is_ok()
        } else if in_folder("/ocsp/") {
            material.ocsps.push(file);
            Context::new(Options::default(), material).is_ok()
        } else {
            let context = Context::new(Options::default(), material).unwrap();
            let report = check_certificate(&context, &bytes, None).unwrap();
            assert_ne!(
                report.verdict,
                FileVerdict::Passed,
                "{name}: nobody is trusted"
            );
            report.certificate.is_some()
        };
        asked += 1;
        if is_read == BROKEN.contains(&name.as_str()) {
            let what = if is_read { "is taken" } else { "is refused" };
            found.insert(name, what.to_owned());
        }
    }
    assert!(asked > 40, "only {asked} files");
    ledger::hold(include_str!("../ledger/pyca.tsv"), &found);
}
