//! XML signatures: XMLDSig (W3C Recommendation, second edition and 1.1) and XAdES (ETSI EN 319 132-1).

mod algorithm;
pub(crate) mod base64;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod coverage;
mod detect;
mod dn;
mod enclosed;
mod key_info;
pub(crate) mod octets;
pub(crate) mod package;
pub(crate) mod profile;
mod pss;
mod reference;
pub(crate) mod signature;
pub(crate) mod time;
pub(crate) mod uri;
mod value;
mod walk;
pub(crate) mod xades;

pub(crate) use detect::{SNIFFED_BYTES, by_kind, is_xml};
