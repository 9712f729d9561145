//! `kyso sign`: what its commands share.

mod page;
pub(crate) mod pdf;
pub(crate) mod six;
pub(crate) mod xml;

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use kyso::{
    Context, Error, ErrorKind, FileSource, Key, Lang, Options, SecretSource, Signed, Source,
    check_replaceable, load_context, replace,
};
use serde_json::json;

use crate::{
    args::{
        heading::{KEYS, SIGNATURE},
        later::LaterSign,
        report::{AnswerArgs, Plain},
        values::rfc3339,
    },
    bar::Bar,
    failure::{Exit, Failure},
    keys::{self, KeySpec},
    output::print_line,
    password::PasswordArgs,
    settings::Overlay,
};

/// What every command that signs takes.
#[derive(Args, Debug)]
pub(crate) struct SignArgs {
    /// The document / Tệp cần ký
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Where the signed document goes; may be IN / Tệp kết quả
    #[arg(value_name = "OUT")]
    output: PathBuf,
    /// Replace OUT when it exists / Ghi đè tệp kết quả nếu đã có
    #[arg(long)]
    force: bool,
    /// Environment variable with the password of keys that name none / Biến môi trường chứa mật khẩu
    #[arg(long, help_heading = KEYS, value_name = "NAME", conflicts_with = "pin_file")]
    pin_env: Option<String>,
    /// File with the password of keys that name none, in its first line / Tệp chứa mật khẩu ở dòng đầu
    #[arg(long, help_heading = KEYS, value_name = "FILE")]
    pin_file: Option<PathBuf>,
    /// Signing time instead of now / Thời điểm ký, mặc định là hiện tại
    #[arg(long, help_heading = SIGNATURE, value_name = "RFC3339", value_parser = rfc3339)]
    at: Option<String>,
    /// Digest algorithm / Hàm băm
    #[arg(long, help_heading = SIGNATURE, value_name = "NAME", value_parser = ["sha256", "sha384", "sha512"])]
    digest: Option<String>,
    /// Padding of RSA signatures / Kiểu đệm RSA
    #[arg(long, help_heading = SIGNATURE, value_name = "NAME", value_parser = ["pkcs1", "pss"])]
    rsa_padding: Option<String>,
    #[command(flatten)]
    pub(crate) answer: AnswerArgs,
    #[command(flatten)]
    later: LaterSign,
}

impl SignArgs {
    /// The course of every command that signs. `overlay` is what the command has of its own; `open` opens the keys, when nothing
    /// else stands in the way any more; `password` is for documents that may be encrypted.
    fn run<K>(
        &self,
        overlay: Overlay,
        password: Option<&PasswordArgs>,
        open: impl FnOnce(&Keyring) -> Result<K, Failure>,
        sign: impl Fn(&Context, Arc<dyn Source>, &K) -> Result<Signed, Error>,
    ) -> Result<Exit, Failure> {
        let mut context = load_context(self.settings(overlay)?)?;
        if let Some(password) = password {
            context = password.apply(context)?;
        }
        let (lang, force) = (context.options().lang, context.options().force);
        check_replaceable(&self.output, force)?;
        let secret = self.secret();
        let keys = open(&Keyring { secret, lang })?;
        let bar = Bar::new(&[&self.input], lang);
        let attempt = |context: &Context| {
            let source = FileSource::open(&self.input)?;
            sign(&bar.watch(context, 0), Arc::new(source), &keys)
        };
        let signed = attempt(&context).or_else(|error| {
            let ask = |password: &PasswordArgs| password.ask(&context, &error, &self.input);
            match password.and_then(|password| bar.aside(|| ask(password))) {
                Some(context) => attempt(&context),
                None => Err(error),
            }
        });
        let signed = signed.map_err(|error| self.failure(error))?;
        replace(&self.output, force, |out| signed.write_to(out))?;
        drop(bar);
        self.tell(&signed, lang)
    }

    /// The settings, with those of the command laid over, and these.
    pub(crate) fn settings(&self, mut overlay: Overlay) -> Result<Options, Failure> {
        self.later.refuse()?;
        overlay.set_switch("force", self.force);
        overlay.set("at", self.at.clone());
        overlay.set("digest", self.digest.clone());
        overlay.set("rsa-padding", self.rsa_padding.clone());
        self.answer.settings.over(overlay)
    }

    /// Where the secrets of keys come from that name no source of their own.
    fn secret(&self) -> Option<SecretSource> {
        let environment = self.pin_env.clone().map(SecretSource::Environment);
        environment.or_else(|| self.pin_file.clone().map(SecretSource::File))
    }

    /// Names the document, where the text does not do so by itself.
    fn failure(&self, error: Error) -> Failure {
        match error.kind() {
            ErrorKind::Io => Failure::from(error),
            _ => Failure::from(error).about(&self.input),
        }
    }

    /// The result is the file; what is printed says where it lies, and what is worth knowing about it.
    fn tell(&self, signed: &Signed, lang: Lang) -> Result<Exit, Failure> {
        for finding in signed.findings() {
            eprintln!("kyso: {} [{}]", finding.message(lang), finding.code());
        }
        let output = self.output.display().to_string();
        match (self.answer.format, lang) {
            (Plain::Json, _) => {
                let size = signed.size();
                let told = json!({"schema": "kyso.signed/1", "file": output, "size": size});
                print_line(&told.to_string(), Exit::Done)?;
            }
            (Plain::Text, Lang::Vi) => eprintln!("Đã ký: {output}"),
            (Plain::Text, Lang::En) => eprintln!("Signed: {output}"),
        }
        Ok(Exit::Done)
    }
}

/// What opens the keys of a command.
struct Keyring {
    secret: Option<SecretSource>,
    lang: Lang,
}

impl Keyring {
    fn open(&self, spec: &KeySpec) -> Result<Key, Failure> {
        keys::open(spec, self.secret.as_ref(), self.lang)
    }
}
