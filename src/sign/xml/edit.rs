//! Changes to a document by position: what is not named here stays, octet for octet.

use std::ops::Range;

/// How the document's characters stand in its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Octets {
    Utf8,
    /// One octet for each ASCII character; what others are is not known here.
    Ascii,
    Utf16Le,
    Utf16Be,
}

impl Octets {
    /// By the first octets and the XML declaration (XML 1.0 appendix F). The reader has accepted the document before.
    pub(super) fn of(document: &[u8]) -> Self {
        match document {
            [0xff, 0xfe, ..] | [b'<', 0, ..] => return Self::Utf16Le,
            [0xfe, 0xff, ..] | [0, b'<', ..] => return Self::Utf16Be,
            _ => {}
        }
        let head = document.get(..document.len().min(256)).unwrap_or_default();
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let declaration = match memchr::memmem::find(head, b"?>") {
            Some(end) if head.starts_with(b"<?xml") => head.get(..end).unwrap_or_default(),
            _ => return Self::Utf8,
        };
        let declaration = String::from_utf8_lossy(declaration).to_ascii_lowercase();
        match declaration.split_once("encoding") {
            Some((_, named)) if !named.contains("utf-8") => Self::Ascii,
            _ => Self::Utf8,
        }
    }

    /// Whether only ASCII may be written.
    pub(super) fn only_ascii(self) -> bool {
        self != Self::Utf8
    }

    /// Octets of an ASCII character.
    pub(super) fn width(self) -> usize {
        match self {
            Self::Utf8 | Self::Ascii => 1,
            Self::Utf16Le | Self::Utf16Be => 2,
        }
    }

    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 | Self::Ascii => text.as_bytes().to_vec(),
            Self::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        }
    }

    /// Markup as text, as far as it is ASCII or UTF-8.
    pub(super) fn decode(self, octets: &[u8]) -> String {
        let units = |to: fn([u8; 2]) -> u16| -> Vec<u16> {
            let pairs = octets.chunks_exact(2);
            pairs.map(|pair| to([pair[0], pair[1]])).collect()
        };
        match self {
            Self::Utf8 => String::from_utf8_lossy(octets).into_owned(),
            Self::Ascii => octets.iter().map(|octet| char::from(*octet)).collect(),
            Self::Utf16Le => String::from_utf16_lossy(&units(u16::from_le_bytes)),
            Self::Utf16Be => String::from_utf16_lossy(&units(u16::from_be_bytes)),
        }
    }
}

/// One change: octets of a range are replaced.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) what: What,
}

/// What stands in the range afterwards.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// A text.
    Text(String),
    /// The signature, between two texts.
    Signature { before: String, after: String },
    /// What was there, inside the signature.
    Around,
}

/// The document with its changes, and where the signature begins. `signature` is its text; `split` says where
/// something enveloped goes. `None` where the edits overlap or lie outside.
pub(super) fn apply(
    document: &[u8],
    octets: Octets,
    edits: &[Edit],
    signature: &str,
    split: Option<usize>,
) -> Option<(Vec<u8>, usize)> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.range.start);
    let mut result = Vec::with_capacity(document.len() + signature.len() * octets.width() + 256);
    let (mut done, mut start) = (0, 0);
    for edit in edits {
        result.extend_from_slice(document.get(done..edit.range.start)?);
        match &edit.what {
            What::Text(text) => result.extend(octets.encode(text)),
            What::Signature { before, after } => {
                result.extend(octets.encode(before));
                start = result.len();
                result.extend(octets.encode(signature));
                result.extend(octets.encode(after));
            }
            What::Around => {
                let (head, tail) = signature.split_at_checked(split?)?;
                start = result.len();
                result.extend(octets.encode(head));
                result.extend_from_slice(document.get(edit.range.clone())?);
                result.extend(octets.encode(tail));
            }
        }
        done = edit.range.end;
    }
    result.extend_from_slice(document.get(done..)?);
    Some((result, start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_stays() {
        let edits = [
            Edit {
                range: 4..6,
                what: What::Signature {
                    before: ">".into(),
                    after: "</b>".into(),
                },
            },
            Edit {
                range: 2..2,
                what: What::Text(" x".into()),
            },
        ];
        let (made, start) = apply(b"<a<b/>\r\n", Octets::Utf8, &edits, "<S/>", None).unwrap();
        assert_eq!(made, b"<a x<b><S/></b>\r\n");
        assert_eq!(&made[start..start + 4], b"<S/>");
        let around = [Edit {
            range: 1..3,
            what: What::Around,
        }];
        let (made, start) = apply(b"1ab2", Octets::Utf8, &around, "<S></S>", Some(3)).unwrap();
        assert_eq!((made.as_slice(), start), (b"1<S>ab</S>2".as_slice(), 1));
        let outside = [Edit {
            range: 9..9,
            what: What::Around,
        }];
        assert!(apply(b"1", Octets::Utf8, &outside, "", None).is_none());
    }

    #[test]
    fn encodings_are_told_apart() {
        for (head, octets) in [
            (&b"<a/>"[..], Octets::Utf8),
            (b"\xef\xbb\xbf<a/>", Octets::Utf8),
            (b"<?xml version='1.0' encoding='UTF-8'?><a/>", Octets::Utf8),
            (
                b"<?xml version='1.0' encoding=\"ISO-8859-1\"?><a/>",
                Octets::Ascii,
            ),
            (b"<?xml version='1.0'?><a>encoding</a>", Octets::Utf8),
            (b"\xff\xfe<\0a\0", Octets::Utf16Le),
            (b"\xfe\xff\0<\0a", Octets::Utf16Be),
        ] {
            assert_eq!(Octets::of(head), octets);
        }
        assert_eq!(Octets::Utf16Be.encode("<a"), b"\0<\0a");
        assert_eq!(Octets::Utf16Le.decode(b"<\0a\0"), "<a");
    }
}
