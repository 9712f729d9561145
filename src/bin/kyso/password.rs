//! The password of encrypted documents: out of the environment, else from the person at the terminal.

use std::{
    io::{self, IsTerminal},
    path::Path,
};

use clap::Args;
use kyso::{Context, Error, Lang, SecretSource, read_secret};
use zeroize::Zeroizing;

use crate::failure::Failure;

#[derive(Args, Debug)]
pub(crate) struct PasswordArgs {
    /// Environment variable with the password of encrypted documents, the user's or the owner's / Biến môi trường chứa mật khẩu tài liệu
    #[arg(long, value_name = "NAME")]
    password_env: Option<String>,
}

impl PasswordArgs {
    /// The context with the password that the environment holds.
    pub(crate) fn apply(&self, context: Context) -> Result<Context, Failure> {
        let Some(name) = &self.password_env else {
            return Ok(context);
        };
        let password = read_secret(&SecretSource::Environment(name.clone()))?;
        // A variable that is no UTF-8 is refused above.
        Ok(context.with_password(password.as_text().unwrap_or_default()))
    }

    /// Where a document wants a password and none was given, the context with that of the person at the terminal.
    pub(crate) fn ask(&self, context: &Context, error: &Error, file: &Path) -> Option<Context> {
        let asked = error.code() == "password-required" && self.password_env.is_none();
        if !asked || !io::stdin().is_terminal() {
            return None;
        }
        let prompt = match context.options().lang {
            Lang::Vi => format!("Mật khẩu của {}: ", file.display()),
            Lang::En => format!("Password of {}: ", file.display()),
        };
        let password = Zeroizing::new(rpassword::prompt_password(prompt).ok()?);
        Some(context.with_password(&password))
    }
}
