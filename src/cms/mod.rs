//! CMS SignedData (RFC 5652) as PDF signatures use it: read, checked, made.
//!
//! Time-stamp tokens inside stay opaque here.

mod algorithms;
mod attributes;
mod bare;
mod build;
mod check;
mod checked;
mod encode;
mod names;
mod revocation;
mod signed_data;
mod signer_certificate;
mod signing_certificate;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub(crate) use build::Builder;
pub(crate) use check::{Kind, check};
pub(crate) use checked::Checked;
pub(crate) use revocation::Enclosed;
pub(crate) use signed_data::SignedData;
