//! Signatures inside what they sign: in the slot of a profile, or anywhere in a generic document.

use super::{Made, Making};
use crate::{
    context::Context,
    error::{Error, ErrorKind, Result},
    options::XmlProfile,
    report::Finding,
    sign::xml::{
        place::{self, Chosen},
        settings,
    },
    text::rules,
    xml::Document,
    xmldsig::{
        profile::{self, Profile, WAY_GENERIC},
        uri::DSIG,
    },
};

pub(super) fn make(making: &Making<'_>) -> Result<Made> {
    let Making {
        context,
        document,
        octets,
        ids,
        ..
    } = *making;
    let options = context.options();
    let parent = options.parent.as_deref();
    let Some(profile) = profile_of(context, document)? else {
        return generic(making);
    };
    // `#id` of a data node says which document of a message is meant; everything else is signed as well.
    let places = match options.reference.as_slice() {
        [] => Vec::new(),
        _ => profile::places(document, profile),
    };
    let nodes = places.iter().flat_map(|place| place.data(document));
    let data_ids: Vec<String> = nodes
        .filter_map(|node| profile::id_of(document, node))
        .collect();
    let is_data = |text: &str| {
        let id = text.strip_prefix('#');
        id.is_some_and(|id| data_ids.iter().any(|known| known == id))
    };
    let data = options.reference.iter().find(|text| is_data(text));
    let data = data.and_then(|text| text.strip_prefix('#'));
    let chosen = place::choose(document, profile, parent, data, ids)?;
    let way = chosen.slot.way;
    let writing = making.writing(&way, chosen.parent);
    let mut planned = writing.of_slot(&chosen)?;
    for text in &options.reference {
        let is_there = planned.iter().any(|one| one.reference.uri == *text);
        if !is_there && !is_data(text) {
            planned.push(writing.named(text)?);
        }
    }
    let mut findings = Vec::new();
    if !chosen.missing.is_empty() {
        let made = Finding::new(&rules::xml_sign::SLOT_MADE).with(chosen.missing.join("/"));
        findings.push(made);
    }
    findings.extend(settings::unusual(options, profile, &way));
    let place = place_name(document, &chosen);
    let mut made = making.made(&way, planned, place)?;
    made.edits.push(chosen.edit(document, octets));
    made.findings = findings;
    Ok(made)
}

fn generic(making: &Making<'_>) -> Result<Made> {
    let Making {
        context,
        document,
        octets,
        ids,
        ..
    } = *making;
    let options = context.options();
    let parent = match options.parent.as_deref() {
        None => document.root(),
        Some(text) => place::element_at(document, text, ids)?,
    };
    let view = document.element(parent);
    if (view.namespace(), view.local()) == (Some(DSIG), "Signature") {
        let root = Error::new(ErrorKind::Refused, &rules::xml_sign::ROOT_IS_SIGNATURE);
        return Err(root);
    }
    let way = WAY_GENERIC;
    let writing = making.writing(&way, parent);
    let whole = [String::new()];
    let named = match options.reference.as_slice() {
        [] => whole.as_slice(),
        named => named,
    };
    let planned = named.iter().map(|text| writing.named(text));
    let planned = planned.collect::<Result<Vec<_>>>()?;
    let mut made = making.made(&way, planned, document.path(parent))?;
    made.edits
        .push(place::at_end(document, octets, parent, "", ""));
    if !named.iter().any(String::is_empty) {
        let parts = Finding::new(&rules::xml_sign::PARTS_ONLY).with(named.join(", "));
        made.findings.push(parts);
    }
    Ok(made)
}

/// The profile that the settings name, or that the document shows.
fn profile_of(context: &Context, document: &Document) -> Result<Option<&'static Profile>> {
    match context.options().profile {
        None => Ok(profile::detect(document)),
        Some(XmlProfile::Generic) => Ok(None),
        Some(name) => {
            let profile = profile::by_name(name);
            let fits = profile.filter(|one| !profile::containers(document, one).is_empty());
            let wrong = || {
                let root = document.element(document.root());
                Error::new(ErrorKind::Refused, &rules::xml_sign::PROFILE)
                    .with(name.name())
                    .with(root.local())
            };
            Ok(Some(fits.ok_or_else(wrong)?))
        }
    }
}

fn place_name(document: &Document, chosen: &Chosen) -> String {
    let missing: String = chosen
        .missing
        .iter()
        .map(|name| format!("/{name}"))
        .collect();
    format!("{}{missing}", document.path(chosen.parent))
}
