//! Documents with sound signatures over whatever a test wants signed: a text with empty DigestValue and SignatureValue
//! elements is filled in.

use std::sync::Arc;

use crate::{
    cms::testing::{ECDSA, Identity, Template, at},
    context::{Context, Material, MaterialFile},
    crypto::{KeyType, TestProvider},
    options::{CidOctets, Options, RevocationMode},
    progress::Watch,
    report::{Report, SignatureReport},
    source::{MemorySource, References, Source},
    verify::verify,
    xml::{Document, ElementId},
    xmldsig::{
        base64, build, coverage,
        octets::{Outside, Workshop},
        signature::{Reference, Signature},
    },
};

/// A root and somebody whose certificate it issued.
pub(super) struct World {
    pub(super) root: Identity,
    pub(super) signer: Identity,
}

impl World {
    pub(super) fn new() -> Self {
        let root = Template::authority("Root").self_signed();
        let signer = Template {
            serial: 9,
            ..Template::leaf("Signer")
        };
        let signer = signer.issued_by(&root);
        Self { root, signer }
    }

    /// KeyInfo with the signer's certificate.
    pub(super) fn key_info(&self) -> String {
        key_info(&[&self.signer])
    }

    /// A signature with the given references, and what follows KeyInfo.
    pub(super) fn signature(&self, references: &str, objects: &str) -> String {
        signature(references, &self.key_info(), objects)
    }

    pub(super) fn fill(&self, text: &str) -> String {
        fill(text, &self.signer, None)
    }

    pub(super) fn context(&self, options: Options) -> Context {
        self.context_with(options, Material::default())
    }

    pub(super) fn context_with(&self, mut options: Options, mut material: Material) -> Context {
        options.at = Some(at("2026-03-05T00:00:00Z"));
        options.revocation = RevocationMode::Ignore;
        let root = self.root.certificate.der().to_vec();
        material.anchors.push(MaterialFile::new("root", root));
        Context::new(options, material).unwrap()
    }

    pub(super) fn check(&self, text: &str) -> Report {
        check(&self.context(Options::default()), text)
    }

    /// Fills in, checks, and gives the report of the first signature.
    pub(super) fn signed(&self, text: &str) -> (String, SignatureReport) {
        let text = self.fill(text);
        let report = self.check(&text);
        let first = report.signatures.into_iter().next();
        (text, first.expect("a signature"))
    }
}

pub(super) fn check(context: &Context, text: &str) -> Report {
    verify(
        context,
        Arc::new(MemorySource::new(text.as_bytes().to_vec())),
        None,
    )
}

pub(super) fn key_info(identities: &[&Identity]) -> String {
    let certificates = identities.iter().map(|identity| {
        let text = base64::encode(identity.certificate.der());
        format!("<X509Certificate>{text}</X509Certificate>")
    });
    let certificates: String = certificates.collect();
    format!("<KeyInfo><X509Data>{certificates}</X509Data></KeyInfo>")
}

pub(super) fn signature(references: &str, key_info: &str, objects: &str) -> String {
    format!(
        "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"sig\"><SignedInfo>\
         <CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/>\
         <SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"/>\
         {references}</SignedInfo><SignatureValue></SignatureValue>{key_info}{objects}</Signature>"
    )
}

/// A Reference with transforms by their identifiers.
pub(super) fn reference(uri: &str, attributes: &str, transforms: &[&str]) -> String {
    let transforms: String = transforms
        .iter()
        .map(|it| match it.strip_prefix('<') {
            Some(_) => (*it).to_owned(),
            None => format!("<Transform Algorithm=\"{it}\"/>"),
        })
        .collect();
    let transforms = match transforms.is_empty() {
        true => String::new(),
        false => format!("<Transforms>{transforms}</Transforms>"),
    };
    format!(
        "<Reference URI=\"{uri}\"{attributes}>{transforms}\
         <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>\
         <DigestValue></DigestValue></Reference>"
    )
}

pub(super) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
pub(super) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub(super) const BASE64: &str = "http://www.w3.org/2000/09/xmldsig#base64";

/// Fills in the first signature without a value, then the next.
pub(super) fn fill(text: &str, who: &Identity, files: Option<&dyn References>) -> String {
    let mut text = text.to_owned();
    while let Some(at) = unfilled(&text) {
        for manifests in [true, false] {
            text = digests(&text, at, manifests, files);
        }
        text = value_of(&text, at, who, files);
    }
    text
}

fn read(text: &str) -> (Document, Vec<Signature>) {
    let document = Document::read(text.as_bytes().into()).unwrap();
    let read = |element: &ElementId| Signature::read(&document, *element).unwrap();
    let signatures = coverage::all(&document).iter().map(read).collect();
    (document, signatures)
}

fn unfilled(text: &str) -> Option<usize> {
    let (_, signatures) = read(text);
    signatures.iter().position(|one| one.value.is_empty())
}

fn digests(text: &str, at: usize, manifests: bool, files: Option<&dyn References>) -> String {
    let (document, signatures) = read(text);
    let signature = &signatures[at];
    let references: Vec<&Reference> = match manifests {
        true => signature
            .manifests
            .iter()
            .flat_map(|it| &it.references)
            .collect(),
        false => signature.references.iter().collect(),
    };
    let pairs: Vec<_> = references.iter().map(|it| (signature, *it)).collect();
    let watch = Watch::new(None);
    let mut workshop = Workshop::new(&document, &TestProvider, outside(files), &watch);
    let digested = workshop.digest(&pairs).unwrap();
    let mut text = text.to_owned();
    for (reference, digested) in references.iter().zip(digested).rev() {
        if let (Ok(digest), true) = (digested.outcome, reference.value.is_empty()) {
            insert(
                &document,
                reference.element,
                "DigestValue",
                &mut text,
                digest.as_bytes(),
            );
        }
    }
    text
}

fn value_of(text: &str, at: usize, who: &Identity, files: Option<&dyn References>) -> String {
    let (document, signatures) = read(text);
    let watch = Watch::new(None);
    let mut workshop = Workshop::new(&document, &TestProvider, outside(files), &watch);
    let message = workshop.signed_info(&signatures[at]).unwrap();
    let der = who.key.sign(&ECDSA, &message).unwrap();
    let raw = build::raw(&ECDSA, KeyType::EcP256, &der).unwrap();
    let mut text = text.to_owned();
    insert(
        &document,
        signatures[at].element,
        "SignatureValue",
        &mut text,
        &raw,
    );
    text
}

fn outside(references: Option<&dyn References>) -> Outside<'_> {
    Outside {
        references,
        cid: CidOctets::Decoded,
        ids: &[],
    }
}

fn insert(document: &Document, parent: ElementId, name: &str, text: &mut String, bytes: &[u8]) {
    let children = document.children(parent);
    let mut fitting = children.into_iter().map(|it| document.element(it));
    let element = fitting.find(|it| it.local() == name).unwrap();
    text.insert_str(element.content().start, &base64::encode(bytes));
}

/// Contents by their names.
#[derive(Debug)]
pub(super) struct Files(pub(super) Vec<(&'static str, &'static [u8])>);

impl References for Files {
    fn open(&self, uri: &str) -> crate::error::Result<Option<Arc<dyn Source>>> {
        let found = self.0.iter().find(|(name, _)| *name == uri);
        Ok(found.map(|(_, bytes)| Arc::new(MemorySource::new(*bytes)) as Arc<dyn Source>))
    }
}

/// Codes of the findings of a signature, and of its coverage.
pub(super) fn codes(signature: &SignatureReport) -> Vec<&'static str> {
    signature.findings.iter().map(|it| it.code()).collect()
}
