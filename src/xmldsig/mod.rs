//! XML signatures: XMLDSig (W3C Recommendation, second edition and 1.1) and XAdES (ETSI EN 319 132-1).

pub(crate) mod base64;
pub(crate) mod build;
pub(crate) mod package;
pub(crate) mod profile;
pub(crate) mod uri;
