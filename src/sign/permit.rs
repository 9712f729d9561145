//! Who may sign what: keys, certificates, and the permissions that a document carries.

use crate::{
    changes,
    context::Context,
    crypto::{DigestAlgorithm, KeyType, SignatureAlgorithm},
    error::{Error, ErrorKind, Place, Result},
    options::{DigestOption, RsaPadding},
    pdf::{
        Document,
        encryption::{Permission, Role},
        field::{self, Lock, SignatureField},
        special::Special,
    },
    report::Finding,
    signer::{Key, Signer},
    text::{Severity, rules},
};

use super::planned::Identity;

/// Bits of an RSA key for new signatures: the least that Circular 15/2025/TT-BKHCN and ETSI TS 119 312 allow.
const MIN_RSA_BITS: u32 = 2048;

/// digitalSignature and nonRepudiation (RFC 5280 clause 4.2.1.3).
const MAY_SIGN: u16 = 1 << 0 | 1 << 1;

/// Whether a key may sign a PDF now, and how it does. The key itself is not used.
pub(super) fn identity(context: &Context, key: &Key) -> Result<Identity> {
    identity_of(context, key, false)
}

/// The same for XML, which has names for Ed25519 and for all curves (RFC 9231).
pub(super) fn identity_xml(context: &Context, key: &Key) -> Result<Identity> {
    identity_of(context, key, true)
}

fn identity_of(context: &Context, key: &Key, every_type: bool) -> Result<Identity> {
    let signer = key.signer();
    let certificate = signer.certificate();
    let subject = || certificate.subject_text();
    let refused = |rule| Error::new(ErrorKind::Key, rule).with(subject());

    let digest = match context.options().digest {
        DigestOption::Sha256 => DigestAlgorithm::Sha256,
        DigestOption::Sha384 => DigestAlgorithm::Sha384,
        DigestOption::Sha512 => DigestAlgorithm::Sha512,
    };
    let algorithm = match (signer.key_type(), context.options().rsa_padding) {
        (KeyType::Rsa, _) if signer.key_bits() < MIN_RSA_BITS => {
            let short = Error::new(ErrorKind::Refused, &rules::sign::KEY_TOO_SHORT);
            return Err(short.with(subject()).with(signer.key_bits()));
        }
        (KeyType::Rsa, RsaPadding::Pkcs1) => SignatureAlgorithm::RsaPkcs1(digest),
        (KeyType::Rsa, RsaPadding::Pss) => SignatureAlgorithm::RsaPss {
            digest,
            mgf1: digest,
            salt_len: digest.len(),
        },
        (KeyType::EcP256 | KeyType::EcP384, _) => ecdsa(&**signer, digest),
        (KeyType::EcP521, _) if every_type => ecdsa(&**signer, digest),
        (KeyType::Ed25519, _) if every_type => SignatureAlgorithm::Ed25519,
        (other, _) => return Err(refused(&rules::sign::KEY_TYPE).with(format_args!("{other:?}"))),
    };
    if !signer.supports(&algorithm) {
        return Err(refused(&rules::sign::KEY_TYPE).with(algorithm));
    }

    let now = context.now();
    if now < certificate.not_before() || now > certificate.not_after() {
        return Err(refused(&rules::sign::CERTIFICATE_DATE)
            .with(certificate.not_before())
            .with(certificate.not_after())
            .with(now));
    }
    if certificate
        .key_usage()
        .is_some_and(|usage| usage & MAY_SIGN == 0)
    {
        return Err(refused(&rules::sign::CERTIFICATE_USAGE));
    }
    Ok(Identity {
        certificate: certificate.clone(),
        chain: signer.chain().to_vec(),
        algorithm,
        signature_len: signer.signature_len(&algorithm),
    })
}

/// ECDSA with the digest that was asked for; where the provider pairs the curve with a stronger one only, with that.
fn ecdsa(signer: &dyn Signer, digest: DigestAlgorithm) -> SignatureAlgorithm {
    let asked = SignatureAlgorithm::Ecdsa(digest);
    let own = match signer.key_type() {
        KeyType::EcP384 => DigestAlgorithm::Sha384,
        KeyType::EcP521 => DigestAlgorithm::Sha512,
        _ => DigestAlgorithm::Sha256,
    };
    if signer.supports(&asked) || own < digest {
        asked
    } else {
        SignatureAlgorithm::Ecdsa(own)
    }
}

/// Whether the document as a whole can be signed. Asked again at the end, since reading may find more.
pub(super) fn document(context: &Context, document: &Document) -> Result<()> {
    if let Some(closed) = document.locked() {
        return Err(closed);
    }
    let ambiguous = document.repaired() || document.header_offset() > 0;
    if !ambiguous || context.options().force_repaired {
        return Ok(());
    }
    let findings = document.findings();
    let worst = findings.iter().max_by_key(|finding| {
        (
            finding.severity() >= Severity::Warning,
            std::cmp::Reverse(finding.place().is_none()),
        )
    });
    Err(repaired(context, worst))
}

/// Whether something can be appended: nothing in the document points to where it would stand. Reading more changes nothing about it.
pub(super) fn end(context: &Context, document: &Document) -> Result<()> {
    match changes::open_end(document) {
        Some(behind) if !context.options().force_repaired => Err(repaired(context, Some(&behind))),
        _ => Ok(()),
    }
}

/// Whether a document that is signed already can be signed once more: a check reads all that the signatures cover as soon as
/// something follows them, and what it cannot read then makes them fail.
pub(super) fn again(context: &Context, signed: &Document) -> Result<()> {
    let doubt = changes::doubt(signed);
    document(context, signed)?;
    match doubt {
        Some(doubt) if !context.options().force_repaired => Err(repaired(context, Some(&doubt))),
        _ => Ok(()),
    }
}

fn repaired(context: &Context, why: Option<&Finding>) -> Error {
    let reason = why.map(|finding| {
        format!(
            "{}: {}",
            finding.code(),
            finding.message(context.options().lang)
        )
    });
    let place = why.and_then(Finding::place).unwrap_or_default();
    Error::new(ErrorKind::Refused, &rules::sign::REPAIRED)
        .with(reason.unwrap_or_default())
        .at(place)
}

/// What the permissions of an encrypted document say to signing, and what is special about it.
///
/// # Errors
/// `Refused` where a permission forbids it and the owner's password was not given, or where what is shown is not
/// what would be signed; `Limit`, `Io`.
pub(super) fn special(document: &Document, makes_fields: bool) -> Result<Vec<Finding>> {
    if let Some(cipher) = document.cipher() {
        if document.trailer().get("AuthCode").is_some() {
            return Err(Error::new(
                ErrorKind::Unsupported,
                &rules::sign::DOCUMENT_MAC,
            ));
        }
        let permissions = cipher.permissions();
        if permissions.are_tampered() && permissions.role() == Role::User {
            return Err(Error::new(
                ErrorKind::Refused,
                &rules::sign::PERMISSIONS_CHANGED,
            ));
        }
        let what = if makes_fields {
            Permission::MakeFields
        } else {
            Permission::FillFields
        };
        if let Some(bit) = permissions.forbidding_bit(what) {
            let rule = match what {
                Permission::FillFields => &rules::sign::MAY_NOT_FILL,
                _ => &rules::sign::MAY_NOT_MAKE,
            };
            return Err(Error::new(ErrorKind::Refused, rule).with(bit));
        }
    }
    let special = Special::read(document)?;
    if special.dynamic {
        return Err(Error::new(ErrorKind::Refused, &rules::sign::XFA_DYNAMIC));
    }
    let noted = [
        (special.xfa, &rules::sign::XFA),
        (special.need_appearances, &rules::sign::NEED_APPEARANCES),
        (special.usage_rights, &rules::sign::USAGE_RIGHTS),
        (special.portfolio, &rules::sign::PORTFOLIO),
    ];
    let noted = noted.into_iter().filter(|(is_so, _)| *is_so);
    Ok(noted.map(|(_, rule)| Finding::new(rule)).collect())
}

/// Whether more than fields and annotations may be changed.
pub(super) fn may_change(document: &Document) -> bool {
    document.cipher().is_none_or(|cipher| {
        let permissions = cipher.permissions();
        permissions.forbidding_bit(Permission::Change).is_none()
    })
}

/// The fields that are signed, and what their signatures forbid.
#[derive(Debug)]
pub(super) struct Permissions {
    /// Names of signed fields with the locks of their signatures.
    locks: Vec<(String, Lock)>,
    /// The strictest DocMDP permission.
    doc_mdp: Option<u8>,
    pub(super) has_signatures: bool,
}

impl Permissions {
    /// Reads them out of all signatures of the newest revision.
    pub(super) fn read(document: &Document, fields: &[SignatureField]) -> Result<Self> {
        let newest = document.revisions().len().saturating_sub(1);
        let mut permissions = Self {
            locks: Vec::new(),
            doc_mdp: None,
            has_signatures: false,
        };
        for field in fields {
            let Some(signature) = field::signature_dictionary(document, newest, field)? else {
                continue;
            };
            permissions.has_signatures = true;
            for lock in [&field.lock, &signature.field_mdp].into_iter().flatten() {
                permissions.doc_mdp = least(permissions.doc_mdp, lock.permission);
                permissions.locks.push((field.name.clone(), lock.clone()));
            }
            permissions.doc_mdp = least(permissions.doc_mdp, signature.doc_mdp);
        }
        permissions.has_signatures |= field::certification(document, newest)?.is_some();
        Ok(permissions)
    }

    /// Whether a signature certifies the document (DocMDP), or a lock sets such a permission.
    pub(super) fn is_certified(&self) -> bool {
        self.doc_mdp.is_some()
    }

    /// Notes the lock that a planned signature brings.
    pub(super) fn add_lock(&mut self, field: &str, lock: &Lock) {
        self.doc_mdp = least(self.doc_mdp, lock.permission);
        self.locks.push((field.to_owned(), lock.clone()));
    }

    /// Whether a field may be made or filled. DocMDP 2 and 3 allow to sign (ISO 32000-1 table 254).
    pub(super) fn allow(&self, name: &str) -> Result<()> {
        if let Some(permission @ ..=1) = self.doc_mdp {
            return Err(Error::new(ErrorKind::Refused, &rules::sign::DOC_MDP).with(permission));
        }
        match self.locks.iter().find(|(_, lock)| lock.covers(name)) {
            Some((by, _)) => Err(Error::new(ErrorKind::Refused, &rules::sign::FIELD_LOCKED)
                .with(name)
                .with(by)),
            None => Ok(()),
        }
    }
}

/// The place of an object, for errors.
pub(super) fn place(id: crate::pdf::ObjectId) -> Place {
    Place::object(id.number, id.generation)
}

fn least(a: Option<u8>, b: Option<u8>) -> Option<u8> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
