//! Passwords and the bytes that they stand for (ISO 32000-2 clauses 7.6.4.3.2 and 7.6.4.3.3).

use std::fmt;

use zeroize::Zeroizing;

use crate::pdf::text_string;

/// A document's password, user's or owner's. Wiped when it is dropped, and never shown.
pub(crate) struct Password(Zeroizing<String>);

impl Password {
    pub(crate) fn new(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The empty password opens as no password does.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What it may be up to revision 4: PDFDocEncoding, and, as programs on Unix write it, UTF-8. Most letters
    /// of Vietnamese are not in PDFDocEncoding.
    pub(super) fn legacy(&self) -> Candidates {
        let composed = text_string::encode_doc(&self.0).map(Zeroizing::new);
        distinct([composed, Some(self.utf8())])
    }

    /// What it may be from revision 5 on: SASLprep (RFC 4013) in UTF-8, and, where a writer left that out, UTF-8.
    pub(super) fn modern(&self) -> Candidates {
        let prepared = stringprep::saslprep(&self.0).ok();
        let prepared = prepared.map(|text| Zeroizing::new(text.into_owned().into_bytes()));
        distinct([prepared, Some(self.utf8())].map(|bytes| bytes.map(cut)))
    }

    fn utf8(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.0.as_bytes().to_vec())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// Bytes that a password may have been turned into.
pub(super) type Candidates = Vec<Zeroizing<Vec<u8>>>;

/// The most bytes that count from revision 5 on.
const MODERN_BYTES: usize = 127;

fn cut(mut bytes: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    bytes.truncate(MODERN_BYTES);
    bytes
}

fn distinct(forms: [Option<Zeroizing<Vec<u8>>>; 2]) -> Candidates {
    let mut candidates = Candidates::new();
    for form in forms.into_iter().flatten() {
        if !candidates.contains(&form) {
            candidates.push(form);
        }
    }
    candidates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(candidates: &Candidates) -> Vec<&[u8]> {
        candidates.iter().map(|bytes| bytes.as_slice()).collect()
    }

    #[test]
    fn a_password_becomes_bytes_as_the_revision_wants_it() {
        let hotel = Password::new("hôtel");
        assert_eq!(
            forms(&hotel.legacy()),
            [&b"h\xf4tel"[..], "hôtel".as_bytes()]
        );
        assert_eq!(forms(&hotel.modern()), ["hôtel".as_bytes()]);
        let vietnamese = Password::new("mật khẩu");
        assert_eq!(forms(&vietnamese.legacy()), ["mật khẩu".as_bytes()]);
        // SASLprep: NFKC, and a no-break space is a space.
        let odd = Password::new("mậ\u{a0}ﬁ");
        assert_eq!(
            forms(&odd.modern()),
            ["mậ fi".as_bytes(), "mậ\u{a0}ﬁ".as_bytes()]
        );
        assert_eq!(Password::new(&"x".repeat(200)).modern()[0].len(), 127);
    }

    #[test]
    fn a_password_is_never_shown() {
        assert_eq!(format!("{:?}", Password::new("secret")), "Password");
    }
}
