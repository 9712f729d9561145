//! Throw-away keys, certificates and CRLs for tests, and faults in them on demand.

use std::sync::Arc;

use super::encode::{CONTEXT_0, OCTET_STRING, SEQUENCE, SET, oid, small_integer, time, tlv};
use crate::{
    crypto::{
        DigestAlgorithm, KeyType, PrivateKey, Provider, SignatureAlgorithm, TestProvider,
        tests::pkcs8,
    },
    time::Time,
    x509::{
        Certificate, Crl,
        oid::{self as id, Oid},
    },
};

/// Reads a time.
pub(crate) fn at(text: &str) -> Time {
    Time::from_rfc3339(text).unwrap()
}

pub(crate) const ECDSA: SignatureAlgorithm = SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256);

/// A private key on P-256.
pub(crate) fn key() -> Arc<dyn PrivateKey> {
    let pkcs8 = pkcs8(KeyType::EcP256);
    Arc::from(TestProvider.private_key(&pkcs8).unwrap())
}

/// An RSA key of 2048 bits: one for all tests, because making one is slow. The other provider has none that sign.
#[cfg(feature = "aws-lc")]
pub(crate) fn rsa_key() -> Arc<dyn PrivateKey> {
    static KEY: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    let pkcs8 = KEY.get_or_init(|| pkcs8(KeyType::Rsa));
    Arc::from(TestProvider.private_key(pkcs8).unwrap())
}

/// A key with its certificate.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) key: Arc<dyn PrivateKey>,
    pub(crate) certificate: Arc<Certificate>,
}

/// A certificate to be.
#[derive(Clone)]
pub(crate) struct Template {
    pub(crate) subject: Vec<u8>,
    pub(crate) serial: u32,
    pub(crate) not_before: Time,
    pub(crate) not_after: Time,
    /// 3 unless a test asks for less.
    pub(crate) version: u32,
    pub(crate) extensions: Vec<Vec<u8>>,
    pub(crate) key: Arc<dyn PrivateKey>,
    /// Writes another algorithm identifier than it signs with.
    pub(crate) spoilt: bool,
    pub(crate) key_ids: bool,
}

/// A Name with one common name.
pub(crate) fn name(common_name: &str) -> Vec<u8> {
    let value = tlv(0x0C, &[common_name.as_bytes()]);
    let attribute = tlv(SEQUENCE, &[&oid(Oid::new_unwrap("2.5.4.3")), &value]);
    tlv(SEQUENCE, &[&tlv(SET, &[&attribute])])
}

pub(crate) fn extension(id: &str, critical: bool, value: &[u8]) -> Vec<u8> {
    let flag: &[u8] = if critical { &[1, 1, 0xFF] } else { &[] };
    tlv(
        SEQUENCE,
        &[
            &oid(Oid::new_unwrap(id)),
            flag,
            &tlv(OCTET_STRING, &[value]),
        ],
    )
}

pub(crate) fn basic_constraints(authority: bool, path_len: Option<u32>) -> Vec<u8> {
    let flag: &[u8] = if authority { &[1, 1, 0xFF] } else { &[] };
    let length = path_len.map(small_integer).unwrap_or_default();
    extension("2.5.29.19", true, &tlv(SEQUENCE, &[flag, &length]))
}

/// keyUsage, bit n of the standard is `1 << n`; n up to 7.
pub(crate) fn key_usage(bits: u8) -> Vec<u8> {
    extension("2.5.29.15", true, &tlv(3, &[&[0, bits.reverse_bits()]]))
}

pub(crate) const SIGN: u8 = 0b11;
pub(crate) const CA: u8 = 0b0110_0000;

impl Template {
    pub(crate) fn leaf(subject: &str) -> Self {
        Self {
            subject: name(subject),
            serial: 7,
            not_before: at("2025-01-01T00:00:00Z"),
            not_after: at("2030-01-01T00:00:00Z"),
            version: 3,
            extensions: vec![key_usage(SIGN)],
            key: key(),
            spoilt: false,
            key_ids: true,
        }
    }

    pub(crate) fn authority(subject: &str) -> Self {
        Self {
            extensions: vec![basic_constraints(true, None), key_usage(CA)],
            ..Self::leaf(subject)
        }
    }

    pub(crate) fn self_signed(self) -> Identity {
        let (subject, key) = (self.subject.clone(), self.key.clone());
        self.signed_with(&subject, &key)
    }

    pub(crate) fn issued_by(self, issuer: &Identity) -> Identity {
        self.signed_with(issuer.certificate.subject(), &issuer.key)
    }

    pub(crate) fn signed_with(
        mut self,
        issuer: &[u8],
        issuer_key: &Arc<dyn PrivateKey>,
    ) -> Identity {
        if self.key_ids {
            let id = key_id(&self.key);
            self.extensions
                .push(extension("2.5.29.14", false, &tlv(OCTET_STRING, &[&id])));
            let id = key_id(issuer_key);
            self.extensions.push(extension(
                "2.5.29.35",
                false,
                &tlv(SEQUENCE, &[&tlv(0x80, &[&id])]),
            ));
        }
        let version = if self.version == 1 {
            Vec::new()
        } else {
            tlv(CONTEXT_0, &[&small_integer(self.version.wrapping_sub(1))])
        };
        let extensions: Vec<&[u8]> = self.extensions.iter().map(Vec::as_slice).collect();
        let extensions = if self.version == 3 {
            tlv(0xA3, &[&tlv(SEQUENCE, &extensions)])
        } else {
            Vec::new()
        };
        let tbs = tlv(
            SEQUENCE,
            &[
                &version,
                &small_integer(self.serial),
                &ecdsa_identifier(),
                issuer,
                &tlv(SEQUENCE, &[&time(self.not_before), &time(self.not_after)]),
                &self.subject,
                self.key.public_key_spki(),
                &extensions,
            ],
        );
        let der = sign(tbs, issuer_key, self.spoilt);
        let certificate =
            Certificate::parse(&der, &TestProvider).expect("a certificate that can be parsed");
        Identity {
            key: self.key,
            certificate,
        }
    }
}

/// Adds algorithm and signature to a signed part. `spoilt`: with one bit of the message changed before it was signed.
fn sign(tbs: Vec<u8>, key: &Arc<dyn PrivateKey>, spoilt: bool) -> Vec<u8> {
    let mut message = tbs.clone();
    if spoilt {
        *message.last_mut().unwrap() ^= 1;
    }
    let signature = key.sign(&ECDSA, &message).unwrap();
    tlv(
        SEQUENCE,
        &[&tbs, &ecdsa_identifier(), &tlv(3, &[&[0], &signature])],
    )
}

fn ecdsa_identifier() -> Vec<u8> {
    tlv(SEQUENCE, &[&oid(id::ECDSA_WITH_SHA256)])
}

fn key_id(key: &Arc<dyn PrivateKey>) -> Vec<u8> {
    TestProvider
        .digest_of(DigestAlgorithm::Sha1, key.public_key_spki())
        .unwrap()
        .as_bytes()
        .to_vec()
}

/// A CRL to be.
#[derive(Clone)]
pub(crate) struct CrlTemplate {
    pub(crate) this_update: Time,
    pub(crate) next_update: Option<Time>,
    /// Serial number, date, reason.
    pub(crate) revoked: Vec<(u32, Time, Option<u8>)>,
    pub(crate) extensions: Vec<Vec<u8>>,
    pub(crate) spoilt: bool,
}

impl CrlTemplate {
    pub(crate) fn new(this_update: &str, next_update: &str) -> Self {
        Self {
            this_update: at(this_update),
            next_update: Some(at(next_update)),
            revoked: Vec::new(),
            extensions: Vec::new(),
            spoilt: false,
        }
    }

    pub(crate) fn issued_by(self, issuer: &Identity) -> Arc<Crl> {
        self.signed_with(issuer.certificate.subject(), &issuer.key)
    }

    pub(crate) fn signed_with(self, issuer: &[u8], key: &Arc<dyn PrivateKey>) -> Arc<Crl> {
        let entries: Vec<Vec<u8>> = self
            .revoked
            .iter()
            .map(|(serial, date, reason)| {
                let reason = reason.map(|reason| {
                    tlv(
                        SEQUENCE,
                        &[&extension("2.5.29.21", false, &tlv(0x0A, &[&[reason]]))],
                    )
                });
                tlv(
                    SEQUENCE,
                    &[
                        &small_integer(*serial),
                        &time(*date),
                        &reason.unwrap_or_default(),
                    ],
                )
            })
            .collect();
        let entries: Vec<&[u8]> = entries.iter().map(Vec::as_slice).collect();
        let entries = if entries.is_empty() {
            Vec::new()
        } else {
            tlv(SEQUENCE, &entries)
        };
        let extensions: Vec<&[u8]> = self.extensions.iter().map(Vec::as_slice).collect();
        let extensions = if extensions.is_empty() {
            Vec::new()
        } else {
            tlv(CONTEXT_0, &[&tlv(SEQUENCE, &extensions)])
        };
        let next = self.next_update.map(time).unwrap_or_default();
        let tbs = tlv(
            SEQUENCE,
            &[
                &small_integer(1),
                &ecdsa_identifier(),
                issuer,
                &time(self.this_update),
                &next,
                &entries,
                &extensions,
            ],
        );
        Crl::parse(sign(tbs, key, self.spoilt)).expect("a CRL that can be parsed")
    }
}
