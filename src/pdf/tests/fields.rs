//! The field tree and signature dictionaries.

use super::{build::Pdf, id, open};
use crate::pdf::{
    Document,
    field::{
        LockAction, SignatureField, certification, outside_form, signature_dictionary,
        signature_fields,
    },
};

/// A document whose form has these fields, from object 10 on.
fn form(fields: &str, objects: &[&str]) -> Document {
    let mut pdf = Pdf::new();
    pdf.object(
        1,
        &format!(
            "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[{fields}]>>/Perms<</DocMDP 20 0 R>>>>"
        ),
    );
    pdf.object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>");
    pdf.object(3, "<</Type/Page/Parent 2 0 R/Annots[10 0 R 19 0 R]>>");
    for (number, object) in (10..).zip(objects) {
        pdf.object(number, object);
    }
    pdf.object(19, "<</Subtype/Widget/V 20 0 R>>");
    pdf.object(20, "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]/Contents<30>\
        /M(D:20260305093015+07'00')/Reason(Ph\\352 duy\\347t)/Reference[<</TransformMethod/DocMDP/TransformParams<</P 3>>>>\
        <</TransformMethod/FieldMDP/TransformParams<</Action/Include/Fields[(a)]>>>>]>>");
    open(pdf.table("").take()).unwrap()
}

fn fields(document: &Document) -> (Vec<SignatureField>, Vec<&'static str>) {
    let (fields, findings) = signature_fields(document, 0).unwrap();
    (
        fields,
        findings.iter().map(crate::report::Finding::code).collect(),
    )
}

#[test]
fn names_types_and_values_are_inherited() {
    let document = form(
        "10 0 R 14 0 R",
        &[
            "<</T(a)/FT/Sig/Kids[11 0 R 12 0 R]>>",
            "<</T(b)/V 20 0 R/Subtype/Widget/Rect[9 8 1 2]/P 3 0 R/Lock<</Action/Exclude/Fields[(x)]/P 1>>>>",
            "<</T<FEFF0063>/Kids[13 0 R]>>",
            "<</Subtype/Widget/Rect[0 0 0 0]>>",
            "<</T(text)/FT/Tx/V(hello)>>",
        ],
    );
    let (fields, codes) = fields(&document);
    assert_eq!(codes, [""; 0]);
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(names, ["a.b", "a.c"]);
    let [signed, unsigned] = fields.as_slice() else {
        panic!()
    };
    assert_eq!(
        (signed.value, signed.page, signed.widgets.as_slice()),
        (Some(id(20)), Some(id(3)), &[id(11)][..])
    );
    let rect = signed.rect.unwrap();
    assert_eq!(
        (rect.left, rect.bottom, rect.right, rect.top),
        (1.0, 2.0, 9.0, 8.0)
    );
    let lock = signed.lock.as_ref().unwrap();
    assert_eq!(
        (&lock.action, lock.permission),
        (&LockAction::Exclude(vec!["x".to_owned()]), Some(1))
    );
    assert_eq!(
        (
            unsigned.value_dictionary.is_some(),
            unsigned.widgets.as_slice()
        ),
        (false, &[id(13)][..])
    );
    let signature = signature_dictionary(&document, 0, signed).unwrap().unwrap();
    assert_eq!(signature.byte_range, [0, 1, 2, 3]);
    assert_eq!(
        signature.modified.unwrap().to_string(),
        "2026-03-05T02:30:15Z"
    );
    assert_eq!(
        (signature.reason.as_deref(), signature.doc_mdp),
        (Some("Phê duyçt"), Some(3))
    );
    assert_eq!(
        signature.field_mdp.unwrap().action,
        LockAction::Include(vec!["a".to_owned()])
    );
    let contents = signature.contents.unwrap();
    let span = contents.span.unwrap();
    let bytes = document.source().as_slice().unwrap();
    assert_eq!(
        &bytes[usize::try_from(span.start).unwrap()..usize::try_from(span.end).unwrap()],
        b"<30>"
    );
    assert!(signature.findings.is_empty());
    assert_eq!(certification(&document, 0).unwrap(), Some(id(20)));
    assert!(
        signature_dictionary(&document, 0, unsigned)
            .unwrap()
            .is_none()
    );
    let outside = outside_form(&document, 0, &fields).unwrap();
    assert_eq!(outside.len(), 1, "the widget that no field owns");
}

#[test]
fn loops_and_oddities_of_the_tree_are_findings() {
    let cases: [(&str, &[&str], &[&str]); 5] = [
        ("10 0 R", &["<</T(a)/Kids[10 0 R]>>"], &["PDF-SIG-001"]),
        ("10 0 R 10 0 R", &["<</T(a)/FT/Sig>>"], &["PDF-SIG-001"]),
        ("<</T(a)/FT/Sig>>", &[], &["PDF-SIG-001"]),
        ("10 0 R", &["<</T(a)/FT/Sig/V 5>>"], &["PDF-SIG-006"]),
        (
            "10 0 R 11 0 R",
            &["<</T(a)/FT/Sig/V 20 0 R>>", "<</T(a)/FT/Sig/V 20 0 R>>"],
            &["PDF-SIG-007", "PDF-SIG-008"],
        ),
    ];
    for (roots, objects, expected) in cases {
        assert_eq!(fields(&form(roots, objects)).1, expected, "{roots}");
    }
}

#[test]
fn keys_that_decide_must_stand_once_and_directly() {
    let of = |value: &str| {
        let document = form(
            "10 0 R",
            &["<</T(a)/FT/Sig/V 11 0 R>>", value, "<30>", "[0 1 2 3]"],
        );
        let (fields, _) = fields(&document);
        let signature = signature_dictionary(&document, 0, &fields[0])
            .unwrap()
            .unwrap();
        let codes: Vec<&str> = signature
            .findings
            .iter()
            .map(crate::report::Finding::code)
            .collect();
        (
            codes,
            signature.byte_range.len(),
            signature.contents.is_some(),
        )
    };
    let no: [&str; 0] = [];
    assert_eq!(
        of("<</ByteRange[0 1 2 3]/Contents<30>>>"),
        (no.to_vec(), 4, true)
    );
    assert_eq!(
        of("<</ByteRange[0 1 2 3]/Contents<30>/C#6fntents<31>>>"),
        (vec!["PDF-SIG-003"], 4, true)
    );
    assert_eq!(
        of("<</ByteRange[0 1 2 3]/ByteRange[0 9 9 9]/Contents<30>>>"),
        (vec!["PDF-SIG-003"], 4, true)
    );
    assert_eq!(
        of("<</ByteRange 13 0 R/Contents 12 0 R>>"),
        (vec!["PDF-SIG-004", "PDF-SIG-004"], 4, true)
    );
    assert_eq!(
        of("<</ByteRange[0 1 2 3.5]/Contents/x>>"),
        (vec!["PDF-SIG-005", "PDF-SIG-005"], 0, false)
    );
    assert_eq!(
        of("<</ByteRange[0 1 2 99999999999999999999]/Contents<3>>>").1,
        4
    );
}

#[test]
fn new_objects_are_not_what_a_field_already_referred_to() {
    use crate::pdf::incremental::Editor;
    let objects = "1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[3 0 R]>>>>endobj\n\
        2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n\
        3 0 obj<</FT/Tx/T(A)/Kids[4 0 R]>>endobj\n\
        4 0 obj<</Parent 3 0 R/V 20 0 R/AP<</N 19 0 R>>>>endobj\n";
    for more in ["", "5 0 obj[30 0 R]endobj\n"] {
        // No table: the reader finds the objects by searching.
        let file = format!("%PDF-1.7\n{objects}{more}trailer<</Root 1 0 R/Size 6>>\n");
        let source = std::sync::Arc::new(crate::source::MemorySource::new(file.into_bytes()));
        let document = crate::pdf::Document::open(source).unwrap();
        assert!(document.is_rebuilt());
        let mut editor = Editor::new(std::sync::Arc::new(document)).unwrap();
        let highest = if more.is_empty() { 20 } else { 30 };
        assert_eq!(editor.add(1_i64).number, highest + 1);
    }
}
