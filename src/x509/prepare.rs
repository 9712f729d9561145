//! Strings of names prepared for comparison (RFC 5280 clause 7.1: RFC 4518 with caseIgnoreMatch).

use unicode_normalization::UnicodeNormalization as _;

/// The form in which equal strings are equal bytes: mapped, lower case, composed (NFKC: "Ế" is one letter, however it was typed),
/// inner white space as one space, none at the ends.
pub(crate) fn prepared(text: &str) -> String {
    if text.is_ascii() {
        return spaced(
            text.chars()
                .filter_map(mapped)
                .map(|c| c.to_ascii_lowercase()),
        );
    }
    let mapped = text.chars().filter_map(mapped);
    let lower = mapped.nfkc().flat_map(char::to_lowercase);
    // Letter case and composition can each bring the other about.
    let composed: String = lower.nfkc().collect();
    spaced(composed.chars())
}

/// RFC 4518 clause 2.2: what is a space, and what is nothing at all.
fn mapped(c: char) -> Option<char> {
    match c {
        '\t'..='\r' | '\u{85}' => Some(' '),
        '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' => None,
        '\u{AD}'
        | '\u{34F}'
        | '\u{6DD}'
        | '\u{70F}'
        | '\u{1806}'
        | '\u{180B}'..='\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFC}'
        | '\u{1D173}'..='\u{1D17A}'
        | '\u{E0000}'..='\u{E007F}' => None,
        c if c.is_whitespace() => Some(' '),
        c => Some(c),
    }
}

/// Clause 2.6.1.
fn spaced(characters: impl Iterator<Item = char>) -> String {
    let mut text = String::new();
    let mut gap = false;
    for c in characters {
        if c.is_whitespace() {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push(' ');
            gap = false;
        }
        text.push(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn vietnamese_is_the_same_however_it_was_typed() {
        let composed = "Ủy ban nhân dân TỈNH Thừa Thiên Huế";
        let apart: String = composed.nfd().collect();
        assert_ne!(composed, apart);
        assert_eq!(prepared(composed), prepared(&apart));
        assert_eq!(prepared("  Ban \u{a0} Cơ\u{200b} yếu\t"), "ban cơ yếu");
        assert_eq!(prepared("ĐẢNG"), "đảng");
        assert_ne!(
            prepared("Cơ"),
            prepared("Co"),
            "marks are part of the letter"
        );
        assert_ne!(prepared("ab"), prepared("a b"));
        assert_eq!(prepared("A\u{0}B"), "ab");
    }

    proptest! {
        #[test]
        fn preparing_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = prepared(&text);
            prop_assert_eq!(prepared(&once), once);
        }
    }
}
