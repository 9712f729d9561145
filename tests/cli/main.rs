//! The program, as people and scripts call it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(unix)]

mod certificates;
mod files;
#[path = "../support/program.rs"]
mod program;
mod secrets;
mod xml;

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use program::{Demo, Ran, kyso, run};
use serde_json::Value;

#[test]
fn the_demo_signs_six_times_and_catches_the_tampered_copy() {
    let demo = Demo::get();
    for name in [
        "root.pem",
        "issuing.pem",
        "root.crl",
        "issuing.crl",
        "person.p12",
        "organisation.p12",
        "tsa.p12",
        "input.pdf",
        "six.pdf",
        "tampered.pdf",
        "report.json",
        "report.html",
    ] {
        assert!(fs::metadata(demo.file(name)).unwrap().len() > 0, "{name}");
    }
    let report: Value =
        serde_json::from_slice(&fs::read(demo.file("report.json")).unwrap()).unwrap();
    assert_eq!(report["verdict"], "passed");

    let passed = demo.verify(&["six.pdf"], &["--format", "json"]);
    assert_eq!(passed.code, 0, "{}", passed.err);
    let report: Value = serde_json::from_str(&passed.out).unwrap();
    let signatures = report["signatures"].as_array().unwrap();
    let fields: Vec<_> = signatures
        .iter()
        .map(|s| s["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["NguoiKy", "So", "Ngay", "Thang", "Nam", "CoQuan"]);
    assert!(signatures.iter().all(|s| s["verdict"] == "passed"));
    assert_eq!(report["layout"]["complete"], true);

    let failed = demo.verify(&["tampered.pdf"], &["--format", "json"]);
    assert_eq!(failed.code, 1);
    let report: Value = serde_json::from_str(&failed.out).unwrap();
    assert_eq!(report["verdict"], "failed");
    let original = fs::read(demo.file("six.pdf")).unwrap();
    let changed = fs::read(demo.file("tampered.pdf")).unwrap();
    assert_eq!(
        original
            .iter()
            .zip(&changed)
            .filter(|(a, b)| a != b)
            .count(),
        1
    );
}

#[test]
fn a_second_demo_replaces_the_first_but_never_the_files_of_others() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("demo");
    for _ in 0..2 {
        assert_eq!(run(kyso().args(["demo", "--out"]).arg(&out)).code, 0);
    }
    let foreign = folder.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("root.pem"), "mine").unwrap();
    let refused = run(kyso().args(["demo", "--out"]).arg(&foreign));
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("[output-exists]"), "{}", refused.err);
    assert_eq!(
        fs::read_to_string(foreign.join("root.pem")).unwrap(),
        "mine"
    );
}

#[test]
fn wrong_usage_is_64_and_help_is_0() {
    for line in [
        "",
        "verify",
        "nonsense",
        "verify --unknown a.pdf",
        "verify --at yesterday a.pdf",
        "verify --deadline soon a.pdf",
        "verify --proxy socks5://a a.pdf",
        "verify --mirror ca.gov.vn a.pdf",
        "verify --allow-host 10.0.0.0/99 a.pdf",
        "verify --trust-class nobody a.pdf",
        "verify --trust /nowhere.pem a.pdf",
        "verify --options /nowhere.json a.pdf",
        "sign pdf a.pdf",
        "sign pdf a.pdf b.pdf --key nonsense",
        "sign pdf a.pdf b.pdf --key p12:k.p12 --tsa http://127.0.0.1/",
        "sign pdf a.pdf b.pdf --key p12:k.p12 --certify 4",
        "inspect --format html a.pdf",
    ] {
        let ran = run(kyso().args(line.split_whitespace()));
        assert_eq!(
            (ran.code, ran.out.as_str()),
            (64, ""),
            "{line}: {}",
            ran.err
        );
        assert!(!ran.err.is_empty(), "{line}");
    }
    for line in [
        "--help",
        "--version",
        "verify --help",
        "sign --help",
        "sign six --help",
        "demo --help",
    ] {
        let ran = run(kyso().args(line.split_whitespace()));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{line}");
        assert!(ran.out.contains("kyso"), "{line}");
    }
}

#[test]
fn text_and_html_are_for_people() {
    let demo = Demo::get();
    let text = demo.verify(&["six.pdf", "tampered.pdf"], &[]);
    assert_eq!(text.code, 1);
    assert!(
        text.out.contains("HỢP LỆ") && text.out.contains("CoQuan"),
        "{}",
        text.out
    );
    let english = demo.verify(&["six.pdf"], &["--lang", "en"]);
    assert!(english.out.contains("VALID"));
    let html = demo.verify(&["six.pdf"], &["--format", "html"]);
    assert!(html.code == 0 && html.out.starts_with("<!DOCTYPE html>"));
    assert_eq!(
        demo.verify(&["six.pdf", "six.pdf"], &["--format", "html"])
            .code,
        64
    );
}

#[test]
fn settings_come_from_a_file_and_the_command_line_wins() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let settings = folder.path().join("settings.json");
    let name = |file: &str| Value::from(demo.file(file).to_str().unwrap());
    let json = serde_json::json!({
        "trust": [name("root.pem")], "crl": [name("root.crl"), name("issuing.crl")], "lang": "en", "at": "2001-01-01T00:00:00Z",
    });
    fs::write(&settings, json.to_string()).unwrap();
    let verify = |more: &[&str]| {
        run(kyso()
            .arg("verify")
            .arg("--options")
            .arg(&settings)
            .args(more)
            .arg(demo.file("six.pdf")))
    };
    assert_ne!(
        verify(&[]).code,
        0,
        "in 2001 the certificates were not valid"
    );
    let now = verify(&["--at", &program::now()]);
    assert_eq!(now.code, 0, "{}{}", now.out, now.err);
    assert!(now.out.contains("VALID"));
    fs::write(&settings, r#"{"trsut": []}"#).unwrap();
    assert_eq!(verify(&[]).code, 64);
}

#[test]
fn inspect_shows_what_is_there() {
    let demo = Demo::get();
    let Ran { code, out, err } = run(kyso()
        .args(["inspect", "--format", "json"])
        .arg(demo.file("six.pdf")));
    assert_eq!((code, err.as_str()), (0, ""));
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(json["revisions"].as_array().unwrap().len(), 7);
    let fields = json["fields"].as_array().unwrap();
    assert_eq!(fields.len(), 6);
    assert!(
        fields
            .iter()
            .all(|f| f["signature"]["sub_filter"] == "ETSI.CAdES.detached")
    );
    assert!(out.contains("Nguyễn Văn An"));
    let nothing = run(kyso().arg("inspect").arg(demo.file("root.pem")));
    assert_eq!((nothing.code, nothing.out.as_str()), (1, ""));
}

/// The two halves of `verify`: what is known of a file can be kept, and judged again without it.
#[test]
fn facts_are_judged_again_without_the_file() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("six.pdf");
    fs::copy(demo.file("six.pdf"), &file).unwrap();
    let facts = run(kyso().arg("facts").args(demo.trust()).arg(&file));
    assert_eq!((facts.code, facts.err.as_str()), (0, ""));
    assert_eq!(facts.out.lines().count(), 1);
    let kept = folder.path().join("six.facts");
    fs::write(&kept, format!("{}\n{}", facts.out, facts.out)).unwrap();
    let direct = demo.verify(&["six.pdf"], &["--format", "json"]);
    fs::remove_file(&file).unwrap();
    let json = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
    let again = run(kyso().args(["judge", "--format", "json"]).arg(&kept));
    assert_eq!(again.code, 0, "{}", again.err);
    assert_eq!(again.out.lines().count(), 2);
    let (direct, again) = (json(&direct.out), json(again.out.lines().next().unwrap()));
    assert_eq!(again["file"], file.display().to_string());
    assert_eq!(again["sha256"], direct["sha256"]);
    for (one, other) in direct["signatures"]
        .as_array()
        .unwrap()
        .iter()
        .zip(again["signatures"].as_array().unwrap())
    {
        for key in ["verdict", "certificate", "path", "revocation", "findings"] {
            assert_eq!(one[key], other[key], "{key}");
        }
    }
    // Other demands, other verdict.
    let demanding = ["judge", "--trust-class", "vn-gov"];
    assert_eq!(run(kyso().args(demanding).arg(&kept)).code, 1);
    // What is no facts is said to be none.
    let none = run(kyso().arg("judge").arg(demo.file("six.pdf")));
    assert_eq!(none.code, 4, "{}", none.err);
}
