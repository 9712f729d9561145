//! The published rule list, one file for each part of the product.

/// Declares rules: `NAME = "CODE", Severity, en "…", vi "…";`, and the list `ALL` of this file.
macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $severity:ident, en $en:literal, vi $vi:literal;)*) => {
        $($(#[$doc])* pub(crate) static $name: $crate::text::Rule = $crate::text::Rule {
            code: $code,
            severity: $crate::text::Severity::$severity,
            en: $en,
            vi: $vi,
        };)*
        /// Every rule of this file.
        pub(crate) static ALL: &[&$crate::text::Rule] = &[$(&$name),*];
    };
}

pub(crate) mod appended;
pub(crate) mod changes;
pub(crate) mod cms;
pub(crate) mod fetch;
pub(crate) mod key;
pub(crate) mod later;
pub(crate) mod path;
pub(crate) mod pdf;
pub(crate) mod picture;
pub(crate) mod pki;
pub(crate) mod sign;
pub(crate) mod token;
pub(crate) mod usage;
pub(crate) mod verify;
pub(crate) mod xml;
pub(crate) mod xml_sign;
pub(crate) mod xmldsig;

use super::Rule;

/// Every rule there is, in the order of the published list.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        usage::ALL,
        pdf::ALL,
        cms::ALL,
        pki::ALL,
        path::ALL,
        changes::ALL,
        appended::ALL,
        later::ALL,
        verify::ALL,
        key::ALL,
        sign::ALL,
        picture::ALL,
        token::ALL,
        xml_sign::ALL,
        xml::ALL,
        xmldsig::ALL,
        fetch::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_are_unique_and_texts_agree_in_their_arguments() {
        let mut seen = HashSet::new();
        for rule in all() {
            assert!(seen.insert(rule.code), "{} stands twice", rule.code);
            assert!(!rule.en.is_empty() && !rule.vi.is_empty(), "{}", rule.code);
            for index in 0..6 {
                let slot = format!("{{{index}}}");
                assert_eq!(
                    rule.en.contains(&slot),
                    rule.vi.contains(&slot),
                    "{} {slot}",
                    rule.code
                );
            }
        }
    }
}
