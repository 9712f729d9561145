//! Certificates and CRLs: parsed views that keep the raw DER. No decisions here.

mod algorithm;
mod certificate;
mod extension;
pub(crate) mod name;
pub(crate) mod oid;

pub(crate) use algorithm::AlgorithmIdentifier;
pub(crate) use certificate::Certificate;

#[cfg(all(test, feature = "aws-lc"))]
mod tests;
