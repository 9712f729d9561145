//! A token with one session, logged in to once, however many keys are taken from it.

use std::{
    fmt,
    sync::{Arc, Mutex, Weak},
};

use cryptoki::{
    error::{Error as Cryptoki, RvError},
    mechanism::MechanismType,
    session::{Session, UserType},
    slot::{Slot, TokenInfo},
    types::AuthPin,
};

use super::{
    errors,
    module::{self, Module, lock},
    objects,
    pin::{self, Digest, TokenName},
    uri::Uri,
};
use crate::{
    error::{Error, ErrorKind, Result},
    text::rules::token as rules,
};

/// The tokens in use. PKCS#11 logs in whole processes, so there is one of each.
static OPEN: Mutex<Vec<Weak<Token>>> = Mutex::new(Vec::new());

/// A token that is in use.
pub(crate) struct Token {
    module: Arc<Module>,
    slot: Slot,
    name: TokenName,
    /// What the token can do; empty where it does not say.
    pub(super) mechanisms: Vec<MechanismType>,
    state: Mutex<State>,
}

pub(super) struct State {
    pub(super) session: Session,
    login: Login,
}

enum Login {
    /// Nobody has logged in here.
    No,
    Yes {
        /// Of the PIN, to tell it from another one without asking the token.
        digest: Option<Digest>,
        /// The PIN itself, only where the token has keys that want it for each signature. Wiped when dropped.
        pin: Option<AuthPin>,
    },
}

impl Token {
    /// Finds a token. There is no login yet.
    pub(crate) fn open(uri: &Uri) -> Result<Arc<Self>> {
        let path = uri.module.as_deref();
        let path = path.ok_or_else(|| Error::new(ErrorKind::Argument, &rules::MODULE_REQUIRED))?;
        let module = module::load(path)?;
        let (slot, info) = module.find(&uri.token)?;
        let name = TokenName::new(&info);
        let mut open = lock(&OPEN);
        open.retain(|token| token.strong_count() > 0);
        let known = open.iter().filter_map(Weak::upgrade).find(|token| {
            Arc::ptr_eq(&token.module, &module)
                && token.slot == slot
                && token.name == name
                && token.is_alive()
        });
        if let Some(token) = known {
            return Ok(token);
        }
        let failed = |cause| errors::failed(&name.label, &cause);
        let session = module.library.open_ro_session(slot).map_err(failed)?;
        let mechanisms = module.library.get_mechanism_list(slot);
        let token = Arc::new(Self {
            slot,
            mechanisms: mechanisms.unwrap_or_default(),
            state: Mutex::new(State {
                session,
                login: Login::No,
            }),
            module,
            name,
        });
        open.push(Arc::downgrade(&token));
        Ok(token)
    }

    /// Whether the session still stands.
    fn is_alive(&self) -> bool {
        self.module.is_ours() && lock(&self.state).session.get_session_info().is_ok()
    }

    pub(crate) fn label(&self) -> &str {
        &self.name.label
    }

    pub(super) fn module(&self) -> &Module {
        &self.module
    }

    pub(super) fn failed(&self, cause: &Cryptoki) -> Error {
        let error = errors::failed(self.label(), cause);
        if !errors::is_lost(cause) {
            return error;
        }
        // Modules confuse the two: what counts is whether the same token is in now.
        let here = self
            .info()
            .is_ok_and(|info| TokenName::new(&info) == self.name);
        let rule = if here {
            &rules::TOKEN_SESSION
        } else {
            &rules::TOKEN_REMOVED
        };
        Error::new(ErrorKind::Key, rule).with(self.label())
    }

    fn info(&self) -> std::result::Result<TokenInfo, Cryptoki> {
        self.module.library.get_token_info(self.slot)
    }

    /// Whether a PIN has to be given before keys can be taken: the token wants a login, this process has none, and
    /// the token has no pad of its own for it.
    pub(crate) fn needs_pin(&self) -> Result<bool> {
        let info = self.info().map_err(|cause| self.failed(&cause))?;
        Ok(!self.is_logged_in() && info.login_required() && !info.protected_authentication_path())
    }

    /// Whether this process has logged in through this token.
    pub(crate) fn is_logged_in(&self) -> bool {
        matches!(lock(&self.state).login, Login::Yes { .. })
    }

    /// Whether the next wrong PIN locks the token, as far as it says so.
    pub(crate) fn is_final_try(&self) -> bool {
        self.info().is_ok_and(|info| info.user_pin_final_try())
    }

    /// Logs in, unless this process is already. A PIN is sent at most once; one that the token has refused is
    /// not sent again.
    pub(crate) fn login(&self, pin: Option<&str>) -> Result<()> {
        if !self.module.is_ours() {
            return Err(self.error(ErrorKind::Key, &rules::TOKEN_FORKED));
        }
        let mut state = lock(&self.state);
        let info = self.info().map_err(|cause| self.failed(&cause))?;
        let digest = pin.map(pin::digest).transpose()?;
        if let Login::Yes { digest: known, .. } = &state.login {
            return match (digest, known) {
                (Some(given), Some(known)) if given != *known => {
                    Err(self.error(ErrorKind::Pin, &rules::PIN_DIFFERS))
                }
                // Being logged in must not open the keys to callers who have no PIN.
                (None, Some(_)) if !info.protected_authentication_path() => {
                    Err(self.error(ErrorKind::Pin, &rules::PIN_REQUIRED))
                }
                _ => Ok(()),
            };
        }
        if pin.is_none() && !info.login_required() {
            return Ok(());
        }
        if info.user_pin_locked() {
            return Err(self.error(ErrorKind::Pin, &rules::PIN_LOCKED));
        }
        if pin.is_none() && !info.protected_authentication_path() {
            return Err(self.error(ErrorKind::Pin, &rules::PIN_REQUIRED));
        }
        if digest.is_some_and(|digest| pin::was_refused(&self.name, &info, digest)) {
            return Err(self.error(ErrorKind::Pin, &rules::PIN_WRONG_BEFORE));
        }
        // A boxed text of exactly its length: growing or shrinking would leave a copy behind.
        let secret = pin.map(|pin| AuthPin::new(Box::from(pin)));
        let digest = match state.session.login(UserType::User, secret.as_ref()) {
            Ok(()) => digest,
            // By something else in this process that uses the module, too; whether with this PIN, nobody says.
            Err(Cryptoki::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => None,
            Err(cause) => return Err(self.not_logged_in(&cause, digest)),
        };
        pin::forget(&self.name);
        let keep = objects::any_wants_pin_each_time(&state.session);
        state.login = Login::Yes {
            digest,
            pin: secret.filter(|_| keep),
        };
        Ok(())
    }

    fn not_logged_in(&self, cause: &Cryptoki, digest: Option<Digest>) -> Error {
        if !matches!(cause, Cryptoki::Pkcs11(RvError::PinIncorrect, _)) {
            return self.failed(cause);
        }
        let info = self.info().ok();
        if let Some(digest) = digest {
            pin::refused(&self.name, info.as_ref(), digest);
        }
        let rule = match &info {
            Some(info) if info.user_pin_locked() => &rules::PIN_LOCKED,
            Some(info) if info.user_pin_final_try() => &rules::PIN_WRONG_FINAL_TRY,
            Some(info) if info.user_pin_count_low() => &rules::PIN_WRONG_COUNTED,
            _ => &rules::PIN_WRONG,
        };
        self.error(ErrorKind::Pin, rule)
    }

    fn error(&self, kind: ErrorKind, rule: &'static crate::text::Rule) -> Error {
        Error::new(kind, rule).with(self.label())
    }

    /// Works with the session; others wait.
    pub(super) fn with<T>(&self, work: impl FnOnce(&State) -> Result<T>) -> Result<T> {
        if !self.module.is_ours() {
            return Err(self.error(ErrorKind::Key, &rules::TOKEN_FORKED));
        }
        work(&lock(&self.state))
    }
}

impl State {
    /// The login that some keys want before each signature (CKA_ALWAYS_AUTHENTICATE), with the PIN of the first.
    pub(super) fn login_again(&self) -> std::result::Result<(), Cryptoki> {
        let pin = match &self.login {
            Login::Yes { pin, .. } => pin.as_ref(),
            Login::No => None,
        };
        self.session.login(UserType::ContextSpecific, pin)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "token {}", self.label())
    }
}
