//! The program, as people and scripts call it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(unix)]

#[path = "support/program.rs"]
mod program;

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
fn the_worst_file_decides_and_every_file_gets_its_line() {
    let demo = Demo::get();
    for (files, code) in [
        (&["six.pdf"][..], 0),
        (&["six.pdf", "input.pdf"], 3),
        (&["input.pdf", "six.pdf", "tampered.pdf"], 1),
        (&["root.pem", "tampered.pdf", "six.pdf"], 4),
        (&["nowhere.pdf", "six.pdf"], 4),
    ] {
        let ran = demo.verify(files, &["--format", "json"]);
        assert_eq!(ran.code, code, "{files:?}: {}", ran.err);
        let lines: Vec<Value> = ran
            .out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), files.len());
        for (line, file) in lines.iter().zip(files) {
            assert!(line["file"].as_str().unwrap().ends_with(file));
            assert_eq!(line["schema"], "kyso.report/1");
        }
    }
    let untrusted = run(kyso()
        .args(["verify", "--format", "json"])
        .arg(demo.file("six.pdf")));
    assert_eq!(untrusted.code, 2, "without an anchor nothing passes");
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
fn nothing_is_replaced_without_force_and_a_failure_leaves_nothing() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.pdf");
    let sign = |more: &[&str]| demo.sign(&demo.file("input.pdf"), &out, more);
    assert_eq!(sign(&[]).code, 0);
    let first = fs::read(&out).unwrap();
    let refused = sign(&[]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("[output-exists]"), "{}", refused.err);
    assert_eq!(fs::read(&out).unwrap(), first);
    fs::set_permissions(&out, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(sign(&["--force"]).code, 0);
    assert_eq!(
        fs::metadata(&out).unwrap().permissions().mode() & 0o777,
        0o640
    );

    fs::set_permissions(&out, fs::Permissions::from_mode(0o444)).unwrap();
    let read_only = sign(&["--force", "--format", "json"]);
    assert_eq!(read_only.code, 1);
    let error: Value = serde_json::from_str(&read_only.err).unwrap();
    assert_eq!(
        (&error["code"], &error["place"]),
        (&"read-only".into(), &Value::Null)
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    // IN = OUT
    fs::set_permissions(&out, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(demo.sign(&out, &out, &["--force"]).code, 0);
    let again: Value = serde_json::from_str(
        &run(kyso()
            .args(["verify", "--format", "json"])
            .args(demo.trust())
            .arg(&out))
        .out,
    )
    .unwrap();
    assert_eq!(again["signatures"].as_array().unwrap().len(), 2);
}

#[test]
fn a_full_disk_is_an_error_and_leaves_nothing() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.pdf");
    // A limit on the size of files fails writes as a full disk does, and needs no disk.
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_kyso"));
    let ran = run(demo.sign_arguments(&mut shell, &demo.file("input.pdf"), &out));
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("[io-write]"), "{}", ran.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    for bad in ["/dev/full", "/", "/nowhere/out.pdf"] {
        let ran = demo.sign(&demo.file("input.pdf"), Path::new(bad), &["--force"]);
        assert_eq!(ran.code, 1, "{bad}");
        assert!(ran.err.contains("[io-write]"), "{bad}: {}", ran.err);
    }
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut verify = kyso();
    verify
        .arg("verify")
        .args(demo.trust())
        .arg(demo.file("six.pdf"));
    let ran = verify.stdout(full).output().unwrap();
    assert_eq!(
        ran.status.code(),
        Some(4),
        "a report that nobody got is no pass"
    );
}

#[test]
fn secrets_come_from_environment_or_file_and_never_from_a_prompt_without_terminal() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let pin = folder.path().join("pin");
    fs::write(&pin, "kyso-demo\r\nsecond line\n").unwrap();
    let key = format!("p12:{}", demo.file("person.p12").display());
    let sign = |key: &str, more: &[&str], name: &str| {
        let mut command = kyso();
        command
            .args(["sign", "pdf"])
            .arg(demo.file("input.pdf"))
            .arg(folder.path().join(name));
        command
            .args(["--key", key])
            .args(more)
            .env("KYSO_TEST_PIN", "kyso-demo")
            .env("KYSO_TEST_BAD", "wrong");
        run(&mut command)
    };
    let file = pin.to_str().unwrap();
    assert_eq!(sign(&key, &["--pin-env", "KYSO_TEST_PIN"], "a.pdf").code, 0);
    assert_eq!(sign(&key, &["--pin-file", file], "b.pdf").code, 0);
    assert_eq!(
        sign(
            &format!("{key}?pin-env=KYSO_TEST_PIN"),
            &["--pin-env", "KYSO_TEST_BAD"],
            "c.pdf"
        )
        .code,
        0
    );
    assert_eq!(
        sign(&format!("{key}?pin-file={file}"), &[], "d.pdf").code,
        0
    );
    for (key, more, code) in [
        (key.as_str(), &[][..], "password-required"),
        (
            key.as_str(),
            &["--pin-env", "KYSO_TEST_BAD"],
            "password-wrong",
        ),
        (
            key.as_str(),
            &["--pin-env", "KYSO_TEST_ABSENT"],
            "pin-source",
        ),
        ("pkcs11:/module.so?token=a", &[], "pkcs11-module-missing"),
        ("csc:config", &[], "unsupported"),
        ("p12:/nowhere.p12", &[], "io-read"),
    ] {
        let ran = sign(key, more, "none.pdf");
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{code}");
        assert!(ran.err.contains(&format!("[{code}]")), "{}", ran.err);
    }
    let wrong = sign(&key, &["--pin-env", "KYSO_TEST_BAD"], "none.pdf");
    assert!(
        wrong.err.contains("person.p12"),
        "with two keys one must know which: {}",
        wrong.err
    );
    assert_eq!(
        sign(&format!("{key}?pin=kyso-demo"), &[], "none.pdf").code,
        64
    );
    assert!(!folder.path().join("none.pdf").exists());
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let demo = Demo::get();
    let mut command = kyso();
    command
        .arg("verify")
        .args(demo.trust())
        .args(vec![demo.file("tampered.pdf"); 200]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    let mut error = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut error)
        .unwrap();
    let status = child.wait().unwrap();
    assert!(first.contains("tampered.pdf"));
    assert_eq!((status.code(), error.as_str()), (Some(1), ""));
}

/// The demo's six signatures, encrypted; that breaks them, but they are still there.
fn encrypted(folder: &Path, user: &str, scheme: &[&str]) -> PathBuf {
    let out = folder.join("encrypted.pdf");
    let done = Command::new("qpdf")
        .args(["--object-streams=generate", "--allow-weak-crypto"])
        .args(["--encrypt", user, "owner"])
        .args(scheme)
        .arg("--")
        .args([&Demo::get().file("six.pdf"), &out])
        .output()
        .expect("qpdf is installed by make test");
    assert!(done.status.success(), "{done:?}");
    out
}

#[test]
fn signatures_of_encrypted_files_are_listed_or_a_password_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    for scheme in [
        &["40"][..],
        &["128", "--use-aes=n"],
        &["128", "--use-aes=y"],
        &["128", "--force-V4"],
        &["256"],
        &["256", "--force-R5"],
    ] {
        let file = encrypted(folder.path(), "", scheme);
        let ran = run(kyso().args(["verify", "--format", "json"]).arg(&file));
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        let signatures = report["signatures"].as_array().unwrap();
        let mut fields: Vec<_> = signatures
            .iter()
            .map(|signature| signature["field"].as_str().unwrap())
            .collect();
        fields.sort_unstable();
        let names = ["CoQuan", "Nam", "Ngay", "NguoiKy", "So", "Thang"];
        assert_eq!((fields.as_slice(), ran.code), (&names[..], 1), "{scheme:?}");
        let ran = run(kyso().args(["inspect", "--format", "json"]).arg(&file));
        let inspection: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(inspection["encrypted"], true);
        assert_eq!(inspection["fields"].as_array().unwrap().len(), 6);

        let file = encrypted(folder.path(), "secret", scheme);
        let ran = run(kyso().args(["verify", "--format", "json"]).arg(&file));
        let report: Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!((&report["verdict"], ran.code), (&"unreadable".into(), 4));
        let error = &report["error"];
        assert_eq!(error["code"], "password-required", "{report}");
        let text = error["message"].as_str().unwrap_or_default();
        assert!(text.contains("encrypted.pdf"), "{report}");
    }
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

/// A clerk asks before signing, a script asks for the class, and a suite for policies and purposes.
#[test]
fn a_certificate_is_checked_by_itself() {
    let demo = Demo::get();
    let check = |file: &str, more: &[&str]| {
        run(kyso()
            .args(["cert", "check"])
            .args(demo.trust())
            .args(more)
            .arg(demo.file(file)))
    };
    let good = check("issuing.pem", &["--purpose", "any", "--format", "json"]);
    assert_eq!(good.code, 0, "{}{}", good.out, good.err);
    let report: Value = serde_json::from_str(&good.out).unwrap();
    for key in [
        "schema",
        "verdict",
        "certificate",
        "path",
        "revocation",
        "trust_class",
        "policies",
        "findings",
    ] {
        assert!(!report[key].is_null(), "{key}");
    }
    assert_eq!(report["schema"], "kyso.certificate/1");
    assert_eq!(report["path"]["status"], "valid");
    assert_eq!(report["revocation"][0]["status"], "good");
    assert_eq!(report["trust_class"], "other");
    assert_eq!(
        report["policies"]["user_constrained"],
        Value::Array(Vec::new())
    );

    // An authority's key is not for documents.
    let signing = check("issuing.pem", &[]);
    assert_eq!(signing.code, 1);
    assert!(signing.out.contains("KHÔNG HỢP LỆ"), "{}", signing.out);
    assert!(signing.out.contains("PKI-010"), "{}", signing.out);
    let demanded = check(
        "issuing.pem",
        &[
            "--purpose",
            "any",
            "--trust-class",
            "vn-gov",
            "--lang",
            "en",
        ],
    );
    assert_eq!(demanded.code, 1);
    assert!(demanded.out.contains("PKI-140"), "{}", demanded.out);
    let soon = check(
        "issuing.pem",
        &["--purpose", "any", "--expires-within", "100000"],
    );
    assert_eq!(soon.code, 0, "{}", soon.out);
    assert!(soon.out.contains("PKI-150"), "{}", soon.out);
    let policy = check("issuing.pem", &["--purpose", "any", "--explicit-policy"]);
    assert_eq!(policy.code, 1, "{}", policy.out);
    let page = check("issuing.pem", &["--purpose", "any", "--format", "html"]);
    assert!(page.out.starts_with("<!DOCTYPE html>") && page.out.contains("<table>"));
    assert_eq!(check("input.pdf", &[]).code, 4);
    assert_eq!(check("none.pem", &[]).code, 4);
    assert_eq!(check("issuing.pem", &["--policy", "x.y"]).code, 64);

    // A document whose signers are of another class than the law wants.
    let other = demo.verify(&["six.pdf"], &["--trust-class", "vn-gov", "--lang", "en"]);
    assert_eq!(other.code, 1);
    assert!(other.out.contains("PKI-140"), "{}", other.out);
}

/// The policy for algorithms comes from a file; a wrong one says nothing about the document.
#[test]
fn algorithms_are_accepted_as_the_file_says() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let verify = |policy: &str| {
        let file = folder.path().join("policy.json");
        fs::write(&file, policy).unwrap();
        let file = file.display().to_string();
        demo.verify(&["six.pdf"], &["--policy-file", &file, "--lang", "en"])
    };
    let same = verify(r#"{"schema": "kyso.policy/1"}"#);
    assert_eq!(same.code, 0, "{}{}", same.out, same.err);
    let ended =
        verify(r#"{"schema": "kyso.policy/1", "digests": {"sha256": "2020-01-01T00:00:00Z"}}"#);
    assert_eq!(ended.code, 2, "{}", ended.out);
    assert!(ended.out.contains("sha256"), "{}", ended.out);
    assert_eq!(
        verify(r#"{"schema": "kyso.policy/1", "digest": {}}"#).code,
        64
    );
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

const INVOICE: &str =
    "<HDon><DLHDon Id=\"_1\"><A>1</A></DLHDon><DSCKS><NBan/><NMua/></DSCKS></HDon>";

#[test]
fn xml_is_signed_in_its_place_and_in_place() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hoa đơn.xml");
    fs::write(&file, INVOICE).unwrap();
    let key = format!("p12:{}", demo.file("person.p12").display());
    let sign = |output: &Path, more: &[&str]| {
        let mut command = kyso();
        command.args(["sign", "xml"]).arg(&file).arg(output);
        command
            .args(["--key", &key, "--pin-env", "P", "--lang", "en"])
            .args(more);
        run(command.env("P", "kyso-demo"))
    };
    let out = folder.path().join("out.xml");
    let ran = sign(&out, &["--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let said: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(said["schema"], "kyso.signed/1");
    assert_eq!(said["size"], fs::metadata(&out).unwrap().len());
    assert_eq!(sign(&out, &[]).code, 1, "no --force");
    // In place.
    assert_eq!(sign(&file, &["--force"]).code, 0);
    let ran = sign(&file, &["--force"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("[xml-slot-signed]"), "{}", ran.err);
    assert_eq!(sign(&file, &["--force", "--parent", "NMua"]).code, 0);
    let both = fs::read_to_string(&file).unwrap();
    assert_eq!(both.matches("<SignatureValue ").count(), 2);
    // A refusal leaves the file as it is.
    let ran = sign(&file, &["--force", "--profile", "tax"]);
    assert!(ran.err.contains("[xml-profile]"), "{}", ran.err);
    assert_eq!(fs::read_to_string(&file).unwrap(), both);
}

#[test]
fn a_file_gets_a_detached_signature_that_names_it() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("input.pdf.xml");
    let key = format!("p12:{}", demo.file("person.p12").display());
    let mut command = kyso();
    command
        .args(["sign", "xml"])
        .arg(demo.file("input.pdf"))
        .arg(&out);
    command.args([
        "--key",
        &key,
        "--pin-env",
        "P",
        "--form",
        "detached",
        "--level",
        "none",
    ]);
    assert_eq!(run(command.env("P", "kyso-demo")).code, 0);
    let signature = fs::read_to_string(&out).unwrap();
    assert!(
        signature.contains("<ds:Reference URI=\"input.pdf\">"),
        "{signature}"
    );
    for (option, value) in [
        ("--level", "b-t"),
        ("--tsa", "http://x"),
        ("--c14n", "xslt"),
    ] {
        let mut command = kyso();
        command.args(["sign", "xml", "a", "b", "--key", &key, option, value]);
        let ran = run(&mut command);
        assert_eq!(
            ran.code,
            if option == "--level" { 1 } else { 64 },
            "{}",
            ran.err
        );
    }
}
