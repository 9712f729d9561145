//! A small workshop for PDFs: documents that kyso signs with the demo's keys, and later saves by anybody.

mod form;
mod save;

use kyso::{
    ChangeLevel, Context, FileVerdict, Finding, Key, Lang, MemorySource, Options, Report,
    SignatureReport, SubIndication, Verdict,
};
use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, OnceLock},
};

use self::{form::FORM, save::Save};

/// The demo's keys and files, and contexts that trust its root.
pub(crate) struct Demo {
    pub(crate) six: Vec<u8>,
    pub(crate) context: Context,
    person: Key,
    organisation: Key,
}

impl Demo {
    pub(crate) fn get() -> &'static Self {
        static DEMO: OnceLock<Demo> = OnceLock::new();
        DEMO.get_or_init(|| {
            let folder = demo();
            let file = |name: &str| folder.path().join(name);
            let text = |path: PathBuf| path.to_string_lossy().into_owned();
            let mut options = Options::default();
            options.trust = vec![text(file("root.pem"))];
            options.crl = vec![text(file("root.crl")), text(file("issuing.crl"))];
            let key = |name| Key::from_pkcs12(&fs::read(file(name)).unwrap(), "kyso-demo").unwrap();
            Self {
                six: fs::read(file("six.pdf")).unwrap(),
                context: kyso::load_context(options).unwrap(),
                person: key("person.p12"),
                organisation: key("organisation.p12"),
            }
        })
    }
}

/// A new folder with what `kyso demo` makes, other keys each time.
fn demo() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let demo = Command::new(env!("CARGO_BIN_EXE_kyso"))
        .args([Path::new("demo"), Path::new("--out"), folder.path()])
        .output()
        .unwrap();
    assert!(demo.status.success());
    folder
}

/// A key of somebody whom nobody trusts: that of another demo.
fn stranger() -> &'static Key {
    static KEY: OnceLock<Key> = OnceLock::new();
    KEY.get_or_init(|| {
        let folder = demo();
        let file = fs::read(folder.path().join("person.p12")).unwrap();
        Key::from_pkcs12(&file, "kyso-demo").unwrap()
    })
}

/// A file, as bytes.
#[derive(Clone)]
pub(crate) struct Pdf(pub(crate) Vec<u8>);

/// What every base document has in its trailer.
const TRAILER: &str = "/Root 1 0 R /Info 6 0 R /ID [<4B59534F> <4B59534F>]";

impl Pdf {
    /// A new document out of numbered objects.
    pub(crate) fn new(objects: &[(u32, &str)]) -> Self {
        let mut bytes = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let size = objects.iter().map(|(number, _)| number + 1).max().unwrap();
        let mut table = vec![None; size as usize];
        for (number, body) in objects {
            table[*number as usize] = Some(bytes.len());
            bytes.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
        }
        let start = bytes.len();
        let mut text = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for place in table.iter().skip(1) {
            match place {
                Some(offset) => writeln!(text, "{offset:010} 00000 n ").unwrap(),
                None => writeln!(text, "0000000000 00000 f ").unwrap(),
            }
        }
        write!(
            text,
            "trailer\n<< /Size {size} {TRAILER} >>\nstartxref\n{start}\n%%EOF\n"
        )
        .unwrap();
        bytes.extend_from_slice(text.as_bytes());
        Self(bytes)
    }

    /// The document of most tests: a page with text, a form, fonts, metadata.
    pub(crate) fn form() -> Self {
        Self::form_but(&[])
    }

    /// The same with some objects otherwise, or more of them.
    pub(crate) fn form_but(changes: &[(u32, &str)]) -> Self {
        let mut objects: Vec<(u32, String)> = FORM
            .iter()
            .map(|(number, body)| match body.split_once(" ~ ") {
                Some((dictionary, data)) => (*number, stream(dictionary, data)),
                None => (*number, (*body).to_owned()),
            })
            .collect();
        objects.retain(|(number, _)| changes.iter().all(|(other, _)| other != number));
        let changes = changes.iter();
        objects.extend(changes.map(|(number, body)| (*number, (*body).to_owned())));
        objects.sort_unstable_by_key(|(number, _)| *number);
        let objects: Vec<_> = objects
            .iter()
            .map(|(n, body)| (*n, body.as_str()))
            .collect();
        Self::new(&objects)
    }

    /// Signed by the demo's person in a new field `First` in a corner of the page.
    pub(crate) fn signed(&self) -> Self {
        self.signed_with(|options| {
            options.field = Some("First".into());
            options.rect = Some([10.0, 10.0, 110.0, 40.0]);
        })
    }

    /// Certified by the demo's person.
    pub(crate) fn certified(&self, permission: u8) -> Self {
        self.signed_with(|options| {
            options.field = Some("First".into());
            options.rect = Some([10.0, 10.0, 110.0, 40.0]);
            options.certify = Some(permission);
        })
    }

    /// Signed by the demo's organisation, after the person.
    pub(crate) fn signed_again(&self, field: &str) -> Self {
        self.sign(&Demo::get().organisation, |options| {
            options.field = Some(field.into());
        })
    }

    /// Signed by somebody whom nobody trusts, in a box over the text of the page.
    pub(crate) fn signed_by_a_stranger(&self) -> Self {
        self.sign(stranger(), |options| {
            options.field = Some("Stranger".into());
            options.rect = Some([40.0, 290.0, 200.0, 320.0]);
        })
    }

    pub(crate) fn signed_with(&self, change: impl FnOnce(&mut Options)) -> Self {
        self.sign(&Demo::get().person, change)
    }

    /// Why it is not signed.
    pub(crate) fn refused(&self) -> String {
        let context = kyso::load_context(Options::default()).unwrap();
        let source = Arc::new(MemorySource::new(self.0.clone()));
        let refused = kyso::sign_pdf(&context, source, &Demo::get().person);
        refused.unwrap_err().code().to_owned()
    }

    fn sign(&self, key: &Key, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = Options::default();
        change(&mut options);
        let context = kyso::load_context(options).unwrap();
        let source = Arc::new(MemorySource::new(self.0.clone()));
        let signed = kyso::sign_pdf(&context, source, key).unwrap();
        let mut out = Vec::new();
        signed.write_to(&mut out).unwrap();
        Self(out)
    }

    /// One more revision, by somebody without a key.
    pub(crate) fn save(&self, objects: &[(u32, &str)]) -> Self {
        let mut save = self.later();
        for (number, body) in objects {
            save = save.set(*number, body);
        }
        save.done()
    }

    /// The same, to be filled step by step.
    pub(crate) fn later(&self) -> Save<'_> {
        Save {
            pdf: self,
            objects: Vec::new(),
            trailer: self.trailer(),
            previous: Some(self.startxref()),
            table: None,
        }
    }

    pub(crate) fn report(&self) -> Report {
        kyso::verify(
            &Demo::get().context,
            Arc::new(MemorySource::new(self.0.clone())),
            None,
        )
    }

    /// The body of an object as it stands last in the file.
    pub(crate) fn object(&self, number: u32) -> String {
        let header = format!("\n{number} 0 obj");
        let start = self.last(&header) + header.len();
        let end = memchr::memmem::find(&self.0[start..], b"endobj").unwrap();
        let body = &self.0[start..start + end];
        String::from_utf8_lossy(body).trim().to_owned()
    }

    /// That body with one text replaced, which must be there.
    pub(crate) fn object_but(&self, number: u32, old: &str, new: &str) -> String {
        let body = self.object(number);
        assert!(body.contains(old), "{number}: {old} is not in {body}");
        body.replacen(old, new, 1)
    }

    /// That body with one reference more at the end of its first list: of fields, of a page's annotations.
    pub(crate) fn object_and(&self, number: u32, more: u32) -> String {
        let body = self.object(number);
        assert!(body.contains(" R]"), "{number}: no list is in {body}");
        body.replacen(" R]", &format!(" R {more} 0 R]"), 1)
    }

    /// The number of the object that holds a text, the last one of them.
    pub(crate) fn number_of(&self, text: &str) -> u32 {
        let before = &self.0[..self.last(text)];
        let header = memchr::memmem::rfind(before, b" 0 obj").unwrap();
        let digits = &before[..header];
        let start = digits.iter().rposition(|byte| !byte.is_ascii_digit());
        std::str::from_utf8(&digits[start.unwrap() + 1..])
            .unwrap()
            .parse()
            .unwrap()
    }

    /// The last place of a text.
    pub(crate) fn last(&self, text: &str) -> usize {
        let found = memchr::memmem::rfind(&self.0, text.as_bytes());
        found.unwrap_or_else(|| panic!("{text} is not there"))
    }

    /// The first place of a text.
    pub(crate) fn first(&self, text: &str) -> usize {
        let found = memchr::memmem::find(&self.0, text.as_bytes());
        found.unwrap_or_else(|| panic!("{text} is not there"))
    }

    /// The number behind the last place of a text.
    pub(crate) fn number(&self, text: &str) -> usize {
        let digits = self.0[self.last(text) + text.len()..].trim_ascii_start();
        let end = digits.iter().position(|byte| !byte.is_ascii_digit());
        std::str::from_utf8(&digits[..end.unwrap()])
            .unwrap()
            .parse()
            .unwrap()
    }

    pub(crate) fn startxref(&self) -> usize {
        self.number("startxref")
    }

    /// The first number that nobody uses.
    pub(crate) fn free(&self) -> u32 {
        u32::try_from(self.number("/Size")).unwrap()
    }

    /// The numbers of the last /ByteRange.
    pub(crate) fn byte_range(&self) -> [usize; 4] {
        let at = self.last("/ByteRange");
        let text = &self.0[at..at + 200];
        let open = text.iter().position(|byte| *byte == b'[').unwrap();
        let close = text.iter().position(|byte| *byte == b']').unwrap();
        let numbers = std::str::from_utf8(&text[open + 1..close]).unwrap();
        let numbers: Vec<usize> = numbers
            .split_whitespace()
            .map(|number| number.parse().unwrap())
            .collect();
        numbers.try_into().unwrap()
    }

    /// Writes over the bytes at a place.
    pub(crate) fn over(&self, at: usize, new: &str) -> Self {
        let mut bytes = self.0.clone();
        bytes[at..at + new.len()].copy_from_slice(new.as_bytes());
        Self(bytes)
    }

    /// With other bytes behind it.
    pub(crate) fn and(&self, more: &str) -> Self {
        Self([self.0.as_slice(), more.as_bytes()].concat())
    }

    /// What the last trailer says of the whole document.
    fn trailer(&self) -> String {
        let text = String::from_utf8_lossy(&self.0[self.last("trailer")..]).into_owned();
        let mut out = String::new();
        for key in ["/Root", "/Info"] {
            if let Some(at) = text.find(key) {
                let end = text[at..].find(" R").unwrap();
                write!(out, "{} ", &text[at..at + end + 2]).unwrap();
            }
        }
        let id = text.find("/ID").unwrap();
        let end = text[id..].find(']').unwrap();
        out + &text[id..=id + end]
    }
}

/// An empty look.
pub(crate) const LOOK: &str =
    "<< /Type /XObject /Subtype /Form /BBox [0 0 100 20] /Length 0 >>\nstream\n\nendstream";

/// A stream object.
pub(crate) fn stream(dictionary: &str, data: &str) -> String {
    format!(
        "<< {dictionary} /Length {} >>\nstream\n{data}\nendstream",
        data.len()
    )
}

/// Everything as it should be: all signatures pass, and what came after is not more than this.
#[track_caller]
pub(crate) fn passes(pdf: &Pdf, after: ChangeLevel) -> Report {
    let report = pdf.report();
    let json = report.to_json(Lang::En);
    assert_eq!(report.verdict, FileVerdict::Passed, "{json}");
    let first = report.signatures.first().unwrap();
    assert_eq!(first.changes.after, after, "{json}");
    report
}

/// The first signature and the file fail for a forbidden change with this code among others.
#[track_caller]
pub(crate) fn forbidden(pdf: &Pdf, code: &str) -> Report {
    let report = pdf.report();
    let json = report.to_json(Lang::En);
    assert_eq!(report.verdict, FileVerdict::Failed, "{json}");
    let first = report.signatures.first().unwrap();
    assert_eq!(first.verdict, Verdict::Failed, "{json}");
    assert_eq!(first.changes.after, ChangeLevel::Forbidden, "{json}");
    assert_eq!(
        first.sub_indication,
        Some(SubIndication::FormatFailure),
        "{json}"
    );
    let codes = codes(first);
    assert!(codes.contains(&code), "{code}: {codes:?} {json}");
    report
}

/// All codes about one signature.
pub(crate) fn codes(signature: &SignatureReport) -> Vec<&'static str> {
    let changes = signature.changes.findings.iter();
    changes
        .chain(&signature.findings)
        .map(Finding::code)
        .collect()
}

/// What the first signature says happened after it, whatever the verdict.
pub(crate) fn level(pdf: &Pdf) -> ChangeLevel {
    pdf.report().signatures[0].changes.after
}
