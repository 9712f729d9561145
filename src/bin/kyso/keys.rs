//! Keys as the command line names them, and where their secrets come from.

use std::{
    env,
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    str::FromStr,
};

use kyso::{Key, Lang, read_small};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// `p12:FILE` or `pem:KEYFILE,CERTFILE[,CHAINFILE]`, with `?pin-env=NAME` or `?pin-file=FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeySpec {
    store: Store,
    secret: Option<SecretSource>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Store {
    Pkcs12(PathBuf),
    Pem {
        key: PathBuf,
        certificate: PathBuf,
        chain: Option<PathBuf>,
    },
    /// A kind that the contract names and that does not work yet.
    Later(String),
}

/// Where a PIN or password comes from. Never the command line itself: other users of the machine can see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SecretSource {
    Environment(String),
    File(PathBuf),
}

impl FromStr for KeySpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, rest) = text
            .split_once(':')
            .ok_or("write p12:FILE or pem:KEYFILE,CERTFILE[,CHAINFILE]")?;
        if kind == "pkcs11" || kind == "csc" {
            // PKCS#11 URIs have attributes of their own behind the question mark.
            return Ok(Self {
                store: Store::Later(format!("{kind}:")),
                secret: None,
            });
        }
        let (files, secret) = split_secret(rest)?;
        let store = match kind {
            "p12" if !files.is_empty() => Store::Pkcs12(files.into()),
            "pem" => {
                let mut parts = files
                    .split(',')
                    .filter(|part| !part.is_empty())
                    .map(PathBuf::from);
                match (parts.next(), parts.next(), parts.next(), parts.next()) {
                    (Some(key), Some(certificate), chain, None) => Store::Pem {
                        key,
                        certificate,
                        chain,
                    },
                    _ => return Err("write pem:KEYFILE,CERTFILE[,CHAINFILE]".to_owned()),
                }
            }
            _ => return Err("write p12:FILE or pem:KEYFILE,CERTFILE[,CHAINFILE]".to_owned()),
        };
        Ok(Self { store, secret })
    }
}

/// Cuts `?pin-env=NAME` or `?pin-file=FILE` off. Other question marks belong to the file's name.
fn split_secret(text: &str) -> Result<(&str, Option<SecretSource>), String> {
    let Some((files, query)) = text.rsplit_once('?') else {
        return Ok((text, None));
    };
    match query.split_once('=') {
        Some(("pin-env", name)) if !name.is_empty() => {
            Ok((files, Some(SecretSource::Environment(name.to_owned()))))
        }
        Some(("pin-file", file)) if !file.is_empty() => {
            Ok((files, Some(SecretSource::File(file.into()))))
        }
        Some(("pin" | "pin-value" | "password", _)) => {
            Err("a secret on the command line can be seen by others; use ?pin-env=NAME or ?pin-file=FILE".to_owned())
        }
        _ => Ok((text, None)),
    }
}

/// Opens a key. `fallback` serves the keys that name no source of their own.
pub(crate) fn open(
    spec: &KeySpec,
    fallback: Option<&SecretSource>,
    lang: Lang,
) -> Result<Key, Failure> {
    let source = spec.secret.as_ref().or(fallback);
    match &spec.store {
        Store::Later(kind) => Err(Failure::new("unsupported").with(kind)),
        Store::Pkcs12(file) => {
            let bytes = Zeroizing::new(read_small(file)?);
            let password = secret(source, file, lang)?;
            Key::from_pkcs12(&bytes, &password).map_err(|error| Failure::from(error).about(file))
        }
        Store::Pem {
            key: file,
            certificate,
            chain,
        } => {
            let key = Zeroizing::new(read_small(file)?);
            let certificate = read_small(certificate)?;
            let chain = chain.as_ref().map(read_small).transpose()?;
            let open = |password: Option<&str>| {
                Key::from_pem(&key, &certificate, chain.as_deref(), password)
            };
            let about = |error| Failure::from(error).about(file);
            // A key that is not encrypted needs no password, so none is asked for in vain.
            match open(None) {
                Err(error) if error.code() == "password-required" => {
                    open(Some(&secret(source, file, lang)?)).map_err(about)
                }
                other => other.map_err(about),
            }
        }
    }
}

/// The secret of a key file: from its source, else from the person at the terminal.
fn secret(
    source: Option<&SecretSource>,
    file: &Path,
    lang: Lang,
) -> Result<Zeroizing<String>, Failure> {
    match source {
        Some(SecretSource::Environment(name)) => match env::var(name) {
            Ok(value) => Ok(Zeroizing::new(value)),
            Err(cause) => Err(Failure::new("pin-source").with(name).with(cause)),
        },
        Some(SecretSource::File(file)) => {
            let bytes = Zeroizing::new(read_small(file)?);
            let text = str::from_utf8(&bytes)
                .map_err(|cause| Failure::new("pin-source").with(file.display()).with(cause))?;
            let line = text.split(['\r', '\n']).next().unwrap_or_default();
            Ok(Zeroizing::new(line.to_owned()))
        }
        None if io::stdin().is_terminal() => {
            let prompt = match lang {
                Lang::Vi => format!("Mật khẩu của {}: ", file.display()),
                Lang::En => format!("Password of {}: ", file.display()),
            };
            rpassword::prompt_password(prompt)
                .map(Zeroizing::new)
                .map_err(|_| Failure::new("password-required").with(file.display()))
        }
        None => Err(Failure::new("password-required").with(file.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_the_contract_says() {
        let spec = |text: &str| text.parse::<KeySpec>();
        let p12 = spec("p12:a?b.p12?pin-env=PIN").unwrap();
        assert_eq!(p12.store, Store::Pkcs12("a?b.p12".into()));
        assert_eq!(p12.secret, Some(SecretSource::Environment("PIN".into())));
        let pem = spec("pem:k.pem,c.pem,ca.pem?pin-file=/run/pin").unwrap();
        assert_eq!(pem.secret, Some(SecretSource::File("/run/pin".into())));
        assert!(matches!(pem.store, Store::Pem { chain: Some(_), .. }));
        assert!(matches!(
            spec("pem:k,c").unwrap().store,
            Store::Pem { chain: None, .. }
        ));
        assert!(matches!(
            spec("pkcs11:m.so?token=a&object=b").unwrap().store,
            Store::Later(_)
        ));
        for bad in [
            "a.p12",
            "p12:",
            "pem:k",
            "pem:a,b,c,d",
            "jks:x",
            "p12:f?pin=1234",
        ] {
            assert!(spec(bad).is_err(), "{bad}");
        }
    }
}
