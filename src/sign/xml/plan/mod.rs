//! What will be signed, and where the signature goes.

mod apart;
mod counter;
mod enveloped;

use std::sync::Arc;

use super::{
    edit::{Edit, Octets},
    effects,
    references::{Planned, Writing},
    settings,
};
use crate::{
    context::Context,
    error::Result,
    limits::MAX_XML_BYTES,
    options::XmlForm,
    progress::Watch,
    report::Finding,
    sign::planned::Identity,
    source::{self, Source},
    xml::{Document, ElementId},
    xmldsig::{
        build::Template,
        profile::{ID_ATTRIBUTES, Way},
    },
};

/// Everything that is decided before the first digest.
pub(in crate::sign::xml) struct Plan {
    /// The octets that the edits change.
    pub(in crate::sign::xml) base: Arc<[u8]>,
    pub(in crate::sign::xml) octets: Octets,
    pub(in crate::sign::xml) edits: Vec<Edit>,
    pub(in crate::sign::xml) template: Template,
    /// Octets of references outside the document, in the order of the template's references.
    pub(in crate::sign::xml) outside: Vec<Option<Arc<dyn Source>>>,
    /// Names of id attributes.
    pub(in crate::sign::xml) ids: Vec<String>,
    /// Where it goes, for people.
    pub(in crate::sign::xml) place: String,
    pub(in crate::sign::xml) findings: Vec<Finding>,
    pub(in crate::sign::xml) watch: Watch,
}

pub(in crate::sign::xml) fn make(
    context: &Context,
    source: Arc<dyn Source>,
    identity: &Identity,
) -> Result<Plan> {
    let watch = context.watch();
    if context.options().form == XmlForm::Detached {
        return apart::detached(context, source, identity, watch);
    }
    let base = read(&*source, &watch)?;
    let document = Document::read(base.clone())?;
    let octets = Octets::of(&base);
    let ids = id_names(context);
    let names: Vec<&str> = ids.iter().map(String::as_str).collect();
    let making = Making {
        context,
        document: &document,
        octets,
        identity,
        ids: &names,
    };
    let mut made = match context.options().form {
        XmlForm::Enveloping => apart::enveloping(&making)?,
        _ if context.options().countersign.is_some() => counter::make(&making)?,
        _ => enveloped::make(&making)?,
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

/// What the forms start from.
struct Making<'a> {
    context: &'a Context,
    document: &'a Document,
    octets: Octets,
    identity: &'a Identity,
    /// Names of id attributes.
    ids: &'a [&'a str],
}

impl<'a> Making<'a> {
    fn writing(&self, way: &'a Way, parent: ElementId) -> Writing<'a> {
        Writing {
            context: self.context,
            document: self.document,
            way,
            methods: settings::methods(self.context.options(), way),
            digest: self.identity.algorithm.digest(),
            ids: self.ids,
            parent,
        }
    }

    fn made(&self, way: &Way, planned: Vec<Planned>, place: String) -> Result<Made> {
        Made::new(self.context, self.identity, way, planned, place)
    }
}

/// What the forms give.
struct Made {
    edits: Vec<Edit>,
    template: Template,
    outside: Vec<Option<Arc<dyn Source>>>,
    place: String,
    findings: Vec<Finding>,
}

impl Made {
    /// A signature that stands nowhere yet.
    fn new(
        context: &Context,
        identity: &Identity,
        way: &Way,
        planned: Vec<Planned>,
        place: String,
    ) -> Result<Self> {
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
        Ok(Self {
            edits: Vec::new(),
            template,
            outside,
            place,
            findings: Vec::new(),
        })
    }
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
    let bytes = source::whole(source, "XML", MAX_XML_BYTES, watch)?;
    source.unchanged()?;
    Ok(bytes)
}

/// 128 random bits as letters and digits.
fn nonce(context: &Context) -> Result<String> {
    let mut octets = [0; 16];
    context.provider().random(&mut octets)?;
    Ok(octets.iter().map(|octet| format!("{octet:02x}")).collect())
}
