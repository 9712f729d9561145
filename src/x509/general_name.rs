//! GeneralName (RFC 5280 clause 4.2.1.6): what subjectAltName, name constraints and distribution points name things by.

use super::oid;
use crate::asn1::{Tag, Tlv};

/// One name, borrowed from the original bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GeneralName<'a> {
    /// By its type's identifier (content octets).
    Other(&'a [u8]),
    /// An otherName of type id-on-SmtpUTF8Mailbox (RFC 9598): a mailbox whose local part has other letters than ASCII.
    SmtpUtf8(&'a str),
    /// `user@example.vn`
    Rfc822(&'a str),
    /// `example.vn`
    Dns(&'a str),
    X400,
    /// DER of the Name.
    Directory(&'a [u8]),
    EdiParty,
    Uri(&'a str),
    /// Four or sixteen octets as a name, twice as many as a constraint.
    Ip(&'a [u8]),
    /// Content octets.
    RegisteredId(&'a [u8]),
}

/// The forms of names; constraints of one form do not touch names of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Other,
    Rfc822,
    Dns,
    X400,
    Directory,
    EdiParty,
    Uri,
    Ip,
    RegisteredId,
}

impl Form {
    /// The name of the field in the standard.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Other => "otherName",
            Self::Rfc822 => "rfc822Name",
            Self::Dns => "dNSName",
            Self::X400 => "x400Address",
            Self::Directory => "directoryName",
            Self::EdiParty => "ediPartyName",
            Self::Uri => "uniformResourceIdentifier",
            Self::Ip => "iPAddress",
            Self::RegisteredId => "registeredID",
        }
    }
}

impl<'a> GeneralName<'a> {
    /// Reads one; `None` where it is malformed. Whether the text of it makes sense is not looked at.
    pub(crate) fn parse(tlv: &Tlv<'a>) -> Option<Self> {
        if !tlv.tag.is_like(Tag::context(tlv.tag.number)) {
            return None;
        }
        // IA5String: seven bits (X.680 clause 41).
        let ia5 = || {
            let text = std::str::from_utf8(tlv.content).ok()?;
            (!tlv.tag.constructed && text.is_ascii()).then_some(text)
        };
        Some(match (tlv.tag.number, tlv.tag.constructed) {
            (0, true) => {
                let mut fields = tlv.children();
                let kind = fields.expect(Tag::OID).ok()?;
                let value = fields.expect(Tag::context_constructed(0)).ok()?;
                fields.finish().ok()?;
                if kind.content == oid::SMTP_UTF8_MAILBOX.as_bytes() {
                    let value = value.only_child().ok()?;
                    let is_text = value.tag == Tag::UTF8_STRING;
                    Self::SmtpUtf8(
                        std::str::from_utf8(value.content)
                            .ok()
                            .filter(|_| is_text)?,
                    )
                } else {
                    Self::Other(kind.content)
                }
            }
            (1, false) => Self::Rfc822(ia5()?),
            (2, false) => Self::Dns(ia5()?),
            (3, true) => Self::X400,
            (4, true) => {
                let name = tlv.only_child().ok()?;
                super::name::is_name(&name).then_some(())?;
                Self::Directory(name.full)
            }
            (5, true) => Self::EdiParty,
            (6, false) => Self::Uri(ia5()?),
            (7, false) => Self::Ip(tlv.content),
            (8, false) if !tlv.content.is_empty() => Self::RegisteredId(tlv.content),
            _ => return None,
        })
    }

    /// GeneralNames: at least one. `None` where any is malformed.
    pub(crate) fn parse_all(sequence: &Tlv<'a>) -> Option<Vec<Self>> {
        let mut items = sequence.children();
        let mut names = Vec::new();
        while let Some(item) = items.try_next().ok()? {
            names.push(Self::parse(&item)?);
        }
        (!names.is_empty()).then_some(names)
    }

    /// The value of a subjectAltName extension. Host names and addresses must be well-formed there (clause 4.2.1.6): a
    /// reader that is laxer than its neighbour sees another name.
    pub(crate) fn parse_alt_names(value: &'a [u8]) -> Option<Vec<Self>> {
        let sequence = Tlv::parse(value).ok()?;
        if sequence.tag != Tag::SEQUENCE {
            return None;
        }
        let names = Self::parse_all(&sequence)?;
        let sound = |name: &Self| match name {
            Self::Dns(name) => is_host_name(name.strip_prefix("*.").unwrap_or(name)),
            Self::Ip(octets) => matches!(octets.len(), 4 | 16),
            _ => true,
        };
        names.iter().all(sound).then_some(names)
    }

    /// Which form it is.
    pub(crate) fn form(&self) -> Form {
        match self {
            Self::Other(_) => Form::Other,
            // Constraints of the form rfc822Name are for both (RFC 9598 clause 6).
            Self::Rfc822(_) | Self::SmtpUtf8(_) => Form::Rfc822,
            Self::Dns(_) => Form::Dns,
            Self::X400 => Form::X400,
            Self::Directory(_) => Form::Directory,
            Self::EdiParty => Form::EdiParty,
            Self::Uri(_) => Form::Uri,
            Self::Ip(_) => Form::Ip,
            Self::RegisteredId(_) => Form::RegisteredId,
        }
    }
}

/// The preferred name syntax (RFC 1034 clause 3.5, RFC 1123 clause 2.1): letters, digits and inner hyphens; labels of 1 to 63, all of it at most 253.
pub(crate) fn is_host_name(name: &str) -> bool {
    let label = |label: &str| {
        let inner = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}
