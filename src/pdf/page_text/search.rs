//! Searching lines for a text as people read it, not as it is encoded.

use unicode_normalization::char::{
    canonical_combining_class, decompose_compatible, is_combining_mark,
};

use super::{
    Hit,
    lines::{Line, Piece},
};
use crate::geometry::Points;

/// Within a hit, letters stand no farther apart than so many sizes: a text does not reach into the next column.
const COLUMN: f64 = 2.0;
/// Two hits nearer than this are one text that was drawn twice (bold by overprinting).
const SAME: Points = 1.0;
/// Characters of the text behind a hit that are told.
const AFTER: usize = 64;

/// A character of a folded text and the piece that it came from.
#[derive(Clone, Copy)]
struct Folded {
    character: char,
    piece: usize,
}

/// All places of a text. Where it stands just as it is written, only those.
pub(super) fn find(lines: &[Line], text: &str) -> Vec<Hit> {
    let wanted: Vec<char> = fold([(text, true)].into_iter())
        .into_iter()
        .map(|folded| folded.character)
        .collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut hits: Vec<Hit> = Vec::new();
    for line in lines {
        let folded = fold(line.pieces.iter().map(|piece| (&*piece.text, piece.spaced)));
        for start in 0..folded.len() {
            let Some(hit) = matched(line, &folded, start, &wanted) else {
                continue;
            };
            let is_new = hits.last().is_none_or(|last| {
                (last.rect.left - hit.rect.left).abs() > SAME
                    || (last.baseline - hit.baseline).abs() > SAME
            });
            if is_new {
                hits.push(hit);
            }
        }
    }
    if hits.iter().any(|hit| hit.is_exact) {
        hits.retain(|hit| hit.is_exact);
    }
    for hit in &mut hits {
        hit.above = above(lines, hit);
    }
    hits
}

fn matched(line: &Line, folded: &[Folded], start: usize, wanted: &[char]) -> Option<Hit> {
    let end = start.checked_add(wanted.len())?;
    let found = folded.get(start..end)?;
    let mut is_exact = true;
    for (found, &wanted) in found.iter().zip(wanted) {
        if found.character != wanted {
            is_exact = false;
            if !found.character.to_lowercase().eq(wanted.to_lowercase()) {
                return None;
            }
        }
    }
    // Pieces need not be in order: a tone may have been moved behind letters that follow it.
    let first = found.iter().map(|folded| folded.piece).min()?;
    let last = found.iter().map(|folded| folded.piece).max()?;
    let pieces = line.pieces.get(first..=last)?;
    let whole = begins_word(line, folded, start, first) && ends_word(line, folded, end, last);
    let together = pieces.windows(2).all(|pair| match pair {
        [one, next] => next.left - one.right <= COLUMN * one.size.max(next.size),
        _ => true,
    });
    if !whole || !together {
        return None;
    }
    let letter = pieces
        .iter()
        .max_by(|one, other| one.size.total_cmp(&other.size))?;
    let mut rect = letter.rect();
    for piece in pieces {
        rect.left = rect.left.min(piece.left);
        rect.right = rect.right.max(piece.right);
    }
    let others = |piece: &&Piece| !piece.is_filler();
    Some(Hit {
        baseline: letter.baseline,
        size: letter.size,
        before: line
            .pieces
            .iter()
            .filter(others)
            .filter(|piece| piece.right <= rect.left + SAME)
            .map(|piece| piece.right)
            .reduce(f64::max),
        after: after(line, rect.right),
        above: None,
        is_exact,
        rect,
    })
}

/// A letter or digit that continues a word is not where a word begins.
fn begins_word(line: &Line, folded: &[Folded], start: usize, first: usize) -> bool {
    let is_spaced = line.pieces.get(first).is_some_and(|piece| piece.spaced);
    let before = start.checked_sub(1).and_then(|at| folded.get(at));
    let own = folded.get(start);
    is_spaced
        || !(before.is_some_and(|folded| continues(folded.character))
            && own.is_some_and(|folded| continues(folded.character)))
}

fn ends_word(line: &Line, folded: &[Folded], end: usize, last: usize) -> bool {
    let Some(next) = folded.get(end) else {
        return true;
    };
    if is_combining_mark(next.character) {
        return false;
    }
    let own = end.checked_sub(1).and_then(|at| folded.get(at));
    let is_spaced = next.piece != last
        && line
            .pieces
            .get(next.piece)
            .is_some_and(|piece| piece.spaced);
    is_spaced || !(continues(next.character) && own.is_some_and(|own| continues(own.character)))
}

fn continues(character: char) -> bool {
    character.is_alphanumeric() || is_combining_mark(character)
}

/// The first text to the right that is no row of dots, up to the next space.
fn after(line: &Line, right: Points) -> Option<(Points, String)> {
    let mut behind = line
        .pieces
        .iter()
        .filter(|piece| piece.left >= right - SAME && !piece.is_filler());
    let first = behind.next()?;
    let mut text = first.text.clone();
    for piece in behind.take_while(|piece| !piece.spaced).take(AFTER) {
        text.push_str(&piece.text);
    }
    Some((first.left, text))
}

/// The lowest text above the hit that shares some of its width.
fn above(lines: &[Line], hit: &Hit) -> Option<Points> {
    lines
        .iter()
        .flat_map(|line| &line.pieces)
        .filter(|piece| {
            piece.baseline > hit.baseline + 0.5 * hit.size
                && piece.right > hit.rect.left
                && piece.left < hit.rect.right
        })
        .map(|piece| piece.rect().bottom)
        .reduce(f64::min)
}

/// Letters and marks apart, in an order of their own, without white space.
///
/// Each part says whether a space stands before it. A tone mark goes behind the vowels that follow its own:
/// `hòa` and `hoà` are two spellings of one word.
fn fold<'a>(parts: impl Iterator<Item = (&'a str, bool)>) -> Vec<Folded> {
    let mut folder = Folder::default();
    for (piece, (text, spaced)) in parts.enumerate() {
        if spaced {
            folder.end_word();
        }
        for character in text.chars() {
            if character.is_whitespace() {
                folder.end_word();
                continue;
            }
            decompose_compatible(character, |character| folder.push(character, piece));
        }
    }
    folder.end_word();
    folder.out
}

#[derive(Default)]
struct Folder {
    out: Vec<Folded>,
    /// Tones that wait for the end of their vowels.
    tones: Vec<Folded>,
    /// Other marks of the last letter.
    marks: Vec<Folded>,
    after_vowel: bool,
}

impl Folder {
    fn push(&mut self, character: char, piece: usize) {
        let character = match character {
            // Eth and African D look like the Vietnamese letter and are typed for it.
            '\u{d0}' | '\u{189}' => 'Đ',
            '\u{f0}' | '\u{256}' => 'đ',
            '\u{2010}'..='\u{2014}' | '\u{2212}' => '-',
            other => other,
        };
        let folded = Folded { character, piece };
        match character {
            // Soft hyphen, zero-width spaces and joiners, byte order mark; a space inside a decomposition.
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            _ if character.is_whitespace() => self.end_word(),
            // Grave, acute, tilde, hook, dot below.
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => self.tones.push(folded),
            _ if is_combining_mark(character) => self.marks.push(folded),
            _ => {
                self.end_letter();
                let is_vowel = matches!(
                    character.to_ascii_lowercase(),
                    'a' | 'e' | 'i' | 'o' | 'u' | 'y'
                );
                if !(is_vowel && self.after_vowel) {
                    self.out.append(&mut self.tones);
                }
                self.after_vowel = is_vowel;
                self.out.push(folded);
            }
        }
    }

    fn end_letter(&mut self) {
        self.marks
            .sort_by_key(|folded| canonical_combining_class(folded.character));
        self.out.append(&mut self.marks);
    }

    fn end_word(&mut self) {
        self.end_letter();
        self.out.append(&mut self.tones);
        self.after_vowel = false;
    }
}
