//! Which algorithms are accepted as of a time: a value, which a user can write in a file.
//!
//! The defaults. NIST SP 800-131A (2011): RSA below 2048 bits and SHA-1 are not allowed for making signatures after
//! 2013-12-31. RFC 6151 (March 2011): MD5 must not be used for signatures. ETSI TS 119 312 clause 9 and Circular 15/2025/TT-BKHCN,
//! annex I, ask for the same (RSA of at least 2048 bits, ECDSA of at least 256, SHA-2 or SHA-3).
//!
//! Something weak leaves a verdict open ([`SubIndication`](crate::report::SubIndication) `CryptoConstraintsFailure…`): what is
//! signed with it may be genuine, but nobody can tell.

use std::{borrow::Cow, collections::BTreeMap};

use serde::Deserialize;

use super::trust_class;
use crate::{
    crypto::{DigestAlgorithm, SignatureAlgorithm},
    report::Finding,
    text::rules::pki,
    time::Time,
    x509::Certificate,
};

/// 2011-03-01T00:00:00Z, RFC 6151.
const MD5_END: i64 = 1_298_937_600;
/// 2014-01-01T00:00:00Z, NIST SP 800-131A tables 2 and 9.
const SHA1_END: i64 = 1_388_534_400;
/// 2014-01-01T00:00:00Z, NIST SP 800-131A table 2.
const RSA_2048_START: i64 = 1_388_534_400;
/// Bits of an RSA modulus from [`RSA_2048_START`].
const RSA_BITS: u32 = 2048;
/// Bits of an elliptic curve's field, at any time: kyso knows no shorter one.
const EC_BITS: u32 = 256;

/// Something that is too weak as of a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Weakness {
    /// What, in the texts of the rule list.
    pub(crate) finding: Finding,
    /// Since when.
    pub(crate) since: Time,
}

/// Digests with the end of their time, and key lengths with its start.
#[derive(Clone, Debug)]
pub(crate) struct AlgorithmPolicy {
    digest_ends: Vec<(DigestAlgorithm, Time)>,
    rsa: Vec<KeyRule>,
    ec: Vec<KeyRule>,
    exceptions: Vec<Exception>,
}

/// The least length of a key from a time on.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyRule {
    /// From this time; from the beginning where absent.
    #[serde(default)]
    from: Option<Time>,
    bits: u32,
}

/// A certificate, known by its bytes, whose signature may use digests that have come to their end.
#[derive(Clone, Debug)]
struct Exception {
    certificate: [u8; 32],
    digests: Cow<'static, [DigestAlgorithm]>,
}

impl Default for AlgorithmPolicy {
    fn default() -> Self {
        let ends = [
            (DigestAlgorithm::Md5, MD5_END),
            (DigestAlgorithm::Sha1, SHA1_END),
        ];
        let ends = ends
            .into_iter()
            .filter_map(|(digest, end)| Some((digest, Time::from_unix(end)?)));
        let exceptions = trust_class::G1_CERTIFICATES
            .iter()
            .map(|certificate| Exception {
                certificate: *certificate,
                digests: Cow::Borrowed(&[DigestAlgorithm::Sha1]),
            });
        Self {
            digest_ends: ends.collect(),
            rsa: vec![KeyRule {
                from: Time::from_unix(RSA_2048_START),
                bits: RSA_BITS,
            }],
            ec: vec![KeyRule {
                from: None,
                bits: EC_BITS,
            }],
            exceptions: exceptions.collect(),
        }
    }
}

/// `kyso.policy/1` as it is written. What a file does not name keeps its default.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    schema: Schema,
    /// The end of a digest by its name; `null`: none.
    #[serde(default)]
    digests: BTreeMap<DigestName, Option<Time>>,
    #[serde(default)]
    keys: KeyRules,
    exceptions: Option<Vec<ExceptionRule>>,
}

#[derive(Deserialize)]
enum Schema {
    #[serde(rename = "kyso.policy/1")]
    One,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyRules {
    rsa: Option<Vec<KeyRule>>,
    ec: Option<Vec<KeyRule>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionRule {
    /// SHA-256 of the certificate.
    certificate: String,
    digests: Vec<DigestName>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum DigestName {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl From<DigestName> for DigestAlgorithm {
    fn from(name: DigestName) -> Self {
        match name {
            DigestName::Md5 => Self::Md5,
            DigestName::Sha1 => Self::Sha1,
            DigestName::Sha224 => Self::Sha224,
            DigestName::Sha256 => Self::Sha256,
            DigestName::Sha384 => Self::Sha384,
            DigestName::Sha512 => Self::Sha512,
        }
    }
}

impl AlgorithmPolicy {
    /// Reads one JSON object, `kyso.policy/1`, laid over the defaults.
    ///
    /// # Errors
    /// What is wrong with it. Unknown keys are.
    pub(crate) fn from_json(json: &[u8]) -> Result<Self, String> {
        let file: PolicyFile = serde_json::from_slice(json).map_err(|cause| cause.to_string())?;
        let Schema::One = file.schema;
        let mut policy = Self::default();
        for (name, end) in file.digests {
            let digest = DigestAlgorithm::from(name);
            policy.digest_ends.retain(|(known, _)| *known != digest);
            policy.digest_ends.extend(end.map(|end| (digest, end)));
        }
        policy.rsa = file.keys.rsa.unwrap_or(policy.rsa);
        policy.ec = file.keys.ec.unwrap_or(policy.ec);
        if let Some(rules) = file.exceptions {
            policy.exceptions = rules
                .into_iter()
                .map(|rule| {
                    Ok(Exception {
                        certificate: fingerprint(&rule.certificate).ok_or_else(|| {
                            format!("not a SHA-256 fingerprint: {}", rule.certificate)
                        })?,
                        digests: rule.digests.into_iter().map(Into::into).collect(),
                    })
                })
                .collect::<Result<_, String>>()?;
        }
        Ok(policy)
    }

    /// Whether a digest algorithm is too weak for a signature as of `at`.
    pub(crate) fn digest_weakness(&self, digest: DigestAlgorithm, at: Time) -> Option<Weakness> {
        let ended = |(known, end): &&(DigestAlgorithm, Time)| *known == digest && at >= *end;
        let since = self.digest_ends.iter().find(ended)?.1;
        Some(Weakness {
            finding: Finding::new(&pki::WEAK_DIGEST)
                .with(digest.name())
                .with(since),
            since,
        })
    }

    /// Whether a key is too short as of `at`.
    fn key_weakness(
        &self,
        algorithm: &SignatureAlgorithm,
        key_bits: u32,
        at: Time,
    ) -> Option<Weakness> {
        let (name, rules) = match algorithm {
            SignatureAlgorithm::RsaPkcs1(_) | SignatureAlgorithm::RsaPss { .. } => {
                ("RSA", &self.rsa)
            }
            SignatureAlgorithm::Ecdsa(_) => ("EC", &self.ec),
            _ => return None,
        };
        let broken = rules.iter().filter(|rule| key_bits < rule.bits);
        let broken = broken.map(|rule| (rule.from.unwrap_or(Time::EARLIEST), rule.bits));
        let (since, bits) = broken.filter(|(from, _)| at >= *from).min()?;
        let finding = Finding::new(&pki::WEAK_KEY)
            .with(name)
            .with(key_bits)
            .with(bits)
            .with(since);
        Some(Weakness { finding, since })
    }

    /// Whether a signature algorithm, with a key of so many bits, is too weak as of `at`.
    pub(crate) fn assess(
        &self,
        algorithm: &SignatureAlgorithm,
        key_bits: u32,
        at: Time,
    ) -> Option<Weakness> {
        self.digest_weakness(algorithm.digest(), at)
            .or_else(|| self.key_weakness(algorithm, key_bits, at))
    }

    /// The finding of [`Self::assess`].
    pub(crate) fn weakness(
        &self,
        algorithm: &SignatureAlgorithm,
        key_bits: u32,
        at: Time,
    ) -> Option<Finding> {
        self.assess(algorithm, key_bits, at)
            .map(|weakness| weakness.finding)
    }

    /// Whether this very certificate may carry a signature of this algorithm: its bytes are known, so nobody can have forged them.
    pub(super) fn is_excepted(
        &self,
        certificate: &Certificate,
        algorithm: &SignatureAlgorithm,
    ) -> bool {
        self.exceptions.iter().any(|exception| {
            exception.certificate == *certificate.sha256()
                && exception.digests.contains(&algorithm.digest())
        })
    }
}

/// 64 hexadecimal digits.
fn fingerprint(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    if pairs.len() != bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from(high?.wrapping_shl(4) | low?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        Time::from_rfc3339(text).unwrap()
    }

    #[test]
    fn each_cut_off_is_exact_to_the_second() {
        let policy = AlgorithmPolicy::default();
        let sha1 = SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha1);
        assert_eq!(
            policy.weakness(&sha1, 2048, time("2013-12-31T23:59:59Z")),
            None
        );
        assert!(
            policy
                .weakness(&sha1, 2048, time("2014-01-01T00:00:00Z"))
                .unwrap()
                .is(&pki::WEAK_DIGEST)
        );
        let short = SignatureAlgorithm::RsaPss {
            digest: DigestAlgorithm::Sha256,
            mgf1: DigestAlgorithm::Sha256,
            salt_len: 32,
        };
        assert_eq!(
            policy.weakness(&short, 2047, time("2013-12-31T23:59:59Z")),
            None
        );
        assert!(
            policy
                .weakness(&short, 2047, time("2014-01-01T00:00:00Z"))
                .unwrap()
                .is(&pki::WEAK_KEY)
        );
        let now = time("2026-01-01T00:00:00Z");
        assert_eq!(policy.weakness(&short, 2048, now), None);
        assert_eq!(
            policy.digest_weakness(DigestAlgorithm::Md5, time("2011-02-28T23:59:59Z")),
            None
        );
        let md5 = policy.digest_weakness(DigestAlgorithm::Md5, time("2011-03-01T00:00:00Z"));
        assert!(md5.is_some());
        let ecdsa = SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha224);
        assert_eq!(policy.weakness(&ecdsa, 256, now), None);
        assert!(policy.weakness(&ecdsa, 224, now).is_some());
    }

    #[test]
    fn a_file_says_what_differs_and_nothing_unknown() {
        let policy = AlgorithmPolicy::from_json(
            br#"{"schema": "kyso.policy/1",
                 "digests": {"sha1": null, "sha224": "2020-01-01T00:00:00Z"},
                 "keys": {"rsa": [{"bits": 1024}, {"from": "2030-01-01T00:00:00Z", "bits": 3072}]},
                 "exceptions": []}"#,
        )
        .unwrap();
        let now = time("2026-01-01T00:00:00Z");
        assert_eq!(policy.digest_weakness(DigestAlgorithm::Sha1, now), None);
        assert!(
            policy
                .digest_weakness(DigestAlgorithm::Sha224, now)
                .is_some()
        );
        assert!(policy.digest_weakness(DigestAlgorithm::Md5, now).is_some());
        let rsa = SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256);
        assert_eq!(policy.weakness(&rsa, 1024, now), None);
        assert!(policy.weakness(&rsa, 1023, now).is_some());
        assert!(
            policy
                .weakness(&rsa, 2048, time("2030-01-01T00:00:00Z"))
                .is_some()
        );
        assert!(policy.exceptions.is_empty());
        let pinned = "F7BC89054CEC7F12730D7B8CD3EB7955B163835087E5EB873EDFB584763B3F90";
        let pins = format!(
            r#"{{"schema": "kyso.policy/1", "exceptions": [{{"certificate": "{pinned}", "digests": ["sha1"]}}]}}"#
        );
        assert_eq!(
            AlgorithmPolicy::from_json(pins.as_bytes())
                .unwrap()
                .exceptions
                .len(),
            1
        );
        for wrong in [
            "{}",
            "[]",
            r#"{"schema": "kyso.policy/2"}"#,
            r#"{"schema": "kyso.policy/1", "digest": {}}"#,
            r#"{"schema": "kyso.policy/1", "digests": {"sha3": null}}"#,
            r#"{"schema": "kyso.policy/1", "keys": {"dsa": []}}"#,
            r#"{"schema": "kyso.policy/1", "keys": {"rsa": [{"bits": -1}]}}"#,
            r#"{"schema": "kyso.policy/1", "exceptions": [{"certificate": "00", "digests": []}]}"#,
        ] {
            assert!(
                AlgorithmPolicy::from_json(wrong.as_bytes()).is_err(),
                "{wrong}"
            );
        }
    }
}
