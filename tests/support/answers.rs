//! What a corpus states, and how a report is read as an answer to it.

use std::{fs, path::Path};

use kyso::{ChangeLevel, DigestStatus, Scope, SignatureReport, SubIndication, ValueStatus};
use serde_json::Value;

/// The entries of a corpus.
pub(crate) fn entries(folder: &Path) -> Vec<Value> {
    serde_json::from_slice(&fs::read(folder.join("index.json")).unwrap()).unwrap()
}

/// Whether digest and value are those of the signer.
pub(crate) fn sound(signature: &SignatureReport) -> bool {
    let cryptography = &signature.cryptography;
    cryptography.digest == DigestStatus::Ok && cryptography.signature == ValueStatus::Ok
}

/// Whether the report says that the signature itself, not its trust, is at fault.
pub(crate) fn caught(signature: &SignatureReport) -> bool {
    let at_fault = matches!(
        signature.sub_indication,
        Some(
            SubIndication::FormatFailure
                | SubIndication::HashFailure
                | SubIndication::SigCryptoFailure
                | SubIndication::SigConstraintsFailure
                | SubIndication::SignedDataNotFound
        )
    );
    !sound(signature)
        || signature.changes.after == ChangeLevel::Forbidden
        || signature.coverage.scope == Scope::Partial
        || at_fault
}
