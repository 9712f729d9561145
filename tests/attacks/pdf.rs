//! A small workshop for PDFs: documents that kyso signs with the demo's keys, and later saves by anybody.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, OnceLock},
};

use kyso::{
    ChangeLevel, Context, FileVerdict, Finding, Key, Lang, MemorySource, Options, Report,
    SignatureReport, SubIndication, Verdict,
};

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

/// A key of somebody whom nobody trusts: that of another demo.
fn stranger() -> &'static Key {
    static KEY: OnceLock<Key> = OnceLock::new();
    KEY.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let demo = Command::new(env!("CARGO_BIN_EXE_kyso"))
            .args([Path::new("demo"), Path::new("--out"), folder.path()])
            .output()
            .unwrap();
        assert!(demo.status.success());
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

/// A later revision in the making.
pub(crate) struct Save<'a> {
    pdf: &'a Pdf,
    objects: Vec<(u32, Option<Vec<u8>>, u16)>,
    trailer: String,
    previous: Option<usize>,
    table: Option<String>,
}

impl Save<'_> {
    pub(crate) fn set(self, number: u32, body: &str) -> Self {
        self.set_generation(number, 0, body)
    }

    pub(crate) fn set_generation(mut self, number: u32, generation: u16, body: &str) -> Self {
        self.objects
            .push((number, Some(body.as_bytes().to_vec()), generation));
        self
    }

    pub(crate) fn free(mut self, number: u32) -> Self {
        self.objects.push((number, None, 1));
        self
    }

    /// Objects in an object stream with this number, and the section as a cross-reference stream with the next one.
    pub(crate) fn compressed(self, number: u32, objects: &[(u32, &str)]) -> Pdf {
        let mut out = self.pdf.0.clone();
        let (mut index, mut data) = (String::new(), String::new());
        for (object, body) in objects {
            write!(index, "{object} {} ", data.len()).unwrap();
            write!(data, "{body} ").unwrap();
        }
        let place = out.len();
        let head = format!("/Type /ObjStm /N {} /First {}", objects.len(), index.len());
        let body = stream(&head, &(index + &data));
        out.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
        let start = out.len();
        let mut entries = String::new();
        let mut sections = String::new();
        for (at, (object, _)) in objects.iter().enumerate() {
            write!(sections, "{object} 1 ").unwrap();
            write!(entries, "02{number:08X}{at:04X}").unwrap();
        }
        write!(sections, "{number} 2").unwrap();
        write!(entries, "01{place:08X}0000").unwrap();
        write!(entries, "01{start:08X}0000").unwrap();
        let head = format!(
            "/Type /XRef /W [1 4 2] /Index [{sections}] /Size {} {} /Prev {} /Filter /ASCIIHexDecode",
            number + 2,
            self.trailer,
            self.pdf.startxref()
        );
        let body = stream(&head, &(entries + ">"));
        let text = format!(
            "{} 0 obj\n{body}\nendobj\nstartxref\n{start}\n%%EOF\n",
            number + 1
        );
        out.extend_from_slice(text.as_bytes());
        Pdf(out)
    }

    /// More keys in the trailer; `/Root` and others stand twice then.
    pub(crate) fn trailer(mut self, more: &str) -> Self {
        self.trailer = format!("{} {more}", self.trailer);
        self
    }

    pub(crate) fn trailer_but(mut self, old: &str, new: &str) -> Self {
        assert!(
            self.trailer.contains(old),
            "{old} is not in {}",
            self.trailer
        );
        self.trailer = self.trailer.replacen(old, new, 1);
        self
    }

    pub(crate) fn previous(mut self, offset: Option<usize>) -> Self {
        self.previous = offset;
        self
    }

    /// More lines of the cross-reference table, before the others.
    pub(crate) fn table(mut self, lines: &str) -> Self {
        self.table = Some(lines.to_owned());
        self
    }

    pub(crate) fn done(self) -> Pdf {
        let mut out = self.pdf.0.clone();
        let mut table = format!("xref\n{}", self.table.unwrap_or_default());
        let mut size = self.pdf.free();
        for (number, body, generation) in &self.objects {
            size = size.max(number + 1);
            let Some(body) = body else {
                write!(table, "{number} 1\n0000000000 {generation:05} f \n").unwrap();
                continue;
            };
            write!(table, "{number} 1\n{:010} {generation:05} n \n", out.len()).unwrap();
            out.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
            out.extend_from_slice(body);
            out.extend_from_slice(b"\nendobj\n");
        }
        let start = out.len();
        let previous = self
            .previous
            .map_or_else(String::new, |offset| format!("/Prev {offset}"));
        let trailer = self.trailer;
        let text = format!(
            "{table}trailer\n<< /Size {size} {trailer} {previous} >>\nstartxref\n{start}\n%%EOF\n"
        );
        out.extend_from_slice(text.as_bytes());
        Pdf(out)
    }
}

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

/// An empty look.
pub(crate) const LOOK: &str =
    "<< /Type /XObject /Subtype /Form /BBox [0 0 100 20] /Length 0 >>\nstream\n\nendstream";

/// Objects of the document of most tests; a tilde parts the dictionary of a stream from its data.
const FORM: &[(u32, &str)] = &[
    // The document: catalog, pages, a page and what it shows.
    (
        1,
        "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Metadata 30 0 R /Version /1.7 >>",
    ),
    (
        2,
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 400 400] >>",
    ),
    (
        3,
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R \
         /Annots [10 0 R 11 0 R 12 0 R 13 0 R 15 0 R] \
         /Resources << /Font << /F1 7 0 R /F3 31 0 R >> >> >>",
    ),
    (4, " ~ BT /F1 12 Tf 50 300 Td (Pay 100 dong) Tj ET"),
    (
        5,
        "<< /Fields [10 0 R 11 0 R 12 0 R 13 0 R 14 0 R] \
         /DR << /Font << /F1 7 0 R >> >> /DA (/F1 10 Tf) >>",
    ),
    (6, "<< /Title (Lenh chi) /Producer (test) >>"),
    (
        7,
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding 8 0 R /ToUnicode 9 0 R >>",
    ),
    (8, "<< /Type /Encoding /BaseEncoding /WinAnsiEncoding >>"),
    (9, " ~ begincmap endcmap"),
    // The form: an empty text, a filled one, a check box, an empty signature, and a group with one text.
    (
        10,
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /Rect [50 200 150 220] /P 3 0 R \
         /F 4 /AP << /N 20 0 R >> >>",
    ),
    (
        11,
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Sum) /V (100) /Rect [50 170 150 190] \
         /P 3 0 R /F 4 /AP << /N 21 0 R >> >>",
    ),
    (
        12,
        "<< /Type /Annot /Subtype /Widget /FT /Btn /T (Agree) /V /Off /AS /Off \
         /Rect [50 140 70 160] /P 3 0 R /F 4 /AP << /N << /Yes 22 0 R /Off 23 0 R >> >> >>",
    ),
    (
        13,
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Second) /Rect [200 10 300 40] /P 3 0 R /F 4 >>",
    ),
    (14, "<< /FT /Tx /T (Group) /Kids [15 0 R] >>"),
    (
        15,
        "<< /Type /Annot /Subtype /Widget /Parent 14 0 R /T (Inner) /Rect [50 110 150 130] \
         /P 3 0 R /F 4 /AP << /N 24 0 R >> >>",
    ),
    (20, LOOK),
    (
        21,
        "/Type /XObject /Subtype /Form /BBox [0 0 100 20] ~ BT 2 5 Td (100) Tj ET",
    ),
    (22, LOOK),
    (23, LOOK),
    (24, LOOK),
    // Metadata, and a Type 3 font with its only glyph.
    (
        30,
        "/Type /Metadata /Subtype /XML ~ <x:xmpmeta xmlns:x='adobe:ns:meta/'><a>1</a></x:xmpmeta>",
    ),
    (
        31,
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [.1 0 0 .1 0 0] \
         /CharProcs << /a 32 0 R >> /Encoding << /Type /Encoding /Differences [97 /a] >> \
         /FirstChar 97 /LastChar 97 /Widths [9] >>",
    ),
    (32, " ~ 9 0 0 0 9 9 d1"),
];

/// What the first signature says happened after it, whatever the verdict.
pub(crate) fn level(pdf: &Pdf) -> ChangeLevel {
    pdf.report().signatures[0].changes.after
}
