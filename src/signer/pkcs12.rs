//! PKCS#12 files (RFC 7292), the way OpenSSL, Java, Windows and Firefox write them.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{
    assemble,
    decrypt::{Decryptor, Purpose, bmp},
    local::LocalSigner,
    pem::check_size,
};
use crate::{
    asn1::{self, Tag, Tlv, ber_to_der},
    crypto,
    error::{Error, ErrorKind, Result},
    text::rules::key as rules,
    x509::{
        AlgorithmIdentifier, Certificate,
        oid::{self, Oid},
    },
};

const WHAT: &str = "PKCS#12";

const ENCRYPTED_DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.6");
const KEY_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERT_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.3");
const SAFE_CONTENTS_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.6");
const X509_CERTIFICATE: Oid = Oid::new_unwrap("1.2.840.113549.1.9.22.1");

/// Bags inside bags. Nobody writes them; the standard allows them.
const MAX_BAG_NESTING: usize = 4;

pub(super) fn read(bytes: &[u8], password: &str) -> Result<LocalSigner> {
    check_size(WHAT, bytes)?;
    let mut file = File {
        decryptor: Decryptor::new(WHAT, password),
        keys: Vec::new(),
        heap: Vec::new(),
    };
    file.read(bytes)?;
    let mut keys = file.keys.into_iter();
    let key = keys
        .next()
        .ok_or_else(|| Error::new(ErrorKind::Key, &rules::KEY_MISSING).with(WHAT))?;
    if keys.next().is_some() {
        return Err(Error::new(ErrorKind::Key, &rules::KEY_AMBIGUOUS).with(WHAT));
    }
    assemble::signer(WHAT, &key, &file.heap)
}

struct File<'a> {
    decryptor: Decryptor<'a>,
    keys: Vec<Zeroizing<Vec<u8>>>,
    heap: Vec<Arc<Certificate>>,
}

impl File<'_> {
    fn malformed(&self, error: asn1::Asn1Error) -> Error {
        self.decryptor.malformed(error)
    }

    /// PFX (clause 4).
    fn read(&mut self, bytes: &[u8]) -> Result<()> {
        let der = ber_to_der(bytes).map_err(|e| self.malformed(e))?;
        let (kind, content, mac) = pfx(&der).map_err(|e| self.malformed(e))?;
        if kind != Some(oid::DATA) {
            return Err(self.decryptor.unsupported("PKCS#12 SignedData"));
        }
        if let Some(mac) = mac {
            self.check_mac(&mac, content.content)?;
        }
        let der = ber_to_der(content.content).map_err(|e| self.malformed(e))?;
        let mut safes = Tlv::parse(&der).map_err(|e| self.malformed(e))?.children();
        while let Some(safe) = safes.try_next().map_err(|e| self.malformed(e))? {
            let (kind, content) = content_info(&safe).map_err(|e| self.malformed(e))?;
            match kind {
                Some(oid::DATA) => self.read_bags(content.content, 0)?,
                Some(ENCRYPTED_DATA) => {
                    let (algorithm, data) =
                        encrypted_data(&content).map_err(|e| self.malformed(e))?;
                    let plain = self.decryptor.decrypt(&algorithm, &data)?;
                    self.read_bags(&plain, 0)?;
                }
                Some(other) => return Err(self.decryptor.unsupported(other)),
                None => return Err(self.decryptor.malformed("ContentInfo")),
            }
        }
        Ok(())
    }

    /// MacData (clause 4, appendix A).
    fn check_mac(&mut self, mac: &Tlv<'_>, data: &[u8]) -> Result<()> {
        let parts = mac_data(mac).map_err(|e| self.malformed(e))?;
        let Mac {
            algorithm,
            expected,
            salt,
            iterations,
        } = parts;
        let identifier = AlgorithmIdentifier::parse(&algorithm);
        let identifier = identifier.ok_or_else(|| self.decryptor.malformed("MacData"))?;
        let digest = identifier
            .digest()
            .filter(|d| *d != crypto::DigestAlgorithm::Md5);
        let digest = digest.ok_or_else(|| self.decryptor.unsupported(identifier.oid))?;
        let iterations = match iterations {
            Some(tlv) => tlv
                .unsigned()
                .ok_or_else(|| self.decryptor.malformed("MacData"))?,
            None => 1,
        };
        let password = bmp(self.decryptor.password());
        // An empty password is written with its two zero bytes, or as nothing at all.
        let empty = Zeroizing::new(Vec::new());
        let tries = if password.len() == 2 {
            vec![&password, &empty]
        } else {
            vec![&password]
        };
        for password in tries {
            let key = self.decryptor.derive(
                digest,
                password,
                salt.content,
                Purpose::Mac,
                iterations,
                digest.len(),
            )?;
            if self
                .decryptor
                .hmac_is(digest, &key, data, expected.content)?
            {
                return Ok(());
            }
        }
        Err(self.decryptor.wrong_password())
    }

    /// SafeContents (clause 4.2).
    fn read_bags(&mut self, bytes: &[u8], depth: usize) -> Result<()> {
        let der = ber_to_der(bytes).map(|der| Zeroizing::new(der.into_owned()));
        let der = der.map_err(|e| self.malformed(e))?;
        let mut bags = Tlv::parse(&der).map_err(|e| self.malformed(e))?.children();
        while let Some(bag) = bags.try_next().map_err(|e| self.malformed(e))? {
            let (kind, value) = content_info(&bag).map_err(|e| self.malformed(e))?;
            match kind {
                Some(KEY_BAG) => self.keys.push(Zeroizing::new(value.full.to_vec())),
                Some(SHROUDED_KEY_BAG) => {
                    let (algorithm, data) = shrouded(&value).map_err(|e| self.malformed(e))?;
                    let key = self.decryptor.decrypt(&algorithm, data.content)?;
                    self.keys.push(key);
                }
                Some(CERT_BAG) => {
                    let (kind, value) = content_info(&value).map_err(|e| self.malformed(e))?;
                    if kind == Some(X509_CERTIFICATE) {
                        self.hold(value.content)?;
                    }
                }
                Some(SAFE_CONTENTS_BAG) if depth < MAX_BAG_NESTING => {
                    self.read_bags(value.full, depth.saturating_add(1))?;
                }
                // CRLs and secrets are of no use here.
                _ => {}
            }
        }
        Ok(())
    }

    fn hold(&mut self, der: &[u8]) -> Result<()> {
        let certificate = Certificate::parse(der, crypto::default_provider()?);
        let unreadable = || Error::new(ErrorKind::Key, &rules::CERTIFICATE_MALFORMED).with(WHAT);
        self.heap.push(certificate.ok_or_else(unreadable)?);
        Ok(())
    }
}

/// PFX: type and content of authSafe, and macData.
fn pfx(der: &[u8]) -> asn1::Result<(Option<Oid>, Tlv<'_>, Option<Tlv<'_>>)> {
    let mut fields = Tlv::parse(der)?.children();
    fields.expect(Tag::INTEGER)?;
    let (kind, content) = content_info(&fields.expect(Tag::SEQUENCE)?)?;
    let mac = fields.optional(Tag::SEQUENCE)?;
    fields.finish()?;
    Ok((kind, content, mac))
}

/// `SEQUENCE { type OBJECT IDENTIFIER, value [0] EXPLICIT ANY, … }`: ContentInfo, SafeBag and CertBag alike.
fn content_info<'a>(sequence: &Tlv<'a>) -> asn1::Result<(Option<Oid>, Tlv<'a>)> {
    let mut fields = sequence.children();
    let kind = fields.expect(Tag::OID)?.oid();
    let value = fields.expect(Tag::context_constructed(0))?.only_child()?;
    Ok((kind, value))
}

/// EncryptedData (RFC 5652 clause 8): algorithm and encrypted content.
fn encrypted_data<'a>(sequence: &Tlv<'a>) -> asn1::Result<(Tlv<'a>, std::borrow::Cow<'a, [u8]>)> {
    let mut fields = sequence.children();
    fields.expect(Tag::INTEGER)?;
    let mut info = fields.expect(Tag::SEQUENCE)?.children();
    info.expect(Tag::OID)?;
    let algorithm = info.expect(Tag::SEQUENCE)?;
    let content = match info.optional(Tag::context(0))? {
        Some(content) => content.octets()?,
        None => std::borrow::Cow::Borrowed(&[][..]),
    };
    Ok((algorithm, content))
}

/// EncryptedPrivateKeyInfo (RFC 5958 clause 3).
fn shrouded<'a>(sequence: &Tlv<'a>) -> asn1::Result<(Tlv<'a>, Tlv<'a>)> {
    let mut fields = sequence.children();
    Ok((
        fields.expect(Tag::SEQUENCE)?,
        fields.expect(Tag::OCTET_STRING)?,
    ))
}

struct Mac<'a> {
    algorithm: Tlv<'a>,
    expected: Tlv<'a>,
    salt: Tlv<'a>,
    iterations: Option<Tlv<'a>>,
}

fn mac_data<'a>(sequence: &Tlv<'a>) -> asn1::Result<Mac<'a>> {
    let mut fields = sequence.children();
    let mut mac = fields.expect(Tag::SEQUENCE)?.children();
    Ok(Mac {
        algorithm: mac.expect(Tag::SEQUENCE)?,
        expected: mac.expect(Tag::OCTET_STRING)?,
        salt: fields.expect(Tag::OCTET_STRING)?,
        iterations: fields.optional(Tag::INTEGER)?,
    })
}
