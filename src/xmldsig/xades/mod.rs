//! The properties of XAdES (EN 319 132-1 clause 5; TS 101 903 for the older namespaces), read. What is signed of them, and by
//! which reference, is for the check to say.

mod evidence;

pub(crate) use evidence::{Evidence, Shown};

use evidence::StampKind;

use super::{
    algorithm,
    key_info::{self, Hint},
    signature::Method,
    walk::Walk,
};
use crate::{
    asn1::{Tag, Tlv},
    crypto::DigestAlgorithm,
    limits::{MAX_XML_KEY_INFO, MAX_XML_PROPERTIES},
    report::Finding,
    text::rules::xmldsig as rules,
    xml::ElementId,
};

/// Namespace of what version 1.4.1 added; the rest stays in that of 1.3.2.
const XADES_141: &str = "http://uri.etsi.org/01903/v1.4.1#";

/// Namespaces of QualifyingProperties with the Type that a reference to SignedProperties has there.
const VERSIONS: [(&str, &str); 3] = [
    (
        "http://uri.etsi.org/01903/v1.3.2#",
        "http://uri.etsi.org/01903#SignedProperties",
    ),
    (
        "http://uri.etsi.org/01903/v1.2.2#",
        "http://uri.etsi.org/01903/v1.2.2#SignedProperties",
    ),
    (
        "http://uri.etsi.org/01903/v1.1.1#",
        "http://uri.etsi.org/01903/v1.1.1#SignedProperties",
    ),
];

/// Whether a Type is that of a reference to SignedProperties. Signers mix the versions up, so any will do for any.
pub(super) fn is_properties_type(kind: &str) -> bool {
    VERSIONS.iter().any(|(_, known)| *known == kind)
        || VERSIONS
            .iter()
            .any(|(space, _)| kind.strip_prefix(space) == Some("SignedProperties"))
}

/// Whether an element is of XAdES, of any version.
pub(super) fn is_xades(walk: Walk<'_>, element: ElementId) -> bool {
    let space = walk.namespace(element);
    space == XADES_141 || VERSIONS.iter().any(|(known, _)| *known == space)
}

/// Whether an element is SignedProperties of any version.
pub(super) fn is_signed_properties(walk: Walk<'_>, element: ElementId) -> bool {
    walk.local(element) == "SignedProperties"
        && VERSIONS
            .iter()
            .any(|(space, _)| *space == walk.namespace(element))
}

/// QualifyingProperties of one signature.
#[derive(Clone, Debug)]
pub(crate) struct Properties {
    /// SignedProperties.
    pub(crate) signed: Option<ElementId>,
    /// Target is this signature's id.
    pub(crate) own: bool,
    pub(crate) signing_time: Option<String>,
    /// SigningCertificate and SigningCertificateV2.
    pub(crate) certificates: Vec<CertRef>,
    pub(crate) policy: Option<SignaturePolicy>,
    /// What the signer claims to be.
    pub(crate) roles: Vec<String>,
    /// Parts of the place, as they stand.
    pub(crate) place: Vec<String>,
    /// Identifiers of commitments.
    pub(crate) commitments: Vec<String>,
    pub(crate) formats: Vec<DataFormat>,
    pub(crate) evidence: Evidence,
    /// The ds:Signature elements of CounterSignature.
    pub(crate) counter_signatures: Vec<ElementId>,
}

/// One Cert of SigningCertificate or SigningCertificateV2.
#[derive(Clone, Debug)]
pub(crate) struct CertRef {
    pub(crate) digest: Method<DigestAlgorithm>,
    pub(crate) value: Vec<u8>,
    /// Issuer and serial number, in words.
    pub(crate) issuer_serial: Option<Hint>,
    /// The serial number of IssuerSerialV2: content of its INTEGER.
    pub(crate) serial: Option<Vec<u8>>,
    /// Of the second version, whose first reference is that of the signer.
    pub(crate) version_2: bool,
}

/// SignaturePolicyIdentifier.
#[derive(Clone, Debug)]
pub(crate) struct SignaturePolicy {
    /// Absent where the policy is implied.
    pub(crate) identifier: Option<String>,
}

/// DataObjectFormat.
#[derive(Clone, Debug)]
pub(crate) struct DataFormat {
    /// `#id` of the Reference that it describes.
    pub(crate) reference: String,
    pub(crate) mime: Option<String>,
}

impl Properties {
    /// The level that the properties show.
    pub(crate) fn shown(&self) -> Shown {
        self.evidence.shown()
    }

    /// The properties in the Objects of a signature. Where several stand, those that name this signature.
    pub(super) fn read(
        walk: Walk<'_>,
        objects: &[ElementId],
        id: Option<&str>,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let mut found = Vec::new();
        for object in objects {
            for child in walk.children(*object) {
                let known = VERSIONS
                    .iter()
                    .any(|(space, _)| *space == walk.namespace(child));
                match walk.local(child) {
                    "QualifyingProperties" if known => found.push(child),
                    "QualifyingPropertiesReference" if known => {
                        let finding = Finding::new(&rules::PROPERTIES_ELSEWHERE);
                        findings.push(walk.at(finding, child));
                    }
                    _ => {}
                }
            }
        }
        if let [_, second, ..] = found.as_slice() {
            let finding = Finding::new(&rules::PROPERTIES_SEVERAL).with(found.len());
            findings.push(walk.at(finding, *second));
        }
        let names_this = |element: ElementId| {
            let target = walk.attribute(element, "Target").unwrap_or_default();
            target.strip_prefix('#').is_some() && target.strip_prefix('#') == id
        };
        let own = found.iter().copied().find(|element| names_this(*element));
        let element = own.or(found.first().copied())?;
        let mut properties = Self {
            signed: None,
            own: own.is_some(),
            signing_time: None,
            certificates: Vec::new(),
            policy: None,
            roles: Vec::new(),
            place: Vec::new(),
            commitments: Vec::new(),
            formats: Vec::new(),
            evidence: Evidence::default(),
            counter_signatures: Vec::new(),
        };
        for child in walk.children(element) {
            match walk.local(child) {
                "SignedProperties" if properties.signed.is_none() => {
                    properties.signed = Some(child);
                    properties.read_signed(walk, child);
                }
                "UnsignedProperties" => {
                    for group in walk.children(child) {
                        if walk.local(group) == "UnsignedSignatureProperties" {
                            properties.read_unsigned(walk, group);
                        }
                    }
                }
                _ => {}
            }
        }
        Some(properties)
    }

    fn read_signed(&mut self, walk: Walk<'_>, signed: ElementId) {
        for group in walk.children(signed) {
            for property in walk.children(group).into_iter().take(MAX_XML_PROPERTIES) {
                match walk.local(property) {
                    "SigningTime" => self.signing_time = walk.text(property),
                    "SigningCertificate" => self.read_certificates(walk, property, false),
                    "SigningCertificateV2" => self.read_certificates(walk, property, true),
                    "SignaturePolicyIdentifier" => {
                        let identifier = first_text(walk, property, "Identifier", 3);
                        self.policy = Some(SignaturePolicy { identifier });
                    }
                    "SignerRole" | "SignerRoleV2" => {
                        self.roles
                            .extend(texts(walk, property, &["ClaimedRole", "CertifiedRole"]));
                    }
                    "SignatureProductionPlace" | "SignatureProductionPlaceV2" => {
                        let parts = walk.children(property).into_iter().take(8);
                        self.place.extend(parts.filter_map(|part| walk.text(part)));
                    }
                    "CommitmentTypeIndication" => {
                        let identifier = first_text(walk, property, "Identifier", 2);
                        self.commitments.extend(identifier);
                    }
                    "DataObjectFormat" if self.formats.len() < MAX_XML_PROPERTIES => {
                        self.formats.push(DataFormat {
                            reference: walk
                                .attribute(property, "ObjectReference")
                                .unwrap_or_default(),
                            mime: first_text(walk, property, "MimeType", 1),
                        })
                    }
                    "AllDataObjectsTimeStamp" | "IndividualDataObjectsTimeStamp" => {
                        self.evidence.stamp(walk, property, StampKind::Content);
                    }
                    _ => {}
                }
            }
        }
    }

    fn read_certificates(&mut self, walk: Walk<'_>, property: ElementId, version_2: bool) {
        for cert in walk.children(property).into_iter().take(MAX_XML_KEY_INFO) {
            if walk.local(cert) != "Cert" {
                continue;
            }
            let (mut method, mut value, mut issuer_serial, mut serial) = (None, None, None, None);
            for part in walk.children(cert).into_iter().take(8) {
                match walk.local(part) {
                    "CertDigest" => {
                        for field in walk.children(part).into_iter().take(8) {
                            match walk.local(field) {
                                "DigestMethod" => method = walk.attribute(field, "Algorithm"),
                                "DigestValue" => value = key_info::bytes(walk, field),
                                _ => {}
                            }
                        }
                    }
                    "IssuerSerial" => issuer_serial = key_info::issuer_serial(walk, part),
                    "IssuerSerialV2" => {
                        serial = key_info::bytes(walk, part).and_then(|der| serial_of(&der));
                    }
                    _ => {}
                }
            }
            // What cannot be read names a certificate all the same: none that anybody has.
            let uri = method.unwrap_or_default();
            let named = algorithm::digest(&uri);
            self.certificates.push(CertRef {
                digest: Method { uri, named },
                value: value.unwrap_or_default(),
                issuer_serial,
                serial,
                version_2,
            });
        }
    }

    fn read_unsigned(&mut self, walk: Walk<'_>, group: ElementId) {
        for property in walk.children(group).into_iter().take(MAX_XML_PROPERTIES) {
            match walk.local(property) {
                "SignatureTimeStamp" => self.evidence.stamp(walk, property, StampKind::Signature),
                "SigAndRefsTimeStamp"
                | "SigAndRefsTimeStampV2"
                | "RefsOnlyTimeStamp"
                | "RefsOnlyTimeStampV2" => {
                    self.evidence.stamp(walk, property, StampKind::References)
                }
                "ArchiveTimeStamp" => self.evidence.stamp(walk, property, StampKind::Archive),
                "CounterSignature" => {
                    let inside = walk.children(property);
                    self.counter_signatures
                        .extend(walk.named(&inside, "Signature"));
                }
                "CertificateValues"
                | "AttrAuthoritiesCertValues"
                | "RevocationValues"
                | "AttributeRevocationValues" => self.evidence.take(walk, property),
                "TimeStampValidationData" | "AnyValidationData"
                    if walk.namespace(property) == XADES_141 =>
                {
                    for values in walk.children(property) {
                        self.evidence.take(walk, values);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The serial number of an IssuerSerial in DER (RFC 5035 clause 4).
fn serial_of(der: &[u8]) -> Option<Vec<u8>> {
    let mut fields = Tlv::parse(der).ok()?.children();
    fields.expect(Tag::SEQUENCE).ok()?;
    let serial = fields.expect(Tag::INTEGER).ok()?;
    Some(serial.content.to_vec())
}

/// The text of the first element of this name, at most so many levels down.
fn first_text(walk: Walk<'_>, from: ElementId, local: &str, depth: u8) -> Option<String> {
    for child in walk.children(from).into_iter().take(MAX_XML_PROPERTIES) {
        if walk.local(child) == local {
            return walk.text(child);
        }
        if depth > 1
            && let Some(found) = first_text(walk, child, local, depth.saturating_sub(1))
        {
            return Some(found);
        }
    }
    None
}

/// The texts of elements of these names two levels down.
fn texts(walk: Walk<'_>, from: ElementId, locals: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for group in walk.children(from).into_iter().take(MAX_XML_PROPERTIES) {
        for child in walk.children(group).into_iter().take(MAX_XML_PROPERTIES) {
            if locals.contains(&walk.local(child)) {
                found.extend(walk.text(child));
            }
        }
    }
    found
}
