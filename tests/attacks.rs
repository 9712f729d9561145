//! What can be done to a document with six good signatures by somebody without a key. None of it passes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, OnceLock},
};

use kyso::{
    ChangeLevel, Context, FileVerdict, MemorySource, Options, Report, Scope, SubIndication, Verdict,
};

/// The demo's document with six signatures, and the context that it passes in.
struct Six {
    bytes: Vec<u8>,
    context: Context,
}

fn six() -> &'static Six {
    static SIX: OnceLock<Six> = OnceLock::new();
    SIX.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let demo = Command::new(env!("CARGO_BIN_EXE_kyso"))
            .args([Path::new("demo"), Path::new("--out"), folder.path()])
            .output()
            .unwrap();
        assert!(demo.status.success());
        let file = |name: &str| folder.path().join(name);
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let mut options = Options::default();
        options.trust = vec![text(file("root.pem"))];
        options.crl = vec![text(file("root.crl")), text(file("issuing.crl"))];
        Six {
            bytes: fs::read(file("six.pdf")).unwrap(),
            context: kyso::load_context(options).unwrap(),
        }
    })
}

fn verify(bytes: Vec<u8>) -> Report {
    kyso::verify(&six().context, Arc::new(MemorySource::new(bytes)), None)
}

/// The last place of a text.
fn last(bytes: &[u8], text: &str) -> usize {
    memchr::memmem::rfind(bytes, text.as_bytes()).unwrap()
}

/// Writes over what stands behind the last place of a text.
fn with(text: &str, replacement: &str) -> Vec<u8> {
    let mut bytes = six().bytes.clone();
    let at = last(&bytes, text);
    bytes[at..at + replacement.len()].copy_from_slice(replacement.as_bytes());
    bytes
}

/// The number behind the last place of a text.
fn number(text: &str) -> usize {
    let bytes = &six().bytes;
    let digits = &bytes[last(bytes, text) + text.len()..];
    let digits = digits.trim_ascii_start();
    let end = digits
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap();
    std::str::from_utf8(&digits[..end])
        .unwrap()
        .parse()
        .unwrap()
}

/// One more revision in the plainest form, with these objects and this catalog.
fn updated(objects: &[(usize, &str)], root: usize) -> Vec<u8> {
    let bytes = &six().bytes;
    let mut out = bytes.clone();
    let mut table = String::from("xref\n");
    for (number, body) in objects {
        table.push_str(&format!("{number} 1\n{:010} 00000 n \n", out.len()));
        out.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
    }
    let start = out.len();
    let id = &bytes[last(bytes, "/ID")..];
    let id = &id[..=id.iter().position(|byte| *byte == b']').unwrap()];
    let size = objects
        .iter()
        .map(|(number, _)| number + 1)
        .fold(number("/Size"), usize::max);
    out.extend_from_slice(format!("{table}trailer\n<</Size {size}/Root {root} 0 R").as_bytes());
    out.extend_from_slice(format!("/Prev {}", number("startxref")).as_bytes());
    if let Some(info) = memchr::memmem::rfind(bytes, b"/Info") {
        let end = bytes[info..].iter().position(|byte| *byte == b'R').unwrap();
        out.extend_from_slice(&bytes[info..=info + end]);
    }
    out.extend_from_slice(id);
    out.extend_from_slice(format!(">>\nstartxref\n{start}\n%%EOF\n").as_bytes());
    out
}

fn failed(what: &str, bytes: Vec<u8>) -> Report {
    let report = verify(bytes);
    assert_eq!(report.verdict, FileVerdict::Failed, "{what}");
    report
}

#[test]
fn the_document_itself_passes() {
    let report = verify(six().bytes.clone());
    assert_eq!(report.verdict, FileVerdict::Passed);
    assert_eq!(report.signatures.len(), 6);
}

#[test]
fn a_signature_dictionary_that_is_bent_fails() {
    for (what, bytes) in [
        ("no /ByteRange", with("/ByteRange", "/ByteRangX")),
        ("an empty range", with("/ByteRange", "/ByteRange[0 0 0 0]")),
        ("no /Contents", with("/Contents", "/Contentz")),
        ("no value", with("/Contents", "/Contents<0000")),
    ] {
        let report = failed(what, bytes);
        let last = report.signatures.last().unwrap();
        assert_eq!(last.verdict, Verdict::Failed, "{what}");
        assert_eq!(
            last.sub_indication,
            Some(SubIndication::FormatFailure),
            "{what}"
        );
    }
}

#[test]
fn a_changed_byte_fails_every_signature_over_it() {
    let mut bytes = six().bytes.clone();
    let at = memchr::memmem::find(&bytes, b"/MediaBox").unwrap();
    bytes[at + 1] = b'm';
    for signature in failed("a changed byte", bytes).signatures {
        assert_eq!(signature.sub_indication, Some(SubIndication::HashFailure));
    }
}

#[test]
fn an_update_without_anything_in_it_changes_nothing() {
    let root = number("/Root");
    let report = verify(updated(&[], root));
    assert_eq!(
        report.verdict,
        FileVerdict::Passed,
        "{}",
        report.to_json(kyso::Lang::En)
    );
    assert_eq!(report.signatures[5].changes.after, ChangeLevel::None);
    assert_eq!(report.signatures[5].coverage.scope, Scope::WholeRevision);
}

#[test]
fn later_updates_that_nobody_signed_fail() {
    let (root, free) = (number("/Root"), number("/Size"));
    let blank = "<</Length 3>>stream\nq Q\nendstream";
    let mut attacks = vec![
        (
            "an object that nothing refers to".to_owned(),
            updated(&[(free, "(x)")], root),
        ),
        (
            "bytes behind the end".to_owned(),
            [six().bytes.as_slice(), b"9 0 obj(x)endobj\n"].concat(),
        ),
        (
            "a second file behind the end".to_owned(),
            [
                six().bytes.as_slice(),
                b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF\n",
            ]
            .concat(),
        ),
    ];
    // Without its catalog the document is unreadable.
    for object in (1..free.min(30)).filter(|object| *object != root) {
        attacks.push((
            format!("object {object} replaced"),
            updated(&[(object, blank)], root),
        ));
    }
    for (what, bytes) in attacks {
        let report = failed(&what, bytes);
        for signature in &report.signatures {
            assert_eq!(signature.changes.after, ChangeLevel::Forbidden, "{what}");
        }
    }
}

#[test]
fn signatures_that_a_later_save_hides_are_not_forgotten() {
    let free = number("/Size");
    for form in [
        "",
        "/AcroForm<<>>",
        "/AcroForm<</Fields[1 0 R null 7]>>",
        "/AcroForm<</Fields(x)>>",
    ] {
        let catalog = format!("<</Type/Catalog/Pages 2 0 R{form}>>");
        let report = failed(form, updated(&[(free, &catalog)], free));
        assert_eq!(report.signatures.len(), 6, "{form}");
        assert_eq!(report.findings.last().unwrap().code(), "SIG-018", "{form}");
    }
}
