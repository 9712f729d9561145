mod entries;

use std::{
    cmp::Ordering,
    fmt,
    ops::Range,
    sync::{Arc, OnceLock},
};

pub(crate) use self::entries::shortest;
use self::entries::{Entry, Index, walk};
use super::{
    certificate::bit_string,
    distribution::{DistributionPoint, IssuingPoint},
    extension::{self, Extension},
    name::{self, names_match},
    oid,
    signed::{Identity, Signed, SignedObject, Signer},
};
use crate::asn1::{self, Tag, Tlv};
use crate::crypto::SignatureAlgorithm;
use crate::time::Time;

/// A certificate revocation list (RFC 5280 clause 5): its bytes, and an index of its serial numbers.
///
/// The index is made when something is looked up. It takes four and a half bytes an entry; entries are parsed when they are asked for.
pub(crate) struct Crl {
    identity: Identity,
    signer: Signer,
    bytes: Box<[u8]>,
    tbs: Range<usize>,
    issuer: Range<usize>,
    signature: Range<usize>,
    algorithm: Option<SignatureAlgorithm>,
    this_update: Time,
    next_update: Option<Time>,
    /// Where the entries stand, and how many there are.
    entries: Range<usize>,
    count: u32,
    index: OnceLock<Index>,
    /// Where the entries stand that name another issuer.
    issuers: Vec<u32>,
    unknown_critical: bool,
    seen: Vec<oid::Oid>,
    authority_key_id: Option<Range<usize>>,
    crl_number: Option<Range<usize>>,
    base_number: Option<Range<usize>>,
    issuing_distribution_point: Option<Range<usize>>,
    freshest: Option<Range<usize>>,
    access: Option<Range<usize>>,
    expired_since: Option<Time>,
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
        // v1 names no version, v2 is 1 (clause 5.1.2.1).
        let version = fields.optional(Tag::INTEGER).ok()?;
        if version.is_some_and(|version| version.content != [1]) {
            return None;
        }
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

        let entries = revoked.map_or(0..0, |revoked| revoked.content_range());
        let summary = walk(&bytes, &entries)?;
        let mut crl = Self {
            identity: Identity::next(),
            signer: Signer::default(),
            tbs: signed.tbs.range(),
            issuer: issuer.range(),
            signature: bit_string(&signed.signature),
            algorithm: signed.algorithm(&inner_algorithm),
            this_update,
            next_update,
            entries,
            count: summary.count,
            index: OnceLock::new(),
            issuers: summary.issuers,
            unknown_critical: summary.unknown_critical,
            seen: Vec::new(),
            authority_key_id: None,
            crl_number: None,
            base_number: None,
            issuing_distribution_point: None,
            freshest: None,
            access: None,
            expired_since: None,
            bytes: Box::default(),
        };
        if let Some(extensions) = extensions {
            let extensions = extensions.only_child().ok()?;
            extension::each(&extensions, |extension| crl.hold(&extension))?;
        }
        crl.bytes = bytes.into_boxed_slice();
        // Only an indirect list may name other issuers (clause 5.3.3).
        let indirect = crl.issuing_point().is_some_and(|point| point.indirect);
        crl.unknown_critical |= !crl.issuers.is_empty() && !indirect;
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
                self.crl_number = number(extension);
                self.crl_number.is_some()
            }
            Some(oid::DELTA_CRL_INDICATOR) => {
                // A delta without a number that can be read is still no complete list.
                self.base_number = Some(number(extension).unwrap_or(0..0));
                number(extension).is_some()
            }
            Some(oid::ISSUING_DISTRIBUTION_POINT) => {
                self.issuing_distribution_point = Some(extension.range.clone());
                IssuingPoint::parse(extension.value).is_some()
            }
            Some(oid::FRESHEST_CRL) => {
                self.freshest = Some(extension.range.clone());
                !extension.critical || DistributionPoint::all(extension.value).is_some()
            }
            Some(oid::AUTHORITY_INFO_ACCESS) => {
                self.access = Some(extension.range.clone());
                !extension.critical
            }
            Some(oid::EXPIRED_CERTS_ON_CRL) => {
                self.expired_since = Tlv::parse(extension.value)
                    .ok()
                    .and_then(|time| asn1::time::parse(&time));
                self.expired_since.is_some() || !extension.critical
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

    /// The issuer by RFC 4514.
    pub(crate) fn issuer_text(&self) -> String {
        name::to_text(self.issuer())
    }

    /// When it was made.
    pub(crate) fn this_update(&self) -> Time {
        self.this_update
    }

    /// When the next one comes at the latest.
    pub(crate) fn next_update(&self) -> Option<Time> {
        self.next_update
    }

    /// TBSCertList with its header, as it stands in the original bytes, and the issuer's signature. The algorithm is `None` where it is
    /// not known, and where the list names two different ones.
    pub(crate) fn signed(&self) -> SignedObject<'_> {
        SignedObject {
            identity: self.identity,
            tbs: self.slice(&self.tbs),
            algorithm: self.algorithm,
            signature: self.slice(&self.signature),
            signer: &self.signer,
        }
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

    /// The number of the list that a delta lists changes to (RFC 5280 clause 5.2.4); empty where it cannot be read.
    pub(crate) fn base_number(&self) -> Option<&[u8]> {
        self.base_number.as_ref().map(|range| self.slice(range))
    }

    /// Whether it only lists changes since another one (RFC 5280 clause 5.2.4).
    pub(crate) fn is_delta(&self) -> bool {
        self.base_number.is_some()
    }

    /// issuingDistributionPoint: DER of its value.
    pub(crate) fn issuing_distribution_point(&self) -> Option<&[u8]> {
        self.issuing_distribution_point
            .as_ref()
            .map(|range| self.slice(range))
    }

    /// The same, parsed. A malformed one makes the list [`Crl::unknown_critical`].
    pub(crate) fn issuing_point(&self) -> Option<IssuingPoint<'_>> {
        IssuingPoint::parse(self.issuing_distribution_point()?)
    }

    /// freshestCRL: where its deltas are.
    pub(crate) fn freshest(&self) -> Vec<DistributionPoint<'_>> {
        self.freshest
            .as_ref()
            .and_then(|range| DistributionPoint::all(self.slice(range)))
            .unwrap_or_default()
    }

    /// authorityInfoAccess (clause 5.2.7): where certificates of its signer are.
    pub(crate) fn access(&self) -> Option<&[u8]> {
        self.access.as_ref().map(|range| self.slice(range))
    }

    /// All of its bytes.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// expiredCertsOnCRL: certificates that expired since then are still listed.
    pub(crate) fn expired_since(&self) -> Option<Time> {
        self.expired_since
    }

    /// What the list says of a certificate, by its issuer (DER of the Name) and serial number (content bytes of the INTEGER). Of
    /// several entries, the earliest that takes nothing back.
    pub(crate) fn lookup(&self, issuer: &[u8], serial: &[u8]) -> Option<RevokedEntry> {
        let wanted = shortest(serial);
        let index = self
            .index
            .get_or_init(|| Index::new(&self.bytes, &self.entries, self.count));
        let entries = index.candidates(wanted).filter_map(|place| {
            let entry = Entry::at(&self.bytes, place)?;
            (shortest(entry.serial) == wanted && self.is_of(place, issuer)).then(|| revoked(&entry))
        });
        entries.min_by_key(|entry| (entry.reason == Some(REMOVE_FROM_CRL), entry.date))
    }

    /// Whether the entry at a place is about a certificate of this issuer: that of the last certificateIssuer up to there, else the
    /// issuer of the list (clause 5.3.3).
    fn is_of(&self, place: u32, issuer: &[u8]) -> bool {
        let named = self.issuers.partition_point(|at| *at <= place);
        match named.checked_sub(1).and_then(|last| self.issuers.get(last)) {
            None => names_match(self.issuer(), issuer),
            Some(at) => Entry::at(&self.bytes, *at).is_some_and(|entry| {
                let names = entry.issuers();
                names.iter().any(|name| names_match(name, issuer))
            }),
        }
    }
}

/// reasonCode removeFromCRL (clause 5.3.1): only deltas have it.
pub(crate) const REMOVE_FROM_CRL: u8 = 8;

/// Compares two numbers of lists: content bytes of INTEGERs that are not negative.
pub(crate) fn compare_numbers(a: &[u8], b: &[u8]) -> Ordering {
    let (a, b) = (magnitude(a), magnitude(b));
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn magnitude(integer: &[u8]) -> &[u8] {
    let zeros = integer.iter().take_while(|octet| **octet == 0).count();
    integer.get(zeros..).unwrap_or_default()
}

/// The place of a number that is not negative (clauses 5.2.3, 5.2.4).
fn number(extension: &Extension<'_>) -> Option<Range<usize>> {
    let number = Tlv::parse(extension.value).ok()?;
    let first = number.content.first()?;
    (number.tag == Tag::INTEGER && first & 0x80 == 0).then(|| extension.inner(&number))
}

impl fmt::Debug for Crl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (issuer, entries) = (self.issuer_text(), self.count);
        write!(f, "Crl({issuer}, {}, {entries} entries)", self.this_update)
    }
}

fn revoked(entry: &Entry<'_>) -> RevokedEntry {
    let (mut reason, mut invalidity_date) = (None, None);
    if let Some(extensions) = &entry.extensions {
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
    let date = asn1::time::parse(&entry.date).unwrap_or(Time::EARLIEST);
    RevokedEntry {
        date,
        reason,
        invalidity_date,
    }
}
