//! What all of it is made of: findings, words of the report, fingerprints and the certificates behind them.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    crypto::DigestAlgorithm,
    error::Place,
    report::{Finding, Named, hex},
    text::{Severity, rules},
    x509::Certificate,
};

/// A finding as code, arguments, weight and place.
#[derive(Clone)]
pub(super) struct FindingWire(pub(super) Finding);

impl FindingWire {
    pub(super) fn of(finding: &Finding) -> Self {
        Self(finding.clone())
    }
}

pub(super) fn wires(findings: &[Finding]) -> Vec<FindingWire> {
    findings.iter().map(FindingWire::of).collect()
}

pub(super) fn findings(wires: Vec<FindingWire>) -> Vec<Finding> {
    wires.into_iter().map(|wire| wire.0).collect()
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Parts {
    code: String,
    arguments: Vec<String>,
    severity: Severity,
    place: Option<PlaceWire>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlaceWire {
    object: Option<(u32, u16)>,
    revision: Option<u32>,
    offset: Option<u64>,
}

impl Serialize for FindingWire {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let place = self.0.place().map(|place| {
            let Place {
                offset,
                object,
                revision,
            } = place;
            PlaceWire {
                object,
                revision,
                offset,
            }
        });
        Parts {
            code: self.0.code().to_owned(),
            arguments: self.0.arguments().to_vec(),
            severity: self.0.severity(),
            place,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FindingWire {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let parts = Parts::deserialize(deserializer)?;
        let rule = rules::all()
            .find(|rule| rule.code == parts.code)
            .ok_or_else(|| de::Error::custom(format_args!("code {}", parts.code)))?;
        let finding = Finding::new(rule).weighing(parts.severity);
        let finding = parts.arguments.into_iter().fold(finding, Finding::with);
        Ok(Self(match parts.place {
            Some(place) => finding.at(Place {
                offset: place.offset,
                object: place.object,
                revision: place.revision,
            }),
            None => finding,
        }))
    }
}

/// A value by its name in the report.
#[derive(Clone, Copy)]
pub(super) struct Word<T>(pub(super) T);

impl<T: Named> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name_of())
    }
}

impl<'de, T: Named> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let value = T::from_name(&name);
        value
            .map(Self)
            .ok_or_else(|| de::Error::custom(format_args!("word {name}")))
    }
}

impl Named for DigestAlgorithm {
    fn name_of(self) -> &'static str {
        self.name()
    }

    fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Md5,
            Self::Sha1,
            Self::Sha224,
            Self::Sha256,
            Self::Sha384,
            Self::Sha512,
        ];
        all.into_iter().find(|one| one.name() == name)
    }
}

/// A SHA-256 value in hex.
#[derive(Clone, Copy)]
pub(super) struct Print(pub(super) [u8; 32]);

impl Serialize for Print {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex(&self.0))
    }
}

impl<'de> Deserialize<'de> for Print {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        bytes_of(&text)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or_else(|| de::Error::custom(format_args!("SHA-256 {text}")))
    }
}

/// Certificates by fingerprint, as they are read.
pub(super) type Known = BTreeMap<String, Arc<Certificate>>;

/// Certificates by fingerprint, as they are written.
#[derive(Default)]
pub(super) struct Certificates(pub(super) BTreeMap<String, String>);

impl Certificates {
    pub(super) fn add(&mut self, certificate: &Certificate) -> String {
        let print = hex(certificate.sha256());
        let entry = self.0.entry(print.clone());
        entry.or_insert_with(|| hex(certificate.der()));
        print
    }
}

pub(super) fn bytes_of(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    let nibble = |digit: &u8| char::from(*digit).to_digit(16);
    let byte = |pair: &[u8]| match pair {
        [high, low] => u8::try_from(nibble(high)? << 4 | nibble(low)?).ok(),
        _ => None,
    };
    digits.chunks(2).map(byte).collect()
}
