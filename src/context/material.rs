use std::{fmt, sync::Arc};

use crate::{
    asn1::{Reader, Tag, Tlv, pem, write::tlv},
    crypto::Provider,
    error::{Error, ErrorKind, Result},
    pki::algorithm_policy::AlgorithmPolicy,
    text::{Rule, rules},
    x509::{Certificate, Certificates, Crl, OcspResponse},
    xmldsig::check::Signer,
};

/// Trust material as it was read: each item holds certificates or CRLs, in PEM or DER, several to an item.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Material {
    /// Trust anchors.
    pub anchors: Vec<MaterialFile>,
    /// Further certificates for path building.
    pub intermediates: Vec<MaterialFile>,
    /// Certificate revocation lists.
    pub crls: Vec<MaterialFile>,
    /// The policy for algorithms, `kyso.policy/1`.
    pub policy: Option<MaterialFile>,
    /// Who signed, for signatures that carry no certificate: certificates or public keys.
    pub signers: Vec<MaterialFile>,
    /// OCSP responses: OCSPResponse, or the BasicOCSPResponse inside one.
    pub ocsps: Vec<MaterialFile>,
}

/// One item: bytes, and the name by which errors call it.
#[derive(Clone)]
#[non_exhaustive]
pub struct MaterialFile {
    /// Name of the file, or whatever tells the caller which item it is.
    pub name: String,
    /// PEM or DER.
    pub bytes: Vec<u8>,
    /// The item was found in a folder, so it may as well hold objects of another kind, which are passed over.
    pub found: bool,
}

impl MaterialFile {
    /// Bytes and their name.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            bytes: bytes.into(),
            found: false,
        }
    }

    /// The objects that a parser knows. In PEM the label tells them apart from others; in DER, the parser does.
    fn parse<T>(&self, kind: Kind, parse: impl Fn(&[u8]) -> Option<T>) -> Result<Vec<T>> {
        let objects = if pem::is_pem(&self.bytes) {
            pem::blocks(&self.bytes).and_then(|blocks| {
                let wanted = blocks
                    .iter()
                    .filter(|block| kind.labels().contains(&block.label.as_str()));
                wanted
                    .map(|block| parse(&block.bytes))
                    .collect::<Option<Vec<T>>>()
            })
        } else {
            self.sequences().and_then(|sequences| {
                let parsed = sequences.into_iter().map(parse);
                if self.found {
                    Some(parsed.flatten().collect())
                } else {
                    parsed.collect()
                }
            })
        };
        match objects {
            Some(objects) if self.found || !objects.is_empty() => Ok(objects),
            _ => Err(self.refused(kind)),
        }
    }

    fn refused(&self, kind: Kind) -> Error {
        Error::new(ErrorKind::Argument, kind.rule()).with(&self.name)
    }

    /// Whether the item is one DER value and nothing else.
    fn is_one_value(&self) -> bool {
        Tlv::parse(&self.bytes).is_ok_and(|value| value.tag == Tag::SEQUENCE)
    }

    /// DER values one after the other; white space behind the last is passed over.
    fn sequences(&self) -> Option<Vec<&[u8]>> {
        let mut reader = Reader::new(&self.bytes);
        let mut found = Vec::new();
        while !reader.rest().iter().all(u8::is_ascii_whitespace) {
            let object = reader
                .next()
                .ok()
                .filter(|object| object.tag == Tag::SEQUENCE)?;
            found.push(object.full);
        }
        Some(found)
    }
}

impl fmt::Debug for MaterialFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.bytes.len())
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Certificate,
    Crl,
    Ocsp,
    Signer,
}

impl Kind {
    /// The labels of RFC 7468 and the older ones that openssl reads.
    fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Certificate => &["CERTIFICATE", "X509 CERTIFICATE"],
            Self::Signer => &[
                "CERTIFICATE",
                "X509 CERTIFICATE",
                "PUBLIC KEY",
                "RSA PUBLIC KEY",
            ],
            Self::Crl => &["X509 CRL", "CRL"],
            // There is no registered one; these are seen.
            Self::Ocsp => &["OCSP RESPONSE", "BASIC OCSP RESPONSE"],
        }
    }

    fn rule(self) -> &'static Rule {
        match self {
            Self::Certificate => &rules::usage::NO_CERTIFICATE,
            Self::Signer => &rules::usage::NO_SIGNER,
            Self::Crl => &rules::usage::NO_CRL,
            Self::Ocsp => &rules::usage::NO_OCSP,
        }
    }
}

/// Every certificate of the items.
pub(super) fn certificates(
    items: &[MaterialFile],
    provider: &dyn Provider,
    known: &Certificates,
) -> Result<Vec<Arc<Certificate>>> {
    all(items, Kind::Certificate, |der| known.parse(der, provider))
}

/// The policy for algorithms; the default one where there is none.
pub(super) fn algorithms(item: Option<&MaterialFile>) -> Result<AlgorithmPolicy> {
    let Some(item) = item else {
        return Ok(AlgorithmPolicy::default());
    };
    AlgorithmPolicy::from_json(&item.bytes).map_err(|cause| {
        Error::new(ErrorKind::Argument, &rules::usage::ARGUMENT)
            .with(&item.name)
            .with(cause)
    })
}

/// Every CRL of the items. A large list is not copied.
pub(super) fn crls(items: Vec<MaterialFile>) -> Result<Vec<Arc<Crl>>> {
    let mut crls = Vec::new();
    for mut item in items {
        if item.is_one_value() {
            let bytes = std::mem::take(&mut item.bytes);
            match Crl::parse(bytes) {
                Some(crl) => crls.push(crl),
                None if item.found => {}
                None => return Err(item.refused(Kind::Crl)),
            }
        } else {
            crls.extend(item.parse(Kind::Crl, |der| Crl::parse(der.to_vec()))?);
        }
    }
    Ok(crls)
}

/// Every OCSP response of the items.
pub(super) fn ocsps(
    items: &[MaterialFile],
    provider: &dyn Provider,
) -> Result<Vec<Arc<OcspResponse>>> {
    all(items, Kind::Ocsp, |der| {
        OcspResponse::parse(der.to_vec(), provider)
    })
}

/// Every certificate, and every bare public key, of the items.
pub(super) fn signers(
    items: &[MaterialFile],
    provider: &dyn Provider,
    known: &Certificates,
) -> Result<Vec<Signer>> {
    all(items, Kind::Signer, |der| {
        let certificate = known.parse(der, provider).map(Signer::Certificate);
        certificate.or_else(|| {
            let spki = public_key(der).unwrap_or_else(|| der.to_vec());
            let key = provider.public_key(&spki).map(Signer::Key);
            // DSA and its like: a document that is signed so is refused by name, not the call.
            key.or_else(|| is_key(&spki).then_some(Signer::Unsupported))
        })
    })
}

/// Whether it has the form of a SubjectPublicKeyInfo (RFC 5280 clause 4.1).
fn is_key(spki: &[u8]) -> bool {
    let form = || {
        let key = Tlv::parse(spki).ok()?;
        let mut fields = key.children();
        let algorithm = fields.expect(Tag::SEQUENCE).ok()?;
        algorithm.children().expect(Tag::OID).ok()?;
        fields.expect(Tag::BIT_STRING).ok()?;
        fields.finish().ok()
    };
    form().is_some()
}

/// The SubjectPublicKeyInfo of an RSAPublicKey (RFC 8017 appendix A.1.1), as `-----BEGIN RSA PUBLIC KEY-----` has it.
fn public_key(der: &[u8]) -> Option<Vec<u8>> {
    let key = Tlv::parse(der).ok()?;
    let mut numbers = key.children();
    numbers.expect(Tag::INTEGER).ok()?;
    numbers.expect(Tag::INTEGER).ok()?;
    numbers.finish().ok()?;
    // rsaEncryption with NULL.
    const ALGORITHM: [u8; 15] = [
        0x30, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1, 5, 0,
    ];
    let bits = tlv(3, &[&[0], der]);
    Some(tlv(0x30, &[&ALGORITHM, &bits]))
}

fn all<T>(
    items: &[MaterialFile],
    kind: Kind,
    parse: impl Fn(&[u8]) -> Option<T>,
) -> Result<Vec<T>> {
    let mut objects = Vec::new();
    for item in items {
        objects.extend(item.parse(kind, &parse)?);
    }
    Ok(objects)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value that is what the tests' parser calls an object: SEQUENCE { INTEGER n }.
    fn one(n: u8) -> Vec<u8> {
        vec![0x30, 3, 2, 1, n]
    }

    fn pem(label: &str, base64: &str) -> String {
        format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n")
    }

    fn parse(file: &MaterialFile) -> Result<Vec<u8>> {
        file.parse(Kind::Crl, |der| der.get(4).copied().filter(|n| *n < 9))
    }

    #[test]
    fn several_objects_in_pem_or_der() {
        let text = format!(
            "{}junk\n{}{}",
            pem("X509 CRL", "MAMCAQE="),
            pem("CERTIFICATE", "AAAA"),
            pem("CRL", "MAMCAQI=")
        );
        assert_eq!(parse(&MaterialFile::new("x", text)).unwrap(), [1, 2]);
        assert_eq!(
            parse(&MaterialFile::new(
                "x",
                [one(1), one(2), vec![b'\n']].concat()
            ))
            .unwrap(),
            [1, 2]
        );
    }

    #[test]
    fn what_is_unusable_is_an_error_that_names_it() {
        let wrong = [one(1), one(9)].concat();
        let certificate = pem("CERTIFICATE", "MAMCAQE=");
        for bytes in [
            &b""[..],
            b"hello",
            &[0x30, 9, 1],
            &wrong,
            certificate.as_bytes(),
            b"-----BEGIN X509 CRL-----\nMAM",
        ] {
            let error = parse(&MaterialFile::new("name.pem", bytes)).unwrap_err();
            assert_eq!(
                (error.kind(), error.code()),
                (ErrorKind::Argument, "no-crl")
            );
            assert!(error.to_string().contains("name.pem"));
        }
        let mut found = MaterialFile::new("x", wrong);
        found.found = true;
        assert_eq!(parse(&found).unwrap(), [1]);
        found.bytes = b"hello".to_vec();
        assert!(
            parse(&found).is_err(),
            "in a folder, too, a broken file is no silence"
        );
    }
}
