//! What a value says of itself, as JSON.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::words::{Certificates, FindingWire, Known, Word, findings, wires};
use crate::{
    cms::Checked,
    crypto::{DigestAlgorithm, SignatureAlgorithm},
    report::{DigestStatus, SubIndication, ValueStatus, Verdict},
    time::Time,
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckedWire {
    digest: Word<DigestStatus>,
    signature: Word<ValueStatus>,
    verdict: Word<Verdict>,
    sub_indication: Option<Word<SubIndication>>,
    algorithm: Option<AlgorithmWire>,
    digests: Vec<Word<DigestAlgorithm>>,
    key_bits: Option<u32>,
    certificate: Option<String>,
    signing_time: Option<Time>,
    signing_certificate: bool,
    has_timestamp: bool,
    findings: Vec<FindingWire>,
}

impl CheckedWire {
    pub(super) fn of(checked: &Checked, certificates: &mut Certificates) -> Self {
        let Checked {
            digest,
            signature,
            verdict,
            sub_indication,
            algorithm,
            digests,
            key_bits,
            certificate,
            signing_time,
            signing_certificate,
            has_timestamp,
            findings,
        } = checked;
        Self {
            digest: Word(*digest),
            signature: Word(*signature),
            verdict: Word(*verdict),
            sub_indication: sub_indication.map(Word),
            algorithm: algorithm.map(AlgorithmWire::of),
            digests: digests.iter().copied().map(Word).collect(),
            key_bits: *key_bits,
            certificate: certificate.as_ref().map(|one| certificates.add(one)),
            signing_time: *signing_time,
            signing_certificate: *signing_certificate,
            has_timestamp: *has_timestamp,
            findings: wires(findings),
        }
    }

    pub(super) fn facts(self, known: &Known) -> Option<Checked> {
        Some(Checked {
            digest: self.digest.0,
            signature: self.signature.0,
            verdict: self.verdict.0,
            sub_indication: self.sub_indication.map(|word| word.0),
            algorithm: self.algorithm.map(AlgorithmWire::algorithm),
            digests: self.digests.into_iter().map(|word| word.0).collect(),
            key_bits: self.key_bits,
            certificate: match self.certificate {
                Some(print) => Some(Arc::clone(known.get(&print)?)),
                None => None,
            },
            signing_time: self.signing_time,
            signing_certificate: self.signing_certificate,
            has_timestamp: self.has_timestamp,
            findings: findings(self.findings),
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) enum AlgorithmWire {
    RsaPkcs1(Word<DigestAlgorithm>),
    RsaPss {
        digest: Word<DigestAlgorithm>,
        mgf1: Word<DigestAlgorithm>,
        salt_length: usize,
    },
    Ecdsa(Word<DigestAlgorithm>),
    Ed25519,
}

impl AlgorithmWire {
    pub(super) fn of(algorithm: SignatureAlgorithm) -> Self {
        match algorithm {
            SignatureAlgorithm::RsaPkcs1(digest) => Self::RsaPkcs1(Word(digest)),
            SignatureAlgorithm::RsaPss {
                digest,
                mgf1,
                salt_len,
            } => Self::RsaPss {
                digest: Word(digest),
                mgf1: Word(mgf1),
                salt_length: salt_len,
            },
            SignatureAlgorithm::Ecdsa(digest) => Self::Ecdsa(Word(digest)),
            SignatureAlgorithm::Ed25519 => Self::Ed25519,
        }
    }

    pub(super) fn algorithm(self) -> SignatureAlgorithm {
        match self {
            Self::RsaPkcs1(digest) => SignatureAlgorithm::RsaPkcs1(digest.0),
            Self::RsaPss {
                digest,
                mgf1,
                salt_length,
            } => SignatureAlgorithm::RsaPss {
                digest: digest.0,
                mgf1: mgf1.0,
                salt_len: salt_length,
            },
            Self::Ecdsa(digest) => SignatureAlgorithm::Ecdsa(digest.0),
            Self::Ed25519 => SignatureAlgorithm::Ed25519,
        }
    }
}
