//! The entries of a CRL (RFC 5280 clause 5.1.2.6): one walk that checks them, an index that finds them.
//!
//! Nearly every entry of nearly every list is written in one of two ways, which the walk knows by their octets. All others
//! go through the general reader; a test holds both ways to the same answers.

use std::{hash::BuildHasher, ops::Range};

use crate::{
    asn1::{Reader, Tag, Tlv},
    x509::{
        distribution::general_names,
        extension::{self, Extension},
        oid,
    },
};

/// Entries of one bucket of the index, on average: few enough for a lookup below a microsecond, so many that the index takes
/// little more than four bytes an entry.
const BUCKET: u32 = 12;

/// What one walk over all entries tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) count: u32,
    /// Whether an entry has a critical extension that is not known, or one that is known and malformed.
    pub(super) unknown_critical: bool,
    /// Where the entries stand that name another issuer, for themselves and for those that follow.
    pub(super) issuers: Vec<u32>,
}

/// Serial number, date and extensions of an entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) serial: &'a [u8],
    pub(super) date: Tlv<'a>,
    pub(super) extensions: Option<Tlv<'a>>,
}

impl<'a> Entry<'a> {
    /// The entry that begins here.
    pub(super) fn at(bytes: &'a [u8], place: u32) -> Option<Self> {
        let at = usize::try_from(place).ok()?;
        Self::of(&Reader::at(bytes.get(at..)?, at).next().ok()?)
    }

    fn of(entry: &Tlv<'a>) -> Option<Self> {
        if entry.tag != Tag::SEQUENCE {
            return None;
        }
        let mut fields = entry.children();
        let (serial, date) = (fields.expect(Tag::INTEGER).ok()?, fields.next().ok()?);
        let extensions = fields.optional(Tag::SEQUENCE).ok()?;
        fields.finish().ok()?;
        Some(Self {
            serial: serial.content,
            date,
            extensions,
        })
    }

    /// The names in its certificateIssuer (clause 5.3.3).
    pub(super) fn issuers(&self) -> Vec<&'a [u8]> {
        let mut names = Vec::new();
        if let Some(extensions) = &self.extensions {
            let _ = extension::each(extensions, |extension| {
                if extension.oid == Some(oid::CERTIFICATE_ISSUER) {
                    names = directory_names(&extension);
                }
            });
        }
        names
    }
}

fn directory_names<'a>(extension: &Extension<'a>) -> Vec<&'a [u8]> {
    let names = Tlv::parse(extension.value)
        .ok()
        .filter(|names| names.tag == Tag::SEQUENCE)
        .and_then(|names| general_names(&names));
    let names = names.unwrap_or_default();
    names.iter().filter_map(|name| name.directory()).collect()
}

/// Looks at every entry in `range` of the list; `None` where one is malformed.
pub(super) fn walk(bytes: &[u8], range: &Range<usize>) -> Option<Summary> {
    walk_with(bytes, range, quick)
}

type Quick = for<'a> fn(&'a [u8]) -> Option<(&'a [u8], usize)>;

fn walk_with(bytes: &[u8], range: &Range<usize>, quick: Quick) -> Option<Summary> {
    let mut summary = Summary::default();
    let mut at = range.start;
    let content = bytes.get(..range.end)?;
    while at < range.end {
        let rest = content.get(at..)?;
        summary.count = summary.count.checked_add(1)?;
        if let Some((_, length)) = quick(rest) {
            at = at.checked_add(length)?;
            continue;
        }
        let whole = Reader::at(rest, at).next().ok()?;
        let entry = Entry::of(&whole)?;
        if let Some(extensions) = &entry.extensions {
            let place = u32::try_from(at).ok()?;
            look_into(extensions, place, &mut summary)?;
        }
        at = whole.range().end;
    }
    // Places are kept in 32 bits.
    u32::try_from(range.end).ok()?;
    Some(summary)
}

fn look_into(extensions: &Tlv<'_>, place: u32, summary: &mut Summary) -> Option<()> {
    let mut seen: Vec<Option<oid::Oid>> = Vec::new();
    extension::each(extensions, |extension| {
        let understood = match extension.oid {
            known @ Some(_) if seen.contains(&known) => false,
            Some(oid::CRL_REASON | oid::INVALIDITY_DATE) => true,
            Some(oid::CERTIFICATE_ISSUER) => {
                summary.issuers.push(place);
                !directory_names(&extension).is_empty()
            }
            _ => !extension.critical,
        };
        summary.unknown_critical |= !understood;
        // Longer lists of extensions would cost the square of their length; two that differ are the most that is known.
        if seen.len() < 8 {
            seen.push(extension.oid);
        }
    })
}

/// Serial number and length of an entry as nearly all are: short lengths, a time of usual length, and either nothing more or a
/// reasonCode that is not critical.
fn quick(rest: &[u8]) -> Option<(&[u8], usize)> {
    const REASON: &[u8] = &[
        0x30, 0x0C, 0x30, 0x0A, 0x06, 0x03, 0x55, 0x1D, 0x15, 0x04, 0x03, 0x0A, 0x01,
    ];
    let [0x30, length @ 0..=0x7F, after @ ..] = rest else {
        return None;
    };
    let body = after.get(..usize::from(*length))?;
    let [0x02, length @ 1..=0x7F, after @ ..] = body else {
        return None;
    };
    let (serial, after) = after.split_at_checked(usize::from(*length))?;
    let after = match after {
        [0x17, 13, time @ ..] => time.get(13..)?,
        [0x18, 15, time @ ..] => time.get(15..)?,
        _ => return None,
    };
    let usual = after.is_empty()
        || after
            .strip_prefix(REASON)
            .is_some_and(|reason| reason.len() == 1);
    usual.then_some((serial, body.len().wrapping_add(2)))
}

/// Finds entries by their serial number: their places, bucket by bucket of a hash that is another one in every process.
///
/// Made in time that grows with the number of entries only, whatever stands in them.
#[derive(Debug)]
pub(super) struct Index {
    hasher: std::hash::RandomState,
    /// Where each bucket ends.
    ends: Box<[u32]>,
    /// Places, and in the bits that no place of this list needs some of the hash: most entries of a bucket are told apart
    /// without a look at their bytes, which lie far from each other.
    slots: Box<[u32]>,
    /// The bits of a slot that are a place.
    mask: u32,
}

impl Index {
    /// Takes a list whose entries [`walk`] has looked at.
    pub(super) fn new(bytes: &[u8], range: &Range<usize>, count: u32) -> Self {
        let buckets = count.div_ceil(BUCKET).max(1);
        let size = |number: u32| usize::try_from(number).unwrap_or_default();
        let mut index = Self {
            hasher: std::hash::RandomState::new(),
            ends: vec![0; size(buckets)].into_boxed_slice(),
            slots: vec![0; size(count)].into_boxed_slice(),
            mask: u32::try_from(range.end).map_or(u32::MAX, |end| {
                u32::MAX
                    .checked_shr(end.leading_zeros())
                    .unwrap_or_default()
            }),
        };
        // How many entries each bucket has, then where it begins; filling moves that to where it ends.
        each_serial(bytes, range, |serial, _| {
            let (bucket, _) = index.find(serial);
            if let Some(end) = index.ends.get_mut(bucket) {
                *end = end.wrapping_add(1);
            }
        });
        let mut sum = 0_u32;
        for end in &mut index.ends {
            let count = *end;
            *end = sum;
            sum = sum.wrapping_add(count);
        }
        each_serial(bytes, range, |serial, place| {
            let (bucket, tag) = index.find(serial);
            if let Some(end) = index.ends.get_mut(bucket) {
                if let Some(slot) = index.slots.get_mut(size(*end)) {
                    *slot = place | tag;
                }
                *end = end.wrapping_add(1);
            }
        });
        index
    }

    /// The places of all entries that may have this serial number, in the order of the list.
    pub(super) fn candidates(&self, serial: &[u8]) -> impl Iterator<Item = u32> {
        let (bucket, tag) = self.find(serial);
        let end_of = |bucket: usize| self.ends.get(bucket).copied().unwrap_or_default();
        let start = bucket.checked_sub(1).map_or(0, end_of);
        let range = usize::try_from(start)
            .ok()
            .zip(usize::try_from(end_of(bucket)).ok());
        let slots = range.and_then(|(start, end)| self.slots.get(start..end));
        let slots = slots.unwrap_or_default().iter();
        slots
            .filter(move |slot| **slot & !self.mask == tag)
            .map(|slot| slot & self.mask)
    }

    /// The bucket of a serial number, by the upper bits of its hash, and what stands beside its places, out of the lower ones.
    fn find(&self, serial: &[u8]) -> (usize, u32) {
        let hash = self.hasher.hash_one(shortest(serial));
        let buckets = u128::try_from(self.ends.len()).unwrap_or_default();
        let bucket = u128::from(hash).wrapping_mul(buckets) >> 64;
        let [.., a, b, c, d] = hash.to_be_bytes();
        let tag = u32::from_be_bytes([a, b, c, d]) & !self.mask;
        (usize::try_from(bucket).unwrap_or_default(), tag)
    }
}

fn each_serial(bytes: &[u8], range: &Range<usize>, mut take: impl FnMut(&[u8], u32)) {
    let mut at = range.start;
    let content = bytes.get(..range.end).unwrap_or_default();
    while let (Some(rest @ [_, ..]), Ok(place)) = (content.get(at..), u32::try_from(at)) {
        let length = match quick(rest) {
            Some((serial, length)) => {
                take(serial, place);
                length
            }
            None => {
                let Ok(whole) = Reader::at(rest, at).next() else {
                    return;
                };
                if let Some(entry) = Entry::of(&whole) {
                    take(entry.serial, place);
                }
                whole.full.len()
            }
        };
        at = at.saturating_add(length);
    }
}

/// An INTEGER without superfluous leading octets: some writers put them.
pub(crate) fn shortest(mut integer: &[u8]) -> &[u8] {
    while let [first, second, ..] = integer {
        let superfluous = matches!((*first, *second & 0x80), (0, 0) | (0xFF, 0x80));
        if !superfluous {
            break;
        }
        integer = integer.get(1..).unwrap_or_default();
    }
    integer
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::asn1::write::tlv;

    fn none(_: &[u8]) -> Option<(&[u8], usize)> {
        None
    }

    /// Entries as lists have them, and some that are odd in each of the ways that the quick look leaves to the reader.
    fn entries() -> impl Strategy<Value = Vec<u8>> {
        let extension = |critical: bool, oid: &'static [u8], value: &[u8]| {
            let critical: &[u8] = if critical { b"\x01\x01\xFF" } else { b"" };
            tlv(0x30, &[&tlv(6, &[oid]), critical, &tlv(4, &[value])])
        };
        let name: &[u8] =
            b"\x30\x12\xA4\x10\x30\x0E\x31\x0C\x30\x0A\x06\x03\x55\x04\x03\x0C\x03abc";
        let extensions = prop::sample::select(vec![
            Vec::new(),
            tlv(0x30, &[&extension(false, b"\x55\x1D\x15", b"\x0A\x01\x01")]),
            tlv(0x30, &[&extension(true, b"\x55\x1D\x15", b"\x0A\x01\x01")]),
            tlv(0x30, &[&extension(true, b"\x55\x1D\x1D", name)]),
            tlv(0x30, &[&extension(true, b"\x55\x1D\x1D", b"\x30\0")]),
            tlv(0x30, &[&extension(true, b"\x2A\x03", b"")]),
            tlv(
                0x30,
                &[&extension(
                    false,
                    b"\x55\x1D\x18",
                    b"\x18\x0F20260101000000Z",
                )],
            ),
            tlv(0x30, &[]),
        ]);
        let date = prop::sample::select(vec![
            &b"\x17\x0D260305000000Z"[..],
            b"\x18\x0F20260305000000Z",
            b"\x17\x03bad",
            b"\x05\0",
        ]);
        let serial = prop::collection::vec(any::<u8>(), 0..40);
        let damage = prop::option::weighted(0.1, (any::<prop::sample::Index>(), any::<u8>()));
        let one =
            (serial, date, extensions, damage).prop_map(|(serial, date, extensions, damage)| {
                let mut entry = tlv(0x30, &[&tlv(2, &[&serial]), date, &extensions]);
                if let Some((at, octet)) = damage {
                    let at = at.index(entry.len());
                    entry[at] = octet;
                }
                entry
            });
        prop::collection::vec(one, 0..30).prop_map(|entries| entries.concat())
    }

    proptest! {
        #[test]
        fn the_quick_look_and_the_reader_agree(before in 0..9_usize, entries in entries()) {
            let bytes = [vec![0; before], entries].concat();
            let range = before..bytes.len();
            let summary = walk(&bytes, &range);
            prop_assert_eq!(&summary, &walk_with(&bytes, &range, none));
            if let Some(summary) = summary {
                let index = Index::new(&bytes, &range, summary.count);
                prop_assert_eq!(index.slots.len(), usize::try_from(summary.count).unwrap());
                let mut found = 0_usize;
                each_serial(&bytes, &range, |serial, place| {
                    assert!(index.candidates(serial).any(|one| one == place));
                    found = found.saturating_add(1);
                });
                prop_assert_eq!(found, index.slots.len());
            }
        }

        #[test]
        fn octets_of_any_kind_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(summary) = walk(&bytes, &(0..bytes.len())) {
                let index = Index::new(&bytes, &(0..bytes.len()), summary.count);
                let _ = index.candidates(b"\x05").count();
            }
        }
    }

    #[test]
    fn many_entries_with_one_number_cost_no_more_than_others() {
        let entry = tlv(0x30, &[b"\x02\x01\x05\x17\x0D260305000000Z"]);
        let bytes = entry.repeat(300_000);
        let range = 0..bytes.len();
        let started = crate::cpu::thread_time();
        let summary = walk(&bytes, &range).unwrap();
        let index = Index::new(&bytes, &range, summary.count);
        assert_eq!(index.candidates(b"\x05").count(), 300_000);
        let spent = crate::cpu::thread_time().saturating_sub(started);
        assert!(spent < std::time::Duration::from_secs(2), "{spent:?}");
    }
}
