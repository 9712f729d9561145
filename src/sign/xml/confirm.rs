//! The last look: the result is read again from its octets, and the new signature is checked as a reader does.

use super::{
    machine::{Made, Signing, find},
    settings::canonical,
};
use crate::{
    error::{Error, ErrorKind, Result},
    text::rules,
    xml::{self, Document, ElementId, Target},
    xmldsig::{base64, profile},
};

/// Checks the new signature: that what was signed is its SignedInfo, and that every digest in it is that of what it
/// names.
///
/// # Errors
/// `Refused` when it does not stand it.
pub(super) fn all(signing: &Signing<'_>, made: &Made) -> Result<()> {
    let fail = |reason: &str| {
        Error::new(ErrorKind::Refused, &rules::sign::NOT_CONFIRMED)
            .with(&signing.plan.place)
            .with(reason)
    };
    let document = Document::read(made.octets.clone())?;
    let signature = find(&document, made.start).ok_or_else(|| fail("ds:Signature"))?;
    let one = |from: ElementId, path: &[&str]| -> Result<ElementId> {
        match profile::below(&document, from, path).as_slice() {
            [only] => Ok(*only),
            _ => Err(fail(&path.join("/"))),
        }
    };
    let signed_info = one(signature, &["SignedInfo"])?;
    let mut octets = Vec::with_capacity(made.signed.len());
    let method = canonical(signing.plan.template.c14n);
    let target = Target::Element(signed_info);
    xml::canonicalise(&document, target, &[], &method, &mut |more| {
        octets.extend_from_slice(more);
    })?;
    if octets != made.signed {
        return Err(fail("SignedInfo"));
    }
    let value = document.text(one(signature, &["SignatureValue"])?)?;
    if value.is_empty() || base64::decode(&value).is_none() {
        return Err(fail("SignatureValue"));
    }
    let references = profile::below(&document, signed_info, &["Reference"]);
    if references.len() != made.references.len() {
        return Err(fail("Reference"));
    }
    for (index, (element, reference)) in references.iter().zip(&made.references).enumerate() {
        let written = document.text(one(*element, &["DigestValue"])?)?;
        let digest = signing.digest(&document, signature, index, reference)?;
        if written != base64::encode(digest.as_bytes()) {
            return Err(fail(&reference.uri));
        }
    }
    Ok(())
}
