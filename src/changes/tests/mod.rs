//! Small documents in which one thing changes, and what the rules say of it.

mod permissions;
mod references;
mod revisions;
mod signatures;

use std::{fmt::Write as _, sync::Arc};

use super::*;
use crate::{pdf::field::LockAction, source::MemorySource};

/// A file that is written revision by revision.
#[derive(Clone, Default)]
struct Pdf {
    text: String,
    section: usize,
}

impl Pdf {
    /// Appends objects, a table and a trailer.
    fn save(mut self, objects: &[(u32, &str)], trailer: &str) -> Self {
        if self.text.is_empty() {
            self.text.push_str("%PDF-1.7\n");
        }
        let mut entries = Vec::new();
        for (number, body) in objects {
            if *body == "free" {
                entries.push((*number, "0000000000 00001 f \n".to_owned()));
                continue;
            }
            entries.push((*number, format!("{:010} 00000 n \n", self.text.len())));
            write!(self.text, "{number} 0 obj\n{body}\nendobj\n").unwrap();
        }
        entries.sort();
        let previous = if self.section == 0 {
            entries.insert(0, (0, "0000000000 65535 f \n".to_owned()));
            String::new()
        } else {
            format!(" /Prev {}", self.section)
        };
        self.section = self.text.len();
        self.text.push_str("xref\n");
        for (number, entry) in &entries {
            write!(self.text, "{number} 1\n{entry}").unwrap();
        }
        let section = self.section;
        write!(
            self.text,
            "trailer\n<< /Size 40 {trailer}{previous} >>\nstartxref\n{section}\n%%EOF\n"
        )
        .unwrap();
        self
    }

    fn document(&self) -> Document {
        Document::open(Arc::new(MemorySource::new(self.text.clone().into_bytes()))).unwrap()
    }
}

const ROOT: &str = "/Root 1 0 R /ID [<01> <02>]";
const CATALOG: &str = "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>";
const PAGE: &str = "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [6 0 R 10 0 R] >>";
const CONTENT: &str = "<< /Length 9 >>\nstream\n(100%) Tj\nendstream";
const FORM: &str = "<< /Fields [6 0 R 10 0 R] /SigFlags 1 >>";
const SIGNED: &str =
    "<< /FT /Sig /T (A) /Type /Annot /Subtype /Widget /Rect [0 0 1 1] /P 3 0 R /V 7 0 R >>";
const EMPTY: &str = "<< /FT /Sig /T (E) /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /P 3 0 R >>";
const VALUE: &str = "<< /Type /Sig /Contents <00> >>";

/// One signed revision: field 6 is signed with 7, field 10 is empty; 11 refers to nothing with 30.
fn base() -> Pdf {
    let objects = [
        (1, CATALOG),
        (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
        (3, PAGE),
        (4, CONTENT),
        (5, FORM),
        (6, SIGNED),
        (7, VALUE),
        (10, EMPTY),
        (11, "<< /Dangling (\\) 31 0 R) /To 30 0 R >>"),
    ];
    Pdf::default().save(&objects, ROOT)
}

fn id(number: u32) -> ObjectId {
    ObjectId {
        number,
        generation: 0,
    }
}

fn placed(name: &str, field: u32, value: u32, revision: usize) -> Placed {
    Placed {
        name: name.into(),
        field: id(field),
        value: Some(id(value)),
        revision: Some(revision),
        whole_file: false,
        intact: true,
        timestamp: false,
        certifies: None,
        permission: None,
        locks: Vec::new(),
    }
}

fn codes(changes: &Changes) -> Vec<&'static str> {
    changes.findings.iter().map(Finding::code).collect()
}

/// The level and the codes after the first signature, where a second one closes revision 1.
fn second(
    objects: &[(u32, &str)],
    trailer: &str,
    second: Placed,
) -> (ChangeLevel, Vec<&'static str>) {
    let document = base().save(objects, trailer).document();
    let changes = analyse(&document, &[placed("A", 6, 7, 0), second]);
    assert_eq!(changes[1].after, ChangeLevel::None);
    (changes[0].after, codes(&changes[0]))
}

const FILLED: &str = "<< /FT /Sig /T (E) /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /P 3 0 R /V 20 0 R /AP << /N 21 0 R >> >>";
const LOOK: &str = "<< /Length 0 >>\nstream\n\nendstream";

fn fill(objects: &[(u32, &str)]) -> (ChangeLevel, Vec<&'static str>) {
    let mut all = vec![(10, FILLED), (20, VALUE), (21, LOOK)];
    all.retain(|(number, _)| objects.iter().all(|(other, _)| other != number));
    all.extend(objects);
    second(&all, ROOT, placed("E", 10, 20, 1))
}

const NEW: &str = "<< /FT /Sig /T (B) /Type /Annot /Subtype /Widget /Rect [20 0 29 9] /P 3 0 R /V 20 0 R /F 132 >>";
const GROWN_FORM: &str = "<< /Fields [6 0 R 10 0 R 12 0 R] /SigFlags 3 >>";
const GROWN_PAGE: &str =
    "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [6 0 R 10 0 R 12 0 R] >>";

fn add(objects: &[(u32, &str)]) -> (ChangeLevel, Vec<&'static str>) {
    let mut all = vec![(3, GROWN_PAGE), (5, GROWN_FORM), (12, NEW), (20, VALUE)];
    all.retain(|(number, _)| objects.iter().all(|(other, _)| other != number));
    all.extend(objects);
    second(&all, ROOT, placed("B", 12, 20, 1))
}
