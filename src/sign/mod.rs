//! Signing whole PDF documents: one signature, or all of a scheme. Nothing is given back that was not checked again.

mod archive;
mod confirm;
mod dictionary;
mod fit;
mod looks;
mod machine;
mod metadata;
mod permit;
mod plan;
mod planned;
mod running;
mod signed;
mod steps;
mod xml;

#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use signed::Signed;
pub use xml::sign_xml;

use crate::{context::Context, error::Result, pdf::Document, signer::Key, source::Source};
use machine::Signing;
use planned::{Identity, Plan};

/// Signs a PDF once. The settings are those of `context`: field, page and box, certification, lock, algorithm.
///
/// The bytes of `source` stay as they are; one revision is appended.
///
/// # Errors
/// `Refused` where the document's permissions or its state forbid it, `Key` where the key is not fit for it,
/// `Argument`, `Unsupported`, `Unreadable`, `Limit`, `Io`, `Cancelled`.
pub fn sign_pdf(context: &Context, source: Arc<dyn Source>, key: &Key) -> Result<Signed> {
    run(context, source, &[key], plan::single)
}

/// Makes all signatures of a scheme: the six of Circular 01/2019, or the two of Decree 30/2020.
///
/// The person's key signs first. The organisation's key signs number and date, and last for the organisation
/// itself (Decree 30/2020, art. 32.2d). The file is digested once for all of them.
///
/// # Errors
/// As [`sign_pdf`].
pub fn sign_six(
    context: &Context,
    source: Arc<dyn Source>,
    person: &Key,
    organisation: &Key,
) -> Result<Signed> {
    run(context, source, &[person, organisation], plan::scheme)
}

/// Local signing: a loop over the steps.
fn run(
    context: &Context,
    source: Arc<dyn Source>,
    keys: &[&Key],
    plan: fn(&Context, &Arc<Document>, &[Identity]) -> Result<Plan>,
) -> Result<Signed> {
    let identities = keys
        .iter()
        .map(|key| permit::identity(context, key))
        .collect::<Result<Vec<_>>>()?;
    let watch = context.watch();
    let document = Arc::new(Document::open_with(source, context.password(), &watch)?);
    permit::document(context, &document)?;
    permit::end(context, &document)?;
    let plan = plan(context, &document, &identities)?;
    let mut signing = Signing::new(context, document, identities, plan, watch)?;
    steps::all(&mut signing, keys)?;
    signing.finish()
}
