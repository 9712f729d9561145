//! Certification paths, revocation by CRL and OCSP, the algorithm policy, and the class of an anchor.
//!
//! Nothing is fetched and no clock is read: certificates, CRLs and the time are arguments. What is not known is
//! `undetermined`, never valid.

pub(crate) mod algorithm_policy;
mod links;
mod names;
pub(crate) mod path;
pub(crate) mod revocation;
mod store;
pub(crate) mod trust_class;

#[cfg(test)]
mod corpora;

pub(crate) use store::Store;
