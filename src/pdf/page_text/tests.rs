//! Text of own pages, and of real files beside what poppler finds.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use unicode_normalization::UnicodeNormalization;

use super::*;
use crate::{
    layout::demo_document,
    pdf::{Document, page},
    source::MemorySource,
};

#[test]
fn the_blanks_of_the_demo_document() {
    let file = demo_document("12/QĐ-UBND", (2026, 3, 5));
    let document = Document::open(Arc::new(MemorySource::new(file))).unwrap();
    let editor = Editor::new(Arc::new(document)).unwrap();
    let page = page::find(&editor, 1).unwrap().unwrap();
    let text = read(&editor, &page).unwrap();
    let number = text.find("Số:");
    assert_eq!(number.len(), 1, "{number:?}");
    assert!((number[0].size - 13.0).abs() < 0.01, "{number:?}");
    // The boxes of the layout start a space, and 2 points, behind these words.
    assert!((number[0].rect.right - 144.75).abs() < 0.1, "{number:?}");
    let month = &text.find("tháng")[0];
    assert!((month.rect.right - 453.6).abs() < 0.1, "{month:?}");
    let name = &text.find("Nguyễn Văn An")[0];
    assert!(name.stands_alone() && name.is_exact, "{name:?}");
    let middle = name.rect.left.midpoint(name.rect.right);
    assert!((middle - 420.0).abs() < 0.1, "{name:?}");
    let above = name.above.unwrap();
    assert!(above > name.rect.top + 54.0, "{name:?}");
}

/// One line of text at 10 points, each letter half as wide.
fn line(text: &str) -> lines::Line {
    let mut pieces: Vec<lines::Piece> = Vec::new();
    let (mut left, mut spaced) = (0.0, false);
    for character in text.chars() {
        let is_mark = ('\u{300}'..'\u{330}').contains(&character);
        let width = if is_mark { 0.0 } else { 5.0 };
        if !character.is_whitespace() {
            pieces.push(lines::Piece {
                text: character.to_string(),
                left,
                right: left + width,
                baseline: 100.0,
                size: 10.0,
                spaced,
            });
        }
        spaced = character.is_whitespace();
        left += width;
    }
    lines::Line { pieces }
}

fn found(on_page: &str, text: &str) -> Vec<(f64, f64)> {
    let hits = search::find(&[line(on_page)], text);
    let edges = hits.iter().map(|hit| (hit.rect.left, hit.rect.right));
    edges.collect()
}

#[test]
fn spellings_of_one_word_are_one_word() {
    let nfd = |text: &str| text.nfd().collect::<String>();
    let name = "Đặng Thị Thuý Hoà";
    for printed in [
        name.to_owned(),
        nfd(name),
        "Ðặng Thị Thúy Hòa".to_owned(),
        "Đặng  Thị\u{a0}Thuý\u{200b} Hoà".to_owned(),
        nfd("ĐẶNG THỊ THÚY HÒA"),
    ] {
        for wanted in [name.to_owned(), nfd(name), "Đặng Thị Thúy Hòa".to_owned()] {
            let hits = found(&format!("Ông {printed} ký"), &wanted);
            assert_eq!(hits.len(), 1, "{printed:?} {wanted:?}");
            assert!((hits[0].0 - 20.0).abs() < 0.1, "{printed:?} {hits:?}");
        }
    }
    assert_eq!(found("Đặng Thị Thủy Hoà", name), [], "another tone");
    assert_eq!(found("Đặng Thi Thuý Hoà", name), [], "no tone");
    assert_eq!(found("Dặng Thị Thuý Hoà", name), [], "another letter");
}

#[test]
fn a_word_is_not_found_inside_another() {
    assert_eq!(found("Nguyễn Văn An", "Văn A"), []);
    assert_eq!(found("Nguyễn Văn Â", "Văn A"), []);
    assert_eq!(found("Hồ số: 1 Số: 2", "Số:"), [(45.0, 60.0)]);
    // Capitals make no difference only where it is not written just so.
    assert_eq!(found("Cơ số: 1", "Số:"), [(15.0, 30.0)]);
    assert_eq!(found("Số:12/QĐ", "Số:"), [(0.0, 15.0)]);
    assert_eq!(found("Số:", ""), []);
    assert_eq!(found("Số:", " "), []);
}

#[test]
fn what_stands_around_a_hit() {
    let hits = search::find(&[line("An Bình, ngày ..... tháng 3")], "ngày");
    // A row of dots is a blank.
    assert_eq!(hits[0].after, Some((100.0, "tháng".to_owned())));
    assert_eq!(hits[0].before, Some(40.0));
    assert!(!hits[0].stands_alone());
    let hits = search::find(&[line("Số:        /QĐ-UBND  Nơi")], "Số:");
    assert_eq!(hits[0].after, Some((55.0, "/QĐ-UBND".to_owned())));
    // Bold by drawing twice.
    let mut twice = line("Số:");
    let again = twice.pieces.clone().into_iter().map(|piece| lines::Piece {
        left: piece.left + 0.3,
        right: piece.right + 0.3,
        ..piece
    });
    twice.pieces.extend(again.collect::<Vec<_>>());
    assert_eq!(search::find(&[twice], "Số:").len(), 1);
}

/// Words that stand once on their page, beside poppler's boxes.
#[test]
fn words_stand_where_poppler_sees_them() {
    let Some(folder) = crate::corpora::folder("pdf-plain") else {
        return;
    };
    let (mut compared, mut away, mut absent) = (0, Vec::new(), Vec::new());
    for file in files(&folder) {
        let bytes = std::fs::read(&file).unwrap();
        let Ok(document) = Document::open(Arc::new(MemorySource::new(bytes))) else {
            continue;
        };
        let Ok(editor) = Editor::new(Arc::new(document)) else {
            continue;
        };
        let Ok(Some(page)) = page::find(&editor, 1) else {
            continue;
        };
        let Ok(text) = read(&editor, &page) else {
            continue;
        };
        for (word, rect) in words(&file) {
            let mut hits = text.find(&word);
            hits.retain(|hit| hit.is_exact);
            compared += 1;
            let near = |hit: &Hit| {
                (hit.rect.left - rect.left).abs() < 2.0
                    && (hit.rect.right - rect.right).abs() < 2.0
                    && hit.baseline > rect.bottom - 2.0
                    && hit.baseline < rect.top + 2.0
            };
            let shown = file.strip_prefix(&folder).unwrap().display();
            if hits.is_empty() {
                absent.push(format!("{shown} {word:?} {rect:?}"));
            } else if !hits.iter().any(near) {
                away.push(format!("{shown} {word:?} {rect:?} {:?}", hits[0].rect));
            }
        }
    }
    // What poppler sees beyond: text of annotations, turned lines, words that it joins or parts otherwise.
    let differ = absent.len() + away.len();
    assert!(
        compared > 1_000 && differ < compared / 25 && away.len() < 5,
        "{compared} compared\n{absent:#?}\n{away:#?}"
    );
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|e| e == "pdf") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The words of the first page that stand there once and are long enough to mean something.
fn words(file: &Path) -> Vec<(String, Rect)> {
    let done = Command::new("pdftotext")
        .args(["-bbox", "-cropbox", "-l", "1"])
        .arg(file)
        .arg("-")
        .output()
        .unwrap();
    let mut height = 0.0;
    let mut words: Vec<(String, Rect)> = Vec::new();
    for line in String::from_utf8_lossy(&done.stdout).lines() {
        let number = |key: &str| -> f64 {
            let from = line.split(&format!("{key}=\"")).nth(1).unwrap_or("0\"");
            from.split('"').next().unwrap().parse().unwrap()
        };
        if line.contains("<page ") {
            height = number("height");
        }
        if line.contains("<word ") {
            let text = line.split('>').nth(1).unwrap().split('<').next().unwrap();
            let (bottom, top) = (height - number("yMax"), height - number("yMin"));
            let rect = Rect::from_corners(number("xMin"), bottom, number("xMax"), top);
            words.push((text.to_owned(), rect));
        }
    }
    let all: Vec<String> = words.iter().map(|(word, _)| word.to_lowercase()).collect();
    words.retain(|(word, rect)| {
        let lower = word.to_lowercase();
        word.chars().count() >= 4
            && word.chars().all(char::is_alphanumeric)
            && rect.height() < rect.width() * 1.5
            && all.iter().filter(|other| other.contains(&lower)).count() == 1
    });
    words
}
