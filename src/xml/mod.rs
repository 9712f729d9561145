//! XML: read with positions kept, canonicalised as a stream (Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization).
//!
//! A document is a list of places in its own octets, not a tree: what is asked for is scanned again, which costs less than to keep it.

mod c14n;
mod document;
mod encoding;
mod fault;
mod general;
mod names;
mod scan;
mod scope;
#[cfg(test)]
mod tests;
mod values;

pub(crate) use c14n::{C14n, Canonical, Sink, Target, canonicalise, canonicalise_watched};
pub(crate) use document::{Document, ElementId};
pub(crate) use general::{NodeSetStep, canonicalise_set};
