//! Writing ds:Signature elements (XMLDSig clause 4, EN 319 132-1 clause 5).
//!
//! A [`Template`] says what stands in a signature; [`Template::draft`] writes it with stand-ins for the digests and
//! without its value. The draft goes into the document, which is read again: only there canonicalisation knows what it
//! inherits. The digests then replace their stand-ins, in the text and in the canonical SignedInfo alike.

mod properties;
mod text;
mod value;

use std::{ops::Range, sync::Arc};

pub(crate) use properties::{Place, Policy, Properties};
pub(crate) use value::raw;

use self::text::Text;
use super::{
    base64,
    uri::{self, DSIG},
};
use crate::{
    crypto::{DigestAlgorithm, SignatureAlgorithm},
    x509::Certificate,
};

/// What stands in a new signature.
#[derive(Debug)]
pub(crate) struct Template {
    /// Letters and digits that nobody can foretell: makes ids and stand-ins unique.
    pub(crate) nonce: String,
    /// Prefix of XMLDSig's namespace; empty for a default namespace.
    pub(crate) prefix: &'static str,
    /// Nothing but ASCII, the rest as character references: the document's encoding may not have it.
    pub(crate) ascii: bool,
    /// CanonicalizationMethod.
    pub(crate) c14n: &'static str,
    pub(crate) algorithm: SignatureAlgorithm,
    pub(crate) references: Vec<Reference>,
    pub(crate) certificate: Arc<Certificate>,
    /// The issuers' certificates.
    pub(crate) chain: Vec<Arc<Certificate>>,
    pub(crate) subject_name: bool,
    /// What SignatureProperties/SigningTime says; with it comes a second reference.
    pub(crate) time: Option<String>,
    /// XAdES; with it comes a last reference.
    pub(crate) properties: Option<Properties>,
    /// An Object of its own around something that the caller puts there.
    pub(crate) enveloping: bool,
}

/// One ds:Reference.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) uri: String,
    pub(crate) kind: Option<&'static str>,
    pub(crate) transforms: Vec<Transform>,
    pub(crate) digest: DigestAlgorithm,
    /// MIME type of what is signed, for DataObjectFormat.
    pub(crate) mime: Option<&'static str>,
}

/// One ds:Transform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Transform {
    /// Without this signature.
    Enveloped,
    /// Without any signature (XPath Filter 2): further ones may follow.
    Subtract,
    /// Canonicalisation, by its URI.
    C14n(&'static str),
}

/// The text of a signature with gaps.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) text: String,
    /// References in their order, those that the template adds included.
    pub(crate) references: Vec<Reference>,
    /// What stands for each digest, as long as it will be.
    pub(crate) stand_ins: Vec<String>,
    /// Where they stand.
    pub(crate) digests: Vec<Range<usize>>,
    /// Where the value goes.
    pub(crate) value: usize,
    /// Where something enveloped goes.
    pub(crate) content: Option<usize>,
}

impl Template {
    /// The value of the signature's Id.
    pub(crate) fn id(&self) -> String {
        format!("sig-{}", self.nonce)
    }

    fn id_of(&self, what: &str) -> String {
        format!("{what}-{}", self.nonce)
    }

    /// The id of the Object that envelops.
    pub(crate) fn content_id(&self) -> String {
        self.id_of("object")
    }

    /// Writes it. `None` where an algorithm has no URI.
    pub(crate) fn draft(&self) -> Option<Draft> {
        let references = self.all_references();
        let mut text = Text::new(self.prefix, self.ascii);
        let namespace = match self.prefix {
            "" => "xmlns".to_owned(),
            prefix => format!("xmlns:{prefix}"),
        };
        text.open("Signature", &[(&namespace, DSIG), ("Id", &self.id())]);
        let (stand_ins, digests) = self.signed_info(&mut text, &references)?;
        text.open("SignatureValue", &[("Id", &self.id_of("value"))]);
        let value = text.len();
        text.close("SignatureValue");
        self.key_info(&mut text);
        let content = self.enveloping.then(|| {
            text.open("Object", &[("Id", &self.content_id())]);
            let at = text.len();
            text.close("Object");
            at
        });
        if let Some(time) = &self.time {
            let target = format!("#{}", self.id());
            text.open("Object", &[("Id", &self.id_of("time"))]);
            text.open("SignatureProperties", &[]);
            text.open("SignatureProperty", &[("Target", &target)]);
            text.leaf("SigningTime", &[], time);
            text.close("SignatureProperty");
            text.close("SignatureProperties");
            text.close("Object");
        }
        if let Some(properties) = &self.properties {
            text.open("Object", &[]);
            let ids = properties::Ids {
                signature: &self.id(),
                properties: &self.id_of("xades"),
            };
            let formats = formats(&references, &self.nonce);
            properties.write(&mut text, &ids, &self.certificate, &formats)?;
            text.close("Object");
        }
        text.close("Signature");
        Some(Draft {
            text: text.into_string(),
            references,
            stand_ins,
            digests,
            value,
            content,
        })
    }

    /// With those that come with the time and the properties.
    fn all_references(&self) -> Vec<Reference> {
        let mut references = self.references.clone();
        let digest = references
            .first()
            .map_or(DigestAlgorithm::Sha256, |first| first.digest);
        if self.time.is_some() {
            references.push(Reference {
                uri: format!("#{}", self.id_of("time")),
                kind: None,
                transforms: Vec::new(),
                digest,
                mime: None,
            });
        }
        if self.properties.is_some() {
            references.push(Reference {
                uri: format!("#{}", self.id_of("xades")),
                kind: Some(uri::TYPE_SIGNED_PROPERTIES),
                transforms: vec![Transform::C14n(self.c14n)],
                digest,
                mime: None,
            });
        }
        references
    }

    fn signed_info(
        &self,
        text: &mut Text,
        references: &[Reference],
    ) -> Option<(Vec<String>, Vec<Range<usize>>)> {
        let (mut stand_ins, mut digests) = (Vec::new(), Vec::new());
        text.open("SignedInfo", &[]);
        text.empty("CanonicalizationMethod", &[("Algorithm", self.c14n)]);
        let algorithm = uri::of_signature(&self.algorithm)?;
        text.empty("SignatureMethod", &[("Algorithm", algorithm)]);
        for (index, reference) in references.iter().enumerate() {
            let id = reference_id(&self.nonce, index);
            let mut attributes = Vec::new();
            // Only DataObjectFormat names references.
            if self.properties.is_some() && reference.kind != Some(uri::TYPE_SIGNED_PROPERTIES) {
                attributes.push(("Id", id.as_str()));
            }
            attributes.extend(reference.kind.map(|kind| ("Type", kind)));
            attributes.push(("URI", reference.uri.as_str()));
            text.open("Reference", &attributes);
            if !reference.transforms.is_empty() {
                text.open("Transforms", &[]);
                for transform in &reference.transforms {
                    write_transform(text, transform);
                }
                text.close("Transforms");
            }
            let digest = uri::of_digest(reference.digest)?;
            text.empty("DigestMethod", &[("Algorithm", digest)]);
            text.open("DigestValue", &[]);
            let stand_in = self.stand_in(index, reference.digest);
            let start = text.len();
            text.raw(&stand_in);
            digests.push(start..text.len());
            stand_ins.push(stand_in);
            text.close("DigestValue");
            text.close("Reference");
        }
        text.close("SignedInfo");
        Some((stand_ins, digests))
    }

    /// As long as the digest in base64, unlike anything else in the document.
    fn stand_in(&self, index: usize, digest: DigestAlgorithm) -> String {
        let own: String = format!("{index:04}{}", self.nonce);
        let length = base64::length(digest.len());
        let own: String = own.chars().take(length).collect();
        format!("{own:A<length$}")
    }

    fn key_info(&self, text: &mut Text) {
        text.open("KeyInfo", &[]);
        text.open("X509Data", &[]);
        if self.subject_name {
            text.leaf("X509SubjectName", &[], &self.certificate.subject_text());
        }
        for certificate in std::iter::once(&self.certificate).chain(&self.chain) {
            text.leaf("X509Certificate", &[], &base64::encode(certificate.der()));
        }
        text.close("X509Data");
        text.close("KeyInfo");
    }
}

impl Draft {
    /// Puts the digests where their stand-ins are.
    pub(crate) fn fill(&mut self, digests: &[String]) {
        for (range, digest) in self.digests.iter().zip(digests) {
            if range.len() == digest.len() {
                self.text.replace_range(range.clone(), digest);
            }
        }
    }

    /// The same in a canonical SignedInfo. `None` where a stand-in is missing.
    ///
    /// Taken from the end: before the first one stand only namespaces and attributes that the document brought.
    pub(crate) fn fill_canonical(
        &self,
        mut octets: Vec<u8>,
        digests: &[String],
    ) -> Option<Vec<u8>> {
        let mut end = octets.len();
        for (stand_in, digest) in self.stand_ins.iter().zip(digests).rev() {
            let at = memchr::memmem::rfind(octets.get(..end)?, stand_in.as_bytes())?;
            let behind = at.checked_add(stand_in.len())?;
            octets.splice(at..behind, digest.bytes());
            end = at;
        }
        Some(octets)
    }
}

fn write_transform(text: &mut Text, transform: &Transform) {
    match transform {
        Transform::Enveloped => text.empty("Transform", &[("Algorithm", uri::ENVELOPED)]),
        Transform::C14n(uri) => text.empty("Transform", &[("Algorithm", uri)]),
        Transform::Subtract => {
            text.open("Transform", &[("Algorithm", uri::XPATH_FILTER2)]);
            text.raw(&format!(
                "<f:XPath xmlns:f=\"{}\" xmlns:s=\"{DSIG}\" Filter=\"subtract\">/descendant::s:Signature</f:XPath>",
                uri::XPATH_FILTER2
            ));
            text.close("Transform");
        }
    }
}

fn reference_id(nonce: &str, index: usize) -> String {
    format!("ref{index}-{nonce}")
}

/// What DataObjectFormat says: the reference and its MIME type.
fn formats(references: &[Reference], nonce: &str) -> Vec<(String, &'static str)> {
    let numbered = references.iter().enumerate();
    numbered
        .filter_map(|(index, reference)| {
            let mime = reference.mime?;
            Some((format!("#{}", reference_id(nonce, index)), mime))
        })
        .collect()
}
