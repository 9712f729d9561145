//! KeyInfo (XMLDSig 1.1 clause 4.5): certificates, and hints which certificate is meant. Nothing here is trusted.

use super::{
    algorithm::{self, Named},
    base64,
    dn::{same_name, same_serial},
    signature::{DSIG, DSIG_11, Method},
    walk::{self, Walk},
};
use crate::{
    crypto::{DigestAlgorithm, Provider},
    limits::MAX_XML_KEY_INFO,
    report::Finding,
    text::rules::xmldsig as rules,
    x509::Certificate,
    xml::ElementId,
};

/// What KeyInfo says.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyInfo {
    /// DER, in the order of the document.
    pub(crate) certificates: Vec<Vec<u8>>,
    /// CRLs and OCSP responses, DER.
    pub(crate) crls: Vec<Vec<u8>>,
    pub(crate) ocsps: Vec<Vec<u8>>,
    /// Ways to find a certificate that is somewhere else.
    pub(crate) hints: Vec<Hint>,
    /// The numbers of a bare public key: a modulus, a point, or a whole SubjectPublicKeyInfo.
    pub(crate) key_values: Vec<Vec<u8>>,
    /// A bare public key stands there, of whatever kind.
    pub(crate) has_key_value: bool,
    /// What stands there and is not read, by name.
    pub(crate) unread: Vec<String>,
}

/// A way to find a certificate.
#[derive(Clone, Debug)]
pub(crate) enum Hint {
    /// Issuer and serial number, in words.
    IssuerSerial(String, String),
    KeyId(Vec<u8>),
    Subject(String),
    Digest(Method<DigestAlgorithm>, Vec<u8>),
}

impl KeyInfo {
    pub(super) fn read(walk: Walk<'_>, element: ElementId, findings: &mut Vec<Finding>) -> Self {
        let mut info = Self::default();
        info.take(walk, element, 0);
        if !info.unread.is_empty() {
            let names = info.unread.join(", ");
            let finding = Finding::new(&rules::KEY_INFO_UNREAD).with(walk::short(&names));
            findings.push(walk.at(finding, element));
        }
        info
    }

    /// Takes the children of KeyInfo, or what a RetrievalMethod points at.
    fn take(&mut self, walk: Walk<'_>, element: ElementId, depth: u8) {
        for child in walk.children(element).into_iter().take(MAX_XML_KEY_INFO) {
            match (walk.namespace(child), walk.local(child)) {
                (DSIG, "X509Data") => self.x509_data(walk, child),
                (DSIG, "KeyValue") => self.key_value(walk, child),
                (DSIG_11, "DEREncodedKeyValue") => {
                    self.has_key_value = true;
                    self.key_values.extend(bytes(walk, child));
                }
                (DSIG, "RetrievalMethod") => self.retrieve(walk, child, depth),
                // A name that only the two parties know.
                (DSIG, "KeyName") => {}
                (_, local) => self.unread(local),
            }
        }
    }

    fn unread(&mut self, name: &str) {
        if self.unread.len() < 8 && !self.unread.iter().any(|known| known == name) {
            self.unread.push(walk::short(name));
        }
    }

    fn x509_data(&mut self, walk: Walk<'_>, element: ElementId) {
        for child in walk.children(element).into_iter().take(MAX_XML_KEY_INFO) {
            let text = || walk.text(child).unwrap_or_default();
            match (walk.namespace(child), walk.local(child)) {
                (DSIG, "X509Certificate") => self.certificates.extend(bytes(walk, child)),
                (DSIG, "X509CRL") => self.crls.extend(bytes(walk, child)),
                (DSIG_11, "OCSPResponse") => self.ocsps.extend(bytes(walk, child)),
                (DSIG, "X509SKI") => self.hints.extend(bytes(walk, child).map(Hint::KeyId)),
                (DSIG, "X509SubjectName") => self.hints.push(Hint::Subject(text())),
                (DSIG, "X509IssuerSerial") => self.hints.extend(issuer_serial(walk, child)),
                (DSIG_11, "X509Digest") => {
                    let uri = walk.attribute(child, "Algorithm").unwrap_or_default();
                    let named = algorithm::digest(&uri);
                    let hint = |value| Hint::Digest(Method { uri, named }, value);
                    self.hints.extend(bytes(walk, child).map(hint));
                }
                (_, local) => self.unread(local),
            }
        }
        self.certificates.truncate(MAX_XML_KEY_INFO);
        self.hints.truncate(MAX_XML_KEY_INFO);
        self.crls.truncate(MAX_XML_KEY_INFO);
        self.ocsps.truncate(MAX_XML_KEY_INFO);
    }

    fn key_value(&mut self, walk: Walk<'_>, element: ElementId) {
        self.has_key_value = true;
        for key in walk.children(element).into_iter().take(4) {
            for part in walk.children(key).into_iter().take(16) {
                let value = match walk.local(part) {
                    // ECKeyValue writes the octets of a point, compressed or not.
                    "Modulus" | "PublicKey" => bytes(walk, part),
                    _ => None,
                };
                self.key_values.extend(value);
            }
        }
        self.key_values.truncate(MAX_XML_KEY_INFO);
    }

    /// A RetrievalMethod to something of KeyInfo in this document. Others are not followed.
    fn retrieve(&mut self, walk: Walk<'_>, element: ElementId, depth: u8) {
        let uri = walk.attribute(element, "URI").unwrap_or_default();
        let target = uri.strip_prefix('#').filter(|_| depth < 2);
        let found = target.map(|id| walk.document.by_any_id(id));
        match found.as_deref() {
            Some([target]) if walk.is_dsig(*target, "X509Data") => {
                self.x509_data(walk, *target);
            }
            Some([target]) if walk.is_dsig(*target, "KeyInfo") => {
                self.take(walk, *target, depth.saturating_add(1));
            }
            _ => self.unread("RetrievalMethod"),
        }
    }
}

/// `X509IssuerName` and `X509SerialNumber`, of whatever namespace: XAdES has the same two.
pub(super) fn issuer_serial(walk: Walk<'_>, element: ElementId) -> Option<Hint> {
    let mut parts = (None, None);
    for child in walk.children(element).into_iter().take(8) {
        match walk.local(child) {
            "X509IssuerName" => parts.0 = walk.text(child),
            "X509SerialNumber" => parts.1 = walk.text(child),
            _ => {}
        }
    }
    Some(Hint::IssuerSerial(parts.0?, parts.1?))
}

/// Base64 inside an element.
pub(super) fn bytes(walk: Walk<'_>, element: ElementId) -> Option<Vec<u8>> {
    base64::decode(&walk.text(element)?).filter(|bytes| !bytes.is_empty())
}

impl Hint {
    /// Whether it points at this certificate.
    pub(super) fn fits(&self, certificate: &Certificate, provider: &dyn Provider) -> bool {
        match self {
            Self::IssuerSerial(issuer, serial) => {
                same_serial(serial, certificate.serial())
                    && same_name(issuer, &certificate.issuer_text())
            }
            Self::KeyId(id) => certificate.subject_key_id() == Some(id.as_slice()),
            Self::Subject(name) => same_name(name, &certificate.subject_text()),
            Self::Digest(method, value) => match &method.named {
                Named::Known(digest) | Named::Odd(digest) => provider
                    .digest_of(*digest, certificate.der())
                    .is_some_and(|found| found.as_bytes() == value.as_slice()),
                Named::Refused(_) | Named::Unknown => false,
            },
        }
    }
}
