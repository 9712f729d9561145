//! Signed files of others: manipulated ones are caught, and the cryptographic answers are those of pdfsig and pyHanko.
//!
//! Each corpus has an `index.json` with what its origin states and what those two tools found. Where the tools
//! disagree, nothing is asked. Deviations stand in `tests/ledger`, with their reasons.
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
#[path = "support/ledger.rs"]
mod ledger;

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use answers::{caught, entries, sound};
use kyso::{
    ChangeLevel, Context, FileVerdict, Material, MemorySource, Options, Report, Scope, Severity,
    SignatureReport, verify,
};
use serde_json::Value;

fn check(file: &Path) -> Report {
    let context = Context::new(Options::default(), Material::default()).unwrap();
    let source = Arc::new(MemorySource::new(fs::read(file).unwrap()));
    verify(&context, source, None)
}

#[test]
fn no_manipulated_file_passes() {
    let Some(folder) = corpora::folder("pdf-attacks") else {
        return;
    };
    let mut seen = 0;
    let mut faults = BTreeMap::new();
    for entry in entries(&folder) {
        let Some(name) = entry["file"].as_str().filter(|name| name.ends_with(".pdf")) else {
            continue;
        };
        let expected = entry["expected"]["verdict"].as_str().unwrap_or_default();
        let report = check(&folder.join(name));
        let codes = report.to_json(kyso::Lang::En);
        let right = if expected.starts_with("unsigned") {
            report.verdict == FileVerdict::NoSignature
        } else if expected.starts_with("attack") {
            let noted = report
                .findings
                .iter()
                .any(|finding| finding.severity() == Severity::Error);
            report.verdict != FileVerdict::Passed
                && (report.signatures.iter().any(caught)
                    || noted
                    || report.verdict == FileVerdict::Unreadable)
        } else {
            report.signatures.iter().all(|signature| !caught(signature))
        };
        seen += 1;
        if !right {
            faults.insert(name.to_owned(), format!("{expected}: {codes}"));
        }
    }
    assert!(seen >= 20, "only {seen} files");
    ledger::hold(include_str!("ledger/attacks.tsv"), &faults);
}

#[test]
fn cryptographic_answers_are_those_of_pdfsig_and_pyhanko() {
    let mut found = BTreeMap::new();
    let mut asked = 0;
    for corpus in ["pdf-signed-misc", "pdf-pyhanko"] {
        let Some(folder) = corpora::folder(corpus) else {
            return;
        };
        for entry in entries(&folder) {
            let name = entry["file"].as_str().unwrap_or_default();
            let votes = votes(&entry["ref"]);
            if votes.is_empty() || !folder.join(name).is_file() {
                continue;
            }
            let report = check(&folder.join(name));
            for (field, vote) in votes {
                asked += 1;
                let mut ours = report
                    .signatures
                    .iter()
                    .filter(|s| s.field.as_deref() == Some(&field));
                let answer = ours.next().map(sound);
                if answer != Some(vote) {
                    let of = match answer {
                        None => "not listed".to_owned(),
                        Some(sound) => format!("sound {sound}"),
                    };
                    let what = format!("{of}, they say {vote}; {}", report.to_json(kyso::Lang::En));
                    found.insert(format!("{corpus}/{name}#{field}"), what);
                }
            }
        }
    }
    assert!(asked >= 90, "only {asked} signatures");
    ledger::hold(include_str!("ledger/cryptography.tsv"), &found);
}

/// What others found to be changed, or not, after each signature: pyHanko's difference analysis, iText's comparison of
/// revisions, LibreOffice's verdicts.
#[test]
fn later_changes_are_judged_as_others_judge_them() {
    let (mut found, mut asked) = (BTreeMap::new(), 0);
    for corpus in [
        "pdf-dss",
        "pdf-pyhanko",
        "pdf-itext",
        "pdf-signed-misc",
        "pdf-libreoffice",
    ] {
        let Some(folder) = corpora::folder(corpus) else {
            return;
        };
        for entry in entries(&folder) {
            let name = entry["file"].as_str().unwrap_or_default();
            let duties = duties(corpus, &entry);
            if duties.is_empty() || !folder.join(name).is_file() || !name.ends_with(".pdf") {
                continue;
            }
            let report = check(&folder.join(name));
            for (field, allowed) in duties {
                asked += 1;
                let refused = |s: &SignatureReport| {
                    let findings = &s.changes.findings;
                    s.changes.after == ChangeLevel::Forbidden
                        || s.coverage.scope == Scope::Partial
                        || findings.iter().any(|f| f.severity() == Severity::Error)
                };
                let ours = report.signatures.iter();
                let ours: Vec<_> = ours
                    .filter(|s| field.is_none() || s.field == field)
                    .collect();
                let right = if allowed {
                    !ours.is_empty() && ours.iter().all(|s| !refused(s))
                } else {
                    report.verdict != FileVerdict::Passed
                        && (ours.is_empty() || ours.iter().any(|s| refused(s) || !sound(s)))
                };
                if !right {
                    let field = field.unwrap_or_default();
                    let what = format!("allowed {allowed}; {}", report.to_json(kyso::Lang::En));
                    found.insert(format!("{corpus}/{name}#{field}"), what);
                }
            }
        }
    }
    assert!(asked >= 150, "only {asked} signatures");
    ledger::hold(include_str!("ledger/changes.tsv"), &found);
}

/// Fields (none: any) and whether what came after is allowed. Entries marked `disputed` stand in the ledger, or agree.
fn duties(corpus: &str, entry: &Value) -> Vec<(Option<String>, bool)> {
    let mut duties = Vec::new();
    let expected = &entry["expected"];
    let verdict = expected["verdict"].as_str().unwrap_or_default();
    if verdict.contains("must not be valid") && corpus == "pdf-libreoffice" {
        return vec![(None, false)];
    }
    let tests = expected["origin_tests"].as_array().cloned();
    for test in tests.unwrap_or_default() {
        let states = test["revision_status_in_order"].as_array();
        let states: Vec<_> = states
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        // Under a permission that the test gives, not the file, only what is allowed tells something.
        if states.contains(&"INVALID") && test["access_permissions"].is_null() {
            return vec![(None, false)];
        }
    }
    let sound = votes(&entry["ref"]);
    for signature in entry["ref"]["pyhanko"]["sigs"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let field = signature["field"].as_str().unwrap_or_default().to_owned();
        if sound.get(&field) != Some(&true) {
            continue;
        }
        let level = signature["modification"].as_str().unwrap_or_default();
        let whole = signature["coverage"]
            .as_str()
            .is_some_and(|coverage| matches!(coverage, "ENTIRE_FILE" | "ENTIRE_REVISION"));
        let unchanged = matches!(level, "NONE" | "LTA_UPDATES" | "FORM_FILLING")
            && signature["docmdp_ok"] != false
            && whole;
        if unchanged {
            duties.push((Some(field), true));
        } else if corpus == "pdf-pyhanko" {
            duties.push((Some(field), false));
        }
    }
    duties
}

/// The answer for each field on which both tools agree; of a document time-stamp, which pdfsig does not check,
/// that of pyHanko. Fields that stand twice are left out.
fn votes(reference: &Value) -> BTreeMap<String, bool> {
    let list = |tool: &str| {
        reference[tool]["sigs"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    };
    let (pdfsig, pyhanko) = (list("pdfsig"), list("pyhanko"));
    let mut votes: BTreeMap<String, (Vec<bool>, bool)> = BTreeMap::new();
    for signature in &pdfsig {
        let vote = match signature["valid"].as_str() {
            Some("Signature is Valid.") => Some(true),
            Some("Digest Mismatch." | "Signature is Invalid.") => Some(false),
            _ => None,
        };
        let field = signature["field"].as_str().unwrap_or_default().to_owned();
        votes.entry(field).or_default().0.extend(vote);
    }
    for signature in &pyhanko {
        let field = signature["field"].as_str().unwrap_or_default().to_owned();
        let entry = votes.entry(field).or_default();
        if signature.get("error").is_none() {
            let good = signature["intact"] == true && signature["valid"] == true;
            entry.0.push(good);
            entry.1 = signature["is_ts"] == true && good;
        }
    }
    let twice = |field: &str| {
        [&pdfsig, &pyhanko].iter().any(|list| {
            list.iter()
                .filter(|signature| signature["field"] == *field)
                .count()
                > 1
        })
    };
    votes
        .into_iter()
        .filter(|(field, _)| !twice(field))
        .filter_map(|(field, (votes, timestamp))| match votes.as_slice() {
            [one, other] if one == other => Some((field, *one)),
            [one] if timestamp => Some((field, *one)),
            _ => None,
        })
        .collect()
}
