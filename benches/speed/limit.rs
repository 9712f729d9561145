//! `L`: what no check and no signing of a file can do without.

use aws_lc_rs::{
    digest::{SHA256, digest},
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256},
};
use cms::{cert::CertificateChoices, content_info::ContentInfo, signed_data::SignedData};
use der::{Decode, Encode};
use x509_cert::Certificate;

use crate::measure::Outcome;

/// One public-key check: what was signed, the value, the place of its key.
struct Check {
    message: Vec<u8>,
    value: Vec<u8>,
    key: usize,
}

/// One pass of the digest over a file, and the public-key checks of its signatures and of each distinct chain link, keys
/// parsed.
pub(crate) struct Limit {
    file: Vec<u8>,
    keys: Vec<ParsedPublicKey>,
    checks: Vec<Check>,
    pub(crate) signatures: usize,
}

impl Limit {
    /// Signatures by search (this is a yardstick, not a verifier); links: each distinct certificate up to the root.
    pub(crate) fn of(file: &[u8], root: &[u8]) -> Outcome<Self> {
        let root =
            Certificate::from_der(&der::pem::decode_vec(root).map_err(|e| e.to_string())?.1)?;
        let mut certificates = vec![root];
        let mut limit = Self {
            file: file.to_vec(),
            keys: Vec::new(),
            checks: Vec::new(),
            signatures: 0,
        };
        let mut signed = Vec::new();
        for value in values(file)? {
            let data: SignedData = ContentInfo::from_der(&value)?.content.decode_as()?;
            let choices = data.certificates.iter().flat_map(|set| set.0.iter());
            for choice in choices {
                if let CertificateChoices::Certificate(certificate) = choice
                    && !certificates.contains(certificate)
                {
                    certificates.push(certificate.clone());
                }
            }
            signed.push(data);
        }
        for certificate in &certificates {
            let spki = &certificate.tbs_certificate.subject_public_key_info;
            let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, spki.to_der()?)?;
            limit.keys.push(key);
        }
        for data in &signed {
            let signer = data.signer_infos.0.as_slice().first().ok_or("no signer")?;
            let cms::signed_data::SignerIdentifier::IssuerAndSerialNumber(id) = &signer.sid else {
                return Err("signer by key identifier".into());
            };
            let mut serials = certificates
                .iter()
                .map(|c| &c.tbs_certificate.serial_number);
            let key = serials.position(|serial| *serial == id.serial_number);
            let attributes = signer.signed_attrs.as_ref().ok_or("no signed attributes")?;
            limit.checks.push(Check {
                message: attributes.to_der()?,
                value: signer.signature.as_bytes().to_vec(),
                key: key.ok_or("no signer's certificate")?,
            });
        }
        for certificate in &certificates[1..] {
            let issuer = &certificate.tbs_certificate.issuer;
            let mut subjects = certificates.iter().map(|c| &c.tbs_certificate.subject);
            limit.checks.push(Check {
                message: certificate.tbs_certificate.to_der()?,
                value: certificate.signature.raw_bytes().to_vec(),
                key: subjects
                    .position(|subject| subject == issuer)
                    .ok_or("no issuer")?,
            });
        }
        limit.signatures = signed.len();
        Ok(limit)
    }

    pub(crate) fn run(&self) {
        std::hint::black_box(digest(&SHA256, &self.file));
        for check in &self.checks {
            let verified = self.keys[check.key].verify_sig(&check.message, &check.value);
            assert!(verified.is_ok(), "the yardstick's own check fails");
        }
    }
}

/// The signature values of a file, by search, without what pads them.
pub(crate) fn values(file: &[u8]) -> Outcome<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(file, b"/Contents") {
        let Some(open) = file[at..].iter().take(16).position(|c| *c == b'<') else {
            continue;
        };
        let digits = file[at + open + 1..]
            .split(|c| !c.is_ascii_hexdigit())
            .next();
        let digits = digits.unwrap_or_default();
        // Something else with /Contents, such as a page.
        if digits.len() < 512 {
            continue;
        }
        let mut bytes = digits
            .chunks_exact(2)
            .map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?))
            .collect::<Outcome<Vec<u8>>>()?;
        let header = der::Header::decode(&mut der::SliceReader::new(&bytes)?)?;
        bytes.truncate(usize::try_from((header.encoded_len()? + header.length)?)?);
        found.push(bytes);
    }
    Ok(found)
}

/// The least that signing costs: one pass over the document, and so many private-key operations.
pub(crate) struct SigningLimit {
    document: Vec<u8>,
    keys: Vec<KeyPair>,
    random: SystemRandom,
}

impl SigningLimit {
    /// `keys` are PKCS#8, one for each signature.
    pub(crate) fn new(document: &[u8], keys: &[&[u8]]) -> Outcome<Self> {
        let keys = keys.iter().map(|key| KeyPair::from_pkcs8(key));
        Ok(Self {
            document: document.to_vec(),
            keys: keys.collect::<Result<_, _>>()?,
            random: SystemRandom::new(),
        })
    }

    pub(crate) fn run(&self) {
        let digest = digest(&SHA256, &self.document);
        for key in &self.keys {
            let mut value = vec![0; key.public_modulus_len()];
            let signed = key.sign(&RSA_PKCS1_SHA256, &self.random, digest.as_ref(), &mut value);
            assert!(signed.is_ok(), "the yardstick cannot sign");
            std::hint::black_box(value);
        }
    }
}
