//! How strictly is checked.

use serde::{Deserialize, Serialize};

/// What to make of a certificate whose revocation status is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RevocationMode {
    /// Unknown means undetermined.
    #[default]
    Require,
    /// Unknown is a warning and may pass.
    Report,
    /// Not looked at; a finding says so.
    Ignore,
}

/// What to make of the nonce of OCSP responses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NonceMode {
    /// One is sent; an answer without it is accepted, one with another is not.
    #[default]
    IfPresent,
    /// An answer must repeat it. Responders that answer from prepared responses never do.
    Require,
    /// None is sent.
    Ignore,
}

/// The class of anchor that is demanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum DemandedClass {
    /// Government-specialised: the path ends at a VGCA authority.
    VnGov,
    /// Vietnamese public: the path ends at a national root.
    VnPublic,
}
