//! What lies on a token: private keys and certificates.

use std::sync::Arc;

use cryptoki::{
    error::Error as Cryptoki,
    object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle},
    session::Session,
};

use super::{
    errors,
    uri::{WantedObject, percent},
};
use crate::{
    asn1::{Reader, Tag, Tlv},
    crypto,
    error::Result,
    limits::{MAX_EMBEDDED_CERTIFICATES, MAX_TOKEN_OBJECTS},
    signer::shown,
    x509::Certificate,
};

type Called<T> = std::result::Result<T, Cryptoki>;

/// A private key, by what may be read of it.
#[derive(Clone, Debug)]
pub(super) struct PrivateKey {
    pub(super) handle: ObjectHandle,
    pub(super) label: String,
    pub(super) id: Vec<u8>,
    /// CKA_ALWAYS_AUTHENTICATE: each signature wants a login of its own.
    pub(super) wants_pin_each_time: bool,
    public: Option<Public>,
}

/// The public half, as far as the token shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Public {
    /// Big-endian, without leading zeros.
    RsaModulus(Vec<u8>),
    /// As in a SubjectPublicKeyInfo.
    EcPoint(Vec<u8>),
}

/// A certificate on the token.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) label: String,
    pub(super) id: Vec<u8>,
    pub(super) certificate: Arc<Certificate>,
}

impl PrivateKey {
    /// As errors name it: `object=Con dấu;id=%01`.
    pub(super) fn name(&self) -> String {
        format!("object={};id={}", shown(&self.label), percent(&self.id))
    }

    /// Whether the certificate was made for the key; `None` where the token does not show the public half.
    pub(super) fn fits(&self, certificate: &Certificate) -> Option<bool> {
        let public = self.public.as_ref()?;
        Some(public_of(certificate.spki()).as_ref() == Some(public))
    }
}

/// The private keys that can sign and fit. A label that is a certificate's only means the key of that certificate: some
/// tools label the key by a number and the certificate by a name.
pub(super) fn keys(
    session: &Session,
    wanted: &WantedObject,
    certificates: &[Held],
) -> Called<Vec<PrivateKey>> {
    let all = private_keys(session)?;
    let has_id = |key: &PrivateKey| wanted.id.as_ref().is_none_or(|id| *id == key.id);
    let Some(label) = &wanted.label else {
        return Ok(all.into_iter().filter(has_id).collect());
    };
    let labelled: Vec<_> = all
        .iter()
        .filter(|key| key.label == *label && has_id(key))
        .cloned()
        .collect();
    if !labelled.is_empty() {
        return Ok(labelled);
    }
    let named = certificates.iter().filter(|held| held.label == *label);
    let named: Vec<_> = named.collect();
    let of_certificate = |key: &PrivateKey| {
        named.iter().any(|held| {
            key.fits(&held.certificate)
                .unwrap_or(!key.id.is_empty() && key.id == held.id)
        })
    };
    let found = all
        .into_iter()
        .filter(|key| has_id(key) && of_certificate(key));
    Ok(found.collect())
}

/// All private keys that can sign.
pub(super) fn private_keys(session: &Session) -> Called<Vec<PrivateKey>> {
    let points = public_points(session);
    let mut keys = Vec::new();
    for handle in find(session, ObjectClass::PRIVATE_KEY, &[])? {
        let read = attributes(
            session,
            handle,
            &[
                AttributeType::Label,
                AttributeType::Id,
                AttributeType::KeyType,
                AttributeType::Sign,
                AttributeType::AlwaysAuthenticate,
                AttributeType::Modulus,
                AttributeType::PublicKeyInfo,
            ],
        )?;
        let mut key = PrivateKey {
            handle,
            label: String::new(),
            id: Vec::new(),
            wants_pin_each_time: false,
            public: None,
        };
        let (mut signs, mut is_ec) = (true, false);
        for attribute in read {
            match attribute {
                Attribute::Label(bytes) => key.label = label(&bytes),
                Attribute::Id(id) => key.id = id,
                Attribute::KeyType(kind) => is_ec = kind == KeyType::EC,
                Attribute::Sign(sign) => signs = sign,
                Attribute::AlwaysAuthenticate(always) => key.wants_pin_each_time = always,
                Attribute::Modulus(modulus) => key.public = rsa(&modulus),
                Attribute::PublicKeyInfo(spki) => {
                    key.public = key.public.take().or_else(|| public_of(&spki));
                }
                _ => {}
            }
        }
        // Private EC keys do not show their point, the public key beside them does.
        if key.public.is_none() && is_ec && !key.id.is_empty() {
            let point = points.iter().find(|(id, _)| *id == key.id);
            key.public = point.map(|(_, point)| Public::EcPoint(point.clone()));
        }
        if signs {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// Whether a key wants a login for each signature.
pub(super) fn any_wants_pin_each_time(session: &Session) -> bool {
    let found = find(
        session,
        ObjectClass::PRIVATE_KEY,
        &[Attribute::AlwaysAuthenticate(true)],
    );
    found.is_ok_and(|handles| !handles.is_empty())
}

/// Points of public EC keys, by their ids. They only help to tell keys apart, so failing is no error.
fn public_points(session: &Session) -> Vec<(Vec<u8>, Vec<u8>)> {
    let template = [Attribute::KeyType(KeyType::EC)];
    let handles = find(session, ObjectClass::PUBLIC_KEY, &template).unwrap_or_default();
    let wanted = [AttributeType::Id, AttributeType::EcPoint];
    let read = |handle| {
        let (mut id, mut point) = (None, None);
        for attribute in attributes(session, handle, &wanted).ok()? {
            match attribute {
                Attribute::Id(bytes) => id = Some(bytes),
                Attribute::EcPoint(bytes) => point = Some(unwrapped(bytes)),
                _ => {}
            }
        }
        id.zip(point)
    };
    handles.into_iter().filter_map(read).collect()
}

/// A point is an OCTET STRING in DER (PKCS #11 v2.40 clause 2.3.3); older modules give its content alone.
fn unwrapped(bytes: Vec<u8>) -> Vec<u8> {
    // Both begin with 04; the lengths tell them apart.
    let is_point = |content: &[u8]| [65, 97, 133].contains(&content.len());
    match Tlv::parse(&bytes) {
        Ok(tlv) if tlv.tag == Tag::OCTET_STRING && is_point(tlv.content) => tlv.content.to_vec(),
        _ => bytes,
    }
}

/// Every certificate that can be read.
pub(super) fn certificates(session: &Session) -> Result<Called<Vec<Held>>> {
    let provider = crypto::default_provider()?;
    // Of any type: some tokens do not say it, and what is no X.509 certificate cannot be read as one.
    let handles = match find(session, ObjectClass::CERTIFICATE, &[]) {
        Ok(handles) => handles,
        Err(cause) => return Ok(Err(cause)),
    };
    let wanted = [
        AttributeType::Label,
        AttributeType::Id,
        AttributeType::Value,
    ];
    let mut held = Vec::new();
    for handle in handles.into_iter().take(MAX_EMBEDDED_CERTIFICATES) {
        let (mut name, mut id, mut certificate) = (String::new(), Vec::new(), None);
        let read = match attributes(session, handle, &wanted) {
            Ok(read) => read,
            Err(cause) if errors::is_lost(&cause) => return Ok(Err(cause)),
            Err(_) => continue,
        };
        for attribute in read {
            match attribute {
                Attribute::Label(bytes) => name = label(&bytes),
                Attribute::Id(bytes) => id = bytes,
                Attribute::Value(der) => certificate = Certificate::parse(trimmed(&der), provider),
                _ => {}
            }
        }
        held.extend(certificate.map(|certificate| Held {
            label: name,
            id,
            certificate,
        }));
    }
    Ok(Ok(held))
}

/// Cards fill the certificate's file up with zeros.
fn trimmed(der: &[u8]) -> &[u8] {
    Reader::new(der).next().map_or(der, |tlv| tlv.full)
}

fn label(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.trim_end_matches(['\0', ' ']).to_owned()
}

fn find(session: &Session, class: ObjectClass, more: &[Attribute]) -> Called<Vec<ObjectHandle>> {
    let mut template = vec![Attribute::Class(class)];
    template.extend_from_slice(more);
    let objects = session.iter_objects(&template)?;
    objects.take(MAX_TOKEN_OBJECTS).collect()
}

/// The attributes that there are. Some modules fail altogether where one is unknown to them, so then each is asked for alone.
fn attributes(
    session: &Session,
    handle: ObjectHandle,
    wanted: &[AttributeType],
) -> Called<Vec<Attribute>> {
    match session.get_attributes(handle, wanted) {
        Err(cause) if errors::is_lost(&cause) => Err(cause),
        Ok(read) => Ok(read),
        Err(_) => {
            let one = |kind| session.get_attributes(handle, &[kind]).unwrap_or_default();
            Ok(wanted.iter().copied().flat_map(one).collect())
        }
    }
}

fn rsa(modulus: &[u8]) -> Option<Public> {
    let zeros = modulus.iter().take_while(|octet| **octet == 0).count();
    let modulus = modulus.get(zeros..).filter(|modulus| !modulus.is_empty());
    modulus.map(|modulus| Public::RsaModulus(modulus.to_vec()))
}

/// The public key of a SubjectPublicKeyInfo (RFC 5280 clause 4.1.2.7).
fn public_of(spki: &[u8]) -> Option<Public> {
    let mut fields = Tlv::parse(spki).ok()?.children();
    fields.expect(Tag::SEQUENCE).ok()?;
    let bits = fields.expect(Tag::BIT_STRING).ok()?.bits()?;
    // RSAPublicKey is a SEQUENCE; a point begins with 02, 03 or 04.
    match Tlv::parse(bits) {
        Ok(key) if key.tag == Tag::SEQUENCE => {
            rsa(key.children().expect(Tag::INTEGER).ok()?.content)
        }
        _ => Some(Public::EcPoint(bits.to_vec())),
    }
}
