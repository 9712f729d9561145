//! Files made to hang or to eat memory: refused, or read, within bounds.

use std::{io::Write, time::Duration};

use super::{build::Pdf, id, open};
use crate::{
    cpu,
    error::ErrorKind,
    pdf::field::{signature_dictionary, signature_fields},
};

/// Opens and looks at the fields; what goes wrong must do so within two seconds. Returns the kind of error.
fn bounded(what: &str, bytes: Vec<u8>) -> Option<ErrorKind> {
    let start = cpu::thread_time();
    let outcome = open(bytes).and_then(|document| {
        let newest = document.revisions().len() - 1;
        let (fields, _) = signature_fields(&document, newest)?;
        for field in fields.iter().take(1_000) {
            signature_dictionary(&document, newest, field)?;
        }
        for number in 0..50 {
            document.object(id(number))?;
        }
        Ok(())
    });
    let spent = cpu::thread_time().saturating_sub(start);
    println!(
        "{what}: {spent:?} {:?}",
        outcome.as_ref().err().map(|error| error.to_string())
    );
    // Builds that are not optimised need up to 6 s; what is not linear takes minutes.
    assert!(spent < Duration::from_secs(20), "{what}: {spent:?}");
    outcome.err().map(|error| error.kind())
}

fn deflated(length: usize) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let block = vec![b' '; 1 << 20];
    for _ in 0..length >> 20 {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn bombs_are_refused() {
    let bomb = deflated(200 << 20);
    let mut pdf = Pdf::document();
    pdf.stream(4, "/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &bomb);
    let bytes = pdf.xref_stream("", &[(5, [2, 4, 0])]).take();
    assert_eq!(bounded("object stream", bytes), Some(ErrorKind::Limit));
    let mut pdf = Pdf::document();
    let here = pdf.bytes.len();
    let dictionary = "/Type/XRef/W[1 2 1]/Size 4/Root 1 0 R/Filter/FlateDecode";
    let bytes = pdf
        .stream(4, dictionary, &bomb)
        .raw(&format!("startxref\n{here}\n%%EOF"))
        .take();
    assert_eq!(
        bounded("cross-reference stream", bytes),
        Some(ErrorKind::Limit)
    );
}

#[test]
fn many_small_bombs_share_one_budget() {
    let bomb = deflated(30 << 20);
    let mut pdf = Pdf::document();
    for number in 4..14 {
        pdf.stream(number, "/Type/ObjStm/N 1/First 4/Filter/FlateDecode", &bomb);
    }
    let entries: Vec<_> = (4..14)
        .map(|stream| (stream + 20, [2, stream, 0]))
        .collect();
    let bytes = pdf.xref_stream("", &entries).take();
    assert_eq!(bounded("many", bytes), Some(ErrorKind::Limit));
}

#[test]
fn huge_counts_cost_nothing() {
    for (index, size) in [
        ("[0 4294967295]", "99999999999"),
        ("[0 9223372036854775807]", "5"),
        ("[-1 5]", "5"),
        ("[0 1 2]", "5"),
        ("7", "-1"),
    ] {
        let mut pdf = Pdf::document();
        let here = pdf.bytes.len();
        let dictionary = format!("/Type/XRef/W[8 8 8]/Size {size}/Index {index}/Root 1 0 R");
        let bytes = pdf
            .stream(4, &dictionary, &[0; 240])
            .raw(&format!("startxref\n{here}\n%%EOF"))
            .take();
        assert_eq!(bounded(index, bytes), None);
    }
    for widths in [
        "[0 0 0]",
        "[9 1 1]",
        "[1 99999999999 1]",
        "[-1 2 1]",
        "[1 2]",
        "7",
    ] {
        let mut pdf = Pdf::document();
        let here = pdf.bytes.len();
        let dictionary = format!("/Type/XRef/W{widths}/Size 5/Root 1 0 R");
        let bytes = pdf
            .stream(4, &dictionary, &[0; 240])
            .raw(&format!("startxref\n{here}\n%%EOF"))
            .take();
        assert_eq!(bounded(widths, bytes), None);
    }
    let mut pdf = Pdf::document();
    let here = pdf.bytes.len();
    pdf.raw(&format!("xref\n0 99999999999999\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 99999999999>>startxref {here} %%EOF"));
    assert_eq!(bounded("table", pdf.take()), None);
}

#[test]
fn circles_end() {
    let mut pdf = Pdf::document();
    pdf.object(4, "5 0 R").object(5, "4 0 R");
    pdf.start(6)
        .raw("6 0 obj<</Length 7 0 R>>stream\nx\nendstream endobj\n");
    pdf.start(7)
        .raw("7 0 obj<</Length 6 0 R>>stream\nx\nendstream endobj\n");
    pdf.stream(8, "/Type/ObjStm/N 1/First 4/Length 9 0 R", b"9 0 1");
    let bytes = pdf
        .xref_stream(
            "",
            &[
                (9, [2, 8, 0]),
                (10, [2, 10, 0]),
                (11, [2, 12, 0]),
                (12, [2, 11, 0]),
            ],
        )
        .take();
    assert_eq!(bounded("circles", bytes), None);
}

#[test]
fn text_that_repeats_a_keyword_stays_linear() {
    for unit in [
        "1 0 obj ",
        "1 0 obj<<",
        "1 0 obj(",
        "1 0 obj<",
        "1 0 obj<</Length 9>>stream\n",
        "trailer",
        "trailer(",
        "trailer<<",
        "startxref 5 ",
        "%%EOF\n",
        "xref\n0 1\n",
        "endstream ",
        "obj ",
        "[",
        "(",
        "\\",
        "%",
        "1 0 R ",
    ] {
        let body = unit.repeat((4 << 20) / unit.len());
        bounded(unit, format!("%PDF-1.7\n{body}").into_bytes());
        let mut pdf = Pdf::document();
        pdf.raw(&body);
        bounded(unit, pdf.take());
    }
}

#[test]
fn thousands_of_fields_that_share_one_large_thing() {
    let many: String = (100..10_100)
        .map(|number| format!("{number} 0 R "))
        .collect();
    for shared in [
        format!("({})", "n".repeat(1 << 20)),
        format!("<</ByteRange[0 1 2 3]/Contents<{}>>>", "30".repeat(1 << 20)),
        format!("<</Action/Include/Fields[{}]>>", "(a)".repeat(1 << 17)),
    ] {
        let mut pdf = Pdf::new();
        pdf.object(
            1,
            &format!("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[{many}]>>>>"),
        );
        pdf.object(2, "<</Type/Pages/Kids[]/Count 0>>")
            .object(3, &shared);
        for number in 100..10_100 {
            pdf.object(number, "<</FT/Sig/T 3 0 R/V 3 0 R/Lock 3 0 R>>");
        }
        bounded("shared", pdf.table("").take());
    }
}

#[test]
fn thousands_of_sections() {
    let mut pdf = Pdf::document();
    for _ in 0..5_000 {
        pdf.table("");
    }
    assert_eq!(bounded("sections", pdf.take()), Some(ErrorKind::Limit));
    let mut pdf = Pdf::document();
    for _ in 0..4_000 {
        pdf.table("");
    }
    assert_eq!(bounded("sections", pdf.take()), None);
}
