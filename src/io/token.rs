//! Keys on tokens, with what their references name outside: the file of a certificate, the source of a PIN.

use std::{fmt, sync::Arc};

use super::{read_key_file, read_secret};
use crate::{
    error::Result,
    signer::{
        Key, Secret,
        pkcs11::{self, uri::Uri},
        read_certificates,
    },
    time::Time,
};

/// A token: a smart card, a USB key or a partition of an HSM, behind a PKCS#11 module. Cheap to clone; may be used by several
/// threads.
///
/// It is logged in to once, however many keys are taken from it, and stays so until the last key and token are dropped.
/// The login is that of the process, as PKCS#11 has it. After a fork the child has to open its tokens itself.
#[derive(Clone)]
pub struct Token {
    token: Arc<pkcs11::Token>,
    uri: Uri,
}

impl Token {
    /// Loads the module and finds the token, by a URI as in RFC 7512 (`pkcs11:token=…;object=…?module-path=…`) or in the short
    /// form `pkcs11:MODULE?token=LABEL&object=LABEL`. There is no login yet.
    ///
    /// The module is code that runs in this process: take its path from nobody else.
    ///
    /// # Errors
    /// Of kind `Argument` when the URI is malformed or names no module, `Io` or `Key` when the module cannot be loaded, `Key`
    /// when no token fits or several do.
    pub fn open(uri: &str) -> Result<Self> {
        let uri = Uri::parse(uri)?;
        let token = pkcs11::Token::open(&uri)?;
        Ok(Self { token, uri })
    }

    /// Its label.
    #[must_use]
    pub fn label(&self) -> &str {
        self.token.label()
    }

    /// Whether [`login`](Self::login) wants a PIN: the token is not logged in to, has no pad of its own, and the URI names no
    /// source of the PIN.
    ///
    /// # Errors
    /// Of kind `Key` when the token was removed.
    pub fn needs_pin(&self) -> Result<bool> {
        Ok(self.uri.pin.is_none() && self.token.needs_pin()?)
    }

    /// Whether the URI names where the PIN comes from.
    #[must_use]
    pub fn names_pin(&self) -> bool {
        self.uri.pin.is_some()
    }

    /// Whether this process is logged in to it already, through another key.
    #[must_use]
    pub fn is_logged_in(&self) -> bool {
        self.token.is_logged_in()
    }

    /// Whether the token says that the next wrong PIN locks it.
    #[must_use]
    pub fn is_final_try(&self) -> bool {
        self.token.is_final_try()
    }

    /// Logs in, unless that was done already. Without `pin`, it is read from where the URI says.
    ///
    /// A PIN is sent to the token once. One that it has refused is not sent again by this process.
    ///
    /// # Errors
    /// Of kind `Pin` when the PIN is missing, wrong or locked, each with a code of its own; of kind `Key` when the token
    /// was removed or fails; `Io` when the source of the PIN cannot be read.
    pub fn login(&self, pin: Option<&str>) -> Result<()> {
        let read = match (&self.uri.pin, pin) {
            (Some(source), None) => Some(read_secret(source)?),
            _ => None,
        };
        let pin = pin.or_else(|| read.as_ref().and_then(Secret::as_text));
        self.token.login(pin)
    }

    /// Takes the key that the URI of [`open`](Self::open) names, with its certificate and the issuers that are there.
    ///
    /// # Errors
    /// As [`key_of`](Self::key_of).
    pub fn key(&self) -> Result<Key> {
        self.take(&self.uri)
    }

    /// Takes another key of the same token; of the URI, `object`, `id` and `cert` count.
    ///
    /// # Errors
    /// Of kind `Key` when no key fits or several do, there is no certificate for it, or the token was removed;
    /// `Argument` when the URI is malformed.
    pub fn key_of(&self, uri: &str) -> Result<Key> {
        self.take(&Uri::parse(uri)?)
    }

    fn take(&self, uri: &Uri) -> Result<Key> {
        let given = match &uri.certificate {
            Some(file) => read_certificates(read_key_file(file)?.as_bytes())?,
            None => Vec::new(),
        };
        let signer = pkcs11::key(&self.token, &uri.object, &given)?;
        Ok(Key::new(Arc::new(signer)))
    }

    /// The private keys that can be seen: those of most tokens only after a login.
    ///
    /// # Errors
    /// Of kind `Key` when the token was removed or fails.
    pub fn keys(&self) -> Result<Vec<TokenKey>> {
        let keys = self.token.keys()?.into_iter();
        Ok(keys
            .map(|key| TokenKey {
                label: key.label,
                id: key.id,
                uri: key.uri,
            })
            .collect())
    }

    /// The certificates that can be seen: mostly all, without a login.
    ///
    /// # Errors
    /// Of kind `Key` when the token was removed or fails.
    pub fn certificates(&self) -> Result<Vec<TokenCertificate>> {
        let held = self.token.certificates()?.into_iter();
        let named = held.filter_map(|held| {
            let certificate = held.certificate?;
            Some(TokenCertificate {
                label: held.label,
                id: held.id,
                uri: held.uri,
                subject: certificate.subject_text(),
                not_before: certificate.not_before(),
                not_after: certificate.not_after(),
                is_authority: certificate.basic_constraints().is_some_and(|(ca, _)| ca),
            })
        });
        Ok(named.collect())
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({:?})", self.token)
    }
}

impl Key {
    /// Takes a key from a PKCS#11 token: finds the token, logs in with the PIN, finds key and certificate.
    /// [`Token`] does it step by step.
    ///
    /// Several keys of one token share its session and its login. `pin` may be absent where the URI names its source
    /// (`pin-source`, `pin-file`, `pin-env`) or the reader has a pad.
    ///
    /// # Errors
    /// As [`Token::open`], [`Token::login`] and [`Token::key`].
    pub fn from_pkcs11(uri: &str, pin: Option<&str>) -> Result<Self> {
        let token = Token::open(uri)?;
        token.login(pin)?;
        token.key()
    }
}

/// A token that is in, as [`tokens`] lists it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenInfo {
    /// Its label.
    pub label: String,
    /// Who made it.
    pub manufacturer: String,
    /// What it is.
    pub model: String,
    /// Its serial number.
    pub serial: String,
    /// The slot's number; it changes from one start to the next.
    pub slot: u64,
    /// A URI that names it, module included; attributes of keys go before the question mark.
    pub uri: String,
    /// What it says about its PIN.
    pub pin: TokenPin,
}

/// What a token says about its PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenPin {
    /// It wants none.
    NotNeeded,
    /// It wants one.
    Needed,
    /// It wants one, and there was a wrong one since the last login.
    Counted,
    /// The next wrong one locks it.
    FinalTry,
    /// It is locked.
    Locked,
}

/// A private key on a token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenKey {
    /// Its label (CKA_LABEL).
    pub label: String,
    /// Its id (CKA_ID).
    pub id: Vec<u8>,
    /// The attributes that name it in a URI.
    pub uri: String,
}

/// A certificate on a token.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TokenCertificate {
    /// Its label (CKA_LABEL).
    pub label: String,
    /// Its id (CKA_ID), mostly that of its key.
    pub id: Vec<u8>,
    /// The attributes that name it, and so its key, in a URI.
    pub uri: String,
    /// Whose it is (RFC 4514).
    pub subject: String,
    /// Start of validity.
    pub not_before: Time,
    /// End of validity.
    pub not_after: Time,
    /// It is that of an authority.
    pub is_authority: bool,
}

/// The tokens that a PKCS#11 module shows, without a login.
///
/// # Errors
/// Of kind `Io` or `Key` when the module cannot be loaded or does not answer.
pub fn tokens(module: &str) -> Result<Vec<TokenInfo>> {
    let listed = pkcs11::tokens(module)?.into_iter();
    Ok(listed
        .map(|token| TokenInfo {
            pin: match () {
                () if token.locked => TokenPin::Locked,
                () if token.final_try => TokenPin::FinalTry,
                () if token.counted => TokenPin::Counted,
                () if token.needs_login => TokenPin::Needed,
                () => TokenPin::NotNeeded,
            },
            label: token.label,
            manufacturer: token.manufacturer,
            model: token.model,
            serial: token.serial,
            slot: token.slot,
            uri: token.uri,
        })
        .collect())
}
