//! Signing with tokens: what is found, and what is refused.

use std::{fs, process::Command};

use super::{
    each, kyso, refused, report, run, sign, sign_command, six_command,
    softhsm::{Hsm, module, shim, tool},
};
use crate::program::Demo;

const PIN: &str = "123456";

/// Both keys of the demo on one token, with the issuer.
fn office() -> Hsm {
    let (hsm, demo) = (Hsm::new(), Demo::get());
    hsm.token("Văn phòng", PIN);
    let token = ("Văn phòng", PIN);
    let issuer = demo.file("issuing.pem");
    hsm.import(
        token,
        &demo.file("person.p12"),
        ("Lãnh đạo", "01"),
        Some(&issuer),
    );
    hsm.import(
        token,
        &demo.file("organisation.p12"),
        ("Con dấu", "02"),
        None,
    );
    hsm
}

/// An EC key with a certificate of its own, made by OpenSSL.
fn curve(hsm: &Hsm, curve: &str, label: &str, id: &str) {
    let (key, certificate) = (hsm.file("ec.pem"), hsm.file("ec-certificate.pem"));
    tool(
        Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-nodes", "-days", "30"])
            .args(["-pkeyopt", &format!("ec_paramgen_curve:{curve}")])
            .args(["-subj", &format!("/CN={label}"), "-keyout"])
            .args([&key, std::path::Path::new("-out"), &certificate]),
    );
    hsm.key(("EC", PIN), &key, label, id);
    hsm.certificate(("EC", PIN), &certificate, label, id);
}

#[test]
fn six_signatures_by_two_keys_of_one_token_take_one_login() {
    let hsm = office();
    let out = hsm.file("six.pdf");
    let short = format!(
        "pkcs11:{}?token=Văn phòng&object=Lãnh đạo",
        shim().display()
    );
    let uri = format!(
        "pkcs11:token=V%C4%83n%20ph%C3%B2ng;id=%02;type=private?module-path={}",
        shim().display()
    );
    let ran = run(&mut six_command(&hsm, &short, &uri, &out));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let report = report(&out);
    assert_eq!(each(&report, "/verdict"), ["passed"; 6], "{report}");
    assert_eq!(
        each(&report, "/field"),
        ["NguoiKy", "So", "Ngay", "Thang", "Nam", "CoQuan"]
    );
    let subjects = each(&report, "/certificate/subject");
    assert!(subjects[0].contains("Nguyễn Văn An"), "{subjects:?}");
    assert!(subjects[5].contains("Ủy ban nhân dân"), "{subjects:?}");
    assert_eq!(hsm.calls("C_Initialize").len(), 1);
    assert_eq!(hsm.calls("C_OpenSession").len(), 1);
    assert_eq!(hsm.calls("C_Login"), ["C_Login 1 0x0"]);
    // 51 bytes: the DigestInfo of SHA-256. Nothing else of the document crosses.
    assert_eq!(hsm.calls("C_Sign "), ["C_Sign 51 0x0"; 6]);

    let pdfsig = tool(Command::new("pdfsig").arg("-nocert").arg(&out));
    assert_eq!(pdfsig.matches("Signature is Valid.").count(), 6, "{pdfsig}");
}

#[test]
fn six_signatures_by_two_tokens() {
    let (hsm, demo) = (Hsm::new(), Demo::get());
    hsm.token("Person", PIN);
    hsm.token("Organisation", "other-pin");
    let issuer = demo.file("issuing.pem");
    hsm.import(
        ("Person", PIN),
        &demo.file("person.p12"),
        ("P", "0A"),
        Some(&issuer),
    );
    hsm.import(
        ("Organisation", "other-pin"),
        &demo.file("organisation.p12"),
        ("O", "0B"),
        Some(&issuer),
    );
    fs::write(hsm.file("pin"), "other-pin\n").unwrap();
    let module = shim().display();
    let person = format!("pkcs11:{module}?token=Person");
    let organisation = format!(
        "pkcs11:token=Organisation?module-path={module}&pin-source=file:{}",
        hsm.file("pin").display()
    );
    let out = hsm.file("six.pdf");
    let ran = run(&mut six_command(&hsm, &person, &organisation, &out));
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(each(&report(&out), "/verdict"), ["passed"; 6]);
    assert_eq!(hsm.calls("C_Initialize").len(), 1);
    assert_eq!(hsm.calls("C_Login"), ["C_Login 1 0x0"; 2]);
    assert_eq!(hsm.calls("C_Sign ").len(), 6);
}

#[test]
fn every_algorithm_and_what_crosses() {
    let hsm = office();
    hsm.token("EC", PIN);
    curve(&hsm, "prime256v1", "p256", "01");
    curve(&hsm, "secp384r1", "p384", "02");
    let out = hsm.file("one.pdf");
    let rsa = "token=Văn phòng&object=Lãnh đạo";
    for (key, more, algorithm, crosses) in [
        (rsa, &[][..], "rsa-pkcs1-sha256", "51"),
        (rsa, &["--digest", "sha512"], "rsa-pkcs1-sha512", "83"),
        (rsa, &["--rsa-padding", "pss"], "rsa-pss-sha256", "32"),
        (
            rsa,
            &["--rsa-padding", "pss", "--digest", "sha384"],
            "rsa-pss-sha384",
            "48",
        ),
        ("token=EC&object=p256", &[], "ecdsa-sha256", "32"),
        ("token=EC&object=p384", &[], "ecdsa-sha384", "48"),
    ] {
        hsm.forget_calls();
        let key = format!("pkcs11:{}?{key}&pin-env=PIN", shim().display());
        let ran = sign(&hsm, &key, &out, more);
        assert_eq!(ran.code, 0, "{algorithm}: {}", ran.err);
        let report = report(&out);
        assert_eq!(each(&report, "/cryptography/signature"), ["ok"]);
        assert_eq!(each(&report, "/cryptography/algorithm"), [algorithm]);
        assert_eq!(hsm.calls("C_Sign "), [format!("C_Sign {crosses} 0x0")]);
    }
    // A token that only digests for itself gets the signed attributes, and no other way is tried.
    hsm.forget_calls();
    let key = format!("pkcs11:{}?{rsa}&pin-env=PIN", shim().display());
    let only = |mechanism: &str, more: &[&str]| {
        let mut command = sign_command(&hsm, &key, &out, more);
        run(command.env("KYSO_SHIM_ONLY", mechanism))
    };
    let ran = only("0x40", &[]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(each(&report(&out), "/cryptography/signature"), ["ok"]);
    assert_eq!(hsm.calls("C_SignInit"), ["C_SignInit 64 0x0"]);
    assert_eq!(refused(&only("0x1041", &[])), "key-type");
    assert_eq!(refused(&only("0x40", &["--digest", "sha384"])), "key-type");
}

#[test]
fn keys_that_want_a_login_for_each_signature_get_it() {
    let hsm = office();
    hsm.token("Strict", PIN);
    let strict = |kind: &str, label: &str, id: &str| {
        let pair = ["--keypairgen", "--key-type", kind, "--always-auth"];
        hsm.opensc(
            "Strict",
            PIN,
            &[&pair[..], &["--label", label, "--id", id]].concat(),
        );
    };
    strict("rsa:2048", "strict-rsa", "01");
    strict("EC:prime256v1", "strict-ec", "02");
    for (label, id) in [("strict-rsa", "01"), ("strict-ec", "02")] {
        // A certificate for a key that never leaves: the public half, certified by somebody.
        let public = hsm.file("public.der");
        let (public, id) = (public.to_str().unwrap(), id.to_owned());
        let read = ["--read-object", "--type", "pubkey", "--id", &id];
        hsm.opensc(
            "Strict",
            PIN,
            &[&read[..], &["--output-file", public]].concat(),
        );
        let (key, certificate) = (hsm.file("ca.pem"), hsm.file("strict.pem"));
        tool(
            Command::new("openssl")
                .args([
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
                ])
                .args(["-subj", "/CN=somebody", "-keyout"])
                .args([&key, std::path::Path::new("-out"), &certificate]),
        );
        let ours = hsm.file("ours.pem");
        tool(
            Command::new("openssl")
                .args(["x509", "-force_pubkey", public, "-days", "30", "-in"])
                .arg(&certificate)
                .arg("-signkey")
                .args([&key, std::path::Path::new("-out"), &ours]),
        );
        hsm.certificate(("Strict", PIN), &ours, label, &id);

        hsm.forget_calls();
        let spec = format!(
            "pkcs11:{}?token=Strict&object={label}&pin-env=PIN",
            shim().display()
        );
        let out = hsm.file("six.pdf");
        let other = format!(
            "pkcs11:{}?token=Văn phòng&object=Con dấu&pin-env=PIN",
            shim().display()
        );
        let ran = run(&mut six_command(&hsm, &other, &spec, &out));
        assert_eq!(ran.code, 0, "{label}: {}", ran.err);
        assert_eq!(each(&report(&out), "/cryptography/signature"), ["ok"; 6]);
        // Two tokens, one login each; and five more for the five signatures of the strict key.
        let mut logins = hsm.calls("C_Login");
        logins.sort();
        let expected = [["C_Login 1 0x0"; 2].as_slice(), &["C_Login 2 0x0"; 5]].concat();
        assert_eq!(logins, expected, "{label}");
    }
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let hsm = office();
    hsm.token("Twin", PIN);
    hsm.token("Twin", PIN);
    hsm.token("Bare", PIN);
    let demo = Demo::get();
    hsm.import(
        ("Bare", PIN),
        &demo.file("person.p12"),
        ("same", "01"),
        None,
    );
    hsm.opensc(
        "Bare",
        PIN,
        &["--delete-object", "--type", "cert", "--id", "01"],
    );
    hsm.key(("Bare", PIN), &hsm.file("pkcs8.pem"), "same", "02");
    let out = hsm.file("none.pdf");
    let module = module();
    let issuer = demo.file("issuing.pem").display().to_string();
    for (key, code, says) in [
        (
            format!("pkcs11:{module}?token=Nowhere"),
            "token-missing",
            "Văn phòng",
        ),
        (
            format!("pkcs11:{module}?token=Twin"),
            "token-ambiguous",
            "serial=",
        ),
        (
            format!("pkcs11:{module}?serial=0"),
            "token-missing",
            "serial=0",
        ),
        (format!("pkcs11:{module}"), "token-ambiguous", "Twin"),
        (
            format!("pkcs11:{module}?token=Văn phòng&object=Nobody"),
            "token-key-missing",
            "object=Con dấu;id=%02",
        ),
        (
            format!("pkcs11:{module}?token=Văn phòng"),
            "token-key-ambiguous",
            "object=Con dấu;id=%02",
        ),
        (
            format!("pkcs11:{module}?token=Bare&object=same"),
            "token-key-ambiguous",
            "object=same;id=%02",
        ),
        (
            format!("pkcs11:{module}?token=Bare&id=%02"),
            "token-certificate-missing",
            "cert=",
        ),
        (
            format!("pkcs11:{module}?token=Bare&id=%02&cert={issuer}"),
            "key-certificate-mismatch",
            "",
        ),
        (
            "pkcs11:/nowhere/x.so?token=a".into(),
            "pkcs11-module-missing",
            "/nowhere/x.so",
        ),
        (
            format!("pkcs11:{issuer}?token=a"),
            "pkcs11-module-missing",
            "issuing.pem",
        ),
        (
            "pkcs11:libm.so.6?token=a".into(),
            "pkcs11-module-unfit",
            "C_GetFunctionList",
        ),
    ] {
        let ran = sign(&hsm, &key, &out, &["--pin-env", "PIN"]);
        assert_eq!(refused(&ran), code, "{key}: {}", ran.err);
        assert!(ran.err.contains(says), "{key}: {}", ran.err);
    }
    for key in [
        "pkcs11:token=a",
        "pkcs11:m.so?colour=red",
        "pkcs11:m.so?token=%",
        "pkcs11:m.so?pin-value=s3cret",
    ] {
        let ran = sign(&hsm, key, &out, &[]);
        assert_eq!(ran.code, 64, "{key}: {}", ran.err);
        assert!(!ran.err.contains("s3cret"), "{}", ran.err);
    }
    assert!(!out.exists());

    // The certificate may lie beside the token.
    let cert = hsm.file("leaf.pem");
    let key = format!("pkcs11:{module}?token=Bare&id=%02&cert={}", cert.display());
    let ran = sign(&hsm, &key, &out, &["--pin-env", "PIN"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(each(&report(&out), "/cryptography/signature"), ["ok"]);
}

#[test]
fn certificates_are_found_by_their_key_whatever_their_label_and_id() {
    let (hsm, demo) = (Hsm::new(), Demo::get());
    hsm.token("Odd", PIN);
    hsm.import(
        ("Odd", PIN),
        &demo.file("person.p12"),
        ("container-17", "01"),
        None,
    );
    hsm.opensc(
        "Odd",
        PIN,
        &["--delete-object", "--type", "cert", "--id", "01"],
    );
    // The wrong certificate under the key's id, the right one elsewhere.
    hsm.certificate(("Odd", PIN), &demo.file("issuing.pem"), "issuer", "01");
    hsm.certificate(("Odd", PIN), &hsm.file("leaf.pem"), "Nguyễn Văn An", "77");
    let out = hsm.file("one.pdf");
    for object in ["container-17", "Nguyễn Văn An"] {
        let key = format!("pkcs11:{}?token=Odd&object={object}&pin-env=PIN", module());
        let ran = sign(&hsm, &key, &out, &[]);
        assert_eq!(ran.code, 0, "{object}: {}", ran.err);
        let report = report(&out);
        assert_eq!(
            each(&report, "/verdict"),
            ["passed"],
            "the issuer came from the token"
        );
    }
}

#[test]
fn tokens_are_listed_without_a_pin() {
    let hsm = office();
    let mut list = kyso();
    list.args(["keys", "list"])
        .arg(shim())
        .envs(hsm.environment());
    list.args(["--format", "json"]);
    let ran = run(&mut list);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let token = &json["tokens"][0];
    assert_eq!(
        (&json["schema"], &token["label"]),
        (&"kyso.tokens/1".into(), &"Văn phòng".into())
    );
    assert_eq!(token["pin"], "needed");
    assert_eq!(hsm.calls("C_Login"), [""; 0]);
    // What is listed can be used as it stands.
    let certificates = token["certificates"].as_array().unwrap();
    let mine = certificates
        .iter()
        .find(|found| found["label"] == "Con dấu")
        .unwrap();
    assert_eq!(mine["id"], "02");
    let out = hsm.file("one.pdf");
    let ran = sign(
        &hsm,
        mine["uri"].as_str().unwrap(),
        &out,
        &["--pin-env", "PIN"],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);

    let mut list = kyso();
    list.args(["keys", "list", module()])
        .envs(hsm.environment());
    let ran = run(&mut list);
    assert!(
        ran.out.contains("Nguyễn Văn An") && ran.out.contains("pkcs11:token="),
        "{}",
        ran.out
    );
    let nothing = run(kyso().args(["keys", "list", "/nowhere.so"]));
    assert_eq!(refused(&nothing), "pkcs11-module-missing");
}
