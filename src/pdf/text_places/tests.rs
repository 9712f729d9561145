//! Stretches of own pages.

use std::{fmt::Write as _, sync::Arc};

use super::*;
use crate::geometry::Rect;
use crate::source::MemorySource;

/// Fonts of the pages: one whose codes are known, one with widths, one whose codes are not, a composite one.
const FONTS: &str = "/Font << /A << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> \
    /W << /Type /Font /Subtype /TrueType /FirstChar 32 /Widths [250 500 1000] /Encoding /WinAnsiEncoding >> \
    /U << /Type /Font /Subtype /TrueType /FirstChar 1 /Widths [500 250 500] /FontDescriptor << >> >> \
    /C << /Type /Font /Subtype /Type0 /Encoding /Identity-H /DescendantFonts [ << \
    /DW 700 /W [1 [500 600] 3 5 250 ] >> ] >> >>";

/// The text of a page with such contents, and forms as further objects from 5 on.
fn page_with(contents: &str, forms: &[(&str, &str)]) -> PageText {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!(
            "<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << {FONTS} /XObject << /F5 5 0 R /F6 6 0 R >> >> >>"
        ),
        "<< /Type /Page /Parent 2 0 R /Contents [4 0 R] >>".to_owned(),
        stream("", contents),
    ];
    objects.extend(forms.iter().map(|(keys, data)| stream(keys, data)));
    let (mut file, mut table) = ("%PDF-1.7\n".to_owned(), String::new());
    for (at, object) in (1..).zip(&objects) {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        writeln!(file, "{at} 0 obj\n{object}\nendobj").unwrap();
    }
    let (start, size) = (file.len(), objects.len().saturating_add(1));
    write!(
        file,
        "xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    )
    .unwrap();
    let document = Document::open(Arc::new(MemorySource::new(file.into_bytes()))).unwrap();
    let before = document.findings();
    let page = document.resolve(&Object::Reference(crate::pdf::ObjectId {
        number: 3,
        generation: 0,
    }));
    let page = page.unwrap().as_dictionary().cloned().unwrap();
    let text = Places::new(&document).of_page(0, &page);
    assert_eq!(document.findings(), before, "a look is no finding");
    assert!(!document.repaired());
    text
}

fn stream(keys: &str, data: &str) -> String {
    format!(
        "<< {keys} /Length {} >>\nstream\n{data}\nendstream",
        data.len()
    )
}

/// From where to where, rounded.
fn places(contents: &str) -> Vec<[i64; 4]> {
    let text = page_with(contents, &[]);
    assert!(text.is_whole, "{contents}");
    rounded(&text)
}

#[expect(clippy::cast_possible_truncation, reason = "small numbers")]
fn rounded(text: &PageText) -> Vec<[i64; 4]> {
    let one = |s: &Stretch| [s.from.0, s.from.1, s.to.0, s.to.1].map(|n| n.round() as i64);
    text.stretches.iter().map(one).collect()
}

#[test]
fn text_stands_where_the_matrices_say() {
    // The middle of small letters of 10 points stands 2.3 above the baseline; a code without a width takes 0.4.
    for (contents, expected) in [
        ("BT /A 10 Tf 50 300 Td (abcde) Tj ET", [50, 302, 70, 302]),
        ("BT /W 10 Tf 50 300 Td (!!!!) Tj ET", [50, 302, 70, 302]),
        (
            "BT /C 10 Tf 50 300 Td <0001000200060001> Tj ET",
            [50, 302, 73, 302],
        ),
        (
            "q 2 0 0 2 10 20 cm BT /A 5 Tf 20 140 Td (abcde) Tj ET Q",
            [50, 302, 70, 302],
        ),
        (
            "q 2 0 0 2 0 0 cm Q BT /A 10 Tf 1 0 0 1 50 300 Tm (abcde) Tj ET",
            [50, 302, 70, 302],
        ),
        // Upwards: what is above the baseline stands left of it.
        (
            "BT /A 10 Tf 0 1 -1 0 50 300 Tm (abcde) Tj ET",
            [48, 300, 48, 320],
        ),
        (
            "BT /A 10 Tf 12 TL 50 324 Td T* (abcde) ' ET",
            [50, 302, 70, 302],
        ),
        (
            "BT /A 10 Tf 12 TL 50 312 Td 0 1 (abcde) \" ET",
            [50, 302, 74, 302],
        ),
        (
            "BT /A 10 Tf 50 312 TD 0 -12 TD (abcde) Tj ET",
            [50, 302, 70, 302],
        ),
        (
            "BT /A 10 Tf 200 Tz 50 300 Td (abcde) Tj ET",
            [50, 302, 90, 302],
        ),
        (
            "BT /A 10 Tf 5 Ts 50 300 Td (abcde) Tj ET",
            [50, 307, 70, 307],
        ),
        ("BT /W 10 Tf 3 Tw 50 300 Td (! !) Tj ET", [50, 302, 66, 302]),
        (
            "BT /A 10 Tf 50 300 Td [(ab) -500 (cde)] TJ ET",
            [50, 302, 75, 302],
        ),
        (
            "BT /A 10 Tf 50 300 Td (ab) Tj (cde) Tj ET",
            [50, 302, 70, 302],
        ),
        (
            "BI /W 1 /H 1 ID (((EI( EI BT /A 10 Tf 50 300 Td (abcde) Tj ET",
            [50, 302, 70, 302],
        ),
    ] {
        assert_eq!(places(contents), [expected], "{contents}");
    }
}

#[test]
fn words_are_apart_where_there_is_room_between_them() {
    let two = "BT /A 10 Tf 50 300 Td (abc) Tj 100 0 Td (def) Tj 0 -15 Td (ghi) Tj ET";
    assert_eq!(places(two).len(), 3);
    let one = "BT /A 10 Tf 50 300 Td (a) Tj 4 0 Td (b) Tj 7 0 Td (c) Tj ET";
    assert_eq!(places(one), [[50, 302, 65, 302]]);
}

#[test]
fn what_nobody_sees_is_no_text() {
    for contents in [
        "BT 3 Tr /A 10 Tf 50 300 Td (abcde) Tj ET",
        "BT 7 Tr /A 10 Tf 50 300 Td (abcde) Tj ET",
        "BT /A 0 Tf 50 300 Td (abcde) Tj ET",
        "BT /A 10 Tf 50 300 Td (     ) Tj ET",
        "",
    ] {
        assert_eq!(places(contents), [] as [[i64; 4]; 0], "{contents}");
    }
    // The mode is part of the state that Q brings back.
    let shown = "q 3 Tr Q BT /A 10 Tf 50 300 Td (abcde) Tj ET";
    assert_eq!(places(shown).len(), 1);
}

#[test]
fn leaders_are_no_text() {
    for contents in [
        "BT /A 10 Tf 50 300 Td (..........) Tj ET",
        "BT /A 10 Tf 50 300 Td (. . . . . .) Tj ET",
        "BT /A 10 Tf 50 300 Td (______) Tj (______) Tj ET",
        // The codes of these fonts are not known: one that comes again and again is a leader, a single one may be a blank.
        "BT /U 10 Tf 50 300 Td <0202020202> Tj ET",
        "BT /U 10 Tf 50 300 Td <0203020302030203> Tj ET",
        "BT /C 10 Tf 50 300 Td <000300030003> Tj ET",
        "BT /C 10 Tf 50 300 Td <0001> Tj 100 0 Td <0002> Tj ET",
        "BT /C 10 Tf 50 300 Td <0001000100010001000100010001> Tj ET",
    ] {
        assert!(places(contents).len() <= 1, "{contents}");
        let text = places(contents);
        let width: i64 = text.iter().map(|[from, _, to, _]| to - from).sum();
        assert!(width <= 8, "{contents} {text:?}");
    }
    // Text before and behind a leader counts, the leader between does not.
    let both = "BT /A 10 Tf 50 300 Td (So: .................... /QD) Tj ET";
    assert_eq!(places(both), [[50, 302, 62, 302], [150, 302, 162, 302]]);
    let unknown =
        "BT /C 10 Tf 50 300 Td <00010002000300030003000300030003000300030003000300010002> Tj ET";
    assert_eq!(places(unknown), [[50, 302, 61, 302], [86, 302, 97, 302]]);
    // Noughts of an amount are wide and few.
    let amount = "BT /C 10 Tf 50 300 Td <000200010001000100040001000100010004> Tj ET";
    assert_eq!(places(amount).len(), 1);
}

#[test]
fn forms_are_drawn_where_they_are_placed() {
    let inner = "BT /A 10 Tf (abcde) Tj ET";
    let outer = (
        "/Subtype /Form /Matrix [1 0 0 1 0 100]",
        "q 1 0 0 1 50 0 cm /F6 Do Q",
    );
    let contents = "q 1 0 0 1 0 200 cm /F5 Do Q";
    let text = page_with(contents, &[outer, ("/Subtype /Form", inner)]);
    assert_eq!(
        (rounded(&text), text.is_whole),
        (vec![[50, 302, 70, 302]], true)
    );
    // Resources of its own, and none of that name in them.
    let own = ("/Subtype /Form /Resources << >>", "/F6 Do");
    let text = page_with(contents, &[own, ("/Subtype /Form", inner)]);
    assert_eq!((rounded(&text), text.is_whole), (vec![], true));
    // Pictures are not text.
    let text = page_with(contents, &[("/Subtype /Image", inner)]);
    assert_eq!((rounded(&text), text.is_whole), (vec![], true));
}

#[test]
fn work_is_bounded() {
    // Forms that draw each other twice each: 2^n, stopped by depth and said so.
    let twice = ("/Subtype /Form", "/F6 Do /F6 Do");
    let text = page_with("/F5 Do", &[twice, ("/Subtype /Form", "/F5 Do /F5 Do")]);
    assert!(!text.is_whole && text.stretches.is_empty());
    let many = "BT /A 10 Tf 0 40 Td (abc) Tj ET ".repeat(crate::limits::MAX_PLACES + 1);
    let text = page_with(&many, &[]);
    assert!(!text.is_whole);
    // What cannot be decoded is said.
    let text = page_with("/F5 Do", &[("/Subtype /Form /Filter /Odd", "x")]);
    assert!(!text.is_whole);
    // An open string ends the contents as it does for readers.
    let text = page_with("BT /A 10 Tf (abc) Tj (def", &[]);
    assert_eq!(text.stretches.len(), 1);
    for odd in [
        "Q Q Q Do Tf TJ",
        "[ [ (a) ] ] TJ << /A",
        "1e99 Tf \u{0} Tj",
        "99999999999999999999 0 0 0 0 0 cm BT /A 1 Tf (ab) Tj",
    ] {
        let _ = page_with(odd, &[]);
    }
}

#[test]
fn a_box_covers_what_lies_under_it() {
    // 10 points from (50, 300), 20 wide.
    for contents in [
        "BT /A 10 Tf 50 300 Td (abcde) Tj ET",
        "BT /A 10 Tf 1 0 0 1 50 300 Tm (abcde) Tj ET",
    ] {
        let text = page_with(contents, &[]);
        let stretch = text.stretches[0];
        for (rect, covered) in [
            ((40.0, 290.0, 80.0, 320.0), true),
            ((40.0, 290.0, 61.0, 320.0), true),
            ((55.0, 300.0, 66.0, 305.0), true),
            // A letter at its edge, and what ends below or begins above the middle of its letters.
            ((40.0, 290.0, 55.0, 320.0), false),
            ((40.0, 290.0, 80.0, 303.0), false),
            ((40.0, 301.7, 80.0, 320.0), false),
            ((40.0, 304.0, 80.0, 320.0), false),
            ((80.0, 290.0, 99.0, 320.0), false),
        ] {
            let (x0, y0, x1, y1) = rect;
            let rect = Rect::from_corners(x0, y0, x1, y1);
            assert_eq!(stretch.is_covered_by(&rect), covered, "{rect:?}");
        }
    }
    let text = page_with(
        "BT /A 10 Tf 0.7071 0.7071 -0.7071 0.7071 50 300 Tm (abcdeabcde) Tj ET",
        &[],
    );
    let stretch = text.stretches[0];
    assert!(stretch.is_covered_by(&Rect::from_corners(50.0, 300.0, 80.0, 330.0)));
    assert!(!stretch.is_covered_by(&Rect::from_corners(65.0, 300.0, 80.0, 315.0)));
}
