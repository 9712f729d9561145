use std::{
    fmt,
    ops::Range,
    sync::{Arc, OnceLock},
};

use super::{
    extension::{self, Extension},
    general_name::GeneralName,
    name,
    name_constraints::NameConstraints,
    oid,
    policies::{self, Policies},
    signed::{Identity, Signed, SignedObject, Signer},
};
use crate::asn1::{self, Tag, Tlv};
use crate::crypto::{DigestAlgorithm, Provider, PublicKey, SignatureAlgorithm};
use crate::report::CertificateReport;
use crate::time::Time;

/// Extensions that kyso looks into, or that change nothing about what a certificate may do.
const PROCESSED: [oid::Oid; 3] = [
    oid::ISSUER_ALT_NAME,
    oid::CRL_DISTRIBUTION_POINTS,
    oid::OCSP_NO_CHECK,
];

/// Extensions that must not be critical (RFC 5280 clauses 4.2.1.1, .2, .15, 4.2.2.1 and .2): with one of them, what is critical for
/// the issuer is nothing that a reader has to understand, and readers would part.
const NEVER_CRITICAL: [oid::Oid; 5] = [
    oid::AUTHORITY_KEY_ID,
    oid::SUBJECT_KEY_ID,
    oid::FRESHEST_CRL,
    oid::AUTHORITY_INFO_ACCESS,
    oid::SUBJECT_INFO_ACCESS,
];

/// Room for the extensions of nearly all certificates.
const USUAL_EXTENSIONS: usize = 8;

/// Why a certificate must not be relied on, whatever its path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// A critical extension that is not processed.
    Unknown(String),
    /// An extension that cannot be read.
    Malformed(String),
    /// An extension that stands twice.
    Twice(String),
    /// Something that RFC 5280 forbids, by the name of its field.
    Forbidden(&'static str),
}

/// A certificate (RFC 5280 clause 4.1): its DER, what was parsed out of it, and its parsed key.
///
/// Identity is the SHA-256 of the DER. Signed bytes are kept and never encoded again.
#[repr(C)]
pub(crate) struct Certificate {
    /// Keeps the rest out of the cache line of the counter of an [`Arc`], which stands before it: each report counts the authorities of
    /// its path, and other threads would have to fetch again what they read of them. (Beginning a cache line makes allocating slower.)
    _apart: [u64; 6],
    der: Box<[u8]>,
    sha256: [u8; 32],
    tbs: Range<usize>,
    serial: Range<usize>,
    issuer: Range<usize>,
    subject: Range<usize>,
    spki: Range<usize>,
    signature: Range<usize>,
    algorithm: Option<SignatureAlgorithm>,
    version: u8,
    not_before: Time,
    not_after: Time,
    public_key: Option<Arc<dyn PublicKey>>,
    /// Where the value of each extension stands; of one that stands twice, the first.
    extensions: Vec<(oid::Oid, Range<usize>)>,
    key_usage: Option<u16>,
    basic_constraints: Option<(bool, Option<u32>)>,
    extended_key_usage: Option<Vec<oid::Oid>>,
    /// Whether extendedKeyUsage names purposes whose identifiers are longer than any that is known.
    odd_purposes: bool,
    subject_key_id: Option<Range<usize>>,
    authority_key_id: Option<Range<usize>>,
    alt_names: Option<Range<usize>>,
    name_constraints: Option<Range<usize>>,
    policies: Policies,
    refused: Vec<Refusal>,
    /// Subject and issuer as text: every report names them.
    subject_text: OnceLock<String>,
    issuer_text: OnceLock<String>,
    self_issued: OnceLock<bool>,
    signer: Signer,
}

impl Certificate {
    /// Parses DER (or BER, whose original bytes are kept). `None` where it is no certificate, or bytes follow.
    /// A key that the provider does not know leaves `public_key()` empty; its numbers are looked at only when
    /// it is used. Times that cannot be read make the certificate valid at no time.
    pub(crate) fn parse(der: &[u8], provider: &dyn Provider) -> Option<Arc<Self>> {
        let signed = Signed::parse(der)?;
        let mut fields = signed.tbs.children();
        let version = match fields.optional(Tag::context(0)).ok()? {
            Some(field) => {
                u8::try_from(field.only_child().ok()?.unsigned()?.checked_add(1)?).ok()?
            }
            None => 1,
        };
        let serial = fields.expect(Tag::INTEGER).ok()?;
        let inner_algorithm = fields.expect(Tag::SEQUENCE).ok()?;
        let issuer = fields.expect(Tag::SEQUENCE).ok()?;
        let validity = fields.expect(Tag::SEQUENCE).ok()?;
        let subject = fields.expect(Tag::SEQUENCE).ok()?;
        let spki = fields.expect(Tag::SEQUENCE).ok()?;
        // issuerUniqueID and subjectUniqueID are of no use to anybody.
        let mut unique = fields.optional(Tag::context(1)).ok()?.is_some();
        unique |= fields.optional(Tag::context(2)).ok()?.is_some();
        let extensions = fields.optional(Tag::context(3)).ok()?;
        fields.finish().ok()?;

        let mut times = validity.children();
        let (not_before, not_after) = (times.next().ok()?, times.next().ok()?);
        times.finish().ok()?;
        // Never valid, rather than no certificate: OpenSSL reads such files as well.
        let (not_before, not_after) = match (
            asn1::time::parse(&not_before),
            asn1::time::parse(&not_after),
        ) {
            (Some(from), Some(to)) => (from, to),
            _ => (Time::LATEST, Time::EARLIEST),
        };

        let mut sha256 = [0; 32];
        sha256.copy_from_slice(
            provider
                .digest_of(DigestAlgorithm::Sha256, der)?
                .as_bytes()
                .get(..32)?,
        );
        let mut certificate = Self {
            _apart: [0; 6],
            sha256,
            tbs: signed.tbs.range(),
            serial: serial.content_range(),
            issuer: issuer.range(),
            subject: subject.range(),
            spki: spki.range(),
            signature: bit_string(&signed.signature),
            algorithm: signed.algorithm(&inner_algorithm),
            version,
            not_before,
            not_after,
            public_key: provider.public_key(spki.full),
            extensions: Vec::with_capacity(USUAL_EXTENSIONS),
            key_usage: None,
            basic_constraints: None,
            extended_key_usage: None,
            odd_purposes: false,
            subject_key_id: None,
            authority_key_id: None,
            alt_names: None,
            name_constraints: None,
            policies: Policies::default(),
            refused: Vec::new(),
            subject_text: OnceLock::new(),
            issuer_text: OnceLock::new(),
            self_issued: OnceLock::new(),
            signer: Signer::default(),
            der: der.into(),
        };
        if unique && version < 2 || extensions.is_some() && version < 3 || version > 3 {
            certificate.refuse(Refusal::Forbidden("version"));
        }
        if let Some(extensions) = extensions {
            let extensions = extensions.only_child().ok()?;
            extension::each(&extensions, |extension| certificate.hold(&extension))?;
        }
        certificate.hold_together();
        Some(Arc::new(certificate))
    }

    /// Looks into one extension. What cannot be understood is refused, never taken as absent.
    fn hold(&mut self, extension: &Extension<'_>) {
        let id = || asn1::dotted(extension.id);
        let Some(oid) = extension.oid else {
            if extension.critical {
                self.refuse(Refusal::Unknown(id()));
            }
            return;
        };
        // Certificates must not hold an extension twice (RFC 5280 clause 4.2).
        if self.extensions.iter().any(|(known, _)| *known == oid) {
            return self.refuse(Refusal::Twice(id()));
        }
        self.extensions.push((oid, extension.range.clone()));
        if extension.critical && NEVER_CRITICAL.contains(&oid) {
            return self.refuse(Refusal::Forbidden("critical"));
        }
        match self.read(oid, extension) {
            Some(true) => {}
            Some(false) if extension.critical => self.refuse(Refusal::Unknown(id())),
            Some(false) => {}
            None => self.refuse(Refusal::Malformed(id())),
        }
    }

    /// Whether an extension is one that is known; `None` where it is malformed.
    fn read(&mut self, oid: oid::Oid, extension: &Extension<'_>) -> Option<bool> {
        let value = extension.value;
        match oid {
            oid::KEY_USAGE => self.key_usage = Some(extension::named_bits(value)?),
            oid::BASIC_CONSTRAINTS => self.basic_constraints = Some(basic_constraints(value)?),
            oid::EXTENDED_KEY_USAGE => {
                let (known, odd) = object_identifiers(value)?;
                (self.extended_key_usage, self.odd_purposes) = (Some(known), odd);
            }
            oid::SUBJECT_KEY_ID => self.subject_key_id = Some(extension.only(Tag::OCTET_STRING)?),
            oid::AUTHORITY_KEY_ID => {
                self.authority_key_id = extension::authority_key_id(extension)?;
            }
            oid::SUBJECT_ALT_NAME => {
                GeneralName::parse_alt_names(value)?;
                self.alt_names = Some(extension.range.clone());
            }
            oid::NAME_CONSTRAINTS => {
                NameConstraints::parse(value)?;
                self.name_constraints = Some(extension.range.clone());
            }
            oid::CERTIFICATE_POLICIES => {
                let policies = policies::policies(value, extension.critical)?;
                self.policies.policies = Some(policies);
            }
            oid::POLICY_MAPPINGS => self.policies.mappings = policies::mappings(value)?,
            oid::POLICY_CONSTRAINTS => {
                let (explicit, mapping) = policies::constraints(value)?;
                self.policies.require_explicit = explicit;
                self.policies.inhibit_mapping = mapping;
            }
            oid::INHIBIT_ANY_POLICY => {
                self.policies.inhibit_any = Some(policies::inhibit_any(value)?);
            }
            other => return Some(PROCESSED.contains(&other)),
        }
        Some(true)
    }

    /// What RFC 5280 forbids across fields: names that are empty (clauses 4.1.2.4 and .6), constraints of those who issue nothing (4.2.1.10).
    fn hold_together(&mut self) {
        let authority = matches!(self.basic_constraints, Some((true, _)));
        if name::is_empty(self.issuer()) {
            self.refuse(Refusal::Forbidden("issuer"));
        }
        if name::is_empty(self.subject()) && (authority || self.alt_names.is_none()) {
            self.refuse(Refusal::Forbidden("subject"));
        }
        if self.name_constraints.is_some() && !authority {
            self.refuse(Refusal::Forbidden("nameConstraints"));
        }
    }

    fn refuse(&mut self, why: Refusal) {
        if !self.refused.contains(&why) {
            self.refused.push(why);
        }
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.der.get(range.clone()).unwrap_or_default()
    }

    /// The original bytes.
    pub(crate) fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 of the original bytes.
    pub(crate) fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// TBSCertificate with its header, as it stands in the original bytes, and the issuer's signature. The algorithm is `None` where it is
    /// not known, and where the certificate names two different ones.
    pub(crate) fn signed(&self) -> SignedObject<'_> {
        SignedObject {
            identity: Identity::Certificate(self.sha256),
            tbs: self.slice(&self.tbs),
            algorithm: self.algorithm,
            signature: self.slice(&self.signature),
            signer: &self.signer,
        }
    }

    /// Serial number: content bytes of the INTEGER.
    pub(crate) fn serial(&self) -> &[u8] {
        self.slice(&self.serial)
    }

    /// The certificate as reports name it.
    pub(crate) fn report(&self) -> CertificateReport {
        CertificateReport {
            subject: self.subject_text(),
            issuer: self.issuer_text(),
            serial: name::serial_text(self.serial()),
            not_before: self.not_before(),
            not_after: self.not_after(),
            sha256: *self.sha256(),
        }
    }

    /// DER of the value of an extension; of several, the first.
    pub(crate) fn extension_value(&self, oid: oid::Oid) -> Option<&[u8]> {
        let (_, range) = self.extensions.iter().find(|(known, _)| *known == oid)?;
        Some(self.slice(range))
    }

    /// Subject: DER of the Name.
    pub(crate) fn subject(&self) -> &[u8] {
        self.slice(&self.subject)
    }

    /// Issuer: DER of the Name.
    pub(crate) fn issuer(&self) -> &[u8] {
        self.slice(&self.issuer)
    }

    /// The subject by RFC 4514.
    pub(crate) fn subject_text(&self) -> String {
        let text = || name::to_text(self.subject());
        self.subject_text.get_or_init(text).clone()
    }

    /// The issuer by RFC 4514.
    pub(crate) fn issuer_text(&self) -> String {
        let text = || name::to_text(self.issuer());
        self.issuer_text.get_or_init(text).clone()
    }

    /// The last commonName of the subject.
    pub(crate) fn common_name(&self) -> Option<String> {
        name::last_value(self.subject(), oid::COMMON_NAME)
    }

    /// Start of validity.
    pub(crate) fn not_before(&self) -> Time {
        self.not_before
    }

    /// End of validity.
    pub(crate) fn not_after(&self) -> Time {
        self.not_after
    }

    /// DER of the SubjectPublicKeyInfo.
    pub(crate) fn spki(&self) -> &[u8] {
        self.slice(&self.spki)
    }

    /// The parsed key.
    pub(crate) fn public_key(&self) -> Option<&Arc<dyn PublicKey>> {
        self.public_key.as_ref()
    }

    /// subjectKeyIdentifier.
    pub(crate) fn subject_key_id(&self) -> Option<&[u8]> {
        self.subject_key_id.as_ref().map(|range| self.slice(range))
    }

    /// keyIdentifier of authorityKeyIdentifier.
    pub(crate) fn authority_key_id(&self) -> Option<&[u8]> {
        self.authority_key_id
            .as_ref()
            .map(|range| self.slice(range))
    }

    /// Bits of keyUsage, bit n of the standard is `1 << n`; `None` where absent.
    pub(crate) fn key_usage(&self) -> Option<u16> {
        self.key_usage
    }

    /// Whether this is the one purpose that extendedKeyUsage names.
    pub(crate) fn has_only_purpose(&self, purpose: oid::Oid) -> bool {
        !self.odd_purposes && self.extended_key_usage() == Some(&[purpose])
    }

    /// Purposes of extendedKeyUsage; `None` where absent.
    pub(crate) fn extended_key_usage(&self) -> Option<&[oid::Oid]> {
        self.extended_key_usage.as_deref()
    }

    /// basicConstraints: (cA, pathLenConstraint); `None` where absent.
    pub(crate) fn basic_constraints(&self) -> Option<(bool, Option<u32>)> {
        self.basic_constraints
    }

    /// Why the certificate must not be relied on; nothing where it may be.
    pub(crate) fn refusals(&self) -> &[Refusal] {
        &self.refused
    }

    /// The names of subjectAltName; none where it is absent or malformed.
    pub(crate) fn alt_names(&self) -> Vec<GeneralName<'_>> {
        let value = self.alt_names.as_ref().map(|range| self.slice(range));
        let names = value.and_then(GeneralName::parse_alt_names);
        names.unwrap_or_default()
    }

    /// nameConstraints; `None` where it is absent or malformed.
    pub(crate) fn name_constraints(&self) -> Option<NameConstraints<'_>> {
        NameConstraints::parse(self.slice(self.name_constraints.as_ref()?))
    }

    /// What it says about policies.
    pub(crate) fn policies(&self) -> &Policies {
        &self.policies
    }

    /// Version: 1, 2 or 3.
    pub(crate) fn version(&self) -> u8 {
        self.version
    }

    /// Whether issuer and subject are the same name (RFC 5280 clause 3.2).
    pub(crate) fn is_self_issued(&self) -> bool {
        let same = || name::names_match(self.issuer(), self.subject());
        *self.self_issued.get_or_init(same)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({})", self.subject_text())
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

/// Where the octets of a BIT STRING with no unused bits stand; an empty range for others, which no signature fits.
pub(super) fn bit_string(tlv: &Tlv<'_>) -> Range<usize> {
    let range = tlv.content_range();
    match tlv.bits() {
        Some(_) => range.start.saturating_add(1)..range.end,
        None => range.end..range.end,
    }
}

fn basic_constraints(value: &[u8]) -> Option<(bool, Option<u32>)> {
    let tlv = Tlv::parse(value)
        .ok()
        .filter(|tlv| tlv.tag == Tag::SEQUENCE)?;
    let mut fields = tlv.children();
    let ca = match fields.optional(Tag::BOOLEAN).ok()? {
        Some(field) => field.boolean()?,
        None => false,
    };
    let path_len = match fields.optional(Tag::INTEGER).ok()? {
        Some(field) => Some(u32::try_from(field.unsigned()?).ok()?),
        None => None,
    };
    fields.finish().ok()?;
    Some((ca, path_len))
}

/// Identifiers, and whether there are more that are too long to be known ones.
fn object_identifiers(value: &[u8]) -> Option<(Vec<oid::Oid>, bool)> {
    let tlv = Tlv::parse(value)
        .ok()
        .filter(|tlv| tlv.tag == Tag::SEQUENCE)?;
    let mut items = tlv.children();
    let (mut found, mut odd) = (Vec::new(), false);
    while let Some(item) = items.try_next().ok()? {
        match item.oid() {
            Some(oid) => found.push(oid),
            None if item.tag == Tag::OID => odd = true,
            None => return None,
        }
    }
    // SIZE (1..MAX): without any purpose the key would be good for nothing, or for everything.
    (odd || !found.is_empty()).then_some((found, odd))
}
