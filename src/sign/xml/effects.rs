//! Whether a new signature would break one that is there.

use super::edit::Edit;
use crate::{
    error::{Error, ErrorKind, Result},
    text::rules,
    xml::{Document, ElementId},
    xmldsig::{
        profile,
        uri::{self, DSIG},
    },
};

/// Looks at what the signatures of the document cover.
///
/// # Errors
/// `Refused` where an edit lies in what one of them covers.
pub(super) fn breaks_nothing(document: &Document, edits: &[Edit], ids: &[&str]) -> Result<()> {
    for signature in document.named(DSIG, "Signature") {
        let references = profile::below(document, signature, &["SignedInfo", "Reference"]);
        for reference in references {
            let Some(covered) = covered(document, signature, reference, ids) else {
                continue;
            };
            let span = document.element(covered).span();
            let own = document.element(signature).span();
            let hit = edits.iter().any(|edit| {
                let at = edit.range.start;
                let inside = span.start < at && at < span.end;
                let excluded = is_enveloped(document, reference) && own.start < at && at < own.end;
                inside && !excluded
            });
            if hit {
                return Err(
                    Error::new(ErrorKind::Refused, &rules::xml_sign::WOULD_BREAK)
                        .with(document.path(signature))
                        .with(document.path(covered)),
                );
            }
        }
    }
    Ok(())
}

/// The element that a reference covers; `None` where it covers nothing of the document, or no signature at all.
fn covered(
    document: &Document,
    signature: ElementId,
    reference: ElementId,
    ids: &[&str],
) -> Option<ElementId> {
    let transforms = transforms(document, reference);
    if transforms.iter().any(|one| one == uri::XPATH_FILTER2) && subtracts(document, reference) {
        return None;
    }
    let view = document.element(reference);
    let target = view.attribute(None, "URI")?;
    match target.as_ref() {
        "" => Some(document.root()),
        target => {
            let found = document.by_id(target.strip_prefix('#')?, ids);
            // Two elements with one id: that signature is broken anyway.
            match found.as_slice() {
                [(only, _)] => Some(*only).filter(|only| *only != signature),
                _ => None,
            }
        }
    }
}

fn is_enveloped(document: &Document, reference: ElementId) -> bool {
    let transforms = transforms(document, reference);
    transforms.iter().any(|one| one == uri::ENVELOPED)
}

fn transforms(document: &Document, reference: ElementId) -> Vec<String> {
    let steps = profile::below(document, reference, &["Transforms", "Transform"]);
    let algorithm = |step: ElementId| {
        let view = document.element(step);
        view.attribute(None, "Algorithm")
            .map(std::borrow::Cow::into_owned)
    };
    steps.into_iter().filter_map(algorithm).collect()
}

/// Whether all signatures are taken out, as DSS and kyso write it.
fn subtracts(document: &Document, reference: ElementId) -> bool {
    let filters = profile::below(document, reference, &["Transforms", "Transform", "XPath"]);
    filters.into_iter().any(|filter| {
        let is_subtract = document
            .element(filter)
            .attribute(None, "Filter")
            .as_deref()
            == Some("subtract");
        let text = document.text(filter).unwrap_or_default();
        is_subtract
            && text.trim().starts_with("/descendant::")
            && text.trim().ends_with(":Signature")
    })
}
