//! What is in an XML document, as JSON.

use serde::Serialize;

use super::{One, Parts, Xml, digest_name};
use crate::{
    report::{CertificateJson, FindingJson, hex},
    text::Lang,
    xmldsig::{
        signature::{Reference, Transform},
        xades::{DataFormat, Properties, Shown},
    },
};

pub(in crate::inspect) fn to_json(xml: &Xml, file: Option<&str>, size: u64, lang: Lang) -> String {
    let view = Json {
        schema: "kyso.inspection/1",
        file,
        format: "xml",
        size,
        root: &xml.root,
        namespace: xml.namespace.as_deref(),
        profile: xml.profile.name(),
        signatures: xml
            .signatures
            .iter()
            .map(|one| OneJson::of(one, lang))
            .collect(),
    };
    serde_json::to_string(&view).unwrap_or_default()
}

#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    file: Option<&'a str>,
    format: &'static str,
    size: u64,
    root: &'a str,
    namespace: Option<&'a str>,
    profile: &'static str,
    signatures: Vec<OneJson<'a>>,
}

#[derive(Serialize)]
struct OneJson<'a> {
    path: &'a str,
    span: [usize; 2],
    slot: Option<&'static str>,
    /// `null` where the element is no signature by the schema.
    signature: Option<SignatureJson<'a>>,
    findings: Vec<FindingJson>,
}

#[derive(Serialize)]
struct SignatureJson<'a> {
    id: Option<&'a str>,
    canonicalisation: &'a str,
    method: &'a str,
    value_bytes: usize,
    references: Vec<ReferenceJson<'a>>,
    manifests: Vec<Vec<ReferenceJson<'a>>>,
    certificates: Vec<CertificateJson<'a>>,
    key_value: bool,
    xades: Option<PropertiesJson<'a>>,
    counter_signatures: &'a [String],
}

#[derive(Serialize)]
struct ReferenceJson<'a> {
    id: Option<&'a str>,
    uri: Option<&'a str>,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    transforms: Vec<String>,
    digest_method: &'a str,
    digest: String,
}

#[derive(Serialize)]
struct PropertiesJson<'a> {
    signing_time: Option<&'a str>,
    signing_certificates: Vec<String>,
    policy: Option<&'a str>,
    policy_implied: bool,
    roles: &'a [String],
    production_place: &'a [String],
    commitments: &'a [String],
    formats: Vec<FormatJson<'a>>,
    level: Shown,
    time_stamps: Vec<StampJson>,
    certificates: usize,
    crls: usize,
    ocsps: usize,
}

#[derive(Serialize)]
struct FormatJson<'a> {
    reference: &'a str,
    mime_type: Option<&'a str>,
}

#[derive(Serialize)]
struct StampJson {
    kind: &'static str,
    path: String,
    tokens: usize,
}

impl<'a> OneJson<'a> {
    fn of(one: &'a One, lang: Lang) -> Self {
        let findings = match &one.read {
            Ok(parts) => parts.signature.findings.as_slice(),
            Err(finding) => std::slice::from_ref(finding),
        };
        Self {
            path: &one.path,
            span: one.span,
            slot: one.slot,
            signature: one.read.as_ref().ok().map(SignatureJson::of),
            findings: findings
                .iter()
                .map(|it| FindingJson::of(it, lang))
                .collect(),
        }
    }
}

impl<'a> SignatureJson<'a> {
    fn of(parts: &'a Parts) -> Self {
        let signature = &parts.signature;
        let references = |all: &'a [Reference]| all.iter().map(ReferenceJson::of).collect();
        Self {
            id: signature.id.as_deref(),
            canonicalisation: &signature.canonicalisation.uri,
            method: &signature.method.uri,
            value_bytes: signature.value.len(),
            references: references(&signature.references),
            manifests: signature
                .manifests
                .iter()
                .map(|manifest| references(&manifest.references))
                .collect(),
            certificates: parts.certificates.iter().map(CertificateJson::of).collect(),
            key_value: signature.key_info.has_key_value,
            xades: signature
                .properties
                .as_ref()
                .map(|it| PropertiesJson::of(it, &parts.stamps)),
            counter_signatures: &parts.counter_signatures,
        }
    }
}

impl<'a> ReferenceJson<'a> {
    fn of(reference: &'a Reference) -> Self {
        Self {
            id: reference.id.as_deref(),
            uri: reference.uri.as_deref(),
            kind: reference.kind.as_deref(),
            transforms: reference.transforms.iter().map(Transform::name).collect(),
            digest_method: &reference.digest.uri,
            digest: hex(&reference.value),
        }
    }
}

impl<'a> PropertiesJson<'a> {
    fn of(properties: &'a Properties, paths: &[String]) -> Self {
        let evidence = &properties.evidence;
        let policy = properties.policy.as_ref();
        let format = |it: &'a DataFormat| FormatJson {
            reference: &it.reference,
            mime_type: it.mime.as_deref(),
        };
        Self {
            signing_time: properties.signing_time.as_deref(),
            signing_certificates: properties
                .certificates
                .iter()
                .map(|it| format!("{} {}", digest_name(&it.digest), hex(&it.value)))
                .collect(),
            policy: policy.and_then(|it| it.identifier.as_deref()),
            policy_implied: policy.is_some_and(|it| it.identifier.is_none()),
            roles: &properties.roles,
            production_place: &properties.place,
            commitments: &properties.commitments,
            formats: properties.formats.iter().map(format).collect(),
            level: properties.shown(),
            time_stamps: evidence
                .stamps
                .iter()
                .zip(paths)
                .map(|(stamp, path)| StampJson {
                    path: path.clone(),
                    kind: stamp.kind.name(),
                    tokens: stamp.tokens.len(),
                })
                .collect(),
            certificates: evidence.certificates.len(),
            crls: evidence.crls.len(),
            ocsps: evidence.ocsps.len(),
        }
    }
}
