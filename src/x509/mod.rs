//! Certificates and CRLs: parsed views that keep the raw DER. No decisions here.

mod algorithm;
mod certificate;
mod certificates;
mod crl;
mod distribution;
mod extension;
pub(crate) mod general_name;
pub(crate) mod name;
pub(crate) mod name_constraints;
mod ocsp;
pub(crate) mod oid;
pub(crate) mod policies;
mod prepare;
mod signed;

pub(crate) use algorithm::AlgorithmIdentifier;
pub(crate) use certificate::{Certificate, Refusal};
pub(crate) use certificates::Certificates;
pub(crate) use crl::{Crl, REMOVE_FROM_CRL, RevokedEntry, compare_numbers, shortest};
pub(crate) use distribution::{ALL_REASONS, DistributionPoint, GeneralName as PointGeneralName};
pub(crate) use ocsp::{Answer, AnswerStatus, OcspResponse, Responder, ResponseStatus};
pub(crate) use prepare::prepared;
pub(crate) use signed::{Identity, SignedObject};

#[cfg(test)]
#[cfg(feature = "demo")]
mod tests;
