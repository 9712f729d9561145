//! Private keys in PEM, as OpenSSL writes them.

use std::fs;

use kyso::Key;

use super::{
    each,
    files::{Bench, PASSWORD, code},
    kyso, report, run,
};
use crate::program::Demo;

#[test]
fn pem_of_every_kind() {
    let bench = Bench::get();
    let pass = format!("pass:{PASSWORD}");
    bench.openssl(&[
        "rsa",
        "-traditional",
        "-in",
        "person.key",
        "-out",
        "pkcs1.pem",
    ]);
    for (out, options) in [
        ("pbes2.pem", &[][..]),
        (
            "pbes2-128.pem",
            &["-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA512"],
        ),
        ("pbes2-3des.pem", &["-v2", "des3"]),
        ("scrypt.pem", &["-scrypt"]),
        ("v1.pem", &["-v1", "PBE-SHA1-3DES"]),
    ] {
        let convert = ["pkcs8", "-topk8", "-in", "person.key", "-passout", &pass];
        bench.openssl(&[&convert, options, &["-out", out]].concat());
    }
    bench.openssl(&[
        "rsa",
        "-traditional",
        "-in",
        "person.key",
        "-aes256",
        "-passout",
        &pass,
        "-out",
        "old.pem",
    ]);
    for (curve, name) in [("prime256v1", "p256"), ("secp384r1", "p384")] {
        let (key, leaf) = (format!("{name}.pem"), format!("{name}.crt"));
        // With its parameters before it, as `openssl ecparam` writes.
        bench.openssl(&["ecparam", "-name", curve, "-genkey", "-out", &key]);
        bench.openssl(&[
            "req", "-x509", "-key", &key, "-subj", "/CN=ec", "-days", "30", "-out", &leaf,
        ]);
    }
    // Keys in whose SEC 1 form the curve stands only outside.
    bench.openssl(&[
        "pkcs8",
        "-topk8",
        "-nocrypt",
        "-in",
        "p256.pem",
        "-out",
        "p256-pkcs8.pem",
    ]);
    bench.openssl(&[
        "ec",
        "-in",
        "p256.pem",
        "-no_public",
        "-out",
        "p256-nopublic.pem",
    ]);
    let read = |name: &str| fs::read(bench.file(name)).unwrap();
    let open = |key: &str, leaf: &str, password: Option<&str>| {
        Key::from_pem(&read(key), &read(leaf), Some(&read("chain.pem")), password)
    };
    for (key, leaf, encrypted) in [
        ("person.key", "person.crt", false),
        ("pkcs1.pem", "person.crt", false),
        ("pbes2.pem", "person.crt", true),
        ("pbes2-128.pem", "person.crt", true),
        ("pbes2-3des.pem", "person.crt", true),
        ("scrypt.pem", "person.crt", true),
        ("v1.pem", "person.crt", true),
        ("p256.pem", "p256.crt", false),
        ("p384.pem", "p384.crt", false),
        ("p256-pkcs8.pem", "p256.crt", false),
        ("p256-nopublic.pem", "p256.crt", false),
    ] {
        assert!(
            open(key, leaf, Some(PASSWORD)).is_ok(),
            "{key}: {:?}",
            open(key, leaf, Some(PASSWORD))
        );
        if encrypted {
            assert_eq!(code(open(key, leaf, None)), "password-required", "{key}");
            assert_eq!(
                code(open(key, leaf, Some("wrong"))),
                "password-wrong",
                "{key}"
            );
        } else {
            assert!(open(key, leaf, None).is_ok(), "{key}");
        }
    }
    let error = open("old.pem", "person.crt", Some(PASSWORD)).unwrap_err();
    assert_eq!(error.code(), "key-file-unsupported");
    assert!(
        error.to_string().contains("Proc-Type: 4,ENCRYPTED"),
        "{error}"
    );

    // Windows line ends, text around the blocks, the chain upside down and in one file with the leaf.
    let key = String::from_utf8(read("pkcs1.pem")).unwrap();
    let key = format!(
        "Bag Attributes: key\r\n{}trailing\r\n",
        key.replace('\n', "\r\n")
    );
    let demo = Demo::get();
    let [root, issuing] =
        ["root.pem", "issuing.pem"].map(|name| fs::read_to_string(demo.file(name)).unwrap());
    // OpenSSL 3.0 writes names of bags in no known encoding.
    let leaf = String::from_utf8_lossy(&read("person.crt")).into_owned();
    let all = format!("{root}subject=CN: x\n{issuing}{leaf}").replace('\n', "\r\n");
    fs::write(bench.file("crlf.key"), &key).unwrap();
    fs::write(bench.file("crlf.crt"), &all).unwrap();
    let signed = bench.file("signed.pdf");
    let mut command = kyso();
    command
        .args(["sign", "pdf", "--force"])
        .arg(demo.file("input.pdf"))
        .arg(&signed);
    let (key, leaf) = (bench.file("crlf.key"), bench.file("crlf.crt"));
    command
        .arg("--key")
        .arg(format!("pem:{},{}", key.display(), leaf.display()));
    let ran = run(&mut command);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(each(&report(&signed), "/verdict"), ["passed"]);
}

#[test]
fn rsa_keys_of_sizes_that_do_not_sign_are_named_so() {
    let bench = Bench::get();
    for bits in ["512", "1024"] {
        let (key, leaf) = (format!("rsa{bits}.pem"), format!("rsa{bits}.crt"));
        bench.openssl(&[
            "req",
            "-x509",
            "-newkey",
            &format!("rsa:{bits}"),
            "-nodes",
            "-subj",
            "/CN=Old",
            "-keyout",
            &key,
            "-out",
            &leaf,
        ]);
        let [key, leaf] = [key, leaf].map(|name| fs::read(bench.file(&name)).unwrap());
        let error = Key::from_pem(&key, &leaf, None, None).unwrap_err();
        assert_eq!(error.code(), "key-size-unsupported", "{error}");
        assert!(error.to_string().contains(bits), "{error}");
    }
}
