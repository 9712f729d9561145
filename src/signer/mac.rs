//! The MAC of PKCS#12 files: HMAC with the old key derivation (RFC 7292 appendix A), or PBMAC1 (RFC 9579).

use zeroize::Zeroizing;

use super::decrypt::{Decryptor, Purpose, block_len, bmp};
use crate::{
    asn1::{self, Tag, Tlv},
    crypto::{Digest, DigestAlgorithm, DigestState},
    error::Result,
    x509::{AlgorithmIdentifier, oid::Oid},
};

const PBMAC1: Oid = Oid::new_unwrap("1.2.840.113549.1.5.14");
const PBKDF2: Oid = Oid::new_unwrap("1.2.840.113549.1.5.12");

/// Checks MacData over the bytes that it covers. That is how the password is known to be right.
pub(super) fn check(decryptor: &mut Decryptor<'_>, mac: &Tlv<'_>, data: &[u8]) -> Result<()> {
    let mac = MacData::parse(mac).map_err(|error| decryptor.malformed(error))?;
    let malformed = |decryptor: &Decryptor<'_>| decryptor.malformed("MacData");
    let identifier = AlgorithmIdentifier::parse(&mac.algorithm);
    let identifier = identifier.ok_or_else(|| malformed(decryptor))?;
    if identifier.oid == PBMAC1 {
        let parameters = identifier.parameters.and_then(|tlv| Pbmac1::parse(&tlv));
        let parameters = parameters.ok_or_else(|| decryptor.unsupported("PBMAC1"))?;
        let key = pbkdf2(decryptor, &parameters)?;
        let value = Hmac::new(decryptor, parameters.scheme, &key)?.of(&[data]);
        return verdict(decryptor, value.as_bytes() == mac.expected.content);
    }
    let digest = identifier.digest().filter(|d| *d != DigestAlgorithm::Md5);
    let digest = digest.ok_or_else(|| decryptor.unsupported(identifier.oid))?;
    let iterations = match mac.iterations {
        Some(tlv) => tlv.unsigned().ok_or_else(|| malformed(decryptor))?,
        None => 1,
    };
    let password = bmp(decryptor.password());
    // An empty password is written with its two zero bytes, or as nothing at all.
    let empty = Zeroizing::new(Vec::new());
    let tries = if password.len() == 2 {
        vec![&password, &empty]
    } else {
        vec![&password]
    };
    for password in tries {
        let salt = mac.salt.content;
        let key = decryptor.derive(
            digest,
            password,
            salt,
            Purpose::Mac,
            iterations,
            digest.len(),
        )?;
        let value = Hmac::new(decryptor, digest, &key)?.of(&[data]);
        if value.as_bytes() == mac.expected.content {
            return Ok(());
        }
    }
    verdict(decryptor, false)
}

fn verdict(decryptor: &Decryptor<'_>, fits: bool) -> Result<()> {
    if fits {
        Ok(())
    } else {
        Err(decryptor.wrong_password())
    }
}

struct MacData<'a> {
    algorithm: Tlv<'a>,
    expected: Tlv<'a>,
    salt: Tlv<'a>,
    iterations: Option<Tlv<'a>>,
}

impl<'a> MacData<'a> {
    fn parse(sequence: &Tlv<'a>) -> asn1::Result<Self> {
        let mut fields = sequence.children();
        let mut mac = fields.expect(Tag::SEQUENCE)?.children();
        Ok(Self {
            algorithm: mac.expect(Tag::SEQUENCE)?,
            expected: mac.expect(Tag::OCTET_STRING)?,
            salt: fields.expect(Tag::OCTET_STRING)?,
            iterations: fields.optional(Tag::INTEGER)?,
        })
    }
}

/// PBMAC1-params (RFC 8018 appendix A.5): PBKDF2 with HMAC inside, and an HMAC.
struct Pbmac1<'a> {
    salt: &'a [u8],
    iterations: u64,
    key_len: usize,
    prf: DigestAlgorithm,
    scheme: DigestAlgorithm,
}

impl<'a> Pbmac1<'a> {
    fn parse(parameters: &Tlv<'a>) -> Option<Self> {
        let mut fields = parameters.children();
        let derivation = AlgorithmIdentifier::parse(&fields.next().ok()?)?;
        let scheme = hmac_digest(&AlgorithmIdentifier::parse(&fields.next().ok()?)?)?;
        if derivation.oid != PBKDF2 {
            return None;
        }
        let mut fields = derivation.parameters?.children();
        let salt = fields.expect(Tag::OCTET_STRING).ok()?.content;
        let iterations = fields.expect(Tag::INTEGER).ok()?.unsigned()?;
        // RFC 9579 clause 5 demands the length.
        let key_len = fields.expect(Tag::INTEGER).ok()?.unsigned()?;
        let prf = match fields.optional(Tag::SEQUENCE).ok()? {
            Some(prf) => hmac_digest(&AlgorithmIdentifier::parse(&prf)?)?,
            None => DigestAlgorithm::Sha1,
        };
        Some(Self {
            salt,
            iterations,
            key_len: usize::try_from(key_len)
                .ok()
                .filter(|len| (20..=128).contains(len))?,
            prf,
            scheme,
        })
    }
}

/// hmacWithSHA… (RFC 8018 appendix B.1.2).
fn hmac_digest(identifier: &AlgorithmIdentifier<'_>) -> Option<DigestAlgorithm> {
    let names = [
        ("1.2.840.113549.2.7", DigestAlgorithm::Sha1),
        ("1.2.840.113549.2.8", DigestAlgorithm::Sha224),
        ("1.2.840.113549.2.9", DigestAlgorithm::Sha256),
        ("1.2.840.113549.2.10", DigestAlgorithm::Sha384),
        ("1.2.840.113549.2.11", DigestAlgorithm::Sha512),
    ];
    let oid = identifier.oid.to_string();
    names
        .iter()
        .find(|(name, _)| *name == oid)
        .map(|(_, digest)| *digest)
}

/// PBKDF2 (RFC 8018 clause 5.2), with the password in UTF-8 (RFC 9579 clause 5).
fn pbkdf2(decryptor: &mut Decryptor<'_>, parameters: &Pbmac1<'_>) -> Result<Zeroizing<Vec<u8>>> {
    let hmac = Hmac::new(decryptor, parameters.prf, decryptor.password().as_bytes())?;
    let mut key = Zeroizing::new(Vec::with_capacity(parameters.key_len.saturating_add(64)));
    for block in 1_u32.. {
        if key.len() >= parameters.key_len {
            break;
        }
        decryptor.spend(parameters.iterations)?;
        let mut last = hmac.of(&[parameters.salt, &block.to_be_bytes()]);
        let mut sum = Zeroizing::new(last.as_bytes().to_vec());
        for _ in 1..parameters.iterations {
            last = hmac.of(&[last.as_bytes()]);
            for (to, from) in sum.iter_mut().zip(last.as_bytes()) {
                *to ^= from;
            }
        }
        key.extend_from_slice(&sum);
    }
    key.truncate(parameters.key_len);
    Ok(key)
}

/// HMAC (RFC 2104) with its key already taken in.
struct Hmac {
    inner: Box<dyn DigestState>,
    outer: Box<dyn DigestState>,
}

impl Hmac {
    fn new(decryptor: &Decryptor<'_>, algorithm: DigestAlgorithm, key: &[u8]) -> Result<Self> {
        let block = block_len(algorithm);
        let long;
        let key = if key.len() > block {
            let mut state = decryptor.digest(algorithm)?;
            state.update(key);
            long = state.finish();
            long.as_bytes()
        } else {
            key
        };
        let padded = |with: u8| -> Zeroizing<Vec<u8>> {
            let padded = key.iter().copied().chain(std::iter::repeat(0)).take(block);
            Zeroizing::new(padded.map(|octet| octet ^ with).collect())
        };
        let (mut inner, mut outer) = (decryptor.digest(algorithm)?, decryptor.digest(algorithm)?);
        inner.update(&padded(0x36));
        outer.update(&padded(0x5C));
        Ok(Self { inner, outer })
    }

    fn of(&self, parts: &[&[u8]]) -> Digest {
        let (mut inner, mut outer) = (self.inner.fork(), self.outer.fork());
        for part in parts {
            inner.update(part);
        }
        outer.update(inner.finish().as_bytes());
        outer.finish()
    }
}
