//! What there is: tokens, keys and certificates, for people who look for the right name.

use std::sync::Arc;

use super::{
    errors, module, objects,
    token::Token,
    uri::{self, percent},
};
use crate::{error::Result, signer::shown, x509::Certificate};

/// A token that is in.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) label: String,
    pub(crate) manufacturer: String,
    pub(crate) model: String,
    pub(crate) serial: String,
    pub(crate) slot: u64,
    pub(crate) uri: String,
    pub(crate) needs_login: bool,
    pub(crate) counted: bool,
    pub(crate) final_try: bool,
    pub(crate) locked: bool,
}

/// A key or certificate on a token.
#[derive(Clone, Debug)]
pub(crate) struct ListedObject {
    pub(crate) label: String,
    pub(crate) id: Vec<u8>,
    /// As a URI names it, within the token's.
    pub(crate) uri: String,
    pub(crate) certificate: Option<Arc<Certificate>>,
}

/// The tokens of a module.
pub(crate) fn tokens(path: &str) -> Result<Vec<Listed>> {
    let module = module::load(path)?;
    let tokens = module.tokens()?;
    let listed = tokens.into_iter().map(|(slot, info)| Listed {
        uri: format!(
            "pkcs11:token={};serial={}?module-path={}",
            uri::encode(info.label()),
            uri::encode(info.serial_number()),
            uri::encode(path)
        ),
        label: shown(info.label()),
        manufacturer: shown(info.manufacturer_id()),
        model: shown(info.model()),
        serial: shown(info.serial_number()),
        slot: slot.id(),
        needs_login: info.login_required(),
        counted: info.user_pin_count_low(),
        final_try: info.user_pin_final_try(),
        locked: info.user_pin_locked(),
    });
    Ok(listed.collect())
}

impl Token {
    /// The private keys that can be seen; most tokens show them only after a login.
    pub(crate) fn keys(&self) -> Result<Vec<ListedObject>> {
        let keys = self.with(|state| {
            let keys = objects::private_keys(&state.session);
            keys.map_err(|cause| errors::failed(self.label(), &cause))
        })?;
        let listed = keys.into_iter().map(|key| listed(key.label, key.id, None));
        Ok(listed.collect())
    }

    /// The certificates that can be seen.
    pub(crate) fn certificates(&self) -> Result<Vec<ListedObject>> {
        let held = self.with(|state| {
            let held = objects::certificates(&state.session)?;
            held.map_err(|cause| errors::failed(self.label(), &cause))
        })?;
        let listed = held
            .into_iter()
            .map(|held| listed(held.label, held.id, Some(held.certificate)));
        Ok(listed.collect())
    }
}

fn listed(label: String, id: Vec<u8>, certificate: Option<Arc<Certificate>>) -> ListedObject {
    let mut uri = format!("object={}", uri::encode(&label));
    if !id.is_empty() {
        uri = format!("{uri};id={}", percent(&id));
    }
    ListedObject {
        label,
        id,
        uri,
        certificate,
    }
}
