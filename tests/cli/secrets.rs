//! Passwords and PINs: where they may come from, and documents that ask for one.

use super::*;

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
        let named = report["file"].as_str().unwrap_or_default();
        assert!(named.ends_with("encrypted.pdf"), "{report}");
    }
}
