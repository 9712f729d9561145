//! Strings of names prepared for comparison (RFC 5280 clause 7.1: RFC 4518 with caseIgnoreMatch).

use unicode_normalization::UnicodeNormalization as _;

/// The form in which equal strings are equal bytes: mapped, lower case, composed (NFKC: "Ế" is one letter, however it was typed),
/// inner white space as one space, none at the ends.
pub(crate) fn prepared(text: &str) -> String {
    let mut simple = Spaced::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '!'..='~' => simple.push(c.to_ascii_lowercase()),
            c if is_simple(c) => {
                if let Some(c) = mapped(c) {
                    simple.push(simple_lower(c));
                }
            }
            _ => return any_prepared(text),
        }
    }
    simple.text
}

/// As [`prepared`], for every letter that there is.
fn any_prepared(text: &str) -> String {
    let mapped = text.chars().filter_map(mapped);
    let lower = mapped.nfkc().flat_map(char::to_lowercase);
    // Letter case and composition can each bring the other about.
    let composed: String = lower.nfkc().collect();
    let mut spaced = Spaced::with_capacity(composed.len());
    composed.chars().for_each(|c| spaced.push(c));
    spaced.text
}

/// Letters that are composed and have one lower-case letter each, which is as simple: ASCII, Latin-1 and the Vietnamese alphabet. Nearly
/// all names have no others, and preparing the rest takes ten times as long.
fn is_simple(c: char) -> bool {
    matches!(c,
        '\0'..='\x7F'
        | 'À'..='ÿ'
        | 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' | 'Ư' | 'ư'
        | 'Ạ'..='ỹ')
}

fn simple_lower(c: char) -> char {
    match c {
        '\0'..='\x7F' => c.to_ascii_lowercase(),
        c => c.to_lowercase().next().unwrap_or(c),
    }
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

/// A text that grows with its spaces by clause 2.6.1.
struct Spaced {
    text: String,
    gap: bool,
}

impl Spaced {
    fn with_capacity(octets: usize) -> Self {
        Self {
            text: String::with_capacity(octets),
            gap: false,
        }
    }

    #[inline]
    fn push(&mut self, c: char) {
        if c.is_whitespace() {
            self.gap = !self.text.is_empty();
            return;
        }
        if self.gap {
            self.text.push(' ');
            self.gap = false;
        }
        self.text.push(c);
    }
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

    #[test]
    fn simple_letters_are_prepared_as_any_others() {
        let simple = (0..=0x2_0000)
            .filter_map(char::from_u32)
            .filter(|c| is_simple(*c));
        let simple: Vec<char> = simple.collect();
        assert_eq!(simple.len(), 128 + 64 + 12 + 90);
        for c in &simple {
            let text = format!("a{c}b");
            assert_eq!(prepared(&text), any_prepared(&text), "{c:?}");
            assert!(is_simple(simple_lower(*c)), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn simple_names_are_prepared_as_any_others(text in "[\\x00-\\x7FÀ-ÿĂăĐđĨĩŨũƠơƯưẠ-ỹ]{0,40}") {
            prop_assert!(text.chars().all(is_simple));
            prop_assert_eq!(prepared(&text), any_prepared(&text));
        }

        #[test]
        fn preparing_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = prepared(&text);
            prop_assert_eq!(prepared(&once), once);
        }
    }
}
