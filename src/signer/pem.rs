//! Keys and certificates in PEM or DER files.

use std::sync::Arc;

use const_oid::ObjectIdentifier;
use der::{AnyRef, Encode};
use pkcs8::{AlgorithmIdentifierRef, PrivateKeyInfo};
use zeroize::Zeroizing;

use super::{assemble, decrypt::Decryptor, local::LocalSigner};
use crate::{
    asn1::{Tag, Tlv, ber_to_der, pem},
    crypto,
    error::{Error, ErrorKind, Result},
    limits::MAX_KEY_FILE_BYTES,
    text::rules::key as rules,
    x509::{Certificate, oid},
};

/// Names of the inputs in errors.
const KEY: &str = "PEM key";
const CERTIFICATE: &str = "PEM certificate";

pub(super) fn read(
    key: &[u8],
    certificate: &[u8],
    chain: Option<&[u8]>,
    password: Option<&str>,
) -> Result<LocalSigner> {
    let key = private_key(key, password)?;
    let mut heap = certificates(certificate)?;
    heap.extend(certificates(chain.unwrap_or_default())?);
    assemble::signer(CERTIFICATE, &key, &heap)
}

fn malformed(what: &str, why: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Key, &rules::KEY_FILE_MALFORMED)
        .with(what)
        .with(why)
}

pub(super) fn check_size(what: &str, bytes: &[u8]) -> Result<()> {
    if bytes.len() > MAX_KEY_FILE_BYTES {
        return Err(Error::new(ErrorKind::Limit, &rules::KEY_FILE_MALFORMED)
            .with(what)
            .with(format_args!("more than {MAX_KEY_FILE_BYTES} bytes")));
    }
    Ok(())
}

/// Every certificate of a file: PEM with several blocks, or one in DER.
pub(crate) fn certificates(bytes: &[u8]) -> Result<Vec<Arc<Certificate>>> {
    check_size(CERTIFICATE, bytes)?;
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let unreadable = || Error::new(ErrorKind::Key, &rules::CERTIFICATE_MALFORMED).with(CERTIFICATE);
    let provider = crypto::default_provider()?;
    if !pem::is_pem(bytes) {
        return Ok(vec![
            Certificate::parse(bytes, provider).ok_or_else(unreadable)?,
        ]);
    }
    let blocks = pem::blocks(bytes).ok_or_else(unreadable)?;
    let labels = ["CERTIFICATE", "X509 CERTIFICATE"];
    let certificates = blocks
        .iter()
        .filter(|block| labels.contains(&block.label.as_str()));
    certificates
        .map(|block| Certificate::parse(&block.bytes, provider).ok_or_else(unreadable))
        .collect()
}

/// The one private key of a file as PKCS#8.
fn private_key(bytes: &[u8], password: Option<&str>) -> Result<Zeroizing<Vec<u8>>> {
    check_size(KEY, bytes)?;
    if !pem::is_pem(bytes) {
        return from_der(bytes, password);
    }
    let blocks = pem::blocks(bytes).ok_or_else(|| malformed(KEY, "PEM"))?;
    let mut keys = blocks
        .iter()
        .filter(|block| block.label.ends_with("PRIVATE KEY"));
    let key = keys
        .next()
        .ok_or_else(|| Error::new(ErrorKind::Key, &rules::KEY_MISSING).with(KEY))?;
    if let Some(second) = keys.next() {
        return Err(Error::new(ErrorKind::Key, &rules::KEY_AMBIGUOUS)
            .with(KEY)
            .with(format_args!("{}, {}", key.label, second.label)));
    }
    if key.encrypted {
        return Err(
            Error::new(ErrorKind::Unsupported, &rules::KEY_FILE_UNSUPPORTED)
                .with(KEY)
                .with("Proc-Type: 4,ENCRYPTED"),
        );
    }
    from_der(&key.bytes, password)
}

/// Tells the formats apart by their first fields.
fn from_der(bytes: &[u8], password: Option<&str>) -> Result<Zeroizing<Vec<u8>>> {
    let der = Zeroizing::new(
        ber_to_der(bytes)
            .map_err(|e| malformed(KEY, e))?
            .into_owned(),
    );
    let outer = Tlv::parse(&der).map_err(|e| malformed(KEY, e))?;
    let mut fields = outer.children();
    let (Ok(first), Ok(second)) = (fields.next(), fields.next()) else {
        return Err(malformed(KEY, "ASN.1"));
    };
    match (first.tag, second.tag) {
        // EncryptedPrivateKeyInfo (RFC 5958 clause 3).
        (Tag::SEQUENCE, Tag::OCTET_STRING) => {
            let missing = || Error::new(ErrorKind::Pin, &rules::PASSWORD_REQUIRED).with(KEY);
            let password = password.ok_or_else(missing)?;
            Decryptor::new(KEY, password).decrypt(&first, second.content)
        }
        // PrivateKeyInfo
        (Tag::INTEGER, Tag::SEQUENCE) => Ok(Zeroizing::new(der.to_vec())),
        // RSAPrivateKey (RFC 8017 appendix A.1.2)
        (Tag::INTEGER, Tag::INTEGER) => wrap(oid::RSA_ENCRYPTION, AnyRef::NULL, &der),
        // ECPrivateKey (RFC 5915 clause 3)
        (Tag::INTEGER, Tag::OCTET_STRING) => {
            let curve = fields.optional(Tag::context(0)).ok().flatten();
            let curve = curve.and_then(|field| field.only_child().ok()?.oid());
            let curve = curve.ok_or_else(|| malformed(KEY, "SEC 1"))?;
            wrap(oid::EC_PUBLIC_KEY, AnyRef::from(&curve), &der)
        }
        _ => Err(malformed(KEY, "ASN.1")),
    }
}

/// An old key format inside PKCS#8.
fn wrap(oid: ObjectIdentifier, parameters: AnyRef<'_>, key: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
    let algorithm = AlgorithmIdentifierRef {
        oid,
        parameters: Some(parameters),
    };
    let der = PrivateKeyInfo::new(algorithm, key).to_der();
    der.map(Zeroizing::new).map_err(|e| malformed(KEY, e))
}
