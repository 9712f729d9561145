//! The last look: the result is read again from its octets, and the new signature is checked as a reader does.

use super::machine::{Made, Signing, find};
use crate::{
    error::{Error, ErrorKind, Result},
    report::{DigestStatus, ValueStatus},
    text::rules,
    xml::{Document, ElementId},
    xmldsig::{
        base64,
        check::{self, Digests, Material},
        octets::{Outside, Workshop},
        profile,
        signature::Signature,
    },
};

/// Checks the new signature with what checks the signatures of others: its form, its value, whose it is, and every
/// digest. What a reader could not get, such as the file of a detached signature, is compared with what was given
/// here.
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
    let watch = &signing.plan.watch;
    let read = Signature::read(&document, signature).map_err(|finding| fail(finding.code()))?;
    let outside = Outside {
        references: signing.context.references(),
        cid: signing.context.options().cid_octets,
        ids: &signing.plan.ids,
    };
    let provider = signing.context.provider();
    let mut workshop = Workshop::new(&document, provider, outside, watch);
    let pairs: Vec<_> = read.references.iter().map(|one| (&read, one)).collect();
    let digested = workshop.digest(&pairs)?;
    let digests = Digests {
        references: &digested,
        manifests: &[],
    };
    let material = Material {
        provider,
        parsed: signing.context.certificates(),
        known: &[],
        signers: &[],
    };
    let checked = check::check(&document, &read, digests, &mut workshop, material).checked;
    let own = signing.identity.certificate.sha256();
    let signer = checked.certificate.as_ref().map(|found| found.sha256());
    if checked.signature != ValueStatus::Ok || signer != Some(own) {
        return Err(fail("SignatureValue"));
    }
    if checked.digest == DigestStatus::Mismatch || read.references.len() != made.references.len() {
        return Err(fail("DigestValue"));
    }
    let elements = profile::below(&document, signature, &["SignedInfo", "Reference"]);
    for (index, reference) in made.references.iter().enumerate() {
        if digested.get(index).is_some_and(|one| one.outcome.is_ok()) {
            continue;
        }
        let element = *elements.get(index).ok_or_else(|| fail("Reference"))?;
        let written = document.text(one(element, &["DigestValue"])?)?;
        let digest = signing.digest(&document, signature, index, reference)?;
        if written != base64::encode(digest.as_bytes()) {
            return Err(fail(&reference.uri));
        }
    }
    Ok(())
}
