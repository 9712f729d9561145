//! Signature wrapping: the second signed part moves back, and what lies between is the attacker's (Mladenov and others,
//! 2019). The digest over the attacker's range is the right one in all of them.

use kyso::{ChangeLevel, DigestStatus, FileVerdict, Lang};

use crate::pdf::{Pdf, passes, stream};

const PAID: &str = "BT /F1 12 Tf 50 300 Td (Pay 900 dong) Tj ET";

/// Where the attacker's cross-reference data stands, and how the parts are hidden.
#[derive(Clone, Copy, Debug)]
enum Wrapper {
    /// The second part follows the attacker's objects as it is.
    None,
    /// In a stream's data.
    Stream,
    /// Behind a dictionary that takes up its beginning.
    Dictionary,
    /// In a string that is not closed.
    String,
    /// Behind a comment sign.
    Comment,
}

/// `first part | value | attacker's objects, table at the place that the signed startxref names | second part`.
fn wrapped(pdf: &Pdf, wrapper: Wrapper, range: impl Fn([usize; 4]) -> String) -> Pdf {
    let [_, a, b, c] = pdf.byte_range();
    let (one, gap, two) = (&pdf.0[..a], &pdf.0[a..b], &pdf.0[b..b + c]);
    let place = pdf.startxref();
    let value = pdf.number_of("/ByteRange");
    let field = pdf.number_of("/T(First)");
    let field_body = pdf.object(field);
    let (size, contents) = (pdf.free(), String::from_utf8_lossy(gap).into_owned());
    // The new /ByteRange is as long as it ever gets, so that the file can be laid out in one go.
    let new_dictionary = |moved: usize| {
        format!(
            "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached {:<60} /Contents {contents} >>",
            range([0, a, moved, c])
        )
    };
    let layout = |moved: usize| {
        let mut out = one.to_vec();
        out.extend_from_slice(gap);
        out.extend_from_slice(b">>\nendobj\n");
        let mut table = String::from("xref\n0 1\n0000000000 65535 f \n");
        for (number, body) in [
            (4, stream("", PAID)),
            (field, field_body.clone()),
            (value, new_dictionary(moved)),
        ] {
            table.push_str(&format!("{number} 1\n{:010} 00000 n \n", out.len()));
            out.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
        }
        (out, table)
    };
    // The signed startxref leads to where the first base's table was: there the attacker puts a table of his own.
    let first = pdf.first("xref\n0 ");
    let (body, table) = layout(9_999_999);
    let room = body.len();
    let trailer = format!(
        "{table}trailer\n<< /Size {size} /Root 1 0 R /Info 6 0 R /ID [<4B59534F> <4B59534F>] /Prev {first} >>\n"
    );
    let target = place.max(room);
    let open = match wrapper {
        Wrapper::None => "98 0 obj\n<< ".to_owned(),
        Wrapper::Stream => "98 0 obj\n<< /Length 9999999 >>\nstream\n".to_owned(),
        Wrapper::Dictionary => "98 0 obj\n<< /X << /Y ".to_owned(),
        Wrapper::String => "98 0 obj\n(".to_owned(),
        Wrapper::Comment => "98 0 obj\n%".to_owned(),
    };
    let end = format!("startxref\n{target}\n%%EOF\n");
    let moved = target + trailer.len() + open.len() + end.len();
    let (mut out, _) = layout(moved);
    assert_eq!(out.len(), room);
    out.resize(target, b' ');
    out.extend_from_slice(trailer.as_bytes());
    out.extend_from_slice(end.as_bytes());
    out.extend_from_slice(open.as_bytes());
    assert_eq!(out.len(), moved);
    out.extend_from_slice(two);
    Pdf(out)
}

fn range(numbers: [usize; 4]) -> String {
    let [zero, a, moved, c] = numbers;
    format!("/ByteRange [{zero} {a} {moved} {c}]")
}

#[track_caller]
fn caught(what: &str, attack: &Pdf) {
    let report = attack.report();
    let json = report.to_json(Lang::En);
    assert!(
        matches!(
            report.verdict,
            FileVerdict::Failed | FileVerdict::Unreadable
        ),
        "{what}: {json}"
    );
    for signature in &report.signatures {
        assert!(
            !signature.findings.is_empty() || !signature.changes.findings.is_empty(),
            "{what}: {json}"
        );
    }
}

#[test]
fn the_honest_document_passes() {
    passes(&Pdf::form().signed(), ChangeLevel::None);
}

/// The signed bytes moved, the range follows them, the digest is right: the gap is not the value alone.
#[test]
fn all_wrappers_around_the_moved_part_are_caught() {
    let pdf = Pdf::form().signed();
    for wrapper in [
        Wrapper::None,
        Wrapper::Stream,
        Wrapper::Dictionary,
        Wrapper::String,
        Wrapper::Comment,
    ] {
        caught(&format!("{wrapper:?}"), &wrapped(&pdf, wrapper, range));
    }
}

/// The attacker's table takes the place of the one that the signed startxref names, behind the first part: the reader
/// follows a signed number to the attacker's objects.
#[test]
fn a_table_in_the_place_of_the_signed_one() {
    let pdf = Pdf::form().signed();
    let [_, a, b, c] = pdf.byte_range();
    let place = pdf.startxref();
    assert!(place > b, "the table stands behind the value");
    // first part | value | room | table at `place` | second part
    let value = pdf.number_of("/ByteRange");
    let (one, gap, two) = (&pdf.0[..a], &pdf.0[a..b], &pdf.0[b..b + c]);
    let mut attack = [one, gap, b">>\nendobj\n"].concat();
    let content = attack.len();
    attack.extend_from_slice(format!("4 0 obj\n{}\nendobj\n", stream("", PAID)).as_bytes());
    let room = place.saturating_sub(attack.len());
    attack.extend(std::iter::repeat_n(b' ', room));
    let place = attack.len();
    let header = pdf.last(&format!("\n{value} 0 obj")) + 1;
    let first = pdf.first("xref\n0 ");
    let table = format!(
        "xref\n4 1\n{content:010} 00000 n \n{value} 1\n{header:010} 00000 n \ntrailer\n<< /Size {} /Root 1 0 R /Prev {first} >>\nstartxref\n{place}\n%%EOF\n98 0 obj\n<< /X (",
        pdf.free()
    );
    attack.extend_from_slice(table.as_bytes());
    attack.extend_from_slice(two);
    caught("moved", &Pdf(attack));
}

/// The value has room to spare: the attacker's objects fit into the gap and nothing has to move.
#[test]
fn objects_in_the_room_of_the_value() {
    let pdf = Pdf::form().signed_with(|options| {
        options.field = Some("First".into());
        options.reserve = 4000;
    });
    let [_, start, end, _] = pdf.byte_range();
    let hex = String::from_utf8_lossy(&pdf.0[start + 1..end - 1]).into_owned();
    let value = hex.trim_end_matches('0');
    let value = &hex[..value.len() + value.len() % 2];
    let payload = format!(
        "<{value}>>>\nendobj\n4 0 obj\n{}\nendobj\n98 0 obj\n<< /X (",
        stream("", PAID)
    );
    assert!(payload.len() < end - start - 1);
    let room = end - start;
    let attack = pdf.over(start, &format!("{:<width$})", payload, width = room - 1));
    let report = attack.report();
    assert_eq!(report.verdict, FileVerdict::Failed);
    let signature = &report.signatures[0];
    // Every signed byte is as it was.
    assert_eq!(
        signature.cryptography.digest,
        DigestStatus::Ok,
        "{}",
        report.to_json(Lang::En)
    );
    let codes: Vec<_> = signature.findings.iter().map(|f| f.code()).collect();
    assert!(codes.contains(&"SIG-004"), "{codes:?}");
}
