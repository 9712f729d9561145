//! One signature element, read: XMLDSig 1.1 clause 4 with its schema, strictly. Nothing is checked here.

use super::{
    algorithm::{self, Named, TransformName},
    base64,
    key_info::KeyInfo,
    walk::{self, Walk},
    xades::Properties,
};
use crate::{
    crypto::{DigestAlgorithm, SignatureAlgorithm},
    error::Place,
    limits::{MAX_XML_MANIFESTS, MAX_XML_REFERENCES, MAX_XML_TRANSFORMS, MAX_XML_VALUE_BYTES},
    report::Finding,
    text::rules::xmldsig as rules,
    xml::{C14n, Canonical, Document, ElementId},
};

pub(crate) use super::uri::DSIG;

/// Namespace of what version 1.1 added.
pub(super) const DSIG_11: &str = "http://www.w3.org/2009/xmldsig11#";

/// A signature as it stands in the document.
#[derive(Debug)]
pub(crate) struct Signature {
    pub(crate) element: ElementId,
    pub(crate) id: Option<String>,
    pub(crate) signed_info: ElementId,
    /// How SignedInfo becomes octets.
    pub(crate) canonicalisation: Method<Canonical>,
    pub(crate) method: Method<SignatureAlgorithm>,
    /// HMACOutputLength stands there: part of known attacks, and no part of any algorithm here.
    pub(crate) output_length: bool,
    pub(crate) value: Vec<u8>,
    pub(crate) references: Vec<Reference>,
    pub(crate) key_info: KeyInfo,
    /// Object elements.
    pub(crate) objects: Vec<ElementId>,
    pub(crate) manifests: Vec<Manifest>,
    /// The properties of XAdES.
    pub(crate) properties: Option<Properties>,
    /// SigningTime in SignatureProperties: element and text.
    pub(crate) times: Vec<(ElementId, String)>,
    /// What is wrong or odd about the form, though it can be read.
    pub(crate) findings: Vec<Finding>,
}

/// An identifier with what it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Method<T> {
    pub(crate) uri: String,
    pub(crate) named: Named<T>,
}

/// A Reference, of SignedInfo or of a Manifest.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) element: ElementId,
    pub(crate) id: Option<String>,
    pub(crate) uri: Option<String>,
    /// Its Type, which says what it points at; only a hint, but a signed one.
    pub(crate) kind: Option<String>,
    pub(crate) transforms: Vec<Transform>,
    pub(crate) digest: Method<DigestAlgorithm>,
    pub(crate) value: Vec<u8>,
}

/// One step between what a reference points at and its octets.
#[derive(Debug)]
pub(crate) enum Transform {
    /// Leaves out the signature that the reference belongs to.
    Enveloped,
    Canonical(Canonical),
    Base64,
    /// The XPath element of XPath filtering.
    XPath(ElementId),
    /// The XPath elements of XPath Filter 2.0.
    Filter2(Vec<ElementId>),
    /// What is refused by name.
    Refused(&'static str),
    /// What is not known.
    Unknown(String),
}

impl Transform {
    /// What it is called, for people.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Enveloped => "enveloped-signature".to_owned(),
            Self::Canonical(method) => {
                let name = match method.algorithm {
                    C14n::Inclusive10 => "c14n-1.0",
                    C14n::Inclusive11 => "c14n-1.1",
                    C14n::Exclusive { .. } => "exc-c14n",
                };
                let comments = if method.comments {
                    "-with-comments"
                } else {
                    ""
                };
                format!("{name}{comments}")
            }
            Self::Base64 => "base64".to_owned(),
            Self::XPath(_) => "xpath".to_owned(),
            Self::Filter2(_) => "xpath-filter2".to_owned(),
            Self::Refused(name) => (*name).to_owned(),
            Self::Unknown(uri) => walk::short(uri),
        }
    }
}

/// A Manifest in an Object.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) element: ElementId,
    pub(crate) references: Vec<Reference>,
}

impl Signature {
    /// Reads a Signature element.
    ///
    /// # Errors
    /// What makes it no signature by the schema.
    pub(crate) fn read(document: &Document, element: ElementId) -> Result<Self, Finding> {
        let walk = Walk::new(document);
        let mut findings = Vec::new();
        let children = walk.children(element);
        walk.ordered(
            element,
            &children,
            &["SignedInfo", "SignatureValue", "KeyInfo", "Object"],
            &mut findings,
        )?;
        let signed_info = walk.one(element, &children, "SignedInfo")?;
        let value = walk.one(element, &children, "SignatureValue")?;
        let key_info = walk.at_most_one(element, &children, "KeyInfo")?;
        let objects = walk.named(&children, "Object");

        let info = walk.children(signed_info);
        walk.ordered(
            signed_info,
            &info,
            &["CanonicalizationMethod", "SignatureMethod", "Reference"],
            &mut findings,
        )?;
        let canonicalisation = walk.one(signed_info, &info, "CanonicalizationMethod")?;
        let method = walk.one(signed_info, &info, "SignatureMethod")?;
        let references = walk.named(&info, "Reference");
        let references = read_references(walk, references, &mut findings)?;
        if references.is_empty() {
            return Err(walk.at(Finding::new(&rules::NO_REFERENCE), signed_info));
        }
        let canonicalisation = read_canonical(walk, canonicalisation, &mut findings)?;
        let output_length = walk
            .children(method)
            .into_iter()
            .any(|child| walk.local(child) == "HMACOutputLength");
        let method = read_method(walk, method, &mut findings)?;
        let value = read_base64(walk, value)?;
        let key_info = match key_info {
            Some(element) => KeyInfo::read(walk, element, &mut findings),
            None => KeyInfo::default(),
        };
        let manifests = read_manifests(walk, &objects, &mut findings)?;
        let id = walk.id(element);
        let properties = Properties::read(walk, &objects, id.as_deref(), &mut findings);
        let times = signing_times(walk, &objects);
        Ok(Self {
            element,
            id,
            signed_info,
            canonicalisation,
            method,
            output_length,
            value,
            references,
            key_info,
            objects,
            manifests,
            properties,
            times,
            findings,
        })
    }
}

fn read_references(
    walk: Walk<'_>,
    elements: Vec<ElementId>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Reference>, Finding> {
    if elements.len() > MAX_XML_REFERENCES {
        return Err(Finding::new(&rules::TOO_MANY)
            .with("Reference")
            .with(MAX_XML_REFERENCES));
    }
    let read = |element| Reference::read(walk, element, findings);
    elements.into_iter().map(read).collect()
}

fn read_canonical(
    walk: Walk<'_>,
    element: ElementId,
    findings: &mut Vec<Finding>,
) -> Result<Method<Canonical>, Finding> {
    let uri = walk.algorithm(element)?;
    let named = algorithm::canonical(&uri, prefixes(walk, element));
    note_odd(walk, element, &uri, &named, findings);
    Ok(Method { uri, named })
}

/// PrefixList of InclusiveNamespaces (Exclusive XML Canonicalization clause 4). `#default` is the default namespace.
fn prefixes(walk: Walk<'_>, method: ElementId) -> Vec<String> {
    let mut prefixes: Vec<String> = Vec::new();
    for child in walk.children(method) {
        if walk.local(child) == "InclusiveNamespaces"
            && let Some(list) = walk.attribute(child, "PrefixList")
        {
            prefixes.extend(list.split_ascii_whitespace().map(str::to_owned));
        }
    }
    prefixes.sort_unstable();
    prefixes.dedup();
    prefixes
}

fn read_method(
    walk: Walk<'_>,
    element: ElementId,
    findings: &mut Vec<Finding>,
) -> Result<Method<SignatureAlgorithm>, Finding> {
    let uri = walk.algorithm(element)?;
    let named = if uri == algorithm::PSS_WITH_PARAMETERS {
        super::pss::read(walk, element).map_or(Named::Unknown, Named::Known)
    } else {
        algorithm::signature(&uri)
    };
    note_odd(walk, element, &uri, &named, findings);
    Ok(Method { uri, named })
}

fn note_odd<T>(
    walk: Walk<'_>,
    element: ElementId,
    uri: &str,
    named: &Named<T>,
    findings: &mut Vec<Finding>,
) {
    if matches!(named, Named::Odd(_)) {
        let finding = Finding::new(&rules::ODD_IDENTIFIER).with(walk::short(uri));
        findings.push(walk.at(finding, element));
    }
}

fn read_base64(walk: Walk<'_>, element: ElementId) -> Result<Vec<u8>, Finding> {
    let malformed = |what: &str| {
        let finding = Finding::new(&rules::MALFORMED)
            .with(walk.local(element))
            .with(what);
        walk.at(finding, element)
    };
    let text = walk
        .text(element)
        .ok_or_else(|| malformed("elements in place of text"))?;
    if text.len() > MAX_XML_VALUE_BYTES {
        return Err(malformed("too long"));
    }
    base64::decode(&text).ok_or_else(|| malformed("not base64"))
}

fn read_manifests(
    walk: Walk<'_>,
    objects: &[ElementId],
    findings: &mut Vec<Finding>,
) -> Result<Vec<Manifest>, Finding> {
    let mut manifests = Vec::new();
    let mut references: usize = 0;
    for object in objects {
        for element in walk.named(&walk.children(*object), "Manifest") {
            let children = walk.named(&walk.children(element), "Reference");
            references = references.saturating_add(children.len());
            if manifests.len() >= MAX_XML_MANIFESTS || references > MAX_XML_REFERENCES {
                let finding = Finding::new(&rules::TOO_MANY)
                    .with("Manifest")
                    .with(MAX_XML_REFERENCES);
                return Err(walk.at(finding, element));
            }
            manifests.push(Manifest {
                element,
                references: read_references(walk, children, findings)?,
            });
        }
    }
    Ok(manifests)
}

/// SigningTime in SignatureProperties, as the e-invoices of Viet Nam have it: in whatever namespace.
fn signing_times(walk: Walk<'_>, objects: &[ElementId]) -> Vec<(ElementId, String)> {
    let below = |from: Vec<ElementId>, local: &str| -> Vec<ElementId> {
        from.into_iter()
            .flat_map(|element| walk.children(element))
            .filter(|child| walk.local(*child) == local)
            .collect()
    };
    let properties = below(objects.to_vec(), "SignatureProperties");
    let times = below(below(properties, "SignatureProperty"), "SigningTime");
    let with_text = |element| Some((element, walk.text(element)?));
    times.into_iter().filter_map(with_text).collect()
}

impl Reference {
    fn read(
        walk: Walk<'_>,
        element: ElementId,
        findings: &mut Vec<Finding>,
    ) -> Result<Self, Finding> {
        let children = walk.children(element);
        walk.ordered(
            element,
            &children,
            &["Transforms", "DigestMethod", "DigestValue"],
            findings,
        )?;
        let transforms = match walk.at_most_one(element, &children, "Transforms")? {
            Some(transforms) => read_transforms(walk, transforms, findings)?,
            None => Vec::new(),
        };
        let method = walk.one(element, &children, "DigestMethod")?;
        let uri = walk.algorithm(method)?;
        let named = algorithm::digest(&uri);
        note_odd(walk, method, &uri, &named, findings);
        let value = walk.one(element, &children, "DigestValue")?;
        Ok(Self {
            element,
            id: walk.id(element),
            uri: walk.attribute(element, "URI"),
            kind: walk.attribute(element, "Type"),
            transforms,
            digest: Method { uri, named },
            value: read_base64(walk, value)?,
        })
    }
}

fn read_transforms(
    walk: Walk<'_>,
    element: ElementId,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Transform>, Finding> {
    let elements = walk.children(element);
    walk.ordered(element, &elements, &["Transform"], findings)?;
    let elements = walk.named(&elements, "Transform");
    if elements.len() > MAX_XML_TRANSFORMS {
        let finding = Finding::new(&rules::TOO_MANY)
            .with("Transform")
            .with(MAX_XML_TRANSFORMS);
        return Err(walk.at(finding, element));
    }
    let mut transforms = Vec::with_capacity(elements.len());
    for element in elements {
        transforms.push(read_transform(walk, element, findings)?);
    }
    Ok(transforms)
}

fn read_transform(
    walk: Walk<'_>,
    element: ElementId,
    findings: &mut Vec<Finding>,
) -> Result<Transform, Finding> {
    let uri = walk.algorithm(element)?;
    let canonical = algorithm::canonical(&uri, prefixes(walk, element));
    note_odd(walk, element, &uri, &canonical, findings);
    if let Some(canonical) = canonical.value() {
        return Ok(Transform::Canonical(canonical));
    }
    let expressions = || -> Vec<ElementId> {
        let mut children = walk.children(element);
        children.retain(|child| walk.local(*child) == "XPath");
        children
    };
    Ok(match algorithm::transform(&uri) {
        Named::Known(name) | Named::Odd(name) => match name {
            TransformName::Enveloped => Transform::Enveloped,
            TransformName::Base64 => Transform::Base64,
            TransformName::XPath => match expressions().as_slice() {
                [one] => Transform::XPath(*one),
                _ => {
                    let finding = Finding::new(&rules::MALFORMED)
                        .with("Transform")
                        .with("not one XPath");
                    return Err(walk.at(finding, element));
                }
            },
            TransformName::Filter2 => Transform::Filter2(expressions()),
        },
        Named::Refused(name) => Transform::Refused(name),
        Named::Unknown => Transform::Unknown(uri),
    })
}

/// The place of an element in the file.
pub(super) fn place(document: &Document, element: ElementId) -> Place {
    let start = document.element(element).span().start;
    Place::offset(u64::try_from(start).unwrap_or(u64::MAX))
}
