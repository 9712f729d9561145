//! What the URI of a Reference points at (XMLDSig 1.1 clause 4.4.3.2).

use crate::{
    report::Finding,
    text::rules::xmldsig as rules,
    xml::{Document, ElementId},
};

/// A URI, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pointer {
    /// The whole document; with comments where an XPointer says so.
    Document { comments: bool },
    /// The element with this id.
    Id { value: String, comments: bool },
    /// Something outside of the document.
    Elsewhere(String),
    /// There is no URI: sender and receiver know what is meant.
    Omitted,
    /// Another XPointer.
    Unsupported,
}

/// Reads the URI of a Reference.
pub(super) fn pointer(uri: Option<&str>) -> Pointer {
    let Some(uri) = uri else {
        return Pointer::Omitted;
    };
    let Some(fragment) = uri.strip_prefix('#') else {
        return match uri {
            "" => Pointer::Document { comments: false },
            _ => Pointer::Elsewhere(uri.to_owned()),
        };
    };
    let Some(scheme) = fragment.strip_prefix("xpointer(") else {
        // `#` alone points at nothing; other schemes have parentheses, ids have none.
        return match fragment {
            "" => Pointer::Unsupported,
            _ if fragment.contains('(') => Pointer::Unsupported,
            _ => Pointer::Id {
                value: fragment.to_owned(),
                comments: false,
            },
        };
    };
    if scheme == "/)" {
        return Pointer::Document { comments: true };
    }
    let inside = scheme
        .strip_prefix("id(")
        .and_then(|rest| rest.strip_suffix("))"))
        .and_then(unquoted);
    match inside {
        Some(value) => Pointer::Id {
            value: value.to_owned(),
            comments: true,
        },
        None => Pointer::Unsupported,
    }
}

fn unquoted(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inside.is_empty() && !inside.contains(quote)).then_some(inside)
}

/// The one element with an id. `names` are the attributes that count; where there are none, all that are called `Id`, `ID` or `id`.
///
/// # Errors
/// That there is none, or more than one: another reader may find another one.
pub(super) fn element_by_id(
    document: &Document,
    value: &str,
    names: &[String],
) -> Result<ElementId, Finding> {
    let find = |value: &str| -> Vec<ElementId> {
        if names.is_empty() {
            return document.by_any_id(value);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = document.by_id(value, &names);
        let mut found: Vec<ElementId> = found.into_iter().map(|(element, _)| element).collect();
        found.dedup();
        found
    };
    let mut found = find(value);
    if found.is_empty() && value.contains('%') {
        found = find(&percent_decoded(value));
    }
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Finding::new(&rules::ID_NOWHERE).with(super::walk::short(value))),
        _ => Err(Finding::new(&rules::ID_TWICE).with(super::walk::short(value))),
    }
}

/// `%41` → `A`; what is no UTF-8 afterwards stays as it was.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        let hexadecimal = behind.split_first_chunk::<2>().filter(|_| *first == b'%');
        let octet = hexadecimal.and_then(|(pair, after)| {
            let both = pair.iter().all(u8::is_ascii_hexdigit);
            let text = std::str::from_utf8(pair).ok().filter(|_| both)?;
            Some((u8::from_str_radix(text, 16).ok()?, after))
        });
        let (octet, after) = octet.unwrap_or((*first, behind));
        octets.push(octet);
        rest = after;
    }
    String::from_utf8(octets).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_point_at_documents_elements_and_files() {
        let id = |value: &str, comments| Pointer::Id {
            value: value.to_owned(),
            comments,
        };
        for (uri, wanted) in [
            ("", Pointer::Document { comments: false }),
            ("#xpointer(/)", Pointer::Document { comments: true }),
            ("#data", id("data", false)),
            ("#xpointer(id('data'))", id("data", true)),
            ("#xpointer(id(\"data\"))", id("data", true)),
            ("#xpointer(id('a')|id('b'))", Pointer::Unsupported),
            ("#xpointer(//*)", Pointer::Unsupported),
            ("#element(/1)", Pointer::Unsupported),
            ("#", Pointer::Unsupported),
            (
                "http://example.org/#a",
                Pointer::Elsewhere("http://example.org/#a".to_owned()),
            ),
            ("cid:1@x", Pointer::Elsewhere("cid:1@x".to_owned())),
        ] {
            assert_eq!(pointer(Some(uri)), wanted, "{uri}");
        }
        assert_eq!(pointer(None), Pointer::Omitted);
        assert_eq!(percent_decoded("a%20b%C3%a9%zz%4"), "a bé%zz%4");
        assert_eq!(percent_decoded("%ff"), "%ff");
    }
}
