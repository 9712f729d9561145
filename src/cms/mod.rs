//! CMS SignedData (RFC 5652) as PDF signatures use it: read, checked, made.
//!
//! Time-stamp tokens inside stay opaque here.

mod attributes;
mod bare;
mod build;
mod check;
mod encode;
mod names;
mod revocation;
mod signed_data;
mod signing_certificate;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub(crate) use build::Builder;
pub(crate) use check::{Checked, Kind, check};
pub(crate) use revocation::Enclosed;
pub(crate) use signed_data::SignedData;
