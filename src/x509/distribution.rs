//! Where the CRLs of a certificate are, and what a CRL is for (RFC 5280 clauses 4.2.1.13, 5.2.5, 5.2.6).

use super::{extension::named_bits_of, name::names_match};
use crate::asn1::{Reader, Tag, Tlv, write::tlv};

/// All reasons but `unused`: the bits 1 to 8 of ReasonFlags.
pub(crate) const ALL_REASONS: u16 = 0x1FE;

/// A GeneralName (clause 4.2.1.6), as far as distribution points need it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum GeneralName<'a> {
    /// directoryName: DER of the Name.
    Directory(&'a [u8]),
    /// uniformResourceIdentifier.
    Uri(&'a str),
    /// Any other: the whole value.
    Other(&'a [u8]),
}

impl<'a> GeneralName<'a> {
    fn of(value: &Tlv<'a>) -> Option<Self> {
        if value.tag == Tag::context_constructed(4) {
            return value
                .only_child()
                .ok()
                .map(|name| Self::Directory(name.full));
        }
        if value.tag == Tag::context(6) {
            return std::str::from_utf8(value.content).ok().map(Self::Uri);
        }
        Some(Self::Other(value.full))
    }

    /// DER of the Name, where it is one.
    pub(crate) fn directory(&self) -> Option<&'a [u8]> {
        match self {
            Self::Directory(name) => Some(name),
            _ => None,
        }
    }

    fn matches(&self, other: &GeneralName<'_>) -> bool {
        match (self, other) {
            (Self::Directory(a), GeneralName::Directory(b)) => names_match(a, b),
            (Self::Uri(a), GeneralName::Uri(b)) => a == b,
            (Self::Other(a), GeneralName::Other(b)) => a == b,
            _ => false,
        }
    }
}

/// GeneralNames; `None` where one is malformed.
pub(super) fn general_names<'a>(names: &Tlv<'a>) -> Option<Vec<GeneralName<'a>>> {
    let mut items = names.children();
    let mut found = Vec::new();
    while let Some(item) = items.try_next().ok()? {
        found.push(GeneralName::of(&item)?);
    }
    Some(found)
}

/// DistributionPointName.
#[derive(Clone, Debug)]
pub(crate) enum PointName<'a> {
    /// fullName.
    Full(Vec<GeneralName<'a>>),
    /// nameRelativeToCRLIssuer: the content of the set that is added to the issuer's name.
    Relative(&'a [u8]),
}

impl<'a> PointName<'a> {
    fn of(value: &Tlv<'a>) -> Option<Self> {
        let name = value.only_child().ok()?;
        if name.tag == Tag::context_constructed(0) {
            return general_names(&name).map(Self::Full);
        }
        (name.tag == Tag::context_constructed(1)).then_some(Self::Relative(name.content))
    }

    /// Whether one of the names is the same as one of `other`. A relative name is taken relative to the issuer beside it.
    pub(crate) fn meets(&self, issuer: &[u8], other: &PointName<'_>, other_issuer: &[u8]) -> bool {
        let (absolute, others) = (absolute(self, issuer), absolute(other, other_issuer));
        let names = names_of(self, absolute.as_deref());
        names_of(other, others.as_deref())
            .iter()
            .any(|other| names.iter().any(|name| name.matches(other)))
    }

    /// Whether one of the names is among `names`.
    pub(crate) fn is_one_of(&self, issuer: &[u8], names: &[GeneralName<'_>]) -> bool {
        let absolute = absolute(self, issuer);
        names_of(self, absolute.as_deref())
            .iter()
            .any(|name| names.iter().any(|other| name.matches(other)))
    }

    /// The addresses among the names.
    pub(crate) fn uris(&self) -> impl Iterator<Item = &'a str> {
        let names: &[GeneralName<'a>] = match self {
            Self::Full(names) => names,
            Self::Relative(_) => &[],
        };
        names.iter().filter_map(|name| match name {
            GeneralName::Uri(uri) => Some(*uri),
            _ => None,
        })
    }
}

/// The whole name of a relative one.
fn absolute(name: &PointName<'_>, issuer: &[u8]) -> Option<Vec<u8>> {
    let PointName::Relative(set) = name else {
        return None;
    };
    let issuer = Tlv::parse(issuer).ok()?;
    Some(tlv(0x30, &[issuer.content, &tlv(0x31, &[set])]))
}

fn names_of<'a>(name: &PointName<'a>, absolute: Option<&'a [u8]>) -> Vec<GeneralName<'a>> {
    match name {
        PointName::Full(names) => names.clone(),
        PointName::Relative(_) => absolute.map(GeneralName::Directory).into_iter().collect(),
    }
}

/// One DistributionPoint of a certificate, or of freshestCRL.
#[derive(Clone, Debug, Default)]
pub(crate) struct DistributionPoint<'a> {
    pub(crate) name: Option<PointName<'a>>,
    /// The reasons that its CRLs are for; `None`: all.
    pub(crate) reasons: Option<u16>,
    /// Who signs its CRLs, where that is not the issuer of the certificate.
    pub(crate) crl_issuer: Vec<GeneralName<'a>>,
}

impl<'a> DistributionPoint<'a> {
    /// CRLDistributionPoints: DER of the extension's value. `None` where it is malformed.
    pub(crate) fn all(value: &'a [u8]) -> Option<Vec<Self>> {
        let points = Tlv::parse(value)
            .ok()
            .filter(|points| points.tag == Tag::SEQUENCE)?;
        let mut items = points.children();
        let mut found = Vec::new();
        while let Some(item) = items.try_next().ok()? {
            found.push(Self::of(&item)?);
        }
        Some(found)
    }

    fn of(value: &Tlv<'a>) -> Option<Self> {
        if value.tag != Tag::SEQUENCE {
            return None;
        }
        let mut fields = value.children();
        let name = match fields.optional(Tag::context(0)).ok()? {
            Some(name) => Some(PointName::of(&name)?),
            None => None,
        };
        let reasons = match fields.optional(Tag::context(1)).ok()? {
            Some(reasons) => Some(named_bits_of(reasons.content)? & ALL_REASONS),
            None => None,
        };
        let crl_issuer = match fields.optional(Tag::context(2)).ok()? {
            Some(names) => general_names(&names)?,
            None => Vec::new(),
        };
        fields.finish().ok()?;
        Some(Self {
            name,
            reasons,
            crl_issuer,
        })
    }

    /// The addresses of its CRLs.
    pub(crate) fn uris(&self) -> impl Iterator<Item = &'a str> {
        self.name.iter().flat_map(PointName::uris)
    }
}

/// issuingDistributionPoint (clause 5.2.5): what a CRL is for.
#[derive(Clone, Debug, Default)]
pub(crate) struct IssuingPoint<'a> {
    pub(crate) name: Option<PointName<'a>>,
    pub(crate) only_users: bool,
    pub(crate) only_authorities: bool,
    pub(crate) only_attributes: bool,
    /// The reasons that it is for; `None`: all.
    pub(crate) reasons: Option<u16>,
    pub(crate) indirect: bool,
}

impl<'a> IssuingPoint<'a> {
    /// DER of the extension's value. `None` where it is malformed.
    pub(crate) fn parse(value: &'a [u8]) -> Option<Self> {
        let point = Tlv::parse(value)
            .ok()
            .filter(|point| point.tag == Tag::SEQUENCE)?;
        let mut fields = point.children();
        let name = match fields.optional(Tag::context(0)).ok()? {
            Some(name) => Some(PointName::of(&name)?),
            None => None,
        };
        let (only_users, only_authorities) = (flag(&mut fields, 1)?, flag(&mut fields, 2)?);
        let reasons = match fields.optional(Tag::context(3)).ok()? {
            Some(reasons) => Some(named_bits_of(reasons.content)? & ALL_REASONS),
            None => None,
        };
        let (indirect, only_attributes) = (flag(&mut fields, 4)?, flag(&mut fields, 5)?);
        fields.finish().ok()?;
        Some(Self {
            name,
            only_users,
            only_authorities,
            only_attributes,
            reasons,
            indirect,
        })
    }
}

/// `[n] IMPLICIT BOOLEAN DEFAULT FALSE`.
fn flag(fields: &mut Reader<'_>, number: u32) -> Option<bool> {
    match fields.optional(Tag::context(number)).ok()? {
        None => Some(false),
        Some(flag) => match flag.content {
            [octet] => Some(*octet != 0),
            _ => None,
        },
    }
}
