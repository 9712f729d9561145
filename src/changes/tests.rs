//! Small documents in which one thing changes, and what the rules say of it.

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

#[test]
fn a_signature_in_an_empty_field_is_a_signature() {
    assert_eq!(fill(&[]), (ChangeLevel::Signatures, vec![]));
    let same_again = [(4, CONTENT), (1, CATALOG)];
    assert_eq!(fill(&same_again), (ChangeLevel::Signatures, vec![]));
}

#[test]
fn a_signature_in_a_new_field_is_a_signature() {
    assert_eq!(add(&[]), (ChangeLevel::Signatures, vec![]));
    // Invisible, without a page.
    let invisible = "<< /FT /Sig /T (B) /V 20 0 R >>";
    assert_eq!(
        add(&[(3, PAGE), (12, invisible)]),
        (ChangeLevel::Signatures, vec![])
    );
    // An empty field beside it.
    let form = "<< /Fields [6 0 R 10 0 R 12 0 R 13 0 R] /SigFlags 3 >>";
    let empty = "<< /FT /Sig /T (C) /Kids [14 0 R] >>";
    let kid = "<< /Subtype /Widget /Parent 13 0 R /Rect [0 0 1 1] >>";
    assert_eq!(
        add(&[(5, form), (13, empty), (14, kid)]),
        (ChangeLevel::Signatures, vec![])
    );
}

#[test]
fn whatever_else_changes_with_a_signature_is_forbidden() {
    let cases: &[(&[(u32, &str)], &str)] = &[
        (
            &[(4, "<< /Length 9 >>\nstream\n(999%) Tj\nendstream")],
            "PDF-DIFF-002",
        ),
        (&[(4, "free")], "PDF-DIFF-003"),
        (
            &[(2, "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>")],
            "PDF-DIFF-002",
        ),
        (&[(30, "<< /Now /Here >>")], "PDF-DIFF-005"),
        (
            &[(
                1,
                "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /OpenAction 22 0 R >>",
            )],
            "PDF-DIFF-002",
        ),
        (
            &[(
                1,
                "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /AcroForm 5 0 R >>",
            )],
            "PDF-DIFF-002",
        ),
        (
            &[(5, "<< /Fields [12 0 R 6 0 R 10 0 R] /SigFlags 3 >>")],
            "PDF-DIFF-009",
        ),
        (
            &[(5, "<< /Fields [6 0 R 12 0 R] /SigFlags 3 >>")],
            "PDF-DIFF-009",
        ),
        (
            &[(5, "<< /Fields [6 0 R 10 0 R 12 0 R] /SigFlags 2 >>")],
            "PDF-DIFF-009",
        ),
        (
            &[(
                5,
                "<< /Fields [6 0 R 10 0 R 12 0 R] /SigFlags 3 /NeedAppearances true >>",
            )],
            "PDF-DIFF-009",
        ),
        (
            &[(5, "<< /Fields [6 0 R 10 0 R 12 0 R 4 0 R] /SigFlags 3 >>")],
            "PDF-DIFF-010",
        ),
        (&[(12, "<< /FT /Tx /T (B) /V 20 0 R >>")], "PDF-DIFF-010"),
        (
            &[(12, "<< /FT /Sig /T (B) /V 20 0 R /AA << >> >>")],
            "PDF-DIFF-010",
        ),
        (&[(12, "<< /FT /Sig /T (B) /V 7 0 R >>")], "PDF-DIFF-010"),
        (
            &[(12, "<< /FT /Sig /T (B) /V 20 0 R /Parent 6 0 R >>")],
            "PDF-DIFF-010",
        ),
        (
            &[(12, "<< /FT /Sig /T (B) /V 20 0 R /Kids [10 0 R] >>")],
            "PDF-DIFF-010",
        ),
        (
            &[(
                3,
                "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [6 0 R 12 0 R] >>",
            )],
            "PDF-DIFF-011",
        ),
        (
            &[(
                3,
                "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [6 0 R 10 0 R 12 0 R 11 0 R] >>",
            )],
            "PDF-DIFF-011",
        ),
        (
            &[(
                3,
                "<< /Type /Page /Parent 2 0 R /Contents 20 0 R /Annots [6 0 R 10 0 R 12 0 R] >>",
            )],
            "PDF-DIFF-011",
        ),
    ];
    for (objects, code) in cases {
        let (level, codes) = add(objects);
        assert_eq!(level, ChangeLevel::Forbidden, "{objects:?}");
        assert!(codes.contains(code), "{objects:?}: {codes:?}");
    }
}

#[test]
fn a_filled_field_may_only_gain_what_a_signature_brings() {
    let cases: &[(&[(u32, &str)], &str)] = &[
        (
            &[(
                10,
                "<< /FT /Sig /T (E) /Type /Annot /Subtype /Widget /Rect [0 0 99 9] /P 3 0 R /V 20 0 R >>",
            )],
            "PDF-DIFF-012",
        ),
        (
            &[(
                10,
                "<< /FT /Sig /T (E) /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /P 3 0 R /V 7 0 R >>",
            )],
            "PDF-DIFF-012",
        ),
        (
            &[(
                10,
                "<< /FT /Sig /T (E) /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /P 3 0 R /V 20 0 R /A << >> >>",
            )],
            "PDF-DIFF-012",
        ),
        (
            &[(
                6,
                "<< /FT /Sig /T (A) /Type /Annot /Subtype /Widget /Rect [0 0 1 1] /P 3 0 R /V 20 0 R >>",
            )],
            "PDF-DIFF-002",
        ),
    ];
    for (objects, code) in cases {
        let (level, codes) = fill(objects);
        assert_eq!(level, ChangeLevel::Forbidden, "{objects:?}");
        assert!(codes.contains(code), "{objects:?}: {codes:?}");
    }
    // A look that others may use, too, is not exchanged.
    let shared = "<< /FT /Sig /T (S) /AP 11 0 R >>";
    let signed = "<< /FT /Sig /T (S) /AP << /N 21 0 R >> /V 20 0 R >>";
    let form = "<< /Fields [6 0 R 10 0 R 19 0 R] /SigFlags 1 >>";
    let document = base()
        .save(&[(19, shared), (5, form)], ROOT)
        .save(&[(19, signed), (20, VALUE), (21, LOOK)], ROOT)
        .document();
    let changes = analyse(&document, &[placed("A", 6, 7, 1), placed("S", 19, 20, 2)]);
    assert_eq!(codes(&changes[0])[0], "PDF-DIFF-012");
    // A second signature in the field of the first.
    let again =
        "<< /FT /Sig /T (A) /Type /Annot /Subtype /Widget /Rect [0 0 1 1] /P 3 0 R /V 20 0 R >>";
    let (level, codes) = second(&[(6, again), (20, VALUE)], ROOT, placed("A", 6, 20, 1));
    assert_eq!((level, codes[0]), (ChangeLevel::Forbidden, "PDF-DIFF-012"));
}

#[test]
fn document_information_may_tell_time_and_producer() {
    let with_info = "/Root 1 0 R /ID [<01> <02>] /Info 19 0 R";
    let base = || {
        let objects = [(19, "<< /Title (T) /ModDate (D:2020) >>"), (10, EMPTY)];
        let mut pdf = base();
        pdf.text = pdf.text.replace(ROOT, with_info);
        pdf.save(&objects, with_info)
    };
    for (info, level) in [
        (
            "<< /Title (T) /ModDate (D:2021) /Producer (kyso) >>",
            ChangeLevel::Signatures,
        ),
        ("<< /Title (U) /ModDate (D:2021) >>", ChangeLevel::Forbidden),
        ("<< /Title (T) /ModDate [4 0 R] >>", ChangeLevel::Forbidden),
    ] {
        let objects = [(10, FILLED), (20, VALUE), (21, LOOK), (19, info)];
        let document = base().save(&objects, with_info).document();
        let changes = analyse(&document, &[placed("A", 6, 7, 1), placed("E", 10, 20, 2)]);
        assert_eq!(changes[0].after, level, "{info}: {changes:?}");
    }
    // Alone, it is told.
    let document = base()
        .save(&[(19, "<< /Title (T) /ModDate (D:2021) >>")], with_info)
        .document();
    let changes = &analyse(&document, &[placed("A", 6, 7, 1)])[0];
    assert_eq!(
        (changes.after, codes(changes)),
        (
            ChangeLevel::TimestampsAndValidationData,
            vec!["PDF-DIFF-106"]
        )
    );
}

#[test]
fn only_an_intact_signature_explains_its_changes() {
    let mut broken = placed("E", 10, 20, 1);
    broken.intact = false;
    let (level, codes) = second(&[(10, FILLED), (20, VALUE), (21, LOOK)], ROOT, broken);
    assert_eq!(level, ChangeLevel::Forbidden);
    assert!(codes.contains(&"PDF-DIFF-013"), "{codes:?}");
}

#[test]
fn permissions_of_earlier_signatures_hold() {
    let document = base()
        .save(&[(10, FILLED), (20, VALUE), (21, LOOK)], ROOT)
        .document();
    let (mut first, last) = (placed("A", 6, 7, 0), placed("E", 10, 20, 1));
    first.locks = vec![Lock {
        action: LockAction::Include(vec!["E".into()]),
        permission: None,
    }];
    let changes = analyse(&document, &[first.clone(), last.clone()]);
    assert_eq!(codes(&changes[0])[0], "PDF-DIFF-015");
    first.locks = vec![Lock {
        action: LockAction::Exclude(vec!["E".into()]),
        permission: None,
    }];
    let changes = analyse(&document, &[first.clone(), last.clone()]);
    assert_eq!(changes[0].after, ChangeLevel::Signatures);
    first.permission = Some(1);
    let changes = analyse(&document, &[first, last]);
    assert_eq!(
        (changes[0].after, codes(&changes[0])),
        (ChangeLevel::Forbidden, vec!["PDF-DIFF-014"])
    );
}

#[test]
fn trailers_may_only_say_where_their_section_is() {
    for (trailer, key) in [
        ("/Root 19 0 R /ID [<01> <02>]", "Root"),
        ("/Root 1 0 R /ID [<99> <02>]", "ID"),
        ("/Root 1 0 R", "ID"),
        ("/Root 1 0 R /ID [<01> <02>] /Info 11 0 R", "Info"),
        ("/Root 1 0 R /ID [<01> <02>] /Extra 1", "Extra"),
    ] {
        let document = base().save(&[(19, CATALOG)], trailer).document();
        let changes = analyse(&document, &[placed("A", 6, 7, 0)]);
        assert_eq!(changes[0].after, ChangeLevel::Forbidden, "{key}");
        assert!(codes(&changes[0]).contains(&"PDF-DIFF-007"), "{key}");
    }
    let document = base().save(&[], "/Root 1 0 R /ID [<01> <77>]").document();
    assert_eq!(
        analyse(&document, &[placed("A", 6, 7, 0)])[0].after,
        ChangeLevel::None
    );
}

#[test]
fn without_a_signature_nothing_may_come_or_change() {
    for (objects, code) in [
        (
            &[(4, "<< /Length 0 >>\nstream\n\nendstream")][..],
            "PDF-DIFF-002",
        ),
        (&[(11, "free")][..], "PDF-DIFF-003"),
    ] {
        let document = base().save(objects, ROOT).document();
        let changes = analyse(&document, &[placed("A", 6, 7, 0)]);
        assert_eq!(changes[0].after, ChangeLevel::Forbidden);
        assert_eq!(codes(&changes[0]), [code]);
    }
    // What nothing refers to does nothing, and is told.
    let document = base().save(&[(25, "<< >>")], ROOT).document();
    let changes = &analyse(&document, &[placed("A", 6, 7, 0)])[0];
    assert_eq!(
        (changes.after, codes(changes)),
        (
            ChangeLevel::TimestampsAndValidationData,
            vec!["PDF-DIFF-107"]
        )
    );
    // A freed number does not come back.
    let document = base()
        .save(&[(11, "free")], ROOT)
        .save(&[(11, "<< >>")], ROOT)
        .document();
    let changes = analyse(&document, &[placed("A", 6, 7, 1)]);
    assert_eq!(codes(&changes[0]), ["PDF-DIFF-004"]);
}

#[test]
fn a_string_or_comment_is_no_reference_and_hides_none() {
    // 31 stands in a string of the base: its definition later is no harm.
    assert_eq!(fill(&[(31, "<< >>")]).0, ChangeLevel::Signatures);
    for hidden in [
        "<< /A (endobj) /To 32 0 R >>",
        "<< /A (\\() /To 32 %) endobj\n0 R >>",
        "<< /A <28> /To 32\r0\tR >>",
        "<< /stream 32 0 R >>",
        "<< /endobj 32 0 R >>",
    ] {
        let base = base().save(&[(18, hidden)], ROOT);
        let document = base
            .save(
                &[(10, FILLED), (20, VALUE), (21, LOOK), (32, "<< >>")],
                ROOT,
            )
            .document();
        let changes = analyse(&document, &[placed("A", 6, 7, 1), placed("E", 10, 20, 2)]);
        assert_eq!(codes(&changes[0]), ["PDF-DIFF-005"], "{hidden}");
    }
}

#[test]
fn bytes_behind_the_last_revision_concern_all_but_who_covers_them() {
    let mut pdf = base();
    pdf.text.push_str("hidden");
    let document = pdf.document();
    let mut whole = placed("A", 6, 7, 0);
    assert_eq!(
        codes(&analyse(&document, &[whole.clone()])[0]),
        ["PDF-DIFF-016"]
    );
    whole.whole_file = true;
    assert_eq!(analyse(&document, &[whole])[0].after, ChangeLevel::None);
}

#[test]
fn a_signature_that_closes_nothing_is_not_analysed() {
    let mut loose = placed("A", 6, 7, 0);
    loose.revision = None;
    let changes = analyse(&base().document(), &[loose]);
    assert_eq!(
        (changes[0].after, codes(&changes[0])),
        (ChangeLevel::Forbidden, vec!["PDF-DIFF-019"])
    );
}

#[test]
fn a_signed_section_must_not_point_behind_itself() {
    let mut pdf = base();
    // The entry of object 11 leads to where the next revision will stand.
    let entry = pdf.text.find("11 1\n").unwrap() + 5;
    let end = pdf.text.len();
    pdf.text
        .replace_range(entry..entry + 10, &format!("{end:010}"));
    let document = pdf.save(&[(11, "<< /Other true >>")], ROOT).document();
    let changes = analyse(&document, &[placed("A", 6, 7, 0)]);
    assert!(codes(&changes[0]).contains(&"PDF-DIFF-017"), "{changes:?}");
}

const STORE: &str = "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /DSS 25 0 R >>";

/// The level and the codes after the first signature, where nobody signs the second revision.
fn unsigned(objects: &[(u32, &str)]) -> (ChangeLevel, Vec<&'static str>) {
    let document = base().save(objects, ROOT).document();
    let changes = &analyse(&document, &[placed("A", 6, 7, 0)])[0];
    (changes.after, codes(changes))
}

#[test]
fn validation_data_is_told_and_allowed_even_by_permission_one() {
    let store = (25, "<< /Certs [26 0 R] >>");
    let objects = [(1, STORE), store, (26, LOOK)];
    let level = ChangeLevel::TimestampsAndValidationData;
    assert_eq!(unsigned(&objects), (level, vec!["PDF-DIFF-101"]));
    let document = base().save(&objects, ROOT).document();
    let mut first = placed("A", 6, 7, 0);
    first.permission = Some(1);
    assert_eq!(analyse(&document, &[first])[0].after, level);
    // What was something else before does not become one.
    let (level, codes) = unsigned(&[(1, STORE), (25, "<< /Certs [4 0 R] >>")]);
    assert_eq!((level, codes[0]), (ChangeLevel::Forbidden, "PDF-DIFF-121"));
}

#[test]
fn a_certification_signature_is_named_by_the_permission_dictionary() {
    let document = base()
        .save(&[(10, FILLED), (20, VALUE), (21, LOOK)], ROOT)
        .document();
    let mut second = placed("E", 10, 20, 1);
    (second.certifies, second.permission) = (Some(2), Some(2));
    let changes = analyse(&document, &[placed("A", 6, 7, 0), second]);
    assert_eq!(codes(&changes[1]), ["PDF-DIFF-130"]);
}

#[test]
fn a_form_that_is_used_elsewhere_as_well_must_not_change() {
    let page =
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [6 0 R 10 0 R] /Resources 5 0 R >>";
    let document = base()
        .save(&[(3, page)], ROOT)
        .save(
            &[
                (5, GROWN_FORM),
                (12, "<< /FT /Sig /T (B) /V 20 0 R >>"),
                (20, VALUE),
            ],
            ROOT,
        )
        .document();
    let changes = analyse(&document, &[placed("A", 6, 7, 1), placed("B", 12, 20, 2)]);
    assert_eq!(codes(&changes[0]), ["PDF-DIFF-123"]);
}
