use std::{fmt, ops::Range, sync::Arc};

use super::{
    certificate::bit_string,
    extension::{self, Extension},
    name, oid,
    signed::Signed,
};
use crate::asn1::{self, Reader, Tag, Tlv};
use crate::crypto::SignatureAlgorithm;
use crate::time::Time;

/// A certificate revocation list (RFC 5280 clause 5): its bytes, and an index of its serial numbers.
///
/// Takes four bytes an entry beside the list itself; entries are parsed when they are asked for.
pub(crate) struct Crl {
    bytes: Box<[u8]>,
    tbs: Range<usize>,
    issuer: Range<usize>,
    signature: Range<usize>,
    algorithm: Option<SignatureAlgorithm>,
    this_update: Time,
    next_update: Option<Time>,
    /// Where each entry begins, in the order of [`hash`] of its serial number.
    entries: Vec<u32>,
    unknown_critical: bool,
    seen: Vec<oid::Oid>,
    authority_key_id: Option<Range<usize>>,
    crl_number: Option<Range<usize>>,
    is_delta: bool,
    issuing_distribution_point: Option<Range<usize>>,
}

/// What a CRL says about one certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RevokedEntry {
    /// Since when; the earliest time there is where the list has none that can be read.
    pub(crate) date: Time,
    /// reasonCode (RFC 5280 clause 5.3.1); `None` where absent.
    pub(crate) reason: Option<u8>,
    /// invalidityDate: since when the key may have been in wrong hands.
    pub(crate) invalidity_date: Option<Time>,
}

impl Crl {
    /// Parses a CRL in DER (or BER, whose original bytes are kept). `None` where it is none, or bytes follow.
    pub(crate) fn parse(bytes: Vec<u8>) -> Option<Arc<Self>> {
        let signed = Signed::parse(&bytes)?;
        let mut fields = signed.tbs.children();
        fields.optional(Tag::INTEGER).ok()?;
        let inner_algorithm = fields.expect(Tag::SEQUENCE).ok()?;
        let issuer = fields.expect(Tag::SEQUENCE).ok()?;
        let this_update = asn1::time::parse(&fields.next().ok()?)?;
        let next_update = match fields.optional(Tag::UTC_TIME).ok()? {
            Some(time) => Some(time),
            None => fields.optional(Tag::GENERALIZED_TIME).ok()?,
        };
        let next_update = match next_update {
            Some(time) => Some(asn1::time::parse(&time)?),
            None => None,
        };
        let revoked = fields.optional(Tag::SEQUENCE).ok()?;
        let extensions = fields.optional(Tag::context(0)).ok()?;
        fields.finish().ok()?;

        let (entries, entries_critical) = match revoked {
            Some(revoked) => index(&revoked)?,
            None => (Vec::new(), false),
        };
        let mut crl = Self {
            tbs: signed.tbs.range(),
            issuer: issuer.range(),
            signature: bit_string(&signed.signature),
            algorithm: signed.algorithm(&inner_algorithm),
            this_update,
            next_update,
            entries,
            unknown_critical: entries_critical,
            seen: Vec::new(),
            authority_key_id: None,
            crl_number: None,
            is_delta: false,
            issuing_distribution_point: None,
            bytes: Box::default(),
        };
        if let Some(extensions) = extensions {
            let extensions = extensions.only_child().ok()?;
            extension::each(&extensions, |extension| crl.hold(&extension))?;
        }
        crl.bytes = bytes.into_boxed_slice();
        Some(Arc::new(crl))
    }

    /// Looks into one extension of the list. What is malformed or stands twice counts as unknown and critical.
    fn hold(&mut self, extension: &Extension<'_>) {
        let understood = match extension.oid {
            Some(oid) if self.seen.contains(&oid) => false,
            Some(oid::AUTHORITY_KEY_ID) => {
                let found = extension::authority_key_id(extension);
                self.authority_key_id = found.clone().flatten();
                found.is_some()
            }
            Some(oid::CRL_NUMBER) => {
                self.crl_number = extension.only(Tag::INTEGER);
                self.crl_number.is_some()
            }
            Some(oid::DELTA_CRL_INDICATOR) => {
                self.is_delta = true;
                true
            }
            Some(oid::ISSUING_DISTRIBUTION_POINT) => {
                self.issuing_distribution_point = Some(extension.range.clone());
                true
            }
            _ => !extension.critical,
        };
        self.unknown_critical |= !understood;
        self.seen.extend(extension.oid);
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }

    /// Issuer: DER of the Name.
    pub(crate) fn issuer(&self) -> &[u8] {
        self.slice(&self.issuer)
    }

    /// When it was made.
    pub(crate) fn this_update(&self) -> Time {
        self.this_update
    }

    /// When the next one comes at the latest.
    pub(crate) fn next_update(&self) -> Option<Time> {
        self.next_update
    }

    /// The signed part, TBSCertList with its header, as it stands in the original bytes.
    pub(crate) fn tbs(&self) -> &[u8] {
        self.slice(&self.tbs)
    }

    /// The issuer's signature and its algorithm; `None` for algorithms that are not known, and where the list
    /// names two different ones.
    pub(crate) fn signature(&self) -> (&[u8], Option<SignatureAlgorithm>) {
        (self.slice(&self.signature), self.algorithm)
    }

    /// Whether the list or one of its entries has a critical extension that kyso does not process, or one that
    /// kyso processes and that is malformed. Such a list says nothing about any certificate (RFC 5280 clause 5.2, 5.3).
    pub(crate) fn unknown_critical(&self) -> bool {
        self.unknown_critical
    }

    /// keyIdentifier of authorityKeyIdentifier.
    pub(crate) fn authority_key_id(&self) -> Option<&[u8]> {
        self.authority_key_id
            .as_ref()
            .map(|range| self.slice(range))
    }

    /// cRLNumber: content bytes of the INTEGER.
    pub(crate) fn crl_number(&self) -> Option<&[u8]> {
        self.crl_number.as_ref().map(|range| self.slice(range))
    }

    /// Whether it only lists changes since another one (RFC 5280 clause 5.2.4).
    pub(crate) fn is_delta(&self) -> bool {
        self.is_delta
    }

    /// issuingDistributionPoint: DER of its value.
    pub(crate) fn issuing_distribution_point(&self) -> Option<&[u8]> {
        self.issuing_distribution_point
            .as_ref()
            .map(|range| self.slice(range))
    }

    /// The entry of a serial number (content bytes of the INTEGER): of several the earliest.
    pub(crate) fn lookup(&self, serial: &[u8]) -> Option<RevokedEntry> {
        let wanted = shortest(serial);
        let wanted_hash = hash(wanted);
        let hash_at = |at: &u32| self.entry(*at).map(|(serial, ..)| hash(shortest(serial)));
        let first = self
            .entries
            .partition_point(|at| hash_at(at) < Some(wanted_hash));
        let candidates = self.entries.get(first..)?.iter();
        let same_hash = candidates.take_while(|at| hash_at(at) == Some(wanted_hash));
        let entries = same_hash.filter_map(|at| {
            let (serial, date, extensions) = self.entry(*at)?;
            (shortest(serial) == wanted).then(|| revoked(&date, extensions.as_ref()))
        });
        entries.min_by_key(|entry| entry.date)
    }

    /// Serial number, date and extensions of the entry that begins here.
    fn entry(&self, at: u32) -> Option<(&[u8], Tlv<'_>, Option<Tlv<'_>>)> {
        let at = usize::try_from(at).ok()?;
        fields(&Reader::at(self.bytes.get(at..)?, at).next().ok()?)
    }
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (issuer, entries) = (name::to_text(self.issuer()), self.entries.len());
        write!(f, "Crl({issuer}, {}, {entries} entries)", self.this_update)
    }
}

type Fields<'a> = (&'a [u8], Tlv<'a>, Option<Tlv<'a>>);

fn fields<'a>(entry: &Tlv<'a>) -> Option<Fields<'a>> {
    if entry.tag != Tag::SEQUENCE {
        return None;
    }
    let mut fields = entry.children();
    let (serial, date) = (fields.expect(Tag::INTEGER).ok()?, fields.next().ok()?);
    let extensions = fields.optional(Tag::SEQUENCE).ok()?;
    fields.finish().ok()?;
    Some((serial.content, date, extensions))
}

/// One walk over all entries: where they begin, by hash, and whether one has an unknown critical extension.
fn index(revoked: &Tlv<'_>) -> Option<(Vec<u32>, bool)> {
    let mut critical = false;
    let mut hashed: Vec<u64> = Vec::new();
    let mut items = revoked.children();
    while let Some(entry) = items.try_next().ok()? {
        let (serial, _, extensions) = fields(&entry)?;
        if let Some(extensions) = extensions {
            extension::each(&extensions, |extension| {
                let known = matches!(extension.oid, Some(oid::CRL_REASON | oid::INVALIDITY_DATE));
                critical |= extension.critical && !known;
            })?;
        }
        let at = u32::try_from(entry.offset).ok()?;
        hashed.push(u64::from(hash(shortest(serial))).wrapping_shl(32) | u64::from(at));
    }
    hashed.sort_unstable();
    let low = |entry: &u64| u32::try_from(*entry & u64::from(u32::MAX)).unwrap_or_default();
    Some((hashed.iter().map(low).collect(), critical))
}

/// An INTEGER without superfluous leading octets: some writers put them.
fn shortest(mut integer: &[u8]) -> &[u8] {
    while let [first, second, ..] = integer {
        let superfluous = matches!((*first, *second & 0x80), (0, 0) | (0xFF, 0x80));
        if !superfluous {
            break;
        }
        integer = integer.get(1..).unwrap_or_default();
    }
    integer
}

/// FNV-1a, 32 bits.
fn hash(serial: &[u8]) -> u32 {
    let step = |hash: u32, octet: &u8| (hash ^ u32::from(*octet)).wrapping_mul(0x0100_0193);
    serial.iter().fold(0x811C_9DC5, step)
}

fn revoked(date: &Tlv<'_>, extensions: Option<&Tlv<'_>>) -> RevokedEntry {
    let (mut reason, mut invalidity_date) = (None, None);
    if let Some(extensions) = extensions {
        let _ = extension::each(extensions, |extension| {
            let Ok(value) = Tlv::parse(extension.value) else {
                return;
            };
            match extension.oid {
                Some(oid::CRL_REASON) if value.tag == Tag::ENUMERATED => {
                    reason = value.content.first().copied();
                }
                Some(oid::INVALIDITY_DATE) => invalidity_date = asn1::time::parse(&value),
                _ => {}
            }
        });
    }
    let date = asn1::time::parse(date).unwrap_or(Time::EARLIEST);
    RevokedEntry {
        date,
        reason,
        invalidity_date,
    }
}
