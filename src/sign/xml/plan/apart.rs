//! Signatures that do not stand in what they sign: around it, or in a document of their own.

use std::sync::Arc;

use super::{Made, Making, Plan, id_names};
use crate::{
    context::Context,
    error::{Error, ErrorKind, Result},
    progress::Watch,
    sign::{
        planned::Identity,
        xml::{
            edit::{Edit, Octets, What},
            outside,
            references::apart,
            settings,
        },
    },
    source::Source,
    text::rules,
    xmldsig::{
        build::{Reference, Transform},
        profile::{WAY_GENERIC, Way},
        uri::{self, DSIG},
    },
};

/// The head of a signature that stands alone.
const ALONE: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// A signature around the document, which becomes its Object.
pub(super) fn enveloping(making: &Making<'_>) -> Result<Made> {
    let Making {
        context, document, ..
    } = *making;
    let options = context.options();
    let unfit = [
        (options.parent.is_some(), "--parent"),
        (!options.reference.is_empty(), "--reference"),
        (options.countersign.is_some(), "--countersign"),
        (options.coexist, "--coexist"),
    ];
    if let Some((_, option)) = unfit.iter().find(|(is_so, _)| *is_so) {
        return Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_UNFIT).with(option));
    }
    // Under another root, what the signatures inside refer to is something else.
    if let Some(inside) = document.named(DSIG, "Signature").first() {
        return Err(
            Error::new(ErrorKind::Refused, &rules::xml_sign::WOULD_BREAK)
                .with(document.path(*inside))
                .with(document.path(document.root())),
        );
    }
    let way = Way {
        enveloped: false,
        ..WAY_GENERIC
    };
    let methods = settings::methods(options, &way);
    let mut made = making.made(&way, Vec::new(), "/".to_owned())?;
    made.edits.push(Edit {
        range: document.element(document.root()).span(),
        what: What::Around,
    });
    let template = &mut made.template;
    template.enveloping = true;
    template.references = vec![Reference {
        uri: format!("#{}", template.content_id()),
        kind: Some(uri::TYPE_OBJECT),
        transforms: methods.transform.map(Transform::C14n).into_iter().collect(),
        digest: making.identity.algorithm.digest(),
        mime: Some("text/xml"),
    }];
    made.outside = vec![None];
    Ok(made)
}

/// A signature in a document of its own, over the source and whatever else the references name.
pub(super) fn detached(
    context: &Context,
    source: Arc<dyn Source>,
    identity: &Identity,
    watch: Watch,
) -> Result<Plan> {
    let options = context.options();
    let digest = identity.algorithm.digest();
    let (first, rest) = options.reference.split_first().ok_or_else(|| {
        Error::new(ErrorKind::Argument, &rules::sign::OPTION_REQUIRED)
            .with("--reference")
            .with("van-ban.pdf")
    })?;
    let mut planned = vec![apart(first, digest, source)];
    for uri in rest {
        planned.push(apart(uri, digest, outside::open(context, None, uri)?));
    }
    let edit = Edit {
        range: ALONE.len()..ALONE.len(),
        what: What::Signature {
            before: String::new(),
            after: "\n".to_owned(),
        },
    };
    let made = Made::new(context, identity, &WAY_GENERIC, planned, first.clone())?;
    Ok(Plan {
        base: ALONE.into(),
        octets: Octets::Utf8,
        edits: vec![edit],
        template: made.template,
        outside: made.outside,
        ids: id_names(context),
        place: made.place,
        findings: made.findings,
        watch,
    })
}
