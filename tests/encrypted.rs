//! Encrypted documents of every kind: signed with each of their passwords, and judged by other people's tools.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::panic_in_result_fn,
    reason = "a test fails by panicking"
)]

#[path = "support/corpora.rs"]
mod corpora;
#[path = "support/judges.rs"]
mod judges;
#[path = "support/program.rs"]
#[expect(dead_code, reason = "shared with the tests of the command line")]
mod program;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use kyso::{
    ChangeLevel, Context, DigestStatus, Error, ErrorKind, FileVerdict, Key, Lang, MemorySource,
    Options, Scope, Signed, Source, ValueStatus, sign_pdf, sign_six, verify,
};
use program::Demo;

/// Every kind of encryption that qpdf makes: its name, and qpdf's options behind the passwords.
const KINDS: [(&str, &[&str]); 8] = [
    ("rc4-40", &["40"]),
    ("rc4-128", &["128", "--use-aes=n"]),
    ("rc4-128-v4", &["128", "--force-V4"]),
    ("aes-128", &["128", "--use-aes=y"]),
    (
        "aes-128-metadata",
        &["128", "--use-aes=y", "--cleartext-metadata"],
    ),
    ("aes-256-r5", &["256", "--force-R5"]),
    ("aes-256", &["256"]),
    ("aes-256-metadata", &["256", "--cleartext-metadata"]),
];

/// User's and owner's password, and the one that is given. SASLprep makes the ligature two letters.
const PASSWORDS: [(&str, &str, &str); 4] = [
    ("", "owner", ""),
    ("user", "owner", "user"),
    ("user", "owner", "owner"),
    ("mật khẩu", "chủ sở hữu", "mật khẩu"),
];

fn encrypted(folder: &Path, user: &str, owner: &str, options: &[&str]) -> Vec<u8> {
    let out = folder.join("encrypted.pdf");
    // What a name says is how they are told apart; streams and objects are laid out both ways.
    let layout = if user.is_empty() {
        "disable"
    } else {
        "generate"
    };
    let done = Command::new("qpdf")
        .arg(format!("--object-streams={layout}"))
        .args([
            "--allow-weak-crypto",
            "--password-mode=bytes",
            "--encrypt",
            user,
            owner,
        ])
        .args(options)
        .arg("--")
        .args([&Demo::get().file("input.pdf"), &out])
        .output()
        .expect("qpdf is installed by make test");
    assert!(done.status.success(), "{options:?}: {done:?}");
    fs::read(out).unwrap()
}

fn keys() -> (Key, Key) {
    let key = |name| {
        let file = fs::read(Demo::get().file(name)).unwrap();
        Key::from_pkcs12(&file, "kyso-demo").unwrap()
    };
    (key("person.p12"), key("organisation.p12"))
}

fn context(password: &str) -> Context {
    let mut options = Options::default();
    options.number = Some("12/QĐ-UBND".into());
    options.date = Some("2026-03-05".into());
    options.reason = Some("Phê duyệt".into());
    let context = kyso::load_context(options).unwrap();
    if password.is_empty() {
        context
    } else {
        context.with_password(password)
    }
}

fn source(bytes: &[u8]) -> Arc<dyn Source> {
    Arc::new(MemorySource::new(bytes.to_vec()))
}

fn six(bytes: &[u8], password: &str) -> Result<Vec<u8>, Error> {
    let (person, organisation) = keys();
    sign_six(&context(password), source(bytes), &person, &organisation).map(|s| written(&s))
}

fn written(signed: &Signed) -> Vec<u8> {
    let mut out = Vec::new();
    signed.write_to(&mut out).unwrap();
    out
}

fn code<T: std::fmt::Debug>(result: Result<T, Error>) -> (ErrorKind, &'static str) {
    let error = result.unwrap_err();
    assert!(!error.message(Lang::Vi).is_empty());
    (error.kind(), error.code())
}

/// The document without its encryption, objects in plain text.
fn decrypted(file: &Path, password: &str) -> Vec<u8> {
    let done = Command::new("qpdf")
        .args(["--decrypt", "--qdf", "--password-mode=bytes"])
        .arg(format!("--password={password}"))
        .arg(file)
        .arg("-")
        .output()
        .unwrap();
    assert!(matches!(done.status.code(), Some(0 | 3)), "{done:?}");
    done.stdout
}

fn count(bytes: &[u8], what: &[u8]) -> usize {
    memchr::memmem::find_iter(bytes, what).count()
}

#[test]
fn six_signatures_on_every_kind_of_encryption() {
    let folder = tempfile::tempdir().unwrap();
    let mut signed_files: Vec<(PathBuf, &str)> = Vec::new();
    for (kind, options) in KINDS {
        for (number, (user, owner, given)) in PASSWORDS.into_iter().enumerate() {
            let what = format!("{kind}, {user:?}/{owner:?} opened with {given:?}");
            let base = encrypted(folder.path(), user, owner, options);
            let signed = six(&base, given).unwrap_or_else(|error| panic!("{what}: {error:?}"));
            assert!(signed.starts_with(&base), "{what}");
            let file = folder.path().join(format!("{kind}-{number}.pdf"));
            fs::write(&file, &signed).unwrap();

            let report = verify(&context(given), source(&signed), None);
            assert_eq!(report.signatures.len(), 6, "{what}");
            for (index, signature) in report.signatures.iter().enumerate() {
                let said = format!("{what}: {}", report.to_json(Lang::En));
                assert_eq!(signature.cryptography.digest, DigestStatus::Ok, "{said}");
                assert_eq!(signature.cryptography.signature, ValueStatus::Ok, "{said}");
                assert!(
                    signature.changes.after <= ChangeLevel::FormFilling,
                    "{said}"
                );
                assert_ne!(signature.coverage.scope, Scope::Partial, "{said}");
                assert!(
                    index < 5 || signature.coverage.scope == Scope::WholeFile,
                    "{said}"
                );
            }
            // Strings are encrypted, and come back as they were; the values of signatures are not.
            let reason: &[u8] = b"/Reason <feff0050006800ea00200064007500791ec70074>";
            assert_eq!(count(&decrypted(&file, given), reason), 6, "{what}");
            let appended = &signed[base.len()..];
            assert_eq!(count(appended, b"\xfe\xff\0P\0h"), 0, "{what}");
            assert_eq!(count(appended, b"/Contents<3082"), 6, "{what}");

            assert_eq!(judges::pdfsig(&file, given), 6, "{what}");
            let before = folder.path().join("encrypted.pdf");
            let (before, after) = (judges::qpdf(&before, given), judges::qpdf(&file, given));
            assert!(
                after <= before,
                "{what}: qpdf --check {before} before, {after} after"
            );
            // pyHanko does not know revision 5, which only Acrobat 9 wrote.
            if kind != "aes-256-r5" {
                signed_files.push((file, given));
            }
        }
    }
    let faults = judges::pyhanko(&signed_files);
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_password_is_asked_for_and_a_wrong_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for (kind, options) in KINDS {
        let base = encrypted(folder.path(), "user", "owner", options);
        for (given, kind_and_code) in [
            ("", (ErrorKind::Pin, "password-required")),
            ("hunter2", (ErrorKind::Pin, "password-wrong")),
        ] {
            let error = six(&base, given).unwrap_err();
            assert_eq!((error.kind(), error.code()), kind_and_code, "{kind}");
            assert!(!format!("{error} {error:?}").contains("hunter2"));
            let report = verify(&context(given), source(&base), None);
            assert_eq!(report.verdict, FileVerdict::Unreadable, "{kind}");
            assert_eq!(report.error.unwrap().code(), kind_and_code.1, "{kind}");
        }
    }
    assert!(!format!("{:?}", context("hunter2")).contains("hunter2"));
}

#[test]
fn permissions_bind_the_user_and_not_the_owner() {
    let folder = tempfile::tempdir().unwrap();
    let make = (ErrorKind::Refused, "permission-make-fields");
    let fill = (ErrorKind::Refused, "permission-fill-fields");
    let (person, _) = keys();
    let sign = |base: &[u8], password: &str, field: &str| {
        let mut options = context(password).options().clone();
        options.field = Some(field.into());
        sign_pdf(
            &context(password).with_options(options),
            source(base),
            &person,
        )
    };
    // A document with an empty field.
    let with_field = {
        let out = folder.path().join("field.pdf");
        let script = "import sys\nfrom pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter\n\
            from pyhanko.sign.fields import SigFieldSpec, append_signature_field\n\
            w = IncrementalPdfFileWriter(open(sys.argv[1], 'rb'))\n\
            append_signature_field(w, SigFieldSpec('Empty', box=(20, 20, 120, 60)))\n\
            w.write(open(sys.argv[2], 'wb'))\n";
        let done = Command::new(judges::python())
            .args(["-c", script])
            .args([&Demo::get().file("input.pdf"), &out])
            .status();
        assert!(done.unwrap().success());
        out
    };
    let restricted = |options: &[&str]| {
        let out = folder.path().join("restricted.pdf");
        let done = Command::new("qpdf")
            .args(["--allow-weak-crypto", "--encrypt", "", "owner"])
            .args(options)
            .arg("--")
            .args([&with_field, &out])
            .output()
            .unwrap();
        assert!(done.status.success(), "{options:?}: {done:?}");
        fs::read(out).unwrap()
    };
    for (options, new, existing) in [
        (&["256", "--modify=none"][..], Err(make), Err(fill)),
        (&["128", "--use-aes=y", "--modify=form"], Err(make), Ok(())),
        (
            &["128", "--use-aes=n", "--modify=annotate"],
            Err(make),
            Ok(()),
        ),
        (&["256", "--modify=assembly"], Err(make), Err(fill)),
        (&["256", "--modify-other=n"], Err(make), Ok(())),
        (&["256", "--form=n", "--annotate=n"], Err(make), Err(fill)),
        (&["40", "--modify=n"], Err(make), Ok(())),
        (&["40", "--annotate=n"], Err(make), Err(fill)),
        (&["256"], Ok(()), Ok(())),
    ] {
        let base = restricted(options);
        for (field, expected) in [("New", new), ("Empty", existing)] {
            match (sign(&base, "", field), expected) {
                (Ok(_), Ok(())) => {}
                (result, Err(expected)) => {
                    assert_eq!(code(result), expected, "{options:?} {field}");
                }
                (Err(error), Ok(())) => panic!("{options:?} {field}: {error:?}"),
            }
            let by_owner = sign(&base, "owner", field);
            assert!(by_owner.is_ok(), "{options:?} {field}: {by_owner:?}");
        }
    }
}

#[test]
fn permissions_that_were_changed_without_the_key_are_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let base = encrypted(folder.path(), "", "owner", &["256", "--modify=none"]);
    let at = memchr::memmem::find(&base, b"/P -").unwrap();
    let end = at
        + 3
        + base[at + 3..]
            .iter()
            .position(|b| *b == b' ' || *b == b'/')
            .unwrap();
    let mut changed = base.clone();
    let all = format!("{:>1$}", -4, end - at - 3);
    changed[at + 3..end].copy_from_slice(all.as_bytes());
    assert_eq!(
        code(six(&changed, "")),
        (ErrorKind::Refused, "permissions-changed")
    );
    assert!(six(&changed, "owner").is_ok());
    let report = verify(&context(""), source(&changed), None);
    let codes: Vec<_> = report.findings.iter().map(kyso::Finding::code).collect();
    assert!(codes.contains(&"PDF-READ-032"), "{codes:?}");
}

#[test]
fn the_program_takes_the_password_from_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::get();
    let base = encrypted(folder.path(), "user", "owner", &["256"]);
    let (input, output) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    fs::write(&input, base).unwrap();
    let sign = |password: Option<&str>| {
        let mut command = program::kyso();
        demo.sign_arguments(&mut command, &input, &output);
        command.args(["--lang", "en"]);
        if let Some(password) = password {
            command.args(["--password-env", "KYSO_TEST_PASSWORD"]);
            command.env("KYSO_TEST_PASSWORD", password);
        }
        program::run(&mut command)
    };
    for (given, code) in [
        (None, "password-required"),
        (Some("x1y2z3"), "password-wrong"),
    ] {
        let ran = sign(given);
        assert_eq!(ran.code, 1, "{ran:?}");
        assert!(
            ran.err.contains(code) && ran.err.contains("in.pdf"),
            "{ran:?}"
        );
        assert!(!ran.err.contains("x1y2z3") && !output.exists(), "{ran:?}");
    }
    let ran = sign(Some("user"));
    assert_eq!(ran.code, 0, "{ran:?}");
    for (command, more, code) in [
        ("verify", &[][..], 4),
        ("verify", &["--password-env", "KYSO_TEST_PASSWORD"], 0),
        ("verify", &["--password-env", "KYSO_NOT_SET"], 64),
        ("inspect", &["--password-env", "KYSO_TEST_PASSWORD"], 0),
    ] {
        let mut checking = program::kyso();
        checking.arg(command).args(more).arg(&output);
        checking.env("KYSO_TEST_PASSWORD", "owner");
        if command == "verify" {
            checking.args(demo.trust());
        }
        let ran = program::run(&mut checking);
        assert_eq!(ran.code, code, "{command} {more:?}: {ran:?}");
    }
}

/// Files of others with their passwords, some of which only the preparation of text makes right.
#[test]
fn the_passwords_of_other_peoples_files_open_them() {
    let Some(folder) = corpora::folder("pdf-malformed") else {
        return;
    };
    let openpdf = "OpenPDF/openpdf-core/src/test/resources/issue375";
    let long = "qwertyuiopasdfghjklzxcvbnm".repeat(5);
    let cut = &long[..127];
    for (file, password, opens) in [
        (
            format!("{openpdf}/enc-XI-R6,V5,U=wwwww,O=wwwww.pdf"),
            "wwwww",
            true,
        ),
        (
            format!("{openpdf}/encrypted_hello_world_r6-pw=hôtel.pdf"),
            "hôtel",
            true,
        ),
        (
            format!("{openpdf}/MuPDF-AES256-R6-u=user-o=owner.pdf"),
            "user",
            true,
        ),
        (
            format!("{openpdf}/MuPDF-AES256-R6-u=user-o=owner.pdf"),
            "owner",
            true,
        ),
        (
            format!("{openpdf}/MuPDF-AES256-R6-u=user-o=owner.pdf"),
            "User",
            false,
        ),
        (format!("{openpdf}/issue6010_1-pw=owner.pdf"), "owner", true),
        (
            format!("{openpdf}/graph-encrypted-pw=user.pdf"),
            "user",
            true,
        ),
        (
            format!("{openpdf}/enc-XI-long-password={cut}.pdf"),
            &long,
            true,
        ),
        (
            "poppler-test/unittestcases/Gday garçon - owner.pdf".into(),
            "garçon",
            true,
        ),
        ("qpdf/enc-R2,V1,U=view,O=view.pdf".into(), "view", true),
        ("qpdf/enc-R3,V2,U=view,O=master.pdf".into(), "master", true),
        ("qpdf/enc-R3,V2,U=view,O=master.pdf".into(), "view", true),
    ] {
        let path = folder.join(&file);
        let Ok(bytes) = fs::read(&path) else {
            panic!("{file} is not there");
        };
        let report = verify(&context(password), source(&bytes), None);
        let error = report.error.as_ref().map(Error::code);
        if opens {
            assert!(error.is_none(), "{file} {password:?}: {error:?}");
        } else {
            assert_eq!(error, Some("password-wrong"), "{file}");
        }
    }
}
