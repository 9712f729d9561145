//! The document security store (ISO 32000-2 clause 12.8.4.3): certificates, CRLs and OCSP responses that somebody added. Bytes only;
//! what they are worth is for others to say.

use super::{
    document::Document,
    object::{Dictionary, Object},
};
use crate::{
    error::{ErrorKind, Result},
    limits::{MAX_EMBEDDED_REVOCATION, MAX_STREAM_BYTES},
};

/// What the store of the newest revision holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SecurityStore {
    /// /Certs: DER of certificates.
    pub(crate) certificates: Vec<Vec<u8>>,
    /// /CRLs.
    pub(crate) crls: Vec<Vec<u8>>,
    /// /OCSPs.
    pub(crate) ocsps: Vec<Vec<u8>>,
}

impl SecurityStore {
    /// Of the newest revision. What cannot be read counts as absent, and what goes beyond the limits is left out: it only helps.
    ///
    /// # Errors
    /// `Io`, `Cancelled`.
    pub(crate) fn read(document: &Document) -> Result<Self> {
        let newest = document.revisions().len().saturating_sub(1);
        let Some(catalog) = bearable(document.catalog_at(newest))? else {
            return Ok(Self::default());
        };
        let Some(store) = dictionary(document, catalog.get("DSS"))? else {
            return Ok(Self::default());
        };
        let mut left = MAX_STREAM_BYTES;
        let mut list = |key| streams(document, store.get(key), &mut left);
        Ok(Self {
            certificates: list("Certs")?,
            crls: list("CRLs")?,
            ocsps: list("OCSPs")?,
        })
    }
}

fn dictionary(document: &Document, value: Option<&Object>) -> Result<Option<Dictionary>> {
    let Some(value) = value else {
        return Ok(None);
    };
    Ok(match bearable(document.resolve(value))? {
        Some(Object::Dictionary(dictionary)) => Some(dictionary),
        _ => None,
    })
}

fn streams(document: &Document, value: Option<&Object>, left: &mut u64) -> Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    let Some(value) = value else {
        return Ok(found);
    };
    let Some(Object::Array(items)) = bearable(document.resolve(value))? else {
        return Ok(found);
    };
    for item in items.iter().take(MAX_EMBEDDED_REVOCATION) {
        let Some(Object::Stream(stream)) = bearable(document.resolve(item))? else {
            continue;
        };
        let Some(bytes) = bearable(document.stream_data(&stream))? else {
            continue;
        };
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        match left.checked_sub(length) {
            Some(rest) => *left = rest,
            None => break,
        }
        found.push(bytes);
    }
    Ok(found)
}

/// A broken store makes no document unreadable.
fn bearable<T>(outcome: Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), ErrorKind::Io | ErrorKind::Cancelled) => Err(error),
        Err(_) => Ok(None),
    }
}
