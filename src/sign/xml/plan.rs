//! What will be signed, and where the signature goes.

use std::sync::Arc;

use super::{
    edit::{Edit, Octets, What},
    effects,
    place::{self, Chosen},
    references::{Planned, Writing, apart},
    settings,
};
use crate::{
    context::Context,
    error::{Error, ErrorKind, Result},
    options::{XmlForm, XmlProfile},
    progress::{Stage, Watch},
    report::Finding,
    sign::{planned::Identity, signed::for_each_block},
    source::Source,
    text::rules,
    xml::{Document, ElementId},
    xmldsig::{
        build::{Reference, Template, Transform},
        profile::{self, ID_ATTRIBUTES, Profile, WAY_GENERIC, Way},
        uri::{self, DSIG},
    },
};

/// Everything that is decided before the first digest.
pub(super) struct Plan {
    /// The octets that the edits change.
    pub(super) base: Arc<[u8]>,
    pub(super) octets: Octets,
    pub(super) edits: Vec<Edit>,
    pub(super) template: Template,
    /// Octets of references outside the document, in the order of the template's references.
    pub(super) outside: Vec<Option<Arc<dyn Source>>>,
    /// Names of id attributes.
    pub(super) ids: Vec<String>,
    /// Where it goes, for people.
    pub(super) place: String,
    pub(super) findings: Vec<Finding>,
    pub(super) watch: Watch,
}

/// The head of a signature that stands alone.
const ALONE: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

pub(super) fn make(
    context: &Context,
    source: Arc<dyn Source>,
    identity: &Identity,
) -> Result<Plan> {
    let watch = context.watch();
    if context.options().form == XmlForm::Detached {
        return detached(context, source, identity, watch);
    }
    let base = read(&*source, &watch)?;
    let document = Document::read(base.clone())?;
    let octets = Octets::of(&base);
    let ids = id_names(context);
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut made = match context.options().form {
        XmlForm::Enveloping => enveloping(context, &document, identity)?,
        _ if context.options().countersign.is_some() => {
            countersigning(context, &document, octets, identity, &names)?
        }
        _ => enveloped(context, &document, octets, identity, &names)?,
    };
    effects::breaks_nothing(&document, &made.edits, &names)?;
    made.template.ascii = octets.only_ascii();
    Ok(Plan {
        base,
        octets,
        edits: made.edits,
        template: made.template,
        outside: made.outside,
        ids,
        place: made.place,
        findings: made.findings,
        watch,
    })
}

/// What the forms differ in.
struct Made {
    edits: Vec<Edit>,
    template: Template,
    outside: Vec<Option<Arc<dyn Source>>>,
    place: String,
    findings: Vec<Finding>,
}

/// Names of id attributes: those of the settings, or the usual ones.
fn id_names(context: &Context) -> Vec<String> {
    match context.options().id_attr.as_slice() {
        [] => ID_ATTRIBUTES
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
        named => {
            let mut names = named.to_vec();
            // What is written here has `Id`.
            if names.iter().all(|name| name != "Id") {
                names.push("Id".to_owned());
            }
            names
        }
    }
}

/// The whole document, once.
fn read(source: &dyn Source, watch: &Watch) -> Result<Arc<[u8]>> {
    let mut meter = watch.stage(Stage::Digesting, source.len())?;
    let mut bytes = Vec::with_capacity(usize::try_from(source.len()).unwrap_or_default());
    for_each_block(source, &mut meter, &mut |block| {
        bytes.extend_from_slice(block);
        Ok(())
    })?;
    source.unchanged()?;
    Ok(bytes.into())
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

fn enveloped(
    context: &Context,
    document: &Document,
    octets: Octets,
    identity: &Identity,
    ids: &[&str],
) -> Result<Made> {
    let options = context.options();
    let parent = options.parent.as_deref();
    let Some(profile) = profile_of(context, document)? else {
        return generic(context, document, octets, identity, ids);
    };
    // `#id` of a data node says which document of a message is meant; everything else is signed as well.
    let places = profile::places(document, profile);
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
    let writing = writing(context, document, identity, ids, &way, chosen.parent);
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
    let edit = chosen.edit(document, octets);
    build(
        context,
        identity,
        &way,
        vec![edit],
        planned,
        place,
        findings,
    )
}

fn place_name(document: &Document, chosen: &Chosen) -> String {
    let missing: String = chosen
        .missing
        .iter()
        .map(|name| format!("/{name}"))
        .collect();
    format!("{}{missing}", document.path(chosen.parent))
}

fn generic(
    context: &Context,
    document: &Document,
    octets: Octets,
    identity: &Identity,
    ids: &[&str],
) -> Result<Made> {
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
    let writing = writing(context, document, identity, ids, &way, parent);
    let whole = [String::new()];
    let named = match options.reference.as_slice() {
        [] => whole.as_slice(),
        named => named,
    };
    let planned = named.iter().map(|text| writing.named(text));
    let planned = planned.collect::<Result<Vec<_>>>()?;
    let edit = place::at_end(document, octets, parent, "", "");
    let place = document.path(parent);
    build(
        context,
        identity,
        &way,
        vec![edit],
        planned,
        place,
        Vec::new(),
    )
}

fn enveloping(context: &Context, document: &Document, identity: &Identity) -> Result<Made> {
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
    let edit = Edit {
        range: document.element(document.root()).span(),
        what: What::Around,
    };
    let mut made = build(
        context,
        identity,
        &way,
        vec![edit],
        Vec::new(),
        "/".to_owned(),
        Vec::new(),
    )?;
    let template = &mut made.template;
    template.enveloping = true;
    template.references = vec![Reference {
        uri: format!("#{}", template.content_id()),
        kind: Some(uri::TYPE_OBJECT),
        transforms: methods.transform.map(Transform::C14n).into_iter().collect(),
        digest: identity.algorithm.digest(),
        mime: Some("text/xml"),
    }];
    made.outside = vec![None];
    Ok(made)
}

/// A signature over the value of another one (EN 319 132-1 clause 5.2.7.2).
fn countersigning(
    context: &Context,
    document: &Document,
    octets: Octets,
    identity: &Identity,
    ids: &[&str],
) -> Result<Made> {
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
    let mut made = build(
        context,
        identity,
        &way,
        Vec::new(),
        Vec::new(),
        document.path(signature),
        Vec::new(),
    )?;
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
        digest: identity.algorithm.digest(),
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

/// A signature in a document of its own, over the source and whatever else the references name.
fn detached(
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
        planned.push(apart(
            uri,
            digest,
            super::outside::open(context, None, uri)?,
        ));
    }
    let edit = Edit {
        range: ALONE.len()..ALONE.len(),
        what: What::Signature {
            before: String::new(),
            after: "\n".to_owned(),
        },
    };
    let made = build(
        context,
        identity,
        &WAY_GENERIC,
        vec![edit],
        planned,
        first.clone(),
        Vec::new(),
    )?;
    Ok(Plan {
        base: ALONE.into(),
        octets: Octets::Utf8,
        edits: made.edits,
        template: made.template,
        outside: made.outside,
        ids: id_names(context),
        place: made.place,
        findings: made.findings,
        watch,
    })
}

fn writing<'a>(
    context: &'a Context,
    document: &'a Document,
    identity: &Identity,
    ids: &'a [&'a str],
    way: &'a Way,
    parent: ElementId,
) -> Writing<'a> {
    Writing {
        context,
        document,
        way,
        methods: settings::methods(context.options(), way),
        digest: identity.algorithm.digest(),
        ids,
        parent,
    }
}

fn build(
    context: &Context,
    identity: &Identity,
    way: &Way,
    edits: Vec<Edit>,
    planned: Vec<Planned>,
    place: String,
    findings: Vec<Finding>,
) -> Result<Made> {
    let (references, outside) = planned
        .into_iter()
        .map(|one| (one.reference, one.outside))
        .unzip();
    let chain = match way.chain {
        true => identity.chain.clone(),
        false => Vec::new(),
    };
    let template = Template {
        nonce: nonce(context)?,
        prefix: way.prefix,
        ascii: false,
        c14n: settings::methods(context.options(), way).signed_info,
        algorithm: identity.algorithm,
        references,
        certificate: identity.certificate.clone(),
        chain,
        subject_name: way.subject_name,
        time: way.time_object.then(|| settings::local_time(context)),
        properties: settings::properties(context, way.xades)?,
        enveloping: false,
    };
    Ok(Made {
        edits,
        template,
        outside,
        place,
        findings,
    })
}

/// 128 random bits as letters and digits.
fn nonce(context: &Context) -> Result<String> {
    let mut octets = [0; 16];
    context.provider().random(&mut octets)?;
    Ok(octets.iter().map(|octet| format!("{octet:02x}")).collect())
}
