//! Time-stamps and validation data of XAdES (EN 319 132-1 clauses 5.2.8, 5.3, 5.4 and 5.5), and the level that they show.

use crate::{
    limits::{MAX_XML_KEY_INFO, MAX_XML_PROPERTIES},
    xml::ElementId,
    xmldsig::{key_info, walk::Walk},
};

/// What proves times and the state of certificates, as it stands: none of it is signed by the signer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Evidence {
    pub(crate) stamps: Vec<Stamp>,
    /// DER of CertificateValues and their like.
    pub(crate) certificates: Vec<Vec<u8>>,
    pub(crate) crls: Vec<Vec<u8>>,
    pub(crate) ocsps: Vec<Vec<u8>>,
    /// CertificateValues, RevocationValues or TimeStampValidationData stand there.
    pub(crate) has_values: bool,
}

/// One time-stamp property.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    pub(crate) kind: StampKind,
    pub(crate) element: ElementId,
    /// DER of RFC 3161 tokens.
    pub(crate) tokens: Vec<Vec<u8>>,
}

/// What a time-stamp covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StampKind {
    /// The data objects: AllDataObjectsTimeStamp, IndividualDataObjectsTimeStamp.
    Content,
    /// SignatureTimeStamp.
    Signature,
    /// SigAndRefsTimeStamp, RefsOnlyTimeStamp.
    References,
    Archive,
}

impl StampKind {
    /// What it is called.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Signature => "signature",
            Self::References => "references",
            Self::Archive => "archive",
        }
    }
}

/// A baseline level by what stands in the properties (EN 319 132-1 clause 6); nothing is checked for it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
pub(crate) enum Shown {
    #[serde(rename = "B-B")]
    BB,
    #[serde(rename = "B-T")]
    BT,
    #[serde(rename = "B-LT")]
    BLt,
    #[serde(rename = "B-LTA")]
    BLta,
}

impl Evidence {
    /// Takes a time-stamp property.
    pub(super) fn stamp(&mut self, walk: Walk<'_>, element: ElementId, kind: StampKind) {
        let encapsulated = |local: &str| local == "EncapsulatedTimeStamp";
        let tokens = walk
            .children(element)
            .into_iter()
            .filter(|child| encapsulated(walk.local(*child)))
            .take(MAX_XML_KEY_INFO)
            .filter_map(|child| key_info::bytes(walk, child));
        self.stamps.push(Stamp {
            kind,
            element,
            tokens: tokens.collect(),
        });
    }

    /// Takes CertificateValues, RevocationValues and their like.
    pub(super) fn take(&mut self, walk: Walk<'_>, values: ElementId) {
        self.has_values = true;
        let mut open = vec![(values, 0_u8)];
        while let Some((element, depth)) = open.pop() {
            let list = match walk.local(element) {
                "EncapsulatedX509Certificate" => &mut self.certificates,
                "EncapsulatedCRLValue" => &mut self.crls,
                "EncapsulatedOCSPValue" => &mut self.ocsps,
                _ if depth < 3 => {
                    let inside = walk.children(element).into_iter().take(MAX_XML_PROPERTIES);
                    open.extend(inside.map(|child| (child, depth.saturating_add(1))));
                    continue;
                }
                _ => continue,
            };
            if list.len() < MAX_XML_KEY_INFO {
                list.extend(key_info::bytes(walk, element));
            }
        }
    }

    /// The level that shows.
    pub(super) fn shown(&self) -> Shown {
        let has = |kind| self.stamps.iter().any(|stamp| stamp.kind == kind);
        if has(StampKind::Archive) {
            Shown::BLta
        } else if !has(StampKind::Signature) {
            Shown::BB
        } else if self.has_values {
            Shown::BLt
        } else {
            Shown::BT
        }
    }
}
