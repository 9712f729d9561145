//! What is fetched from elsewhere, as a trait: whoever embeds kyso may bring a client of their own. Nothing here opens a connection.

use std::{fmt, time::Duration};

use crate::{
    report::Finding,
    text::{Rule, rules::fetch as rules},
};

/// What something is fetched for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FetchKind {
    /// Certificates of an issuer: DER, PEM or PKCS#7 (RFC 5280 clause 4.2.2.1).
    Certificates,
    /// A certificate revocation list (RFC 5280 clause 4.2.1.13).
    Crl,
    /// An OCSP response (RFC 6960 appendix A.1).
    Ocsp,
}

impl FetchKind {
    /// How messages call it, in every language.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Certificates => "AIA",
            Self::Crl => "CRL",
            Self::Ocsp => "OCSP",
        }
    }
}

/// One thing to fetch by HTTP: GET, or POST where there is a body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchRequest {
    /// What it is for.
    pub kind: FetchKind,
    /// As a certificate or list has it: the word of a stranger. Nothing is known of it, not even its scheme.
    pub url: String,
    /// The body of a POST and its content type.
    pub body: Option<(Vec<u8>, &'static str)>,
    /// Bytes that the answer may have.
    pub max_bytes: u64,
    /// When to give up, counted from the call.
    pub timeout: Duration,
}

impl FetchRequest {
    /// The host that the address names, with its port where it has one; all of it where that is no address of the web.
    #[must_use]
    pub fn host(&self) -> &str {
        host_of(&self.url)
    }
}

/// Host and port of an address.
pub(crate) fn host_of(url: &str) -> &str {
    let Some((_, rest)) = url.split_once("://") else {
        return url;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or(rest);
    authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host)
}

/// Why nothing was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FetchFailure {
    /// The time is over.
    Deadline,
    /// Name, connection, transfer or TLS failed; says how, in English.
    Unreachable(String),
    /// The server answered with another status of HTTP than 200.
    Status(u16),
    /// The answer has more bytes than were asked for.
    TooLarge(u64),
    /// Policy forbids to ask there: the scheme, or the address that the name stands for.
    Refused(String),
    /// The host has failed several times in a row, and is left alone for a while.
    Suspended,
    /// What came is not what was asked for.
    Unreadable,
    /// It would need the network, and that is off.
    Offline,
}

impl FetchFailure {
    /// What to tell about it.
    pub(crate) fn finding(&self, kind: FetchKind, url: &str) -> Finding {
        let finding = |rule: &'static Rule| {
            Finding::new(rule)
                .with(shown(host_of(url)))
                .with(kind.name())
        };
        match self {
            Self::Deadline => finding(&rules::DEADLINE),
            Self::Unreachable(why) => finding(&rules::UNREACHABLE).with(shown(why)),
            Self::Status(status) => finding(&rules::STATUS).with(status),
            Self::TooLarge(most) => finding(&rules::TOO_LARGE).with(most),
            Self::Refused(what) => finding(&rules::REFUSED).with(shown(what)),
            Self::Suspended => finding(&rules::SUSPENDED),
            Self::Unreadable => finding(&rules::UNREADABLE),
            Self::Offline => finding(&rules::OFFLINE),
        }
    }
}

/// Base64 with padding (RFC 4648 clause 4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let octet = |index: usize| u32::from(three.get(index).copied().unwrap_or(0));
        let bits = octet(0) << 16 | octet(1) << 8 | octet(2);
        for place in 0..4_usize {
            let index = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or(0);
            let letter = ALPHABET.get(index).filter(|_| place <= three.len());
            text.push(char::from(*letter.unwrap_or(&b'=')));
        }
    }
    text
}

/// The words of strangers stay short, and without control characters.
fn shown(text: &str) -> String {
    const MOST: usize = 120;
    let clean = text.chars().map(|c| if c.is_control() { '?' } else { c });
    let mut short: String = clean.clone().take(MOST).collect();
    if clean.count() > MOST {
        short.push('…');
    }
    short
}

/// Fetches. Whoever has a network of their own implements it; `kyso::HttpFetch` is the one that comes along (feature `http`).
///
/// What comes back is checked by its signatures and dates, never believed. An implementation must keep to the limits of each
/// request and should not follow strangers' addresses into private networks.
pub trait Fetch: Send + Sync + fmt::Debug {
    /// Answers all requests of a batch, best in parallel, in their order: one answer for each. May be called by several threads at
    /// the same time.
    fn fetch(&self, batch: &[FetchRequest]) -> Vec<Result<Vec<u8>, FetchFailure>>;

    /// Whether it keeps off the network by itself. Only such a one is asked where the settings say `offline`.
    fn is_local(&self) -> bool {
        false
    }
}

/// Keeps what was fetched beyond the life of the process. Nothing that comes out of it is believed.
pub(crate) trait Shelf: Send + Sync + fmt::Debug {
    /// What was put there under a key: when (seconds since 1970), and what. Damaged entries are taken away and told.
    fn load(&self, key: &str) -> Kept;
    /// Puts it there. That it could not is no failure of anything.
    fn save(&self, key: &str, fetched: i64, bytes: &[u8]);
}

/// What a shelf has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    Nothing,
    /// An entry that somebody or something has changed; where it was.
    Damaged(String),
    Entry {
        fetched: i64,
        bytes: Vec<u8>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_an_address_is_told_whatever_it_looks_like() {
        for (url, host) in [
            ("http://ca.gov.vn/pki/a.crl", "ca.gov.vn"),
            ("http://ca.gov.vn", "ca.gov.vn"),
            ("https://user:secret@host:8443?x", "host:8443"),
            ("http://[::1]:80/", "[::1]:80"),
            ("ldap:///cn=x", ""),
            ("mailto:a@b", "mailto:a@b"),
        ] {
            assert_eq!(host_of(url), host);
        }
    }

    #[test]
    fn base64_is_padded() {
        for (bytes, text) in [
            (&b""[..], ""),
            (b"a", "YQ=="),
            (b"ab", "YWI="),
            (b"abc", "YWJj"),
            (&[0xFB, 0xFF, 0xFE], "+//+"),
        ] {
            assert_eq!(base64(bytes), text);
        }
    }

    #[test]
    fn words_of_strangers_are_cut_and_cleaned() {
        let finding = FetchFailure::Unreachable("a\u{1b}[31m".repeat(100))
            .finding(FetchKind::Crl, "http://host\r\n/x");
        let text = finding.message(crate::text::Lang::En);
        assert!(
            text.len() < 300 && !text.contains(['\u{1b}', '\r']),
            "{text}"
        );
    }
}
