//! NameConstraints (RFC 5280 clause 4.2.1.10) as it stands; what it means is for `pki`.

use super::general_name::{GeneralName, is_host_name};
use crate::asn1::{Tag, Tlv};

/// The subtrees of one certificate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NameConstraints<'a> {
    pub(crate) permitted: Vec<GeneralName<'a>>,
    pub(crate) excluded: Vec<GeneralName<'a>>,
}

impl<'a> NameConstraints<'a> {
    /// Reads the extension; `None` where it is malformed, constrains nothing, or has subtrees with a minimum or maximum,
    /// which RFC 5280 does not use and nobody may ignore.
    pub(crate) fn parse(value: &'a [u8]) -> Option<Self> {
        let sequence = Tlv::parse(value)
            .ok()
            .filter(|tlv| tlv.tag == Tag::SEQUENCE)?;
        let mut fields = sequence.children();
        let mut part = |number| match fields.optional(Tag::context_constructed(number)).ok()? {
            Some(part) => subtrees(&part).filter(|part| !part.is_empty()),
            None => Some(Vec::new()),
        };
        let (permitted, excluded) = (part(0)?, part(1)?);
        fields.finish().ok()?;
        (!permitted.is_empty() || !excluded.is_empty()).then_some(Self {
            permitted,
            excluded,
        })
    }
}

fn subtrees<'a>(part: &Tlv<'a>) -> Option<Vec<GeneralName<'a>>> {
    let mut items = part.children();
    let mut found = Vec::new();
    while let Some(item) = items.try_next().ok()? {
        if item.tag != Tag::SEQUENCE {
            return None;
        }
        let mut fields = item.children();
        let base = GeneralName::parse(&fields.next().ok()?)?;
        // The default of minimum should not be written, but some do.
        if let Some(minimum) = fields.optional(Tag::context(0)).ok()?
            && minimum.content != [0]
        {
            return None;
        }
        fields.finish().ok()?;
        found.push(base);
    }
    found.iter().all(is_sound).then_some(found)
}

/// Whether the base of a subtree means something.
fn is_sound(base: &GeneralName<'_>) -> bool {
    // An empty base is every name; one with a dot in front, the names below it.
    let domain = |text: &str| {
        let host = text.strip_prefix('.').unwrap_or(text);
        text.is_empty() || is_host_name(host)
    };
    match base {
        GeneralName::Rfc822(text) => match text.rsplit_once('@') {
            Some((local, host)) => is_mailbox_local(local) && is_host_name(host),
            None => domain(text),
        },
        GeneralName::Dns(text) | GeneralName::Uri(text) => domain(text),
        GeneralName::Ip(octets) => {
            let half = octets.len() / 2;
            matches!(octets.len(), 8 | 32)
                && octets
                    .split_at_checked(half)
                    .is_some_and(|(_, mask)| is_mask(mask))
        }
        // RFC 9598 clause 6: constraints on mailboxes are written as rfc822Name.
        GeneralName::SmtpUtf8(_) => false,
        _ => true,
    }
}

/// Dot-atom or quoted string (RFC 5321 clause 4.1.2): no `@` outside of quotes.
pub(crate) fn is_mailbox_local(local: &str) -> bool {
    let quoted = local.len() >= 2 && local.starts_with('"') && local.ends_with('"');
    !local.is_empty() && (quoted || !local.contains(['@', ' ', '"']))
}

/// Ones, then zeros (RFC 4632).
fn is_mask(mask: &[u8]) -> bool {
    let ones: u32 = mask.iter().map(|octet| octet.count_ones()).sum();
    let leading: u32 = mask
        .iter()
        .take_while(|octet| **octet == 0xFF)
        .map(|_| 8)
        .sum();
    let partial = mask
        .iter()
        .find(|octet| **octet != 0xFF)
        .map_or(0, |octet| octet.leading_ones());
    ones == leading.saturating_add(partial)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn constraints(base: &[u8]) -> Vec<u8> {
        let wrap = |tag: u8, content: &[u8]| {
            [&[tag, u8::try_from(content.len()).unwrap()], content].concat()
        };
        wrap(0x30, &wrap(0xA0, &wrap(0x30, base)))
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for (base, sound) in [
            (&b"\x82\x05vn.vn"[..], true),
            (b"\x82\x03.vn", true),
            (b"\x82\x00", true),
            (b"\x82\x03a_b", false),
            (b"\x81\x05a@b@c", false),
            (b"\x81\x03a@b", true),
            (b"\x81\x02.b", true),
            (b"\x87\x08\xC0\0\x02\0\xFF\xFF\xFF\0", true),
            (b"\x87\x08\xC0\0\x02\0\xFF\0\xFF\0", false),
            (b"\x87\x04\xC0\0\x02\0", false),
            (b"\xA4\x02\x30\0", true),
            (b"\xA4\x02\x31\0", false),
            (b"\x82\x02vn\x80\x01\x00", true),
            (b"\x82\x02vn\x80\x01\x01", false),
            (b"\x82\x02vn\x81\x01\x01", false),
            (b"\x89\x00", false),
        ] {
            let value = constraints(base);
            assert_eq!(
                NameConstraints::parse(&value).is_some(),
                sound,
                "{base:02X?}"
            );
        }
        assert_eq!(NameConstraints::parse(b"\x30\0"), None);
        assert_eq!(NameConstraints::parse(b"\x30\x02\xA0\0"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = NameConstraints::parse(&bytes);
            let _ = NameConstraints::parse(&constraints(&bytes));
            let _ = GeneralName::parse_alt_names(&bytes);
        }
    }
}
