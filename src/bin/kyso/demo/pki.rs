//! The throw-away PKI of `kyso demo`: root, issuing CA, person, organisation, TSA, and both CRLs.
//!
//! The certificates look like those of Vietnam's government-specialised CA (`BasicConstraints` and `KeyUsage` critical,
//! AKI, SKI, a CRL address), but every name is made up. The keys are made anew each time and are worth nothing.

use std::{error::Error, time::Duration};

use aws_lc_rs::{
    digest,
    encoding::AsDer as _,
    rand::{SecureRandom as _, SystemRandom},
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use const_oid::{
    AssociatedOid, ObjectIdentifier,
    db::{rfc4519, rfc5280, rfc5912},
};
use der::{
    Any, Decode, Encode, EncodePem as _, Tag,
    asn1::{BitString, GeneralizedTime, Ia5String, Null, OctetString, SetOfVec, UintRef, UtcTime},
    pem::LineEnding,
};
use kyso::Time;
use p12_keystore::{KeyStore, KeyStoreEntry, PrivateKeyChain};
use spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::{
    Certificate, TbsCertificate, Version,
    attr::AttributeTypeAndValue,
    crl::{CertificateList, RevokedCert, TbsCertList},
    ext::{
        Extension,
        pkix::{
            AuthorityKeyIdentifier, BasicConstraints, CrlDistributionPoints, CrlReason,
            ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier,
            crl::dp::DistributionPoint, name::DistributionPointName, name::GeneralName,
        },
    },
    name::{Name, RdnSequence, RelativeDistinguishedName},
    serial_number::SerialNumber,
    time::Validity,
};

const DAY: i64 = 24 * 60 * 60;
const YEAR: i64 = 365 * DAY;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// What `kyso demo` writes into its folder.
pub(crate) struct DemoPki {
    /// The trust anchor, PEM.
    pub(crate) root_pem: String,
    /// The issuing CA, PEM.
    pub(crate) issuing_pem: String,
    /// CRL of the root, DER: nothing is revoked.
    pub(crate) root_crl: Vec<u8>,
    /// CRL of the issuing CA, DER: one certificate that nobody has is revoked.
    pub(crate) issuing_crl: Vec<u8>,
    /// The person who signs: key, certificate, issuing CA.
    pub(crate) person_p12: Vec<u8>,
    /// The organisation.
    pub(crate) organisation_p12: Vec<u8>,
    /// The time-stamping authority.
    pub(crate) tsa_p12: Vec<u8>,
}

impl std::fmt::Debug for DemoPki {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DemoPki")
    }
}

impl DemoPki {
    /// Makes keys and certificates that are valid from a day before `at` on, and CRLs that are current for a year.
    ///
    /// # Errors
    /// When the random generator or the cryptographic library fails, or `at` is out of what certificates can say.
    pub(crate) fn create(at: Time, password: &str) -> Result<Self> {
        let now = at.unix();
        let root = Authority::root(now)?;
        let issuing = root.certify_authority(now)?;
        let person = [
            (rfc4519::C, "VN"),
            (rfc4519::O, "Ủy ban nhân dân tỉnh An Bình"),
            (rfc4519::OU, "Văn phòng"),
            (rfc4519::L, "An Bình"),
            (rfc4519::CN, "Nguyễn Văn An"),
        ];
        let organisation = [
            (rfc4519::C, "VN"),
            (rfc4519::O, "Ủy ban nhân dân tỉnh An Bình"),
            (rfc4519::L, "An Bình"),
            (rfc4519::CN, "Ủy ban nhân dân tỉnh An Bình"),
        ];
        let tsa = [
            (rfc4519::C, "VN"),
            (rfc4519::O, "Cơ quan chứng thực số thử nghiệm"),
            (rfc4519::CN, "Máy chủ cấp dấu thời gian thử nghiệm"),
        ];
        let signing = [rfc5280::ID_KP_CLIENT_AUTH, rfc5280::ID_KP_EMAIL_PROTECTION];
        let stamping = [rfc5280::ID_KP_TIME_STAMPING];
        let revoked = vec![RevokedCert {
            serial_number: serial()?,
            revocation_date: time(now - DAY)?,
            crl_entry_extensions: Some(vec![plain(&CrlReason::CessationOfOperation)?]),
        }];
        Ok(Self {
            root_crl: root.crl(now, None)?,
            issuing_crl: issuing.crl(now, Some(revoked))?,
            person_p12: issuing.leaf(now, &person, &signing, false, password)?,
            organisation_p12: issuing.leaf(now, &organisation, &signing, false, password)?,
            tsa_p12: issuing.leaf(now, &tsa, &stamping, true, password)?,
            root_pem: pem(&root.certificate)?,
            issuing_pem: pem(&issuing.certificate)?,
        })
    }
}

/// A CA with its key.
struct Authority {
    key: KeyPair,
    certificate: Certificate,
    /// Where its CRL would be published.
    crl_address: &'static str,
}

/// What goes into a certificate.
struct Request<'a> {
    subject: Name,
    key: &'a KeyPair,
    not_before: i64,
    not_after: i64,
    extensions: Vec<Extension>,
}

impl Authority {
    fn root(now: i64) -> Result<Self> {
        let key = KeyPair::generate(KeySize::Rsa3072)?;
        let subject = name(&[
            (rfc4519::C, "VN"),
            (rfc4519::O, "Cơ quan chứng thực số thử nghiệm"),
            (rfc4519::CN, "RootCA thử nghiệm kyso"),
        ])?;
        let request = Request {
            subject: subject.clone(),
            key: &key,
            not_before: now - DAY,
            not_after: now + 10 * YEAR,
            extensions: authority_extensions(None)?,
        };
        let certificate = sign_certificate(request, &key, subject, None)?;
        Ok(Self {
            key,
            certificate,
            crl_address: "http://crl.kyso.example/root.crl",
        })
    }

    /// The issuing CA, below which there must be no other.
    fn certify_authority(&self, now: i64) -> Result<Self> {
        let key = KeyPair::generate(KeySize::Rsa2048)?;
        let subject = name(&[
            (rfc4519::C, "VN"),
            (rfc4519::O, "Cơ quan chứng thực số thử nghiệm"),
            (rfc4519::CN, "CA phục vụ các cơ quan Nhà nước thử nghiệm"),
        ])?;
        let request = Request {
            subject,
            key: &key,
            not_before: now - DAY,
            not_after: now + 9 * YEAR,
            extensions: authority_extensions(Some(0))?,
        };
        let certificate = self.certify(request)?;
        Ok(Self {
            key,
            certificate,
            crl_address: "http://crl.kyso.example/issuing.crl",
        })
    }

    /// A certificate for signing, with its key and this CA's certificate in a PKCS#12 file.
    fn leaf(
        &self,
        now: i64,
        subject: &[(ObjectIdentifier, &str)],
        purposes: &[ObjectIdentifier],
        purposes_critical: bool,
        password: &str,
    ) -> Result<Vec<u8>> {
        let key = KeyPair::generate(KeySize::Rsa2048)?;
        let usage = KeyUsages::DigitalSignature | KeyUsages::NonRepudiation;
        let request = Request {
            subject: name(subject)?,
            key: &key,
            not_before: now - DAY,
            not_after: now + 3 * YEAR,
            extensions: vec![
                critical(&BasicConstraints {
                    ca: false,
                    path_len_constraint: None,
                })?,
                critical(&KeyUsage(usage))?,
                extension(&ExtendedKeyUsage(purposes.to_vec()), purposes_critical)?,
            ],
        };
        let certificate = self.certify(request)?;
        let alias = subject.last().map_or("kyso", |(_, value)| value);
        pkcs12(&key, alias, &[&certificate, &self.certificate], password)
    }

    fn certify(&self, mut request: Request<'_>) -> Result<Certificate> {
        let address = GeneralName::UniformResourceIdentifier(Ia5String::new(self.crl_address)?);
        request
            .extensions
            .push(plain(&CrlDistributionPoints(vec![DistributionPoint {
                distribution_point: Some(DistributionPointName::FullName(vec![address])),
                reasons: None,
                crl_issuer: None,
            }]))?);
        let issuer = self.certificate.tbs_certificate.subject.clone();
        sign_certificate(request, &self.key, issuer, Some(key_id(&self.key)?))
    }

    /// A full CRL, made an hour ago and current for a year.
    fn crl(&self, now: i64, revoked: Option<Vec<RevokedCert>>) -> Result<Vec<u8>> {
        let number = 1_u8;
        let list = TbsCertList {
            version: Version::V2,
            signature: sha256_with_rsa(),
            issuer: self.certificate.tbs_certificate.subject.clone(),
            this_update: time(now - DAY / 24)?,
            next_update: Some(time(now + YEAR)?),
            revoked_certificates: revoked,
            crl_extensions: Some(vec![
                plain(&authority_key_id(key_id(&self.key)?))?,
                Extension {
                    extn_id: rfc5280::ID_CE_CRL_NUMBER,
                    critical: false,
                    extn_value: OctetString::new(UintRef::new(&[number])?.to_der()?)?,
                },
            ]),
        };
        let signature = sign(&self.key, &list.to_der()?)?;
        let list = CertificateList {
            tbs_cert_list: list,
            signature_algorithm: sha256_with_rsa(),
            signature,
        };
        Ok(list.to_der()?)
    }
}

fn authority_extensions(path_len_constraint: Option<u8>) -> Result<Vec<Extension>> {
    let usage = KeyUsages::KeyCertSign | KeyUsages::CRLSign;
    Ok(vec![
        critical(&BasicConstraints {
            ca: true,
            path_len_constraint,
        })?,
        critical(&KeyUsage(usage))?,
    ])
}

/// `issuer_key_id` is absent where the certificate signs itself.
fn sign_certificate(
    mut request: Request<'_>,
    issuer_key: &KeyPair,
    issuer: Name,
    issuer_key_id: Option<OctetString>,
) -> Result<Certificate> {
    request
        .extensions
        .push(plain(&SubjectKeyIdentifier(key_id(request.key)?))?);
    if let Some(id) = issuer_key_id {
        request.extensions.push(plain(&authority_key_id(id))?);
    }
    let certificate = TbsCertificate {
        version: Version::V3,
        serial_number: serial()?,
        signature: sha256_with_rsa(),
        issuer,
        validity: Validity {
            not_before: time(request.not_before)?,
            not_after: time(request.not_after)?,
        },
        subject: request.subject,
        subject_public_key_info: public_key(request.key)?,
        issuer_unique_id: None,
        subject_unique_id: None,
        extensions: Some(request.extensions),
    };
    let signature = sign(issuer_key, &certificate.to_der()?)?;
    Ok(Certificate {
        tbs_certificate: certificate,
        signature_algorithm: sha256_with_rsa(),
        signature,
    })
}

fn sign(key: &KeyPair, message: &[u8]) -> Result<BitString> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        message,
        &mut signature,
    )?;
    Ok(BitString::from_bytes(&signature)?)
}

fn sha256_with_rsa() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned {
        oid: rfc5912::SHA_256_WITH_RSA_ENCRYPTION,
        parameters: Some(Any::from(Null)),
    }
}

fn public_key(key: &KeyPair) -> Result<SubjectPublicKeyInfoOwned> {
    let der = key.public_key().as_der()?;
    Ok(SubjectPublicKeyInfoOwned::from_der(der.as_ref())?)
}

/// SHA-1 of the key's bits (RFC 5280 clause 4.2.1.2, method 1).
fn key_id(key: &KeyPair) -> Result<OctetString> {
    let public = public_key(key)?;
    let bits = public.subject_public_key.raw_bytes();
    let id = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bits);
    Ok(OctetString::new(id.as_ref())?)
}

fn authority_key_id(id: OctetString) -> AuthorityKeyIdentifier {
    AuthorityKeyIdentifier {
        key_identifier: Some(id),
        authority_cert_issuer: None,
        authority_cert_serial_number: None,
    }
}

fn plain<T: AssociatedOid + Encode>(value: &T) -> Result<Extension> {
    extension(value, false)
}

fn critical<T: AssociatedOid + Encode>(value: &T) -> Result<Extension> {
    extension(value, true)
}

fn extension<T: AssociatedOid + Encode>(value: &T, critical: bool) -> Result<Extension> {
    Ok(Extension {
        extn_id: T::OID,
        critical,
        extn_value: OctetString::new(value.to_der()?)?,
    })
}

/// Country codes are PrintableString, all else is UTF8String (RFC 5280 clause 4.1.2.4, appendix A.1).
fn name(attributes: &[(ObjectIdentifier, &str)]) -> Result<Name> {
    let mut sets = Vec::new();
    for (oid, value) in attributes {
        let tag = if *oid == rfc4519::C {
            Tag::PrintableString
        } else {
            Tag::Utf8String
        };
        let value = Any::new(tag, value.as_bytes())?;
        let attribute = AttributeTypeAndValue { oid: *oid, value };
        sets.push(RelativeDistinguishedName(SetOfVec::try_from([attribute])?));
    }
    Ok(RdnSequence(sets))
}

/// 16 random bytes, positive.
fn serial() -> Result<SerialNumber> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes)?;
    bytes[0] = bytes[0] & 0x3F | 0x40;
    Ok(SerialNumber::new(&bytes)?)
}

/// UTCTime through 2049, GeneralizedTime from then on (RFC 5280 clause 4.1.2.5).
fn time(unix: i64) -> Result<x509_cert::time::Time> {
    let since = Duration::from_secs(u64::try_from(unix)?);
    Ok(match UtcTime::from_unix_duration(since) {
        Ok(time) => time.into(),
        Err(_) => GeneralizedTime::from_unix_duration(since)?.into(),
    })
}

fn pem(certificate: &Certificate) -> Result<String> {
    Ok(certificate.to_pem(LineEnding::LF)?)
}

/// PBES2 with AES-256 and HMAC-SHA-256, as OpenSSL 3 writes it.
fn pkcs12(key: &KeyPair, alias: &str, chain: &[&Certificate], password: &str) -> Result<Vec<u8>> {
    let mut certificates = Vec::new();
    for certificate in chain {
        certificates.push(p12_keystore::Certificate::from_der(&certificate.to_der()?)?);
    }
    let (private, id) = (key.as_der()?, key_id(key)?);
    let mut store = KeyStore::new();
    let entry = PrivateKeyChain::new(private.as_ref(), id.as_bytes(), certificates);
    store.add_entry(alias, KeyStoreEntry::PrivateKeyChain(entry));
    Ok(store.writer(password).write()?)
}
