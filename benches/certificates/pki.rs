//! Certificates and lists for the bench, written octet by octet: what is measured must not depend on who writes them.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeySize,
    signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
    },
};

use crate::measure::Outcome;

const ECDSA: &[u8] = b"\x30\x0A\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x02";
const RSA: &[u8] = b"\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x0B\x05\x00";
const EC_KEY: &[u8] =
    b"\x30\x13\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07";
const RSA_KEY: &[u8] = b"\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00";

/// Somebody with a name and a key, which nobody else has: the name's octets are its identifier.
pub(crate) struct Party {
    name: &'static str,
    key: Key,
    /// Where its list stands, if its certificates say so.
    list: Option<&'static str>,
}

enum Key {
    Ec(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

/// What a certificate is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Authority,
    Person,
}

impl Party {
    /// With a key on P-256.
    pub(crate) fn ec(name: &'static str) -> Outcome<Self> {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random)
            .map_err(|_| "no key")?;
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref())
            .map_err(|_| "no key")?;
        Ok(Self {
            name,
            key: Key::Ec(key),
            list: None,
        })
    }

    /// With an RSA key of 2,048 bits.
    pub(crate) fn rsa(name: &'static str) -> Outcome<Self> {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| "no key")?;
        Ok(Self {
            name,
            key: Key::Rsa(key),
            list: None,
        })
    }

    /// Its certificates say that its list is at an address.
    pub(crate) fn publishing(self, url: &'static str) -> Self {
        Self {
            list: Some(url),
            ..self
        }
    }

    /// The public key as RSAPublicKey, or as a point.
    pub(crate) fn public(&self) -> &[u8] {
        match &self.key {
            Key::Ec(key) => key.public_key().as_ref(),
            Key::Rsa(key) => key.public_key().as_ref(),
        }
    }

    /// A certificate for somebody, `serial` being the octets of its number.
    pub(crate) fn certify(&self, whom: &Self, serial: &[u8], role: Role) -> Outcome<Vec<u8>> {
        let key = match &whom.key {
            Key::Ec(_) => EC_KEY,
            Key::Rsa(_) => RSA_KEY,
        };
        let spki = tlv(0x30, &[key, &tlv(3, &[&[0], whom.public()])]);
        let usage: &[u8] = match role {
            // keyCertSign and cRLSign; digitalSignature and nonRepudiation.
            Role::Authority => b"\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x04\x03\x02\x01\x06",
            Role::Person => b"\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x04\x03\x02\x06\xC0",
        };
        let constraints: &[u8] = match role {
            Role::Authority => {
                b"\x30\x0F\x06\x03\x55\x1D\x13\x01\x01\xFF\x04\x05\x30\x03\x01\x01\xFF"
            }
            Role::Person => b"",
        };
        // subjectKeyIdentifier.
        let own = tlv(
            0x30,
            &[b"\x06\x03\x55\x1D\x0E", &tlv(4, &[&tlv(4, &[whom.id()])])],
        );
        let extensions = [
            usage,
            constraints,
            &own,
            &self.authority_key_id(),
            &self.distribution_point(),
        ]
        .concat();
        self.sign(&[
            b"\xA0\x03\x02\x01\x02",
            &tlv(2, &[serial]),
            self.algorithm(),
            &distinguished(self.name),
            &tlv(0x30, &[b"\x17\x0D250101000000Z", b"\x17\x0D400101000000Z"]),
            &distinguished(whom.name),
            &spki,
            &tlv(0xA3, &[&tlv(0x30, &[&extensions])]),
        ])
    }

    /// A list of entries, each in DER.
    pub(crate) fn list(&self, entries: &[u8]) -> Outcome<Vec<u8>> {
        let entries = match entries {
            [] => Vec::new(),
            some => tlv(0x30, &[some]),
        };
        let number: &[u8] = b"\x30\x0A\x06\x03\x55\x1D\x14\x04\x03\x02\x01\x01";
        let extensions = [&self.authority_key_id(), number].concat();
        self.sign(&[
            b"\x02\x01\x01",
            self.algorithm(),
            &distinguished(self.name),
            b"\x17\x0D260301000000Z",
            b"\x17\x0D400101000000Z",
            &entries,
            &tlv(0xA0, &[&tlv(0x30, &[&extensions])]),
        ])
    }

    fn id(&self) -> &[u8] {
        self.name.as_bytes()
    }

    fn authority_key_id(&self) -> Vec<u8> {
        let id = tlv(0x30, &[&tlv(0x80, &[self.id()])]);
        tlv(0x30, &[b"\x06\x03\x55\x1D\x23", &tlv(4, &[&id])])
    }

    fn distribution_point(&self) -> Vec<u8> {
        let Some(url) = self.list else {
            return Vec::new();
        };
        let name = tlv(0xA0, &[&tlv(0xA0, &[&tlv(0x86, &[url.as_bytes()])])]);
        let points = tlv(0x30, &[&tlv(0x30, &[&name])]);
        tlv(0x30, &[b"\x06\x03\x55\x1D\x1F", &tlv(4, &[&points])])
    }

    fn algorithm(&self) -> &'static [u8] {
        match &self.key {
            Key::Ec(_) => ECDSA,
            Key::Rsa(_) => RSA,
        }
    }

    fn sign(&self, parts: &[&[u8]]) -> Outcome<Vec<u8>> {
        let tbs = tlv(0x30, parts);
        let random = SystemRandom::new();
        let value = match &self.key {
            Key::Ec(key) => key.sign(&random, &tbs).map(|v| v.as_ref().to_vec()),
            Key::Rsa(key) => {
                let mut value = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, &tbs, &mut value)
                    .map(|()| value)
            }
        };
        let value = value.map_err(|_| "not signed")?;
        Ok(tlv(
            0x30,
            &[&tbs, self.algorithm(), &tlv(3, &[&[0], &value])],
        ))
    }
}

/// A value with its tag and length.
pub(crate) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|octet| **octet == 0).count();
    let mut out = vec![tag];
    match &length[zeros..] {
        [] => out.push(0),
        [short @ ..=0x7F] => out.push(*short),
        long => {
            out.extend((0x80_u8..).nth(long.len()));
            out.extend(long);
        }
    }
    out.extend(content);
    out
}

/// A name as Vietnamese authorities write it: country, organisation, common name.
fn distinguished(common_name: &str) -> Vec<u8> {
    let attribute = |last: u8, tag: u8, value: &str| {
        let kind = [0x06, 0x03, 0x55, 0x04, last];
        let pair = tlv(0x30, &[&kind, &tlv(tag, &[value.as_bytes()])]);
        tlv(0x31, &[&pair])
    };
    let country = attribute(6, 0x13, "VN");
    let organisation = attribute(10, 0x0C, "Cơ quan của ví dụ");
    tlv(
        0x30,
        &[&country, &organisation, &attribute(3, 0x0C, common_name)],
    )
}
