//! Time-stamp tokens (RFC 3161): read, and checked as signatures. Whether their time is believed is decided above.

#[cfg(test)]
mod tests;
mod tst_info;

use std::sync::Arc;

pub(crate) use tst_info::TstInfo;

use crate::{
    cms::{self, Checked, Kind, SignedData},
    crypto::{Digest, DigestAlgorithm, Provider},
    report::Finding,
    x509::{Certificate, Certificates},
};

/// A time-stamp token: a SignedData over a TSTInfo.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) signed: SignedData,
    pub(crate) info: TstInfo,
}

impl Token {
    /// Reads a token: /Contents of a document time-stamp, or the value of a signature-time-stamp attribute. `known` are
    /// certificates that were parsed before.
    ///
    /// # Errors
    /// The finding that says why it is none.
    pub(crate) fn parse(
        bytes: &[u8],
        provider: &dyn Provider,
        known: &Certificates,
    ) -> std::result::Result<Self, Finding> {
        Self::new(SignedData::parse_knowing(bytes, provider, known)?)
    }

    /// Takes a SignedData that was read already.
    ///
    /// # Errors
    /// The finding that says why it is no token.
    pub(crate) fn new(signed: SignedData) -> std::result::Result<Self, Finding> {
        let info = TstInfo::of(&signed)?;
        Ok(Self { signed, info })
    }

    /// The algorithm of the imprint: what the stamped bytes are to be digested with.
    pub(crate) fn imprint_algorithm(&self) -> Option<DigestAlgorithm> {
        self.info.imprint_algorithm
    }

    /// Checks the token against a digest of the stamped bytes, made with [`Token::imprint_algorithm`].
    pub(crate) fn check(
        &self,
        stamped: Option<&Digest>,
        extra: &[Arc<Certificate>],
        provider: &dyn Provider,
    ) -> Checked {
        // A digest of an algorithm that is not known cannot be the right one.
        let stamped = stamped.filter(|_| self.info.imprint_algorithm.is_some());
        let kind = Kind::Timestamp {
            imprint: &self.info.imprint,
        };
        let mut checked = cms::check(&self.signed, stamped, kind, extra, provider);
        checked.digests.extend(self.info.imprint_algorithm);
        checked
    }
}
