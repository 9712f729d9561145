//! Keys as the command line names them, and where their secrets come from.

use std::{
    io::{self, IsTerminal},
    path::{Path, PathBuf},
    str::FromStr,
};

use kyso::{Key, Lang, Secret, SecretSource, Token, read_key_file, read_secret};

use crate::failure::Failure;

/// `p12:FILE`, `pem:KEYFILE,CERTFILE[,CHAINFILE]` or `pkcs11:…`, with `?pin-env=NAME` or `?pin-file=FILE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeySpec {
    store: Store,
    secret: Option<SecretSource>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Store {
    Pkcs12 {
        file: PathBuf,
        /// Which key, where the file holds several.
        alias: Option<String>,
    },
    Pem {
        key: PathBuf,
        certificate: PathBuf,
        chain: Option<PathBuf>,
    },
    /// A PKCS#11 URI. The library reads it, secret sources included.
    Token(String),
    /// A kind that the contract names and that does not work yet.
    Later(String),
    /// The name of an attribute that would hold a secret. Told later, so that no message repeats its value.
    SecretInside(String),
}

/// What is written behind the question mark of `p12:` and `pem:`.
#[derive(Default)]
struct Query {
    secret: Option<SecretSource>,
    alias: Option<String>,
    secret_inside: Option<String>,
}

const FORMS: &str =
    "write p12:FILE, pem:KEYFILE,CERTFILE[,CHAINFILE] or pkcs11:MODULE?token=LABEL&object=LABEL";

impl FromStr for KeySpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (kind, rest) = text.split_once(':').ok_or(FORMS)?;
        let plain = |store| Self {
            store,
            secret: None,
        };
        match kind {
            "pkcs11" => return Ok(plain(Store::Token(text.to_owned()))),
            "csc" => return Ok(plain(Store::Later(format!("{kind}:")))),
            _ => {}
        }
        let (files, query) = split_query(rest)?;
        if let Some(name) = query.secret_inside {
            return Ok(plain(Store::SecretInside(name)));
        }
        let store = match kind {
            "p12" if !files.is_empty() => Store::Pkcs12 {
                file: files.into(),
                alias: query.alias,
            },
            "pem" if query.alias.is_none() => {
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
            _ => return Err(FORMS.to_owned()),
        };
        Ok(Self {
            store,
            secret: query.secret,
        })
    }
}

/// Cuts `?pin-env=NAME`, `?pin-file=FILE` and `?alias=NAME` off, joined by `&`. Other question marks belong to the file's name.
fn split_query(text: &str) -> Result<(&str, Query), String> {
    let whole = (text, Query::default());
    let Some((files, attributes)) = text.rsplit_once('?') else {
        return Ok(whole);
    };
    let mut query = Query::default();
    for attribute in attributes.split('&') {
        match attribute.split_once('=') {
            Some((_, "")) | None => return Ok(whole),
            Some((name @ ("pin-env" | "pin-file"), _)) if query.secret.is_some() => {
                return Err(format!("{name}: one source of the password is enough"));
            }
            Some(("pin-env", name)) => {
                query.secret = Some(SecretSource::Environment(name.to_owned()))
            }
            Some(("pin-file", file)) => query.secret = Some(SecretSource::File(file.into())),
            Some(("alias", name)) => query.alias = Some(name.to_owned()),
            Some((name @ ("pin" | "pin-value" | "password"), _)) => {
                query.secret_inside = Some(name.to_owned());
            }
            Some(_) => return Ok(whole),
        }
    }
    Ok((files, query))
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
        Store::SecretInside(name) => Err(Failure::usage("secret-in-the-open").with(name)),
        Store::Token(uri) => token(uri, source, lang),
        Store::Pkcs12 { file, alias } => {
            let bytes = read_key_file(file)?;
            let password = secret(source, file, lang)?;
            let password = text(&password, file)?;
            Key::from_pkcs12_alias(bytes.as_bytes(), password, alias.as_deref())
                .map_err(|error| Failure::from(error).about(file))
        }
        Store::Pem {
            key: file,
            certificate,
            chain,
        } => {
            let key = read_key_file(file)?;
            // Many keep the key in the file of the certificate, too.
            let certificate = read_key_file(certificate)?;
            let chain = chain.as_ref().map(read_key_file).transpose()?;
            let open = |password: Option<&str>| {
                let chain = chain.as_ref().map(Secret::as_bytes);
                Key::from_pem(key.as_bytes(), certificate.as_bytes(), chain, password)
            };
            let about = |error| Failure::from(error).about(file);
            // A key that is not encrypted needs no password, so none is asked for in vain.
            match open(None) {
                Err(error) if error.code() == "password-required" => {
                    let password = secret(source, file, lang)?;
                    open(Some(text(&password, file)?)).map_err(about)
                }
                other => other.map_err(about),
            }
        }
    }
}

/// A key on a token. Two keys of one token need one login: the first key keeps it up.
fn token(uri: &str, source: Option<&SecretSource>, lang: Lang) -> Result<Key, Failure> {
    let token = Token::open(uri)?;
    if token.needs_pin()? {
        let pin = match source {
            Some(source) => read_secret(source)?,
            None => prompt(&pin_prompt(&token, lang))
                .ok_or_else(|| Failure::new("pin-required").with(token.label()))?,
        };
        token.login(Some(pin.as_text().unwrap_or_default()))?;
    } else if token.names_pin() || !token.is_logged_in() {
        token.login(None)?;
    }
    Ok(token.key()?)
}

fn pin_prompt(token: &Token, lang: Lang) -> String {
    let label = token.label();
    match (lang, token.is_final_try()) {
        (Lang::Vi, false) => format!("Mã PIN của thiết bị {label}: "),
        (Lang::Vi, true) => {
            format!("Mã PIN của thiết bị {label} (CHỈ CÒN MỘT lần thử, sai nữa sẽ bị khóa): ")
        }
        (Lang::En, false) => format!("PIN of token {label}: "),
        (Lang::En, true) => {
            format!("PIN of token {label} (ONE try remains, another wrong PIN locks it): ")
        }
    }
}

/// The secret of a key file: from its source, else from the person at the terminal.
fn secret(source: Option<&SecretSource>, file: &Path, lang: Lang) -> Result<Secret, Failure> {
    if let Some(source) = source {
        return Ok(read_secret(source)?);
    }
    let question = match lang {
        Lang::Vi => format!("Mật khẩu của {}: ", file.display()),
        Lang::En => format!("Password of {}: ", file.display()),
    };
    prompt(&question).ok_or_else(|| Failure::new("password-required").with(file.display()))
}

/// Asks the person at the terminal, if there is one.
fn prompt(question: &str) -> Option<Secret> {
    if !io::stdin().is_terminal() {
        return None;
    }
    let answer = rpassword::prompt_password(question).ok()?;
    Some(Secret::new(answer.into_bytes()))
}

fn text<'a>(secret: &'a Secret, file: &Path) -> Result<&'a str, Failure> {
    let unusable = || {
        Failure::new("pin-source")
            .with(file.display())
            .with("UTF-8")
    };
    secret.as_text().ok_or_else(unusable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_the_contract_says() {
        let spec = |text: &str| text.parse::<KeySpec>();
        let p12 = spec("p12:a?b.p12?pin-env=PIN").unwrap();
        let a_b = |alias: Option<&str>| Store::Pkcs12 {
            file: "a?b.p12".into(),
            alias: alias.map(str::to_owned),
        };
        assert_eq!(p12.store, a_b(None));
        assert_eq!(p12.secret, Some(SecretSource::Environment("PIN".into())));
        let pem = spec("pem:k.pem,c.pem,ca.pem?pin-file=/run/pin").unwrap();
        assert_eq!(pem.secret, Some(SecretSource::File("/run/pin".into())));
        assert!(matches!(pem.store, Store::Pem { chain: Some(_), .. }));
        assert!(matches!(
            spec("pem:k,c").unwrap().store,
            Store::Pem { chain: None, .. }
        ));
        let two = spec("p12:a?b.p12?alias=Con dấu&pin-env=PIN").unwrap();
        assert_eq!((two.store, two.secret), (a_b(Some("Con dấu")), p12.secret));
        assert_eq!(spec("p12:a?b.p12").unwrap().store, a_b(None));
        let uri = "pkcs11:m.so?token=a&object=b";
        assert_eq!(spec(uri).unwrap().store, Store::Token(uri.into()));
        let secret = spec("p12:f?pin=s3cret").unwrap();
        assert!(!format!("{secret:?}").contains("s3cret"));
        assert_eq!(secret.store, Store::SecretInside("pin".into()));
        for bad in [
            "a.p12",
            "p12:",
            "pem:k",
            "pem:a,b,c,d",
            "jks:x",
            "pem:a,b?alias=c",
            "p12:f?pin-env=A&pin-file=b",
        ] {
            assert!(spec(bad).is_err(), "{bad}");
        }
    }
}
