//! Signing XML documents: one signature, put where the document's kind has its place. Every other octet of the
//! document stays as it is.

mod confirm;
mod edit;
mod effects;
mod machine;
mod outside;
mod place;
mod plan;
mod references;
mod settings;

use std::sync::Arc;

use super::{permit, signed::Signed, steps};
use crate::{context::Context, error::Result, signer::Key, source::Source};
use machine::Signing;

/// Signs an XML document once. The settings are those of `context`: profile, references, place, canonicalisation,
/// level, algorithm.
///
/// With `form` `detached` the source may be any file: the result is a signature in a document of its own, whose first
/// reference names the file as the settings say.
///
/// # Errors
/// `Refused` where the document's kind or an earlier signature forbids it, `Key` where the key is not fit for it,
/// `Argument`, `Unsupported`, `Unreadable`, `Limit`, `Io`, `Cancelled`.
pub fn sign_xml(context: &Context, source: Arc<dyn Source>, key: &Key) -> Result<Signed> {
    let identity = permit::identity_xml(context, key)?;
    let plan = plan::make(context, source, &identity)?;
    let mut signing = Signing::new(context, identity, plan);
    steps::all(&mut signing, &[key])?;
    signing.finish()
}
