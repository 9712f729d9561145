//! One thing to ask: where, how, and within which bounds.

use std::time::Duration;

use crate::{
    limits::{
        MAX_FETCHED_CERTIFICATES_BYTES, MAX_FETCHED_CRL_BYTES, MAX_FETCHED_OCSP_BYTES,
        MAX_OCSP_GET_BYTES,
    },
    net::{FetchKind, FetchRequest, base64},
    pki::revocation::{OcspRequest, WantedKind},
};

/// Addresses that lead to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Group {
    pub(super) of: [u8; 32],
    pub(super) kind: WantedKind,
    pub(super) point: usize,
}

/// One way to ask.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Attempt {
    pub(super) url: String,
    /// OCSP by POST, with a nonce.
    pub(super) post: bool,
}

/// One thing to ask now.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) group: Group,
    pub(super) attempt: Attempt,
    /// Others would be left after it.
    pub(super) more: bool,
    pub(super) kind: FetchKind,
    /// What the cache knows it by.
    pub(super) key: String,
    /// Not out of the cache.
    pub(super) renew: bool,
    pub(super) request: Option<OcspRequest>,
}

impl Step {
    pub(super) fn request(&self, timeout: Duration) -> FetchRequest {
        let mut request = FetchRequest {
            kind: self.kind,
            url: self.attempt.url.clone(),
            body: None,
            max_bytes: most_bytes(self.kind),
            timeout,
        };
        if let Some(question) = &self.request {
            let by_get = format!(
                "{}/{}",
                self.attempt.url.trim_end_matches('/'),
                in_url(question.der())
            );
            if self.attempt.post || by_get.len() > MAX_OCSP_GET_BYTES {
                request.body = Some((question.der().to_vec(), "application/ocsp-request"));
            } else {
                request.url = by_get;
            }
        }
        request
    }
}

pub(super) fn most_bytes(kind: FetchKind) -> u64 {
    match kind {
        FetchKind::Certificates => MAX_FETCHED_CERTIFICATES_BYTES,
        FetchKind::Crl => MAX_FETCHED_CRL_BYTES,
        FetchKind::Ocsp => MAX_FETCHED_OCSP_BYTES,
    }
}

pub(super) fn is_web(url: &str) -> bool {
    let begins = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    begins("http://") || begins("https://")
}

/// Base64, its odd characters escaped (RFC 6960 appendix A.1).
fn in_url(der: &[u8]) -> String {
    let text = base64(der);
    text.replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}

#[cfg(test)]
mod tests {
    use super::in_url;

    #[test]
    fn requests_stand_in_addresses_as_the_standard_has_it() {
        assert_eq!(in_url(b"a"), "YQ%3D%3D");
        assert_eq!(in_url(b"ab"), "YWI%3D");
        assert_eq!(in_url(b"abc"), "YWJj");
        assert_eq!(in_url(&[0xFB, 0xFF, 0xFE]), "%2B%2F%2F%2B");
    }
}
