//! What is in an XML document: its signatures, what they name, what they bring along. No verdict, nothing digested.

mod json;
#[cfg(test)]
mod tests;
mod text;

pub(super) use json::to_json;
pub(super) use text::to_text;

use crate::{
    context::Context,
    crypto::DigestAlgorithm,
    error::Result,
    limits::{MAX_SIGNATURES, MAX_XML_BYTES},
    options::XmlProfile,
    progress::Watch,
    report::{CertificateReport, Finding},
    source::{self, Source},
    xml::{Document, ElementId},
    xmldsig::{
        coverage, profile,
        signature::{Method, Signature},
    },
};

/// What is in an XML document.
#[derive(Debug)]
pub(super) struct Xml {
    root: String,
    namespace: Option<String>,
    profile: XmlProfile,
    signatures: Vec<One>,
}

/// One Signature element.
#[derive(Debug)]
struct One {
    path: String,
    span: [usize; 2],
    slot: Option<&'static str>,
    read: std::result::Result<Parts, Finding>,
}

#[derive(Debug)]
struct Parts {
    signature: Signature,
    certificates: Vec<CertificateReport>,
    counter_signatures: Vec<String>,
    /// Where the time-stamps stand, in their order.
    stamps: Vec<String>,
}

/// Reads the signatures of an XML document.
///
/// # Errors
/// Of kind `Unreadable` when it is no XML that kyso reads, `Limit`, `Io`, `Cancelled`.
pub(super) fn inspect(
    context: &Context,
    source: &dyn Source,
    name: Option<&str>,
    watch: &Watch,
) -> Result<Xml> {
    let bytes = source::whole(source, name.unwrap_or("XML"), MAX_XML_BYTES, watch)?;
    let document = Document::read(bytes)?;
    let profile = match context.options().profile {
        Some(XmlProfile::Generic) => None,
        Some(name) => profile::by_name(name),
        None => profile::detect(&document),
    };
    let places = profile.map(|profile| profile::Places::of(&document, profile));
    let root = document.element(document.root());
    let elements = coverage::all(&document);
    let signatures = elements.into_iter().take(MAX_SIGNATURES);
    Ok(Xml {
        root: root.local().to_owned(),
        namespace: root.namespace().map(str::to_owned),
        profile: profile.map_or(XmlProfile::Generic, |profile| profile.name),
        signatures: signatures
            .map(|element| {
                let places = places.as_ref();
                let place = places.and_then(|it| it.holding(&document, element));
                let span = document.element(element).span();
                One {
                    path: document.path(element),
                    span: [span.start, span.end],
                    slot: place.map(|place| place.slot.name),
                    read: Signature::read(&document, element)
                        .map(|signature| Parts::of(context, &document, signature)),
                }
            })
            .collect(),
    })
}

impl Parts {
    fn of(context: &Context, document: &Document, signature: Signature) -> Self {
        let evidence = signature.properties.as_ref().map(|it| &it.evidence);
        let inside = signature.key_info.certificates.iter();
        let all = inside.chain(evidence.into_iter().flat_map(|it| &it.certificates));
        let parse = |der: &Vec<u8>| context.certificates().parse(der, context.provider());
        let certificates = all.filter_map(parse).map(|it| it.report()).collect();
        let countered = signature.properties.iter();
        let countered = countered.flat_map(|it| &it.counter_signatures);
        let path = |element: &ElementId| document.path(*element);
        let stamps = evidence.into_iter().flat_map(|it| &it.stamps);
        Self {
            stamps: stamps.map(|it| document.path(it.element)).collect(),
            counter_signatures: countered.map(path).collect(),
            certificates,
            signature,
        }
    }
}

/// `sha256`, or the identifier where it is not known.
fn digest_name(method: &Method<DigestAlgorithm>) -> String {
    let known = method.named.value();
    known.map_or_else(|| method.uri.clone(), |it| it.name().to_owned())
}
