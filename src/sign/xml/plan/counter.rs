//! Countersignatures (EN 319 132-1 clause 5.2.7.2).

use super::{Made, Making};
use crate::{
    error::{Error, ErrorKind, Result},
    sign::xml::{
        edit::{Edit, Octets, What},
        place, settings,
    },
    text::rules,
    xml::{Document, ElementId},
    xmldsig::{
        build::{Reference, Transform},
        profile::{self, WAY_GENERIC},
        uri::{self, DSIG},
    },
};

/// A signature over the value of another one (EN 319 132-1 clause 5.2.7.2).
pub(super) fn make(making: &Making<'_>) -> Result<Made> {
    let Making {
        context,
        document,
        octets,
        ids,
        ..
    } = *making;
    let options = context.options();
    let wanted = options.countersign.as_deref().unwrap_or_default();
    for (given, option) in [
        (options.parent.is_some(), "--parent"),
        (!options.reference.is_empty(), "--reference"),
    ] {
        if given {
            return Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_UNFIT).with(option));
        }
    }
    let signature = countersigned(document, wanted, ids)?;
    let unfit =
        || Error::new(ErrorKind::Refused, &rules::xml_sign::NOT_COUNTERSIGNABLE).with(wanted);
    let qualifying = profile::below(document, signature, &["Object", "QualifyingProperties"]);
    let is_xades = |one: &ElementId| document.element(*one).namespace() == Some(uri::XADES);
    let qualifying = qualifying.into_iter().find(is_xades).ok_or_else(unfit)?;
    let values = profile::below(document, signature, &["SignatureValue"]);
    let [value] = values.as_slice() else {
        return Err(unfit());
    };

    let way = WAY_GENERIC;
    let mut made = making.made(&way, Vec::new(), document.path(signature))?;
    let id = match profile::id_of(document, *value) {
        Some(id) => {
            place::by_id(document, &id, ids)?;
            id
        }
        None => {
            let id = format!("value-of-{}", made.template.nonce);
            made.edits.push(named_value(document, octets, *value, &id));
            id
        }
    };
    made.edits
        .push(unsigned_property(document, octets, qualifying));
    let methods = settings::methods(options, &way);
    made.template.references = vec![Reference {
        uri: format!("#{id}"),
        kind: Some(uri::TYPE_COUNTERSIGNED),
        transforms: methods.transform.map(Transform::C14n).into_iter().collect(),
        digest: making.identity.algorithm.digest(),
        // EN 319 132-1 clause 6.3: no DataObjectFormat in a countersignature.
        mime: None,
    }];
    made.outside = vec![None];
    Ok(made)
}

/// The signature that is meant: by its number from 1, or by its id.
fn countersigned(document: &Document, wanted: &str, ids: &[&str]) -> Result<ElementId> {
    let missing = || {
        Error::new(ErrorKind::Argument, &rules::xml_sign::NOT_FOUND)
            .with(format_args!("Signature {wanted}"))
    };
    let signatures = document.named(DSIG, "Signature");
    if let Ok(number) = wanted.parse::<usize>() {
        let index = number.checked_sub(1).ok_or_else(missing)?;
        return signatures.get(index).copied().ok_or_else(missing);
    }
    let id = wanted.strip_prefix('#').unwrap_or(wanted);
    let element = place::by_id(document, id, ids)?;
    signatures
        .contains(&element)
        .then_some(element)
        .ok_or_else(missing)
}

/// The edit that gives SignatureValue an id. Nothing that the signature covers changes.
fn named_value(document: &Document, octets: Octets, value: ElementId, id: &str) -> Edit {
    let span = document.element(value).span();
    let tag = octets.decode(document.bytes().get(span.clone()).unwrap_or_default());
    let name = tag
        .bytes()
        .skip(1)
        .take_while(|byte| !byte.is_ascii_whitespace() && !b"/>".contains(byte))
        .count();
    let at = span.start + (1 + name) * octets.width();
    Edit {
        range: at..at,
        what: What::Text(format!(" Id=\"{id}\"")),
    }
}

/// The edit that puts the signature into a CounterSignature among the unsigned properties, which are made where they
/// are missing.
fn unsigned_property(document: &Document, octets: Octets, qualifying: ElementId) -> Edit {
    let prefix = document.element(qualifying).prefix().unwrap_or_default();
    let name = |local: &str| match prefix {
        "" => local.to_owned(),
        prefix => format!("{prefix}:{local}"),
    };
    let steps = ["UnsignedProperties", "UnsignedSignatureProperties"];
    let mut parent = qualifying;
    let mut missing: Vec<&str> = Vec::new();
    for step in steps {
        let below = match missing.as_slice() {
            [] => profile::below(document, parent, &[step]),
            _ => Vec::new(),
        };
        match below.first() {
            Some(one) => parent = *one,
            None => missing.push(step),
        }
    }
    missing.push("CounterSignature");
    let before: String = missing
        .iter()
        .map(|one| format!("<{}>", name(one)))
        .collect();
    let after: String = missing
        .iter()
        .rev()
        .map(|one| format!("</{}>", name(one)))
        .collect();
    place::at_end(document, octets, parent, &before, &after)
}
