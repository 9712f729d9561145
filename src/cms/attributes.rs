//! Signed attributes (RFC 5652 clauses 5.3, 5.4 and 11), over their original bytes.

use super::{
    encode::{SET, tlv},
    signed_data::enter,
};
use crate::{
    asn1::{Asn1Error, Tag, Tlv, ber_to_der},
    x509::oid::Oid,
};

/// The signed attributes of one signer.
#[derive(Clone, Debug)]
pub(super) struct Attributes {
    all: Vec<Attribute>,
    /// As they stand, with the tag of SET OF instead of `[0]`.
    original: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Attribute {
    /// `None`: too long an identifier, so none that is asked for.
    kind: Option<Oid>,
    /// DER of each value.
    values: Vec<Vec<u8>>,
    /// DER of the attribute.
    der: Vec<u8>,
}

/// What was found when one attribute was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Single<'a> {
    /// It stands once, with this one value in DER.
    Value(&'a [u8]),
    Absent,
    /// It stands more than once, or has not one value.
    Repeated,
}

/// One form of the bytes that the signer may have signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) bytes: Vec<u8>,
    /// Whether they are the bytes of the file.
    pub(super) original: bool,
}

impl Attributes {
    /// Reads `[0] IMPLICIT SET OF Attribute`.
    pub(super) fn read(set: &Tlv<'_>) -> Result<Self, Asn1Error> {
        let mut all = Vec::new();
        let mut attributes = set.children();
        while let Some(attribute) = attributes.try_next()? {
            let mut parts = enter(&attribute)?;
            let kind = parts.expect(Tag::OID)?.oid();
            let mut values = Vec::new();
            let mut set = parts.expect(Tag::SET)?.children();
            parts.finish()?;
            while let Some(value) = set.try_next()? {
                values.push(ber_to_der(value.full)?.into_owned());
            }
            all.push(Attribute {
                kind,
                values,
                der: ber_to_der(attribute.full)?.into_owned(),
            });
        }
        let original = [&[SET], set.full.get(1..).unwrap_or_default()].concat();
        Ok(Self { all, original })
    }

    /// The one value of an attribute.
    pub(super) fn single(&self, kind: Oid) -> Single<'_> {
        let mut found = self
            .all
            .iter()
            .filter(|attribute| attribute.kind == Some(kind));
        match (
            found.next().map(|attribute| attribute.values.as_slice()),
            found.next(),
        ) {
            (None, _) => Single::Absent,
            (Some([value]), None) => Single::Value(value),
            _ => Single::Repeated,
        }
    }

    /// Whether they stand in DER order (X.690 clause 11.6).
    pub(super) fn in_order(&self) -> bool {
        self.all.is_sorted_by(|a, b| a.der <= b.der)
    }

    /// What may have been signed, the likeliest first: the bytes of the file; then, where they are no DER, what RFC 5652 clause 5.4 asks for: DER with
    /// the attributes in their order of the file, and sorted. No form differs in what it says.
    pub(super) fn forms(&self) -> Vec<Form> {
        let parts: Vec<&[u8]> = self
            .all
            .iter()
            .map(|attribute| attribute.der.as_slice())
            .collect();
        let mut sorted = parts.clone();
        sorted.sort_unstable();
        let mut forms = vec![Form {
            bytes: self.original.clone(),
            original: true,
        }];
        for parts in [parts, sorted] {
            let bytes = tlv(SET, &parts);
            if forms.iter().all(|form| form.bytes != bytes) {
                forms.push(Form {
                    bytes,
                    original: false,
                });
            }
        }
        forms
    }
}
