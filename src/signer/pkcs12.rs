//! PKCS#12 files (RFC 7292), the way OpenSSL, Java, Windows and Firefox write them.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{assemble, decrypt::Decryptor, listed, local::LocalSigner, mac, pem::check_size};
use crate::{
    asn1::{self, Tag, Tlv, ber_to_der},
    crypto,
    error::{Error, ErrorKind, Result},
    text::rules::key as rules,
    x509::{
        Certificate,
        oid::{self, Oid},
    },
};

const WHAT: &str = "PKCS#12";

const ENCRYPTED_DATA: Oid = Oid::new_unwrap("1.2.840.113549.1.7.6");
const KEY_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.1");
const SHROUDED_KEY_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.2");
const CERT_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.3");
const SAFE_CONTENTS_BAG: Oid = Oid::new_unwrap("1.2.840.113549.1.12.10.1.6");
const FRIENDLY_NAME: Oid = Oid::new_unwrap("1.2.840.113549.1.9.20");
const LOCAL_KEY_ID: Oid = Oid::new_unwrap("1.2.840.113549.1.9.21");
const X509_CERTIFICATE: Oid = Oid::new_unwrap("1.2.840.113549.1.9.22.1");

/// Bags inside bags. Nobody writes them; the standard allows them.
const MAX_BAG_NESTING: usize = 4;

/// Takes the key out, or the one of the alias where there are several.
pub(super) fn read(bytes: &[u8], password: &str, alias: Option<&str>) -> Result<LocalSigner> {
    check_size(WHAT, bytes)?;
    let mut file = File {
        decryptor: Decryptor::new(WHAT, password),
        keys: Vec::new(),
        heap: Vec::new(),
        names: Vec::new(),
    };
    file.read(bytes)?;
    let key = file.chosen(alias)?;
    assemble::signer(WHAT, &key.pkcs8, &file.heap)
}

struct File<'a> {
    decryptor: Decryptor<'a>,
    keys: Vec<KeyEntry>,
    heap: Vec<Arc<Certificate>>,
    /// Of certificates: some writers name only those.
    names: Vec<Attributes>,
}

/// A private key with its bag's attributes.
struct KeyEntry {
    pkcs8: Zeroizing<Vec<u8>>,
    attributes: Attributes,
}

/// What a bag says about itself (PKCS #9; RFC 2985 clause 5.5).
#[derive(Clone, Default, PartialEq, Eq)]
struct Attributes {
    /// friendlyName: the alias.
    name: Option<String>,
    /// localKeyId: the same for a key and its certificate.
    key_id: Option<Vec<u8>>,
}

impl File<'_> {
    /// The only key, or the one with the alias. Letter case counts only where it has to: Java writes aliases in lower case.
    fn chosen(&self, alias: Option<&str>) -> Result<&KeyEntry> {
        let missing = || Error::new(ErrorKind::Key, &rules::KEY_MISSING).with(WHAT);
        let first = self.keys.first().ok_or_else(missing)?;
        let names = |keys: &[&KeyEntry]| {
            listed(keys.iter().enumerate().map(|(index, key)| {
                let number = index.saturating_add(1);
                self.name(key)
                    .map_or_else(|| format!("#{number}"), str::to_owned)
            }))
        };
        let all: Vec<_> = self.keys.iter().collect();
        let fitting = match alias {
            Some(alias) => {
                let named = |same: &dyn Fn(&str) -> bool| {
                    let fits = |key: &&&KeyEntry| self.name(key).is_some_and(same);
                    all.iter().filter(fits).copied().collect::<Vec<_>>()
                };
                let exact = named(&|name| name == alias);
                if exact.is_empty() {
                    let lower = alias.to_lowercase();
                    named(&|name| name.to_lowercase() == lower)
                } else {
                    exact
                }
            }
            None => all.clone(),
        };
        match fitting.as_slice() {
            [key] => Ok(key),
            [] => Err(Error::new(ErrorKind::Key, &rules::KEY_ALIAS_MISSING)
                .with(WHAT)
                .with(alias.unwrap_or_default())
                .with(names(&all))),
            // The same key twice is no question.
            several if several.iter().all(|key| *key.pkcs8 == *first.pkcs8) => Ok(first),
            several => Err(Error::new(ErrorKind::Key, &rules::KEY_AMBIGUOUS)
                .with(WHAT)
                .with(names(several))),
        }
    }

    /// The alias of a key: its own name, else that of the certificate with the same id.
    fn name<'a>(&'a self, key: &'a KeyEntry) -> Option<&'a str> {
        let own = key.attributes.name.as_deref();
        let id = key.attributes.key_id.as_ref();
        own.or_else(|| {
            let same = |held: &&Attributes| id.is_some() && held.key_id.as_ref() == id;
            self.names.iter().find(same)?.name.as_deref()
        })
    }

    fn malformed(&self, error: asn1::Asn1Error) -> Error {
        self.decryptor.malformed(error)
    }

    /// Keys may stand in the clear anywhere in the file.
    fn wiped_der(&self, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let der = ber_to_der(bytes).map(|der| Zeroizing::new(der.into_owned()));
        der.map_err(|error| self.malformed(error))
    }

    /// PFX (clause 4).
    fn read(&mut self, bytes: &[u8]) -> Result<()> {
        let der = self.wiped_der(bytes)?;
        let (kind, content, mac) = pfx(&der).map_err(|e| self.malformed(e))?;
        if kind != Some(oid::DATA) {
            return Err(self.decryptor.unsupported("PKCS#12 SignedData"));
        }
        if let Some(mac) = mac {
            mac::check(&mut self.decryptor, &mac, content.content)?;
        }
        let der = self.wiped_der(content.content)?;
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

    /// SafeContents (clause 4.2).
    fn read_bags(&mut self, bytes: &[u8], depth: usize) -> Result<()> {
        let der = self.wiped_der(bytes)?;
        let mut bags = Tlv::parse(&der).map_err(|e| self.malformed(e))?.children();
        while let Some(bag) = bags.try_next().map_err(|e| self.malformed(e))? {
            let (kind, value) = content_info(&bag).map_err(|e| self.malformed(e))?;
            match kind {
                Some(KEY_BAG) => self.keys.push(KeyEntry {
                    pkcs8: Zeroizing::new(value.full.to_vec()),
                    attributes: attributes(&bag),
                }),
                Some(SHROUDED_KEY_BAG) => {
                    let (algorithm, data) = shrouded(&value).map_err(|e| self.malformed(e))?;
                    let key = self.decryptor.decrypt(&algorithm, data.content)?;
                    self.keys.push(KeyEntry {
                        pkcs8: key,
                        attributes: attributes(&bag),
                    });
                }
                Some(CERT_BAG) => {
                    let (kind, value) = content_info(&value).map_err(|e| self.malformed(e))?;
                    if kind == Some(X509_CERTIFICATE) {
                        self.hold(value.content)?;
                        self.names.push(attributes(&bag));
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

/// bagAttributes of a SafeBag. What is malformed names nothing; it harms nothing either.
fn attributes(bag: &Tlv<'_>) -> Attributes {
    let mut found = Attributes::default();
    let mut fields = bag.children();
    let (Ok(_), Ok(_), Ok(set)) = (fields.next(), fields.next(), fields.next()) else {
        return found;
    };
    let mut items = set.children();
    while let Ok(Some(item)) = items.try_next() {
        let mut fields = item.children();
        let (Ok(kind), Ok(values)) = (fields.next(), fields.next()) else {
            continue;
        };
        let Ok(value) = values.children().next() else {
            continue;
        };
        match kind.oid() {
            Some(FRIENDLY_NAME) => found.name = bmp_text(value.content),
            Some(LOCAL_KEY_ID) => found.key_id = Some(value.content.to_vec()),
            _ => {}
        }
    }
    found
}

/// A BMPString. Java writes a zero behind some.
fn bmp_text(content: &[u8]) -> Option<String> {
    let (units, []) = content.as_chunks::<2>() else {
        return None;
    };
    let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
    let text: String = char::decode_utf16(units)
        .collect::<std::result::Result<_, _>>()
        .ok()?;
    Some(text.trim_end_matches('\0').to_owned())
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
