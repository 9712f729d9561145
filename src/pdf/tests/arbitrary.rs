//! Whatever the bytes, the reader comes back.

use proptest::prelude::*;

use super::{build::Pdf, open};
use crate::pdf::{
    Object,
    field::{outside_form, signature_dictionary, signature_fields},
    filter,
    lex::Lexer,
    parse::Parser,
    text_string,
};

/// Reads everything that there is.
pub(super) fn walk(bytes: Vec<u8>) {
    let Ok(document) = open(bytes) else { return };
    for revision in 0..document.revisions().len() {
        if let Ok((fields, _)) = signature_fields(&document, revision) {
            for field in &fields {
                let _ = signature_dictionary(&document, revision, field);
            }
            let _ = outside_form(&document, revision, &fields);
        }
        for (number, _) in &document.revisions()[revision].entries {
            if let Ok(Object::Stream(stream)) = document.object_at(
                revision,
                crate::pdf::ObjectId {
                    number: *number,
                    generation: 0,
                },
            ) {
                let _ = document.stream_data(&stream);
            }
        }
    }
    let _ = (document.findings(), document.repaired());
}

fn sample() -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.object(1, "<</Type/Catalog/Pages 2 0 R/AcroForm 6 0 R>>");
    pdf.object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>");
    pdf.object(3, "<</Type/Page/Parent 2 0 R/Annots[5 0 R]>>")
        .table("");
    pdf.object(
        4,
        "<</Type/Sig/ByteRange[0 9 19 99]/Contents<3080>/M(D:2026)>>",
    );
    pdf.object(
        5,
        "<</FT/Sig/T(a)/V 4 0 R/Rect[0 0 1 1]/Lock<</Action/All>>>>",
    );
    pdf.stream(
        7,
        "/Type/ObjStm/N 1/First 4/Filter/ASCIIHexDecode",
        b"36203020 3c3c2f4669656c64735b3520302052 5d3e3e>",
    );
    pdf.xref_stream("", &[(6, [2, 7, 0])]).take()
}

/// Pieces that lead the reader on.
const WORDS: [&str; 30] = [
    "<<",
    ">>",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "1 0 obj",
    "endobj",
    "stream\n",
    "endstream",
    "xref\n0 3\n",
    "trailer",
    "startxref",
    "%%EOF\n",
    "/Type/XRef",
    "/Type/ObjStm",
    "/Prev 9",
    "/W[1 2 1]",
    "/Length 5",
    "/Root 1 0 R",
    "/Type/Catalog/Pages 1 0 R",
    "/AcroForm",
    "/Fields[1 0 R]",
    "/FT/Sig",
    "0000000009 00000 n \n",
    "1 0 R",
    "%PDF-1.7\n",
    "#",
];

proptest! {
    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..512)) {
        let _ = Parser::new(&mut Lexer::new(&bytes, u64::MAX - 9, true)).indirect();
        let text = text_string::decode(&bytes);
        prop_assert_eq!(text_string::decode(&text_string::encode(&text)), text);
        let _ = text_string::parse_date(&bytes);
        walk(bytes);
    }

    #[test]
    fn any_words(words in prop::collection::vec((0..WORDS.len(), "[ 0-9\n]{0,3}"), 0..60)) {
        let text: String = words.iter().map(|(word, gap)| format!("{}{gap}", WORDS[*word])).collect();
        walk(text.into_bytes());
    }

    #[test]
    fn any_change_of_a_file(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8), cut in any::<prop::sample::Index>()) {
        let mut bytes = sample();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        walk(bytes.clone());
        bytes.truncate(cut.index(bytes.len()));
        walk(bytes);
    }

    #[test]
    fn any_filter(name in 0..6_usize, predictor in 0..17_i64, columns in any::<i64>(), data in prop::collection::vec(any::<u8>(), 0..300)) {
        let name = ["FlateDecode", "LZWDecode", "ASCIIHexDecode", "ASCII85Decode", "RunLengthDecode", "None"][name];
        let text = format!("<</Filter/{name}/DecodeParms<</Predictor {predictor}/Columns {columns}>>>>");
        let steps = filters(&text);
        if let Ok(decoded) = filter::decode(&data, &steps, 1_000) {
            prop_assert!(decoded.data.len() <= 1_200);
        }
    }
}

/// The filters of a stream dictionary.
fn filters(dictionary: &str) -> Vec<filter::Step> {
    let mut lexer = Lexer::new(dictionary.as_bytes(), 0, true);
    let dictionary = Parser::new(&mut lexer).object().unwrap();
    let resolve = |object: &Object| Ok::<_, ()>(object.clone());
    filter::steps(dictionary.as_dictionary().unwrap(), resolve)
        .unwrap()
        .unwrap()
}

#[test]
fn nothing_is_what_nothing_was_made_of() {
    for name in [
        "FlateDecode",
        "LZWDecode",
        "ASCIIHexDecode",
        "ASCII85Decode",
        "RunLengthDecode",
    ] {
        let steps = filters(&format!("<</Filter/{name}>>"));
        let decoded = filter::decode(&[], &steps, 9).unwrap();
        assert!(decoded.data.is_empty() && !decoded.damaged, "{name}");
    }
}

/// As viewers do, which do not look at the checksum.
#[test]
fn a_wrong_checksum_is_no_damage_and_an_early_end_is() {
    let text = b"BT /F1 12 Tf (Quyet dinh) Tj ET ".repeat(2_000);
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut encoder, &text).unwrap();
    let sound = encoder.finish().unwrap();
    let steps = filters("<</Filter/FlateDecode>>");
    let decode = |raw: &[u8]| filter::decode(raw, &steps, 1 << 20).unwrap();
    let end = sound.len();
    let mut wrong = sound.clone();
    wrong[end - 1] ^= 1;
    for raw in [&sound, &wrong, &sound[..end - 4], &sound[..end - 1]] {
        let decoded = decode(raw);
        assert!(decoded.data == text && !decoded.damaged);
    }
    assert!(decode(&sound[..end - 6]).damaged, "broken off");
}

#[test]
fn the_sample_is_sound() {
    let document = open(sample()).unwrap();
    assert!(!document.repaired());
    let (fields, findings) = signature_fields(&document, 1).unwrap();
    assert_eq!(
        (fields.len(), findings.len(), document.findings().len()),
        (1, 0, 0)
    );
}
