//! Boxes beside text, on turned and cut pages, in PDF/A and in tagged documents; own files, other people's eyes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::panic_in_result_fn,
    clippy::unwrap_in_result,
    reason = "a test fails by panicking"
)]

#[path = "support/placing.rs"]
mod support;

use std::{fs, process::Command, sync::Arc};

use kyso::{Assets, ErrorKind, MemorySource, NearSide, Options, Placement, Severity, Signed};
use support::{
    Leaf, document, faults_by_pyhanko, faults_by_verapdf, keys, pdf_a, picture, rect_of, rendered,
    tagged, text_at,
};

fn signed(file: &[u8], change: impl FnOnce(&mut Options)) -> Result<Signed, kyso::Error> {
    let mut options = Options::default();
    change(&mut options);
    let context = kyso::load_context(options).unwrap();
    let source = Arc::new(MemorySource::new(file.to_vec()));
    kyso::sign_pdf(&context, source, &keys().0)
}

fn six(file: &[u8], assets: Assets, change: impl FnOnce(&mut Options)) -> Signed {
    let mut options = Options::default();
    options.number = Some("12/QĐ-UBND".into());
    options.date = Some("2026-03-05".into());
    change(&mut options);
    let context = kyso::load_context(options).unwrap().with_assets(assets);
    let source = Arc::new(MemorySource::new(file.to_vec()));
    kyso::sign_six(&context, source, &keys().0, &keys().1).unwrap()
}

fn bytes(signed: &Signed) -> Vec<u8> {
    let mut out = Vec::new();
    signed.write_to(&mut out).unwrap();
    out
}

fn codes(signed: &Signed) -> Vec<&'static str> {
    signed.findings().iter().map(kyso::Finding::code).collect()
}

/// On every kind of page the box stands behind the word as the reader sees it, and its text is upright.
#[test]
fn ink_stands_upright_behind_the_word_on_turned_cut_and_scaled_pages() {
    for rotation in [0, 90, 180, 270] {
        for (media, crop) in [
            ([0.0, 0.0, 400.0, 300.0], None),
            ([-100.0, 50.0, 300.0, 350.0], None),
            ([0.0, 0.0, 700.0, 800.0], Some([200.0, 300.0, 600.0, 600.0])),
        ] {
            for unit in [1.0, 2.0] {
                let leaf = Leaf {
                    media,
                    crop,
                    rotation,
                    unit,
                };
                let file = document(&leaf, &leaf.upright(60.0, 200.0, &text_at("Dau:")));
                let made = signed(&file, |options| options.near = Some("Dau:".into())).unwrap();
                let shown = format!("{rotation} {media:?} {crop:?} {unit}");
                assert_eq!(codes(&made), Vec::<&str>::new(), "{shown}");
                let made = bytes(&made);
                // In points of the real page: behind the word, 170 by 30.
                let (before, after) = (rendered(&file), rendered(&made));
                let ink = before.ink_added(&after);
                let (width, height) = leaf.seen();
                assert!(
                    (after.width / after.height - width / height).abs() < 0.02,
                    "{shown}"
                );
                let scale = width / after.width;
                let [left, upper, right, lower] = ink.map(|pixels| pixels * scale);
                assert!(
                    right - left > 2.0 * (lower - upper),
                    "{shown} {ink:?}: lies on its side"
                );
                // The word is 12 points high and some 27 wide; the box starts 2.4 points behind, in points.
                let (from, to) = (60.0 + 24.0, 60.0 + 32.0 + 175.0 / unit);
                assert!(
                    left > from && right < to,
                    "{shown}: {left}..{right}, not {from}..{to}"
                );
                let middle = height - upper.midpoint(lower);
                assert!((middle - 203.0).abs() < 4.0, "{shown}: {middle}");
            }
        }
    }
}

/// The same word by different means: pieces, kerning, marks apart, the other sign for Đ.
#[test]
fn text_is_found_however_it_was_written() {
    let leaf = Leaf::default();
    // 1 ố, 2 ộ, 3 combining circumflex, 4 combining acute, 5 Đ, 6 Ð (eth).
    for content in [
        "(S\\001:) Tj",
        "[(S) -20 (\\001) 30 (:)] TJ",
        "(S) Tj (\\001) Tj (:) Tj",
        "(So\\003\\004:) Tj",
        "(S) Tj 8 0 Td (\\001) Tj 6 0 Td (:) Tj",
    ] {
        let content = format!("BT /F 12 Tf 60 200 Td {content} ET");
        let file = document(&leaf, &content);
        for wanted in ["Số:", "So\u{302}\u{301}:", " Số :"] {
            let made = signed(&file, |options| options.near = Some(wanted.into()));
            let rect = rect_of(&bytes(&made.unwrap()), "ChuKy");
            assert!(
                (rect[0] - 80.0).abs() < 4.0,
                "{content} {wanted:?} {rect:?}"
            );
            assert!((rect[1] - (203.0 - 15.0)).abs() < 0.1, "{content} {rect:?}");
        }
    }
    for (content, wanted) in [("(\\005I) Tj", "ÐI"), ("(\\006I) Tj", "ĐI")] {
        let file = document(&leaf, &format!("BT /F 12 Tf 60 200 Td {content} ET"));
        signed(&file, |options| options.near = Some(wanted.into())).unwrap();
    }
}

#[test]
fn hits_are_counted_and_sides_and_sizes_chosen() {
    let leaf = Leaf::default();
    let content = "BT /F 10 Tf 60 200 Td (Ky:) Tj 100 0 Td (Ky:) Tj -100 -50 Td (Ky:) Tj ET";
    let file = document(&leaf, content);
    for (nth, left, middle) in [(1, 60.0, 202.5), (2, 160.0, 202.5), (-1, 60.0, 152.5)] {
        let made = signed(&file, |options| {
            options.near = Some("Ky:".into());
            options.nth = Some(nth);
            options.near_size = Some([40.0, 10.0]);
        });
        let rect = rect_of(&bytes(&made.unwrap()), "ChuKy");
        assert!(
            rect[0] > left + 10.0 && rect[0] < left + 20.0,
            "{nth} {rect:?}"
        );
        assert!((rect[1] + 5.0 - middle).abs() < 0.1, "{nth} {rect:?}");
        assert!((rect[2] - rect[0] - 40.0).abs() < 0.1, "{nth} {rect:?}");
    }
    for (side, x, y) in [
        (NearSide::Above, 66.0, 216.0),
        (NearSide::Below, 66.0, 190.8),
        (NearSide::Left, 38.0, 202.5),
    ] {
        let made = signed(&file, |options| {
            options.near = Some("Ky:".into());
            options.near_side = side;
            options.near_size = Some([40.0, 10.0]);
        });
        let rect = rect_of(&bytes(&made.unwrap()), "ChuKy");
        let (to_x, to_y) = (rect[0].midpoint(rect[2]), rect[1].midpoint(rect[3]));
        assert!(
            (to_x - x).abs() < 3.0 && (to_y - y).abs() < 1.0,
            "{side:?} {rect:?}"
        );
    }
    for (nth, code) in [
        (4, "text-not-so-often"),
        (-4, "text-not-so-often"),
        (0, "text-not-so-often"),
    ] {
        let error = signed(&file, |options| {
            options.near = Some("Ky:".into());
            options.nth = Some(nth);
        });
        assert_eq!(error.unwrap_err().code(), code, "{nth}");
    }
}

#[test]
fn what_is_not_there_is_named_with_the_pages_searched() {
    let leaf = Leaf::default();
    let file = document(&leaf, &text_at("Ky:"));
    let near = |file: &[u8], text: &str, page: Option<i32>| {
        signed(file, |options| {
            options.near = Some(text.into());
            options.page = page;
        })
        .unwrap_err()
    };
    let error = near(&file, "Họ tên", None);
    assert_eq!(
        (error.code(), error.kind()),
        ("text-not-found", ErrorKind::Argument)
    );
    let text = error.message(kyso::Lang::Vi);
    assert!(text.contains("Họ tên") && text.contains('1'), "{text}");
    assert_eq!(
        near(&document(&leaf, "0 0 10 10 re f"), "Ky:", None).code(),
        "pages-without-text"
    );
    assert_eq!(near(&file, "Ky:", Some(7)).code(), "no-such-page");
    assert_eq!(near(&file, "  ", None).code(), "text-not-found");
    let error = signed(&file, |options| {
        options.near = Some("Ky:".into());
        options.rect = Some([0.0, 0.0, 10.0, 10.0]);
    });
    assert_eq!(error.unwrap_err().code(), "option-unfit");
    let error = signed(&file, |options| options.nth = Some(2));
    assert_eq!(error.unwrap_err().code(), "option-unfit");
}

/// Forms that draw each other, and forms that multiply, come to an end; nothing of it gets out.
#[test]
fn hostile_pages_end_soon() {
    let leaf = Leaf::default();
    let mut forms = Vec::new();
    for next in 0..12 {
        let draws = format!("/X{} Do ", next + 1).repeat(10);
        forms.push(format!(
            "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X{} {} 0 R/X0 10 0 R>>>>/Length {}>>\nstream\n{draws}\nendstream",
            next + 1,
            11 + next,
            draws.len()
        ));
    }
    let file = leaf.document_with("BT /F 10 Tf 60 200 Td (Ky:) Tj ET /X0 Do", &forms);
    let begun = std::time::Instant::now();
    signed(&file, |options| options.near = Some("Ky:".into())).unwrap();
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    // One string of millions of letters is no text of a page.
    let content = format!("BT /F 10 Tf ({}) Tj ET", "Ky:".repeat(1_000_000));
    let error = signed(&document(&leaf, &content), |options| {
        options.near = Some("Ky:".into())
    });
    assert_eq!(error.unwrap_err().code(), "pages-without-text");
}

/// A layout that is not the decree's: the text decides, and what it does not have stays in its fixed box.
#[test]
fn six_boxes_follow_the_words_of_the_page() {
    let leaf = Leaf {
        media: [0.0, 0.0, 595.28, 841.89],
        ..Leaf::default()
    };
    let at = |x: f64, y: f64, text: &str| format!("BT /F 12 Tf {x} {y} Td ({text}) Tj ET ");
    let content = [
        at(100.0, 600.0, "S\\001:           /Q\\005-UBND"),
        at(
            300.0,
            600.0,
            "Hu\\007, ng\\010y .......... th\\011ng .......... n\\012m",
        ),
        at(
            90.0,
            500.0,
            "C\\012n c\\013 ng\\010y 16 th\\011ng 6 n\\012m 2025",
        ),
        at(350.0, 400.0, "GI\\014M \\005\\015C"),
        at(340.0, 320.0, "NGUY\\016N V\\017N AN"),
    ]
    .concat();
    let file = document(&leaf, &content);
    let made = six(&file, Assets::new(), |_| {});
    assert_eq!(codes(&made), Vec::<&str>::new());
    let made = bytes(&made);
    let number = rect_of(&made, "So");
    assert!(number[0] > 115.0 && number[0] < 125.0, "{number:?}");
    assert!(
        (number[1] - (600.0 - 4.25 * 12.0 / 13.0)).abs() < 1.0,
        "{number:?}"
    );
    assert!(number[2] < 184.0, "clear of what is printed: {number:?}");
    let [day, month, year] = ["Ngay", "Thang", "Nam"].map(|name| rect_of(&made, name));
    assert!(
        day[2] < month[0] && month[2] < year[0],
        "{day:?} {month:?} {year:?}"
    );
    assert!(
        day[1] > 590.0 && day[3] < 620.0,
        "not the line of the law: {day:?}"
    );
    let person = rect_of(&made, "NguoiKy");
    let middle = person[0].midpoint(person[2]);
    assert!((middle - 388.0).abs() < 12.0, "{person:?}");
    assert!(
        person[1] >= 325.0 && person[3] <= 402.0,
        "between position and name: {person:?}"
    );
    let seal = rect_of(&made, "CoQuan");
    assert!(
        seal[0] < person[0] && seal[1] < person[3] && seal[3] > person[1],
        "{seal:?}"
    );

    let fixed = six(&file, Assets::new(), |options| {
        options.placement = Placement::Boxes
    });
    assert_eq!(codes(&fixed), Vec::<&str>::new());
    assert_eq!(rect_of(&bytes(&fixed), "So"), [148.0, 727.5, 250.0, 742.5]);

    let other = six(&document(&leaf, &text_at("Ky:")), Assets::new(), |_| {});
    assert_eq!(codes(&other), ["PDF-SIGN-020"]);
    let finding = &other.findings()[0];
    assert_eq!(finding.severity(), Severity::Info);
    let text = finding.message(kyso::Lang::Vi);
    assert!(
        ["Số:", "ngày", "Nguyễn Văn An"]
            .iter()
            .all(|word| text.contains(word)),
        "{text}"
    );
    assert_eq!(rect_of(&bytes(&other), "So"), [148.0, 727.5, 250.0, 742.5]);
}

/// The demo's own document comes out as its layout says, by text and by box.
#[test]
fn the_demo_document_is_placed_alike_by_text_and_by_box() {
    let file = kyso::demo_document("12/QĐ-UBND", (2026, 3, 5));
    let by_text = six(&file, Assets::new(), |_| {});
    assert_eq!(codes(&by_text), Vec::<&str>::new());
    let by_box = six(&file, Assets::new(), |options| {
        options.placement = Placement::Boxes
    });
    let (by_text, by_box) = (bytes(&by_text), bytes(&by_box));
    for name in ["NguoiKy", "So", "Ngay", "Thang", "Nam", "CoQuan"] {
        let (text, fixed) = (rect_of(&by_text, name), rect_of(&by_box, name));
        for (one, other) in text.iter().zip(&fixed) {
            assert!((one - other).abs() < 3.0, "{name}: {text:?} {fixed:?}");
        }
    }
}

#[test]
fn boxes_over_others_and_beyond_the_edge_are_told() {
    let leaf = Leaf::default();
    let file = document(&leaf, &text_at("Ky:"));
    let at =
        |file: &[u8], rect: [f64; 4]| signed(file, |options| options.rect = Some(rect)).unwrap();
    let first = at(&file, [10.0, 10.0, 110.0, 40.0]);
    assert_eq!(codes(&first), Vec::<&str>::new());
    let first = bytes(&first);
    let second = at(&first, [100.0, 30.0, 200.0, 60.0]);
    assert_eq!(codes(&second), ["PDF-SIGN-021"]);
    let text = second.findings()[0].message(kyso::Lang::En);
    assert!(
        text.contains("ChuKy_2") && text.ends_with("ChuKy"),
        "{text}"
    );
    assert_eq!(
        codes(&at(&first, [110.0, 30.0, 200.0, 60.0])),
        Vec::<&str>::new()
    );
    assert_eq!(
        codes(&at(&file, [350.0, 10.0, 450.0, 40.0])),
        ["PDF-SIGN-022"]
    );
    assert_eq!(
        codes(&at(&file, [500.0, 10.0, 600.0, 40.0])),
        ["PDF-SIGN-023"]
    );
}

/// ISO 19005: what the claim forbids is not in what was appended. With KYSO_VERAPDF=scripts/verapdf.sh, veraPDF
/// judges the files as well.
#[test]
fn archives_keep_what_they_claim() {
    let folder = tempfile::tempdir().unwrap();
    let assets = || {
        Assets::new()
            .person(&picture())
            .unwrap()
            .seal(&picture())
            .unwrap()
    };
    for (part, conformance) in [(1, "B"), (1, "A"), (2, "B"), (3, "U")] {
        let base = pdf_a(part, conformance);
        let made = six(&base, assets(), |_| {});
        assert!(
            codes(&made).contains(&"PDF-SIGN-026"),
            "{part} {:?}",
            codes(&made)
        );
        let made = bytes(&made);
        let appended = String::from_utf8_lossy(&made[base.len()..]).into_owned();
        for forbidden in [
            "/SMask",
            "/ca ",
            "/CA ",
            "/Group",
            "/ObjStm",
            "/XRef",
            "/DeviceRGB",
            "/DeviceGray",
            "/JavaScript",
            "/Type/Metadata",
            "/D ",
        ] {
            assert!(!appended.contains(forbidden), "PDF/A-{part}: {forbidden}");
        }
        for needed in ["/CalRGB", "/CIDSet", "/ToUnicode", "/FontFile2", "/F 132"] {
            assert!(appended.contains(needed), "PDF/A-{part}: {needed}");
        }
        assert_eq!(appended.contains("/OBJR"), conformance == "A");
        fs::write(
            folder.path().join(format!("six-{part}{conformance}.pdf")),
            &made,
        )
        .unwrap();
        let unseen = bytes(&signed(&base, |_| {}).unwrap());
        // Part 1 wants an appearance of every field, seen or not.
        assert!(part > 1 || String::from_utf8_lossy(&unseen).contains("/AP<</N "));
        fs::write(
            folder.path().join(format!("one-{part}{conformance}.pdf")),
            &unseen,
        )
        .unwrap();
    }
    assert_eq!(faults_by_verapdf(folder.path()), Vec::<String>::new());
    let plain = six(
        &document(&Leaf::default(), &text_at("Ky:")),
        assets(),
        |_| {},
    );
    let made = bytes(&plain);
    assert!(
        String::from_utf8_lossy(&made).contains("/SMask"),
        "elsewhere pictures keep their edges"
    );
    assert!(!codes(&plain).contains(&"PDF-SIGN-026"));
}

/// Every shape of parent tree; pyHanko and the own rules accept what comes later.
#[test]
fn new_boxes_of_tagged_documents_get_their_place_in_the_structure() {
    let folder = tempfile::tempdir().unwrap();
    for (name, is_sound, next) in [
        ("direct", true, 5),
        ("leaf", true, 5),
        ("kids", true, 12),
        ("none", true, 0),
        ("broken", false, 0),
    ] {
        let base = tagged(name);
        let made = six(&base, Assets::new(), |_| {});
        let told = codes(&made);
        assert_eq!(told.contains(&"PDF-SIGN-024"), !is_sound, "{name} {told:?}");
        let made = bytes(&made);
        let appended = String::from_utf8_lossy(&made[base.len()..]).into_owned();
        assert_eq!(
            appended.matches("/OBJR").count(),
            if is_sound { 6 } else { 0 },
            "{name}"
        );
        if is_sound {
            for key in next..next + 6 {
                assert!(
                    appended.contains(&format!("/StructParent {key}")),
                    "{name} {key}"
                );
            }
            assert!(
                appended.contains(&format!("/ParentTreeNextKey {}", next + 6)),
                "{name}"
            );
        }
        let report = kyso::verify(
            &kyso::load_context(Options::default()).unwrap(),
            Arc::new(MemorySource::new(made.clone())),
            None,
        );
        let report = report.to_json(kyso::Lang::En);
        assert!(
            !report.contains("\"after\":\"forbidden\""),
            "{name} {report}"
        );
        fs::write(folder.path().join(format!("{name}.pdf")), &made).unwrap();
        // A later signature must not touch the structure.
        let later = signed(&made, |options| {
            options.rect = Some([10.0, 10.0, 60.0, 30.0])
        })
        .unwrap();
        assert!(
            codes(&later).contains(&"PDF-SIGN-025"),
            "{name} {:?}",
            codes(&later)
        );
        let qpdf = Command::new("qpdf")
            .arg("--check")
            .arg(folder.path().join(format!("{name}.pdf")))
            .output()
            .unwrap();
        assert!(
            qpdf.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&qpdf.stdout)
        );
    }
    assert_eq!(
        faults_by_pyhanko(folder.path()),
        Vec::<String>::new(),
        "pyHanko"
    );
}
