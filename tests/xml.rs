//! XML signatures of others: manipulated ones are caught, sound ones are sound, and nothing takes long.
//!
//! The corpora's `index.json` says what the origin states (in words, or as the asserts of its own tests) and what xmlsec1 1.2.37
//! found. Where they disagree nothing is asked. Deviations stand in `tests/ledger/xml-*.tsv`, with their reasons.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/answers.rs"]
mod answers;
#[path = "support/corpora.rs"]
mod corpora;
#[path = "support/cpu.rs"]
mod cpu;
#[path = "support/ledger.rs"]
mod ledger;

use std::{collections::BTreeMap, fs, sync::Arc};

use answers::{caught, entries, sound};
use kyso::{
    Context, FileVerdict, Lang, Material, MaterialFile, MemorySource, Options, PathStatus, Report,
    RevocationMode, Scope, Severity, SignatureReport, Time, TrustClass, verify,
};
use serde_json::Value;

fn context() -> Context {
    Context::new(Options::default(), Material::default()).unwrap()
}

fn check(context: &Context, bytes: Vec<u8>) -> Report {
    verify(context, Arc::new(MemorySource::new(bytes)), None)
}

/// What is asked of one file.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Duty {
    /// Every signature is sound by its numbers.
    Sound,
    /// It does not pass, and something says why.
    Caught,
    /// No more than a clean answer.
    Answer,
}

/// What the origin says in words.
fn in_words(entry: &Value) -> Option<bool> {
    let verdict = entry["expected"]["verdict"].as_str()?;
    match verdict {
        _ if verdict.starts_with("valid") || verdict.starts_with("integrity valid") => Some(true),
        _ if verdict.starts_with("invalid or") => None,
        _ if verdict.starts_with("invalid") || verdict.starts_with("attack: must not") => {
            Some(false)
        }
        _ => None,
    }
}

/// What the origin's own tests assert.
fn in_tests(entry: &Value) -> Option<bool> {
    let expected = &entry["expected"];
    if let Some(intact) = expected["crypto_intact"].as_bool() {
        return Some(intact);
    }
    let tests = expected["origin_tests"].as_array()?;
    let mut asserts = tests
        .iter()
        .flat_map(|test| test["asserts"].as_array().cloned().unwrap_or_default());
    let first = asserts.next()?.as_str()? == "true";
    asserts
        .all(|other| other == if first { "true" } else { "false" })
        .then_some(first)
}

/// What xmlsec1 found; nothing where it could not tell.
fn by_xmlsec(entry: &Value) -> Option<bool> {
    let results = entry["ref"]["xmlsec1"].as_array()?;
    let all = |word: &str| !results.is_empty() && results.iter().all(|one| one["result"] == word);
    match (all("OK"), all("FAIL")) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

/// Algorithms, references and keys that a verdict of others may rest on and that kyso does not take from a document.
const OUTSIDE: [&str; 12] = [
    "hmac",
    "dsa-sha",
    "<!DOCTYPE",
    "URI=\"http",
    "URI=\"file",
    "gost",
    "ripemd",
    "sha3-",
    "#mldsa",
    "#slh-dsa",
    "brainpool",
    "sha224",
];

fn duty(entry: &Value, text: &str) -> Duty {
    let opinions: Vec<bool> = [in_words(entry), in_tests(entry), by_xmlsec(entry)]
        .into_iter()
        .flatten()
        .collect();
    if !entry["disputed"].is_null() || !entry["expected"]["disputed"].is_null() {
        return Duty::Answer;
    }
    if opinions.iter().all(|sound| !sound) && !opinions.is_empty() {
        return Duty::Caught;
    }
    let brings_certificate = text.contains("X509Certificate>");
    let inside = brings_certificate && !OUTSIDE.iter().any(|word| text.contains(word));
    // One witness is not enough unless it is a verification.
    let verified = by_xmlsec(entry) == Some(true);
    if !opinions.is_empty() && opinions.iter().all(|sound| *sound) && verified && inside {
        return Duty::Sound;
    }
    Duty::Answer
}

/// Where a file is answered otherwise than it must be.
fn fault(duty: Duty, report: &Report) -> Option<String> {
    if report.verdict == FileVerdict::Passed {
        return Some("passed, and nobody is trusted".to_owned());
    }
    let words = || {
        let one = |it: &SignatureReport| {
            let (digest, value) = (it.cryptography.digest, it.cryptography.signature);
            format!(
                "{digest:?} {value:?} {:?}",
                it.findings.iter().map(|f| f.code()).collect::<Vec<_>>()
            )
        };
        report
            .signatures
            .iter()
            .map(one)
            .collect::<Vec<_>>()
            .join("; ")
    };
    match duty {
        Duty::Answer => None,
        Duty::Sound if report.signatures.is_empty() => Some(format!("{:?}", report.error)),
        Duty::Sound => (!report.signatures.iter().all(sound)).then(words),
        Duty::Caught => {
            let noted = report
                .findings
                .iter()
                .any(|it| it.severity() == Severity::Error);
            let told = report.verdict == FileVerdict::Unreadable
                || noted
                || report.signatures.iter().any(caught);
            (!told).then(words)
        }
    }
}

/// Holds a corpus against its ledger.
fn corpus(name: &str, ledger: &str, at_least: [usize; 2]) {
    let Some(folder) = corpora::folder(name) else {
        return;
    };
    let context = context();
    let mut faults = BTreeMap::new();
    let mut asked = [0, 0];
    for entry in entries(&folder) {
        let Some(file) = entry["file"].as_str().filter(|it| it.ends_with(".xml")) else {
            continue;
        };
        let bytes = fs::read(folder.join(file)).unwrap();
        let duty = duty(&entry, &String::from_utf8_lossy(&bytes));
        match duty {
            Duty::Sound => asked[0] += 1,
            Duty::Caught => asked[1] += 1,
            Duty::Answer => {}
        }
        let before = cpu::thread_time();
        let report = check(&context, bytes);
        let spent = cpu::thread_time().saturating_sub(before);
        // What is built without optimisation takes a good deal longer than the two seconds that a user may wait.
        let slow = (spent.as_secs() > 20).then(|| format!("{spent:?}"));
        if let Some(fault) = fault(duty, &report).or(slow) {
            faults.insert(file.to_owned(), fault);
        }
    }
    assert!(
        asked[0] >= at_least[0] && asked[1] >= at_least[1],
        "{name}: {asked:?}"
    );
    ledger::hold(ledger, &faults);
}

#[test]
fn attacks_are_caught() {
    corpus(
        "xml-attacks",
        include_str!("ledger/xml-attacks.tsv"),
        [1, 1],
    );
}

#[test]
fn signatures_of_xmlsec() {
    corpus("xml-xmlsec", include_str!("ledger/xml-xmlsec.tsv"), [1, 1]);
}

#[test]
fn signatures_of_santuario() {
    corpus(
        "xml-santuario",
        include_str!("ledger/xml-santuario.tsv"),
        [1, 1],
    );
}

#[test]
fn signatures_of_signxml() {
    corpus(
        "xml-signxml",
        include_str!("ledger/xml-signxml.tsv"),
        [1, 1],
    );
}

#[test]
fn signatures_of_xades4j_and_others() {
    corpus("xml-misc", include_str!("ledger/xml-misc.tsv"), [1, 1]);
}

#[test]
fn signatures_of_dss() {
    corpus("xml-dss", include_str!("ledger/xml-dss.tsv"), [1, 1]);
}

/// Every message of the tax department and every invoice: sound, in its slot, covering its data, its chain in its class.
#[test]
fn vietnamese_documents() {
    let (Some(documents), Some(pki)) = (corpora::folder("vn-docs"), corpora::folder("vn-pki"))
    else {
        return;
    };
    let files = |folder: &str| -> Vec<MaterialFile> {
        let mut names: Vec<_> = fs::read_dir(pki.join(folder))
            .unwrap()
            .map(|it| it.unwrap().path())
            .collect();
        names.sort();
        names.retain(|it| it.extension().is_some_and(|it| it == "der"));
        names
            .iter()
            .map(|it| MaterialFile::new(it.display().to_string(), fs::read(it).unwrap()))
            .collect()
    };
    let mut material = Material::default();
    material.anchors = files("roots");
    material.intermediates = files("intermediates");
    let mut options = Options::default();
    options.at = Time::from_rfc3339("2026-01-15T12:00:00Z");
    options.revocation = RevocationMode::Ignore;
    let context = Context::new(options, material).unwrap();
    let (mut seen, mut government) = (0, 0);
    for entry in entries(&documents) {
        let name = entry["file"].as_str().unwrap_or_default();
        if !name.starts_with("einvoice/") {
            continue;
        }
        let report = check(&context, fs::read(documents.join(name)).unwrap());
        assert!(!report.signatures.is_empty(), "{name}");
        for one in &report.signatures {
            seen += 1;
            let json = report.to_json(Lang::En);
            assert!(sound(one), "{name}: {json}");
            assert_eq!(one.coverage.scope, Scope::WholeFile, "{name}: {json}");
            let field = one.field.as_deref().unwrap_or_default();
            assert!(field.contains("/DSCKS/"), "{name}: {field}");
            let data = one
                .coverage
                .covered
                .iter()
                .any(|it| it.contains("/DLHDon#") || it.contains("/DLTBao#"));
            assert!(data, "{name}: {json}");
            assert!(one.time.claimed.is_some(), "{name}");
            if one.path.status == PathStatus::Valid {
                government += usize::from(one.trust_class == TrustClass::VnGov);
            }
        }
    }
    assert!(seen >= 14 && government >= 2, "{seen} {government}");
}
