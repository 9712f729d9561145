//! Decryption with a password: PBES2 (RFC 8018) and the old schemes of PKCS#12 (RFC 7292 appendix B and C).

use cbc::cipher::{BlockDecryptMut, KeyIvInit, block_padding::Pkcs7};
use der::Decode;
use pkcs8::pkcs5::{self, pbes2};
use zeroize::Zeroizing;

use crate::{
    asn1::{Tag, Tlv},
    crypto::{self, DigestAlgorithm, DigestState},
    error::{Error, ErrorKind, Result},
    limits::{MAX_KDF_ITERATIONS, MAX_SCRYPT_BYTES},
    text::rules::key as rules,
    x509::{AlgorithmIdentifier, oid::Oid},
};

const PBES2: Oid = Oid::new_unwrap("1.2.840.113549.1.5.13");
const PBE_SHA1_3DES: Oid = Oid::new_unwrap("1.2.840.113549.1.12.1.3");
const PBE_SHA1_RC2_128: Oid = Oid::new_unwrap("1.2.840.113549.1.12.1.5");
const PBE_SHA1_RC2_40: Oid = Oid::new_unwrap("1.2.840.113549.1.12.1.6");

/// What a derived key is for (RFC 7292 appendix B.3).
#[derive(Clone, Copy)]
pub(super) enum Purpose {
    Key = 1,
    Iv = 2,
    Mac = 3,
}

/// Decrypts what one password protects in one file, within a budget of key derivation.
pub(super) struct Decryptor<'a> {
    what: &'static str,
    password: &'a str,
    iterations_left: u64,
}

impl<'a> Decryptor<'a> {
    /// `what` names the file in errors.
    pub(super) fn new(what: &'static str, password: &'a str) -> Self {
        Self {
            what,
            password,
            iterations_left: MAX_KDF_ITERATIONS,
        }
    }

    /// The wrong password, as far as one can tell.
    pub(super) fn wrong_password(&self) -> Error {
        Error::new(ErrorKind::Pin, &rules::PASSWORD_WRONG).with(self.what)
    }

    pub(super) fn unsupported(&self, what: impl std::fmt::Display) -> Error {
        Error::new(ErrorKind::Unsupported, &rules::KEY_FILE_UNSUPPORTED)
            .with(self.what)
            .with(what)
    }

    pub(super) fn malformed(&self, why: impl std::fmt::Display) -> Error {
        Error::new(ErrorKind::Key, &rules::KEY_FILE_MALFORMED)
            .with(self.what)
            .with(why)
    }

    /// Takes iterations from the budget: a file must not keep the machine busy for hours.
    pub(super) fn spend(&mut self, iterations: u64) -> Result<()> {
        let over = || {
            Error::new(ErrorKind::Limit, &rules::KEY_FILE_UNSUPPORTED)
                .with(self.what)
                .with(format_args!("more than {MAX_KDF_ITERATIONS} iterations"))
        };
        self.iterations_left = self
            .iterations_left
            .checked_sub(iterations)
            .ok_or_else(over)?;
        Ok(())
    }

    /// Decrypts a SEQUENCE, with the AlgorithmIdentifier in DER.
    pub(super) fn decrypt(
        &mut self,
        algorithm: &Tlv<'_>,
        data: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>> {
        let identifier = AlgorithmIdentifier::parse(algorithm);
        let identifier = identifier.ok_or_else(|| self.malformed("AlgorithmIdentifier"))?;
        let parameters = identifier
            .parameters
            .ok_or_else(|| self.malformed("AlgorithmIdentifier"))?;
        let plain = match identifier.oid {
            PBES2 => self.pbes2(parameters.full, data),
            PBE_SHA1_3DES => self.pbe::<des::TdesEde3>(&parameters, data, 24),
            PBE_SHA1_RC2_128 => self.pbe::<rc2::Rc2>(&parameters, data, 16),
            PBE_SHA1_RC2_40 => self.pbe::<rc2::Rc2>(&parameters, data, 5),
            other => Err(self.unsupported(other)),
        }?;
        // One wrong password in 256 gives a padding that looks right. A key and SafeContents are both a SEQUENCE.
        match Tlv::parse(&plain) {
            Ok(tlv) if tlv.tag == Tag::SEQUENCE => Ok(plain),
            _ => Err(self.wrong_password()),
        }
    }

    fn pbes2(&mut self, parameters: &[u8], data: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        let named = self.pbes2_error(parameters);
        let usual = with_null(parameters);
        let parameters = usual.as_deref().unwrap_or(parameters);
        let parameters = pbes2::Parameters::from_der(parameters).map_err(|_| named)?;
        match &parameters.kdf {
            pbes2::Kdf::Pbkdf2(kdf) => self.spend(u64::from(kdf.iteration_count))?,
            pbes2::Kdf::Scrypt(kdf) => {
                let memory = kdf
                    .cost_parameter
                    .saturating_mul(128 * u64::from(kdf.block_size));
                let work = memory.saturating_mul(u64::from(kdf.parallelization));
                if work > MAX_SCRYPT_BYTES {
                    return Err(
                        self.unsupported(format_args!("scrypt over {MAX_SCRYPT_BYTES} bytes"))
                    );
                }
            }
            _ => return Err(self.unsupported("PBES2")),
        }
        match parameters.decrypt(self.password.as_bytes(), data) {
            Ok(plain) => Ok(Zeroizing::new(plain)),
            Err(pkcs5::Error::UnsupportedAlgorithm { oid }) => Err(self.unsupported(oid)),
            Err(pkcs5::Error::AlgorithmParametersInvalid { .. }) => Err(self.malformed("PBES2")),
            Err(_) => Err(self.wrong_password()),
        }
    }

    /// The error for PBES2 parameters that cannot be read: the cipher or derivation by its identifier.
    fn pbes2_error(&self, parameters: &[u8]) -> Error {
        let identifiers = Tlv::parse(parameters).ok().map(|tlv| {
            let mut fields = tlv.children();
            let mut next = || AlgorithmIdentifier::parse(&fields.next().ok()?).map(|a| a.oid);
            (next(), next())
        });
        match identifiers {
            Some((Some(kdf), Some(cipher))) => {
                self.unsupported(format_args!("PBES2 {kdf} {cipher}"))
            }
            _ => self.malformed("PBES2"),
        }
    }

    fn pbe<C>(
        &mut self,
        parameters: &Tlv<'_>,
        data: &[u8],
        key_len: usize,
    ) -> Result<Zeroizing<Vec<u8>>>
    where
        C: cbc::cipher::KeyInit + cbc::cipher::BlockCipher + BlockDecryptMut,
        cbc::Decryptor<C>: KeyIvInit + BlockDecryptMut,
    {
        let mut fields = parameters.children();
        let (salt, iterations) = (
            fields.expect(Tag::OCTET_STRING),
            fields.expect(Tag::INTEGER),
        );
        let (Ok(salt), Ok(iterations)) = (salt, iterations) else {
            return Err(self.malformed("pkcs-12PbeParams"));
        };
        let iterations = iterations
            .unsigned()
            .ok_or_else(|| self.malformed("pkcs-12PbeParams"))?;
        let password = bmp(self.password);
        let mut derive = |purpose, length| {
            self.derive(
                DigestAlgorithm::Sha1,
                &password,
                salt.content,
                purpose,
                iterations,
                length,
            )
        };
        let (key, iv) = (derive(Purpose::Key, key_len)?, derive(Purpose::Iv, 8)?);
        let cipher = cbc::Decryptor::<C>::new_from_slices(&key, &iv);
        let cipher = cipher.map_err(|_| self.malformed("pkcs-12PbeParams"))?;
        let plain = cipher.decrypt_padded_vec_mut::<Pkcs7>(data);
        plain.map(Zeroizing::new).map_err(|_| self.wrong_password())
    }

    /// Key derivation of PKCS#12 (RFC 7292 appendix B.2).
    pub(super) fn derive(
        &mut self,
        algorithm: DigestAlgorithm,
        password: &[u8],
        salt: &[u8],
        purpose: Purpose,
        iterations: u64,
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>> {
        let block = block_len(algorithm);
        let fill = |bytes: &[u8]| {
            let length = bytes.len().div_ceil(block).saturating_mul(block);
            bytes
                .iter()
                .copied()
                .cycle()
                .take(length)
                .collect::<Vec<u8>>()
        };
        let diversifier = vec![purpose as u8; block];
        let mut input = Zeroizing::new(fill(salt));
        input.extend(Zeroizing::new(fill(password)).iter());

        let mut derived = Zeroizing::new(Vec::with_capacity(length.saturating_add(64)));
        while derived.len() < length {
            self.spend(iterations)?;
            let mut state = self.digest(algorithm)?;
            state.update(&diversifier);
            state.update(&input);
            let mut value = state.finish();
            for _ in 1..iterations {
                let mut state = self.digest(algorithm)?;
                state.update(value.as_bytes());
                value = state.finish();
            }
            derived.extend_from_slice(value.as_bytes());
            // Every block of the input is increased by the value and one, as big-endian numbers.
            let increment: Vec<u8> = value
                .as_bytes()
                .iter()
                .copied()
                .cycle()
                .take(block)
                .collect();
            for chunk in input.chunks_mut(block) {
                let mut carry = 1_u16;
                for (octet, add) in chunk.iter_mut().zip(&increment).rev() {
                    let sum = u16::from(*octet) + u16::from(*add) + carry;
                    let [high, low] = sum.to_be_bytes();
                    *octet = low;
                    carry = u16::from(high);
                }
            }
        }
        derived.truncate(length);
        Ok(derived)
    }

    pub(super) fn digest(&self, algorithm: DigestAlgorithm) -> Result<Box<dyn DigestState>> {
        let state = crypto::default_provider()?.digest(algorithm);
        state.ok_or_else(|| self.unsupported(algorithm.name()))
    }

    pub(super) fn password(&self) -> &'a str {
        self.password
    }
}

/// PBES2 parameters whose PRF has no parameters, with the NULL that RFC 8018 appendix B.1.2 wants and `pkcs5` insists on.
/// NSS leaves it out.
fn with_null(parameters: &[u8]) -> Option<Vec<u8>> {
    let mut fields = Tlv::parse(parameters).ok()?.children();
    let mut derivation = fields.expect(Tag::SEQUENCE).ok()?.children();
    let cipher = fields.expect(Tag::SEQUENCE).ok()?;
    let name = derivation.expect(Tag::OID).ok()?;
    let mut inner = derivation.expect(Tag::SEQUENCE).ok()?.children();
    let mut kept = Vec::new();
    let prf = loop {
        let field = inner.try_next().ok()??;
        if field.tag == Tag::SEQUENCE {
            break field;
        }
        kept.extend_from_slice(field.full);
    };
    AlgorithmIdentifier::parse(&prf).filter(|prf| prf.parameters.is_none())?;
    let prf = sequence(&[prf.content, &[0x05, 0x00]])?;
    let inner = sequence(&[&kept, &prf])?;
    let derivation = sequence(&[name.full, &inner])?;
    sequence(&[&derivation, cipher.full])
}

/// A SEQUENCE of at most 127 bytes: these parameters have about 90.
fn sequence(parts: &[&[u8]]) -> Option<Vec<u8>> {
    let content = parts.concat();
    let length = u8::try_from(content.len())
        .ok()
        .filter(|length| *length < 128)?;
    Some([&[0x30, length], content.as_slice()].concat())
}

pub(super) fn block_len(algorithm: DigestAlgorithm) -> usize {
    match algorithm {
        DigestAlgorithm::Sha384 | DigestAlgorithm::Sha512 => 128,
        _ => 64,
    }
}

/// A password as PKCS#12 takes it: UTF-16 in big-endian order with two zero bytes at the end (RFC 7292 appendix B.1).
pub(super) fn bmp(password: &str) -> Zeroizing<Vec<u8>> {
    let units = password.encode_utf16().chain(std::iter::once(0));
    // UTF-16 has at most twice the bytes of UTF-8. A vector that grows leaves copies behind.
    let room = password.len().saturating_add(1).saturating_mul(2);
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    for unit in units {
        bytes.extend_from_slice(&unit.to_be_bytes());
    }
    bytes
}
