//! The sets that Botan carries: the BSI's, Google's x509test, and its own about name constraints and path building.

use std::{collections::BTreeMap, fs};

use serde_json::json;

use super::{Case, Expect, OLD, corpora, fault, files_below, json_of, ledger};

/// The certification paths of the BSI's test specification TR-03124, as Botan carries and answers them.
#[test]
fn bsi() {
    let Some(corpus) = corpora::folder("x509-botan") else {
        return;
    };
    let index = json_of(&corpus.join("index.json"));
    let mut found = BTreeMap::new();
    let mut asked = 0;
    for entry in index.as_array().unwrap() {
        let file = entry["file"].as_str().unwrap();
        let says = entry["expected"]["verdict"].as_str();
        let (Some(says), true) = (
            says,
            file.starts_with("bsi/") && file.ends_with(".TC.pem.crt"),
        ) else {
            continue;
        };
        let target = corpus.join(file);
        let folder = target.parent().unwrap();
        let name = folder.file_name().unwrap().to_str().unwrap();
        let read = |fits: &dyn Fn(&str) -> bool| -> Vec<Vec<u8>> {
            files_below(folder, fits)
                .iter()
                .map(|path| fs::read(path).unwrap())
                .collect()
        };
        let crls = read(&|name| name.ends_with(".crl"));
        let case = Case {
            leaf: fs::read(&target).unwrap(),
            trust: read(&|name| name.contains(".TA.")),
            intermediate: read(&|name| name.ends_with(".ca.pem.crt")),
            crls: if name.contains("CRL") {
                crls
            } else {
                Vec::new()
            },
            options: if name.contains("CRL") {
                json!({"at": "2017-08-19T12:00:00Z", "revocation": "require"})
            } else {
                json!({"at": "2017-08-19T12:00:00Z"})
            },
            policy: None,
        };
        let expect = match says {
            "Verified" => Expect::Pass,
            "Certificate is revoked" => Expect::Revoked,
            // Either answer is fair.
            _ if says.starts_with("Warning") => continue,
            _ => Expect::Fail,
        };
        asked += 1;
        found.extend(
            fault(expect, &case.check())
                .map(|fault| (format!("bsi/{name}"), format!("{says}: {fault}"))),
        );
    }
    assert!(asked >= 20, "only {asked} cases");
    ledger::hold(include_str!("../ledger/bsi.tsv"), &found);
}

/// The certificates of x509test (Google): one fault each. Names and usages of TLS servers are no matter of ours.
#[test]
fn x509test() {
    let Some(corpus) = corpora::folder("x509-botan") else {
        return;
    };
    let index = json_of(&corpus.join("index.json"));
    let root = fs::read(corpus.join("x509test/root.pem")).unwrap();
    let mut found = BTreeMap::new();
    let mut asked = 0;
    for entry in index.as_array().unwrap() {
        let file = entry["file"].as_str().unwrap();
        let says = entry["expected"]["verdict"].as_str();
        let (Some(says), Some(name)) = (says, file.strip_prefix("x509test/")) else {
            continue;
        };
        if name == "root.pem" {
            continue;
        }
        // The first certificate of the file is the leaf; the others come along.
        let bytes = fs::read(corpus.join(file)).unwrap();
        let case = Case {
            leaf: bytes.clone(),
            trust: vec![root.clone()],
            intermediate: Vec::new(),
            crls: Vec::new(),
            options: json!({"at": "2016-10-21T04:20:00Z"}),
            policy: Some(OLD),
        };
        let expect = match says {
            "Verified" => Expect::Pass,
            _ => Expect::Fail,
        };
        asked += 1;
        found.extend(
            fault(expect, &case.check()).map(|fault| (name.to_owned(), format!("{says}: {fault}"))),
        );
    }
    assert!(asked >= 20, "only {asked} cases");
    ledger::hold(include_str!("../ledger/x509test.tsv"), &found);
}

/// A set whose `expected.txt` says `name:answer` a line.
fn answers(folder: &std::path::Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(folder.join("expected.txt")).unwrap();
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    lines
        .map(|(name, says)| (name.to_owned(), says.trim().to_owned()))
        .collect()
}

fn expect(says: &str) -> Expect {
    match says {
        "Verified" => Expect::Pass,
        _ => Expect::Fail,
    }
}

#[test]
fn name_constraints() {
    let Some(folder) = corpora::folder("x509-botan") else {
        return;
    };
    let folder = folder.join("name_constraints");
    let root = fs::read(folder.join("root.pem")).unwrap();
    let (mut found, mut asked) = (BTreeMap::new(), 0);
    for (name, says) in answers(&folder) {
        let Ok(chain) = fs::read(folder.join(format!("{name}.pem"))) else {
            continue;
        };
        let case = Case {
            leaf: chain,
            trust: vec![root.clone()],
            intermediate: Vec::new(),
            crls: Vec::new(),
            options: json!({"at": "2027-01-01T00:00:00Z"}),
            policy: None,
        };
        asked += 1;
        let fault = fault(expect(&says), &case.check());
        found.extend(fault.map(|fault| (name, format!("{says}: {fault}"))));
    }
    assert!(asked > 50, "only {asked} cases");
    ledger::hold(include_str!("../ledger/name-constraints.tsv"), &found);
}

/// Leaves under a grid of authorities that all have one name a level: one way of many leads to the root.
#[test]
fn path_building() {
    let Some(folder) = corpora::folder("x509-botan") else {
        return;
    };
    let folder = folder.join("path_building");
    let read = |fits: &dyn Fn(&str) -> bool| -> Vec<Vec<u8>> {
        let files = files_below(&folder, fits);
        files.iter().map(|path| fs::read(path).unwrap()).collect()
    };
    let mut asked = 0;
    for (name, says) in answers(&folder) {
        let Ok(leaf) = fs::read(folder.join(&name)) else {
            continue;
        };
        let case = Case {
            leaf,
            trust: read(&|name| name == "root.pem"),
            intermediate: read(&|name| name.starts_with("level")),
            crls: Vec::new(),
            options: json!({"at": "2027-01-01T00:00:00Z"}),
            policy: None,
        };
        asked += 1;
        assert_eq!(fault(expect(&says), &case.check()), None, "{name}");
    }
    assert!(asked > 0);
}
