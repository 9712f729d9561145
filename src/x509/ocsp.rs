//! OCSP responses (RFC 6960 clause 4.2): parsed views. No decisions here.

use std::{fmt, ops::Range, sync::Arc};

use super::{
    AlgorithmIdentifier, Certificate,
    certificate::bit_string,
    extension::{self, Extension},
    oid,
    signed::{Identity, SignedObject, Signer},
};
use crate::{
    asn1::{self, Reader, Tag, Tlv},
    crypto::{DigestAlgorithm, Provider, SignatureAlgorithm},
    limits::{MAX_OCSP_ANSWERS, MAX_OCSP_CERTIFICATES},
    time::Time,
};

/// An OCSPResponse, or the BasicOCSPResponse inside one, as archives keep it.
pub(crate) struct OcspResponse {
    identity: Identity,
    signer: Signer,
    bytes: Box<[u8]>,
    status: ResponseStatus,
    basic: Option<Basic>,
}

/// What a responder says of the request as a whole. Nobody signs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResponseStatus {
    Successful,
    MalformedRequest,
    InternalError,
    TryLater,
    SigRequired,
    Unauthorized,
    Other,
}

impl ResponseStatus {
    /// Its name in the standard.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Successful => "successful",
            Self::MalformedRequest => "malformedRequest",
            Self::InternalError => "internalError",
            Self::TryLater => "tryLater",
            Self::SigRequired => "sigRequired",
            Self::Unauthorized => "unauthorized",
            Self::Other => "?",
        }
    }
}

struct Basic {
    tbs: Range<usize>,
    algorithm: Option<SignatureAlgorithm>,
    signature: Range<usize>,
    responder_is_key: bool,
    responder: Range<usize>,
    produced_at: Time,
    answers: Vec<Answer>,
    nonce: Option<Range<usize>>,
    unknown_critical: bool,
    certificates: Vec<Arc<Certificate>>,
}

/// ResponderID: who says that it signed. Only the signature proves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Responder<'a> {
    /// DER of a Name.
    Name(&'a [u8]),
    /// SHA-1 of the octets of a public key.
    Key(&'a [u8]),
}

/// SingleResponse: what is said of one certificate.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The digest of the two hashes; `None` where it is not known.
    pub(crate) digest: Option<DigestAlgorithm>,
    name_hash: Range<usize>,
    key_hash: Range<usize>,
    serial: Range<usize>,
    pub(crate) status: AnswerStatus,
    pub(crate) this_update: Time,
    pub(crate) next_update: Option<Time>,
    /// Certificates that expired since then are still known (RFC 6960 clause 4.4.4).
    pub(crate) archive_cutoff: Option<Time>,
    pub(crate) invalidity_date: Option<Time>,
    /// A critical extension that kyso does not process.
    pub(crate) unknown_critical: bool,
}

/// CertStatus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AnswerStatus {
    Good,
    Revoked { date: Time, reason: Option<u8> },
    Unknown,
}

impl OcspResponse {
    /// Parses DER (or BER, whose original bytes are kept). `None` where it is neither form, or bytes follow. Certificates inside that
    /// cannot be parsed are left out: they are only candidates.
    pub(crate) fn parse(bytes: Vec<u8>, provider: &dyn Provider) -> Option<Arc<Self>> {
        let outer = Tlv::parse(&bytes)
            .ok()
            .filter(|outer| outer.tag == Tag::SEQUENCE)?;
        let mut fields = outer.children();
        let (status, basic) = match fields.optional(Tag::ENUMERATED).ok()? {
            None => (
                ResponseStatus::Successful,
                Some(Basic::of(&outer, provider)?),
            ),
            Some(status) => {
                let inside = fields.optional(Tag::context(0)).ok()?;
                fields.finish().ok()?;
                let status = status_of(&status)?;
                let basic = match inside {
                    Some(inside) if status == ResponseStatus::Successful => {
                        Some(inner(&inside, provider)?)
                    }
                    _ => None,
                };
                (status, basic)
            }
        };
        if status == ResponseStatus::Successful && basic.is_none() {
            return None;
        }
        Some(Arc::new(Self {
            identity: Identity::next(),
            signer: Signer::default(),
            bytes: bytes.into_boxed_slice(),
            status,
            basic,
        }))
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    /// All of its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What it says of the request as a whole.
    pub(crate) fn status(&self) -> ResponseStatus {
        self.status
    }

    /// ResponseData with its header, as it stands in the original bytes, and the signature; empty where the request was not answered.
    pub(crate) fn signed(&self) -> SignedObject<'_> {
        let basic = self.basic.as_ref();
        let slice = |range: fn(&Basic) -> &Range<usize>| {
            basic.map_or(&[][..], |basic| self.slice(range(basic)))
        };
        SignedObject {
            identity: self.identity,
            tbs: slice(|basic| &basic.tbs),
            algorithm: basic.and_then(|basic| basic.algorithm),
            signature: slice(|basic| &basic.signature),
            signer: &self.signer,
        }
    }

    /// Who says that it signed.
    pub(crate) fn responder(&self) -> Option<Responder<'_>> {
        let basic = self.basic.as_ref()?;
        let value = self.slice(&basic.responder);
        Some(if basic.responder_is_key {
            Responder::Key(value)
        } else {
            Responder::Name(value)
        })
    }

    /// When it was signed.
    pub(crate) fn produced_at(&self) -> Option<Time> {
        self.basic.as_ref().map(|basic| basic.produced_at)
    }

    /// The content of the nonce extension, which is echoed from the request (clause 4.4.1).
    pub(crate) fn nonce(&self) -> Option<&[u8]> {
        let range = self.basic.as_ref()?.nonce.as_ref()?;
        Some(self.slice(range))
    }

    /// Whether it has a critical extension that kyso does not process, or one that stands twice.
    pub(crate) fn unknown_critical(&self) -> bool {
        self.basic
            .as_ref()
            .is_some_and(|basic| basic.unknown_critical)
    }

    /// The certificates inside: candidates, nothing more.
    pub(crate) fn certificates(&self) -> &[Arc<Certificate>] {
        self.basic.as_ref().map_or(&[], |basic| &basic.certificates)
    }

    /// Everything that it says.
    pub(crate) fn answers(&self) -> &[Answer] {
        self.basic.as_ref().map_or(&[], |basic| &basic.answers)
    }

    /// Issuer's name hash, issuer's key hash, and serial number (content bytes) of an answer.
    pub(crate) fn certificate_id(&self, answer: &Answer) -> (&[u8], &[u8], &[u8]) {
        (
            self.slice(&answer.name_hash),
            self.slice(&answer.key_hash),
            self.slice(&answer.serial),
        )
    }
}

impl fmt::Debug for OcspResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "OcspResponse({}, {} answers)",
            self.status.name(),
            self.answers().len()
        )
    }
}

fn status_of(value: &Tlv<'_>) -> Option<ResponseStatus> {
    if value.tag != Tag::ENUMERATED {
        return None;
    }
    Some(match value.content {
        [0] => ResponseStatus::Successful,
        [1] => ResponseStatus::MalformedRequest,
        [2] => ResponseStatus::InternalError,
        [3] => ResponseStatus::TryLater,
        [5] => ResponseStatus::SigRequired,
        [6] => ResponseStatus::Unauthorized,
        _ => ResponseStatus::Other,
    })
}

/// ResponseBytes.
fn inner(explicit: &Tlv<'_>, provider: &dyn Provider) -> Option<Basic> {
    let sequence = explicit.only_child().ok()?;
    let mut fields = sequence.children();
    let (kind, value) = (fields.expect(Tag::OID).ok()?, fields.next().ok()?);
    fields.finish().ok()?;
    if kind.oid() != Some(oid::OCSP_BASIC) || value.tag != Tag::OCTET_STRING {
        return None;
    }
    let mut reader = Reader::at(value.content, value.content_range().start);
    let basic = reader.next().ok()?;
    reader.finish().ok()?;
    Basic::of(&basic, provider)
}

impl Basic {
    fn of(sequence: &Tlv<'_>, provider: &dyn Provider) -> Option<Self> {
        if sequence.tag != Tag::SEQUENCE {
            return None;
        }
        let mut fields = sequence.children();
        let tbs = fields.expect(Tag::SEQUENCE).ok()?;
        let algorithm = fields.expect(Tag::SEQUENCE).ok()?;
        let signature = fields.expect(Tag::BIT_STRING).ok()?;
        let certificates = match fields.optional(Tag::context(0)).ok()? {
            Some(explicit) => certificates(&explicit.only_child().ok()?, provider)?,
            None => Vec::new(),
        };
        fields.finish().ok()?;

        let mut data = tbs.children();
        if let Some(version) = data.optional(Tag::context(0)).ok()?
            && version.only_child().ok()?.unsigned()? != 0
        {
            return None;
        }
        let responder = data.next().ok()?;
        let inside = responder.only_child().ok()?;
        let (responder_is_key, responder) = if responder.tag == Tag::context_constructed(1) {
            (false, inside.range())
        } else if responder.tag == Tag::context_constructed(2) && inside.tag == Tag::OCTET_STRING {
            (true, inside.content_range())
        } else {
            return None;
        };
        let produced_at = asn1::time::parse(&data.next().ok()?)?;
        let mut items = data.expect(Tag::SEQUENCE).ok()?.children();
        let mut answers = Vec::new();
        while let Some(item) = items.try_next().ok()? {
            if answers.len() >= MAX_OCSP_ANSWERS {
                return None;
            }
            answers.push(answer(&item)?);
        }
        let mut basic = Self {
            tbs: tbs.range(),
            algorithm: AlgorithmIdentifier::parse(&algorithm)
                .and_then(|algorithm| algorithm.signature(None)),
            signature: bit_string(&signature),
            responder_is_key,
            responder,
            produced_at,
            answers,
            nonce: None,
            unknown_critical: false,
            certificates,
        };
        if let Some(extensions) = data.optional(Tag::context(1)).ok()? {
            extension::each(&extensions.only_child().ok()?, |extension| {
                let once = basic.nonce.is_none();
                basic.unknown_critical |= match extension.oid {
                    Some(oid::OCSP_NONCE) => {
                        basic.nonce = Some(nonce(&extension));
                        !once
                    }
                    _ => extension.critical,
                };
            })?;
        }
        data.finish().ok()?;
        Some(basic)
    }
}

/// The nonce is an OCTET STRING inside the extension's value (RFC 8954); older responders put the plain octets there.
fn nonce(extension: &Extension<'_>) -> Range<usize> {
    extension
        .only(Tag::OCTET_STRING)
        .unwrap_or_else(|| extension.range.clone())
}

fn certificates(sequence: &Tlv<'_>, provider: &dyn Provider) -> Option<Vec<Arc<Certificate>>> {
    let mut items = sequence.children();
    let mut found = Vec::new();
    while let Some(item) = items.try_next().ok()? {
        if found.len() < MAX_OCSP_CERTIFICATES {
            found.extend(Certificate::parse(item.full, provider));
        }
    }
    Some(found)
}

fn answer(value: &Tlv<'_>) -> Option<Answer> {
    if value.tag != Tag::SEQUENCE {
        return None;
    }
    let mut fields = value.children();
    let mut id = fields.expect(Tag::SEQUENCE).ok()?.children();
    let digest = id.expect(Tag::SEQUENCE).ok()?;
    let name_hash = primitive(&id.expect(Tag::OCTET_STRING).ok()?)?;
    let key_hash = primitive(&id.expect(Tag::OCTET_STRING).ok()?)?;
    let serial = id.expect(Tag::INTEGER).ok()?.content_range();
    id.finish().ok()?;

    let status = status(&fields.next().ok()?)?;
    let this_update = asn1::time::parse(&fields.next().ok()?)?;
    let next_update = match fields.optional(Tag::context(0)).ok()? {
        Some(explicit) => Some(asn1::time::parse(&explicit.only_child().ok()?)?),
        None => None,
    };
    let mut answer = Answer {
        digest: AlgorithmIdentifier::parse(&digest).and_then(|digest| digest.digest()),
        name_hash,
        key_hash,
        serial,
        status,
        this_update,
        next_update,
        archive_cutoff: None,
        invalidity_date: None,
        unknown_critical: false,
    };
    if let Some(extensions) = fields.optional(Tag::context(1)).ok()? {
        extension::each(&extensions.only_child().ok()?, |extension| {
            let time = || {
                let value = Tlv::parse(extension.value).ok()?;
                asn1::time::parse(&value)
            };
            let understood = match extension.oid {
                Some(oid::OCSP_ARCHIVE_CUTOFF) => {
                    let first = answer.archive_cutoff.is_none();
                    answer.archive_cutoff = time();
                    first && answer.archive_cutoff.is_some()
                }
                Some(oid::INVALIDITY_DATE) => {
                    answer.invalidity_date = time();
                    answer.invalidity_date.is_some()
                }
                Some(oid::CRL_REASON) => true,
                _ => !extension.critical,
            };
            answer.unknown_critical |= !understood;
        })?;
    }
    fields.finish().ok()?;
    Some(answer)
}

fn primitive(value: &Tlv<'_>) -> Option<Range<usize>> {
    (!value.tag.constructed).then(|| value.content_range())
}

/// CertStatus: `[0]` good, `[1]` revoked, `[2]` unknown.
fn status(value: &Tlv<'_>) -> Option<AnswerStatus> {
    if value.tag == Tag::context(0) {
        return Some(AnswerStatus::Good);
    }
    if value.tag == Tag::context(2) {
        return Some(AnswerStatus::Unknown);
    }
    if value.tag != Tag::context_constructed(1) {
        return None;
    }
    let mut fields = value.children();
    let date = asn1::time::parse(&fields.next().ok()?)?;
    let reason = match fields.optional(Tag::context(0)).ok()? {
        Some(explicit) => {
            let reason = explicit.only_child().ok()?;
            if reason.tag != Tag::ENUMERATED {
                return None;
            }
            reason.content.first().copied()
        }
        None => None,
    };
    fields.finish().ok()?;
    Some(AnswerStatus::Revoked { date, reason })
}
