//! Answers and lists made by OpenSSL, live: good, revoked, unknown; by the authority and by a responder that it appointed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(unix)]
#![cfg(feature = "cli")]

#[path = "support/program.rs"]
#[expect(dead_code, reason = "this test needs the program alone")]
mod program;

use std::{fs, path::Path, process::Command};

use program::{kyso, run};
use serde_json::Value;

/// Runs OpenSSL in a folder; words are split at white space.
fn openssl(folder: &Path, line: &str) -> String {
    let done = Command::new("openssl")
        .args(line.split_whitespace())
        .current_dir(folder)
        .output()
        .expect("openssl is installed");
    let told = String::from_utf8_lossy(&done.stdout).into_owned();
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "openssl {line}: {error}");
    told + &error
}

/// An authority, a responder that it appointed, and certificates 1000 (good), 1001 (revoked) and 1002 (not issued, it says).
fn authority(folder: &Path) {
    const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(
        folder,
        &format!(
            "req -x509 {KEY} -keyout ca.key -out ca.pem -subj /CN=Authority -days 30 \
             -addext keyUsage=critical,keyCertSign,cRLSign"
        ),
    );
    let person = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n";
    fs::write(folder.join("person.ext"), person).unwrap();
    let responder = "extendedKeyUsage=OCSPSigning\nnoCheck=ignored\n";
    fs::write(folder.join("responder.ext"), responder).unwrap();
    let plain = "extendedKeyUsage=emailProtection\n";
    fs::write(folder.join("plain.ext"), plain).unwrap();
    for (name, serial, extensions) in [
        ("good", "0x1000", "person.ext"),
        ("revoked", "0x1001", "person.ext"),
        ("unknown", "0x1002", "person.ext"),
        ("responder", "0x2000", "responder.ext"),
        ("plain", "0x2001", "plain.ext"),
    ] {
        openssl(
            folder,
            &format!("req -new {KEY} -keyout {name}.key -out {name}.csr -subj /CN={name}"),
        );
        openssl(
            folder,
            &format!(
                "x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -set_serial {serial} \
                 -days 20 -extfile {extensions} -out {name}.pem"
            ),
        );
    }
    let index = "V\t491231000000Z\t\t1000\tunknown\t/CN=good\n\
                 R\t491231000000Z\t250101000000Z,keyCompromise\t1001\tunknown\t/CN=revoked\n";
    fs::write(folder.join("index.txt"), index).unwrap();
    fs::write(folder.join("index.txt.attr"), "").unwrap();
    let settings = "[ca]\ndefault_ca = d\n[d]\ndatabase = index.txt\ndefault_md = sha256\n\
                    default_crl_days = 2\ncrlnumber = number\ncrl_extensions = e\n\
                    [e]\nauthorityKeyIdentifier = keyid\n";
    fs::write(folder.join("ca.cnf"), settings).unwrap();
    fs::write(folder.join("number"), "01\n").unwrap();
    openssl(
        folder,
        "ca -gencrl -config ca.cnf -keyfile ca.key -cert ca.pem -out ca.crl",
    );
}

/// Exit status, status and reason of a certificate.
fn check(folder: &Path, name: &str, more: &[&str]) -> (i32, String, String) {
    let ran = run(kyso()
        .current_dir(folder)
        .args(["cert", "check", "--format", "json", "--lang", "en"])
        .args(["--trust", "ca.pem"])
        .args(more)
        .arg(format!("{name}.pem")));
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
    let one = &report["revocation"][0];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (ran.code, text(&one["status"]), text(&one["reason"]["code"]))
}

#[test]
fn responses_of_openssl_are_judged_as_it_judges_them() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    authority(folder);
    for digest in ["sha1", "sha256"] {
        for signer in ["ca", "responder"] {
            for (name, code, status, reason) in [
                ("good", 0, "good", ""),
                ("revoked", 1, "revoked", "PKI-020"),
                ("unknown", 2, "undetermined", "PKI-088"),
            ] {
                let about = format!("-issuer ca.pem -{digest} -cert {name}.pem");
                openssl(folder, &format!("ocsp {about} -reqout request.der"));
                openssl(
                    folder,
                    &format!(
                        "ocsp -index index.txt -CA ca.pem -rsigner {signer}.pem -rkey {signer}.key \
                         -reqin request.der -respout response.der -ndays 1"
                    ),
                );
                let told = openssl(
                    folder,
                    &format!("ocsp {about} -respin response.der -CAfile ca.pem -no_nonce"),
                );
                assert!(told.contains(&format!("{name}.pem: {name}")), "{told}");
                let ours = check(folder, name, &["--ocsp", "response.der"]);
                let expected = (code, status.to_owned(), reason.to_owned());
                assert_eq!(ours, expected, "{digest} {signer} {name}");
            }
        }
    }
    // Signed by somebody whom the authority did not appoint: OpenSSL refuses it as well.
    openssl(
        folder,
        "ocsp -issuer ca.pem -cert good.pem -reqout request.der",
    );
    openssl(
        folder,
        "ocsp -index index.txt -CA ca.pem -rsigner plain.pem -rkey plain.key -reqin request.der -respout response.der -ndays 1",
    );
    let ours = check(folder, "good", &["--ocsp", "response.der"]);
    assert_eq!(ours, (2, "undetermined".to_owned(), "PKI-086".to_owned()));
}

#[test]
fn lists_of_openssl_and_the_age_that_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    authority(folder);
    let is = |name: &str, more: &[&str], code: i32, status: &str| {
        let ours = check(folder, name, &[&["--crl", "ca.crl"], more].concat());
        assert_eq!(
            (ours.0, ours.1.as_str()),
            (code, status),
            "{name} {}",
            ours.2
        );
    };
    is("good", &[], 0, "good");
    is("revoked", &[], 1, "revoked");
    is("good", &["--revocation-max-age", "86400"], 0, "good");
    // A file that holds something else is named, in a folder it is passed over.
    let ran = run(kyso()
        .current_dir(folder)
        .args(["cert", "check", "--trust", "ca.pem", "--lang", "en"])
        .args(["--ocsp", "good.pem", "good.pem"]));
    assert_eq!(ran.code, 64);
    assert!(
        ran.err.contains("[no-ocsp]") && ran.err.contains("good.pem"),
        "{}",
        ran.err
    );
}
