//! `kyso cert check`, and algorithms by date.

use super::*;

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
