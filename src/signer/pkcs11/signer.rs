//! A key on a token, as a signer.

use std::{fmt, sync::Arc};

use cryptoki::{error::Error as Cryptoki, mechanism::Mechanism};

use super::{
    mechanism::{self, Input},
    objects::{self, Held, PrivateKey},
    raw,
    token::{State, Token},
    uri::WantedObject,
};
use crate::{
    crypto::{self, KeyType, SignatureAlgorithm},
    error::{Error, ErrorKind, Result},
    signer::{Signer, ToBeSigned, assemble, listed},
    text::rules::{key as key_rules, token as rules},
    x509::Certificate,
};

/// A private key that never leaves its token.
pub(crate) struct TokenSigner {
    token: Arc<Token>,
    key: PrivateKey,
    certificate: Arc<Certificate>,
    chain: Vec<Arc<Certificate>>,
    key_type: KeyType,
    bits: u32,
}

/// Takes a key from a token, with its certificate and issuers. `given` are certificates from elsewhere; one of them that
/// fits comes before those of the token.
pub(crate) fn key(
    token: &Arc<Token>,
    wanted: &WantedObject,
    given: &[Arc<Certificate>],
) -> Result<TokenSigner> {
    let (keys, held) = token.with(|state| {
        let session = &state.session;
        let held = objects::certificates(session)?;
        let held = held.map_err(|cause| token.failed(&cause))?;
        let keys = objects::keys(session, wanted, &held);
        Ok((keys.map_err(|cause| token.failed(&cause))?, held))
    })?;
    let names = |keys: &[PrivateKey]| listed(keys.iter().map(PrivateKey::name));
    let key = match keys.as_slice() {
        [key] => key.clone(),
        [] if token.needs_pin()? => {
            return Err(Error::new(ErrorKind::Pin, &rules::PIN_REQUIRED).with(token.label()));
        }
        [] => {
            let all = token.with(|state| {
                let all = objects::private_keys(&state.session);
                all.map_err(|cause| token.failed(&cause))
            })?;
            return Err(Error::new(ErrorKind::Key, &rules::KEY_MISSING)
                .with(token.label())
                .with(wanted)
                .with(names(&all)));
        }
        several => {
            return Err(Error::new(ErrorKind::Key, &rules::KEY_AMBIGUOUS)
                .with(token.label())
                .with(wanted)
                .with(names(several)));
        }
    };
    let certificate = certificate(token, &key, &held, given)?;
    let on_token = held.iter().map(|held| Arc::clone(&held.certificate));
    let heap: Vec<_> = given.iter().cloned().chain(on_token).collect();
    let chain = assemble::chain(&certificate, &heap);
    let public = certificate.public_key();
    let public = public.ok_or_else(|| {
        Error::new(ErrorKind::Key, &key_rules::KEY_TYPE).with(certificate.subject_text())
    })?;
    Ok(TokenSigner {
        key_type: public.key_type(),
        bits: public.bits(),
        token: Arc::clone(token),
        key,
        chain,
        certificate,
    })
}

/// The certificate of a key: the newest that was made for its public half; where the token does not show that, the newest
/// with its id. What is signed is checked against it in any case.
fn certificate(
    token: &Token,
    key: &PrivateKey,
    held: &[Held],
    given: &[Arc<Certificate>],
) -> Result<Arc<Certificate>> {
    let newest = |found: Vec<&Arc<Certificate>>| {
        let newest = found.into_iter().max_by_key(|found| found.not_before());
        newest.cloned()
    };
    if let Some(first) = given.first() {
        let fitting = given.iter().filter(|given| key.fits(given) == Some(true));
        if let Some(found) = newest(fitting.collect()) {
            return Ok(found);
        }
        return match key.fits(first) {
            None => Ok(Arc::clone(first)),
            Some(_) => Err(mismatch(first)),
        };
    }
    let same_id = |held: &&Held| !key.id.is_empty() && held.id == key.id;
    let fitting = held
        .iter()
        .filter(|held| key.fits(&held.certificate) == Some(true));
    let by_id = held
        .iter()
        .filter(same_id)
        .filter(|held| key.fits(&held.certificate).is_none());
    let found = newest(fitting.map(|held| &held.certificate).collect());
    let found = found.or_else(|| newest(by_id.map(|held| &held.certificate).collect()));
    if let Some(found) = found {
        return Ok(found);
    }
    Err(match held.iter().find(same_id) {
        Some(other) => mismatch(&other.certificate),
        None => Error::new(ErrorKind::Key, &rules::CERTIFICATE_MISSING)
            .with(token.label())
            .with(key.name()),
    })
}

fn mismatch(certificate: &Certificate) -> Error {
    Error::new(ErrorKind::Key, &key_rules::KEY_MISMATCH).with(certificate.subject_text())
}

impl TokenSigner {
    fn sign_one(&self, algorithm: &SignatureAlgorithm, what: &ToBeSigned<'_>) -> Result<Vec<u8>> {
        let unsupported = || {
            Error::new(ErrorKind::Unsupported, &rules::MECHANISM)
                .with(self.token.label())
                .with(algorithm)
        };
        let (mechanism, input) =
            mechanism::choose(algorithm, self.key_type, &self.token.mechanisms)
                .ok_or_else(unsupported)?;
        let data = data(algorithm, input, what).ok_or_else(unsupported)?;
        let room = self.signature_len(algorithm);
        let value = self.token.with(|state| {
            let value = self.call(state, &mechanism, &data, room);
            value.map_err(|cause| self.token.failed(&cause))
        })?;
        let sound = match algorithm {
            SignatureAlgorithm::Ecdsa(_) => mechanism::ecdsa_der(&value, self.key_type),
            // Some modules cut leading zeros off.
            _ => room.checked_sub(value.len()).map(|missing| {
                let mut padded = vec![0; missing];
                padded.extend_from_slice(&value);
                padded
            }),
        };
        sound.ok_or_else(|| {
            Error::new(ErrorKind::Key, &rules::TOKEN_FAILED)
                .with(self.token.label())
                .with("C_Sign")
                .with(format_args!("{} bytes", value.len()))
        })
    }

    fn call(
        &self,
        state: &State,
        mechanism: &Mechanism<'_>,
        data: &[u8],
        room: usize,
    ) -> std::result::Result<Vec<u8>, Cryptoki> {
        let session = &state.session;
        if !self.key.wants_pin_each_time {
            return session.sign(mechanism, self.key.handle, data);
        }
        // PKCS #11 v2.40 clause 5.6.8: the login stands between C_SignInit and C_Sign.
        session.sign_init(mechanism, self.key.handle)?;
        state.login_again()?;
        raw::sign(self.token.module().path(), session, data, room)
    }
}

/// What crosses to the token.
fn data(algorithm: &SignatureAlgorithm, input: Input, what: &ToBeSigned<'_>) -> Option<Vec<u8>> {
    let digest = match (input, what) {
        (Input::Message, ToBeSigned::Message(message)) => return Some(message.to_vec()),
        (Input::Message, ToBeSigned::Digest(_)) => return None,
        (_, ToBeSigned::Message(message)) => {
            let provider = crypto::default_provider().ok()?;
            provider.digest_of(algorithm.digest(), message)?
        }
        (_, ToBeSigned::Digest(digest)) => **digest,
    };
    match input {
        Input::DigestInfo => mechanism::digest_info(algorithm.digest(), digest.as_bytes()),
        _ => Some(digest.as_bytes().to_vec()),
    }
}

impl Signer for TokenSigner {
    fn certificate(&self) -> &Arc<Certificate> {
        &self.certificate
    }

    fn chain(&self) -> &[Arc<Certificate>] {
        &self.chain
    }

    fn key_type(&self) -> KeyType {
        self.key_type
    }

    fn key_bits(&self) -> u32 {
        self.bits
    }

    fn supports(&self, algorithm: &SignatureAlgorithm) -> bool {
        mechanism::choose(algorithm, self.key_type, &self.token.mechanisms).is_some()
    }

    fn signature_len(&self, _: &SignatureAlgorithm) -> usize {
        match self.key_type {
            KeyType::Rsa => usize::try_from(self.bits.div_ceil(8)).unwrap_or_default(),
            curve => mechanism::ecdsa_der_len(curve),
        }
    }

    fn sign(
        &self,
        algorithm: &SignatureAlgorithm,
        what: &[ToBeSigned<'_>],
    ) -> Vec<Result<Vec<u8>>> {
        what.iter()
            .map(|what| self.sign_one(algorithm, what))
            .collect()
    }
}

impl fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?}-{} of {} on {:?}",
            self.key_type,
            self.bits,
            self.certificate.subject_text(),
            self.token
        )
    }
}
