//! Documents of others: every XML file of the corpora that is not refused is signed, the signature is accepted, and
//! nothing else is changed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use kyso::{DigestStatus, ValueStatus};

use super::{
    corpora,
    judges::{Case, xmlsec1},
    keys::{self, rsa},
    ledger,
    others::checked,
    try_signed,
};

/// Files with one of these endings, however deep.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let ending = path
                .extension()
                .and_then(|e| e.to_str())
                .unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if ["xml", "edxml", "tmpl"].contains(&ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Refusals that a document of others may well meet. Every other one is a deviation.
const EXPECTED: [&str; 3] = [
    "xml-would-break",
    "xml-root-is-signature",
    "xml-slot-signed",
];

/// Signs it as any document; says what is wrong, and counts what was signed.
fn answer(document: &[u8], signed: &mut usize) -> Option<String> {
    let made = match try_signed(document, rsa(), r#"{"profile":"generic"}"#) {
        Ok(made) => made,
        Err(error) if EXPECTED.contains(&error.code()) => return None,
        Err(error) => return Some(error.code().to_owned()),
    };
    if made.len() < document.len() {
        return Some("it got shorter".into());
    }
    let report = checked(&made, r#"{"profile":"generic"}"#);
    let own = report.signatures.last();
    let is_ok = own.is_some_and(|one| {
        one.cryptography.digest == DigestStatus::Ok && one.cryptography.signature == ValueStatus::Ok
    });
    if !is_ok {
        return Some("does not pass here".into());
    }
    let path = "(//*[local-name()='Signature' and namespace-uri()='http://www.w3.org/2000/09/xmldsig#'])[last()]";
    let mut case = Case::new(&made, &keys::of("rsa").certificate);
    case.signature = path;
    match xmlsec1(&case) {
        Ok(2) => {
            *signed += 1;
            None
        }
        Ok(other) => Some(format!("xmlsec1: {other} references")),
        Err(_) => Some("xmlsec1 refuses it".into()),
    }
}

#[test]
fn every_document_of_the_corpora() {
    let (mut count, mut signed, mut deviations) = (0, 0, BTreeMap::new());
    for corpus in [
        "xml-c14n",
        "xml-xmlsec",
        "xml-santuario",
        "xml-dss",
        "xml-misc",
        "vn-docs",
    ] {
        let Some(folder) = corpora::folder(corpus) else {
            return;
        };
        for file in files(&folder) {
            let name = file.strip_prefix(&folder).unwrap().display().to_string();
            let document = fs::read(&file).unwrap();
            count += 1;
            if let Some(what) = answer(&document, &mut signed) {
                deviations.insert(format!("{corpus}/{name}"), what);
            }
        }
    }
    // The others are signed already, and one more signature over all of them would break that.
    assert!(count > 300 && signed > 100, "{signed} of {count} files");
    ledger::hold(include_str!("../ledger/xml-signing.tsv"), &deviations);
}

/// Invoices and messages of a provider and of the tax authority.
#[test]
fn real_invoices_get_the_buyer_and_keep_the_seller() {
    let Some(folder) = corpora::folder("vn-docs") else {
        return;
    };
    let mut invoices = 0;
    for file in files(&folder.join("einvoice")) {
        let document = fs::read(&file).unwrap();
        let buyer = try_signed(&document, rsa(), r#"{"parent":"NMua"}"#);
        let text = String::from_utf8_lossy(&document);
        if !text.contains("<HDon>") {
            assert_eq!(
                buyer.err().map(|e| e.code()),
                Some("xml-no-slot"),
                "{}",
                file.display()
            );
            let again = try_signed(&document, rsa(), "{}").err();
            assert_eq!(again.map(|e| e.code()), Some("xml-slot-signed"));
            continue;
        }
        invoices += 1;
        let buyer = buyer.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut case = Case::new(&buyer, &keys::of("rsa").certificate);
        case.ids = &[("DLHDon", "Id")];
        case.signature = "//DSCKS/NMua/*";
        assert_eq!(xmlsec1(&case), Ok(2), "{}", file.display());
        // The seller's is what it was.
        let (before, after) = (checked(&document, "{}"), checked(&buyer, "{}"));
        assert_eq!((before.signatures.len(), after.signatures.len()), (1, 2));
        let seller = &after.signatures[0];
        assert_eq!(seller.cryptography.digest, DigestStatus::Ok);
        assert_eq!(seller.cryptography.signature, ValueStatus::Ok);
        assert_eq!(
            seller.coverage.covered.first(),
            before.signatures[0].coverage.covered.first()
        );
    }
    assert!(invoices >= 10, "{invoices}");
}
