//! What is in an XML document: its signatures, what they name, what they bring along. No verdict, nothing digested.

use serde::Serialize;

use super::text::Lines;
use crate::{
    context::Context,
    crypto::DigestAlgorithm,
    error::{Error, ErrorKind, Result},
    limits::{MAX_SIGNATURES, MAX_XML_BYTES},
    options::XmlProfile,
    report::{CertificateJson, CertificateReport, Finding, FindingJson, hex},
    source::{self, Source},
    text::{Lang, rules::usage},
    xml::{Document, ElementId},
    xmldsig::{
        coverage, profile,
        signature::{Method, Reference, Signature, Transform},
        xades::{Properties, Shown},
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
/// Of kind `Unreadable` when it is no XML that kyso reads, `Limit`, `Io`.
pub(super) fn inspect(context: &Context, source: &dyn Source) -> Result<Xml> {
    if source.len() > MAX_XML_BYTES {
        return Err(Error::new(ErrorKind::Limit, &usage::MATERIAL_TOO_LARGE)
            .with("XML")
            .with(MAX_XML_BYTES >> 20));
    }
    let bytes = source::window(source, 0, source.len())?.to_vec();
    let document = Document::read(bytes.into())?;
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

pub(super) fn to_json(xml: &Xml, file: Option<&str>, size: u64, lang: Lang) -> String {
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
        let format = |it: &'a crate::xmldsig::xades::DataFormat| FormatJson {
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

/// `sha256`, or the identifier where it is not known.
fn digest_name(method: &Method<DigestAlgorithm>) -> String {
    let known = method.named.value();
    known.map_or_else(|| method.uri.clone(), |it| it.name().to_owned())
}

pub(super) fn to_text(xml: &Xml, file: Option<&str>, size: u64, lines: &mut Lines) {
    let file = file.unwrap_or("XML");
    let (root, kind) = (&xml.root, xml.profile.name());
    lines.add(
        0,
        &format!("{file}: XML <{root}>, {size} byte, loại {kind}"),
        &format!("{file}: XML <{root}>, {size} bytes, kind {kind}"),
    );
    if xml.signatures.is_empty() {
        lines.add(1, "không có chữ ký", "no signature");
    }
    for one in &xml.signatures {
        let slot = one
            .slot
            .map(|slot| format!(" ({slot})"))
            .unwrap_or_default();
        let [start, end] = one.span;
        let path = &one.path;
        lines.add(
            1,
            &format!("chữ ký {path}{slot}: byte {start} đến {end}"),
            &format!("signature {path}{slot}: bytes {start} to {end}"),
        );
        match &one.read {
            Ok(parts) => signature(parts, lines),
            Err(finding) => lines.finding(2, finding),
        }
    }
}

fn signature(parts: &Parts, lines: &mut Lines) {
    let signature = &parts.signature;
    lines.row("mã", "id", signature.id.as_ref());
    lines.row("thuật toán", "method", Some(&signature.method.uri));
    for reference in &signature.references {
        let uri = reference.uri.as_deref().unwrap_or("–");
        let transforms: Vec<String> = reference.transforms.iter().map(Transform::name).collect();
        let digest = digest_name(&reference.digest);
        let text = format!("\"{uri}\" [{}] {digest}", transforms.join(", "));
        lines.row("ký", "signs", Some(text));
    }
    if let Some(properties) = &signature.properties {
        lines.row(
            "thời điểm tự khai",
            "claimed time",
            properties.signing_time.as_ref(),
        );
        let roles = Some(properties.roles.join(", ")).filter(|it| !it.is_empty());
        lines.row("vai trò tự khai", "claimed roles", roles);
        let place = Some(properties.place.join(", ")).filter(|it| !it.is_empty());
        lines.row("địa điểm", "place", place);
        let policy = properties.policy.as_ref();
        let policy = policy.map(|it| it.identifier.clone().unwrap_or_else(|| "implied".into()));
        lines.row("chính sách", "policy", policy);
        let stamps = properties.evidence.stamps.len();
        lines.row(
            "dấu thời gian",
            "time-stamps",
            Some(stamps).filter(|n| *n > 0),
        );
    }
    for path in &parts.counter_signatures {
        lines.row("được ký xác nhận bởi", "countersigned by", Some(path));
    }
    for certificate in &parts.certificates {
        lines.certificate(certificate);
    }
    for finding in &signature.findings {
        lines.finding(2, finding);
    }
}
