//! How keys on tokens are named: URIs by RFC 7512, and the short form `pkcs11:MODULE?token=LABEL&object=LABEL`.
//!
//! In the short form every attribute stands behind the question mark. A reference never holds a PIN, so it may be
//! logged and shown.

use std::fmt;

use crate::{
    error::{Error, ErrorKind, Result},
    signer::SecretSource,
    text::rules::token as rules,
};

/// A reference to a token and, maybe, a key on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uri {
    /// Path of the PKCS#11 module.
    pub(crate) module: Option<String>,
    pub(crate) token: WantedToken,
    pub(crate) object: WantedObject,
    /// File with the certificate, for tokens that hold none.
    pub(crate) certificate: Option<String>,
    /// Where the PIN comes from.
    pub(crate) pin: Option<SecretSource>,
}

/// What a token has to be. What is absent fits every token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WantedToken {
    pub(crate) label: Option<String>,
    pub(crate) manufacturer: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) serial: Option<String>,
    pub(crate) slot: Option<u64>,
    pub(crate) slot_description: Option<String>,
    pub(crate) slot_manufacturer: Option<String>,
    pub(crate) library_description: Option<String>,
    pub(crate) library_manufacturer: Option<String>,
}

/// What a key has to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WantedObject {
    pub(crate) label: Option<String>,
    /// CKA_ID.
    pub(crate) id: Option<Vec<u8>>,
}

impl Uri {
    /// Reads a reference.
    ///
    /// # Errors
    /// Of kind `Argument` when it is malformed, names something twice or unknown, or holds a PIN. No error repeats a value
    /// that could be a secret.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let rest = text
            .strip_prefix("pkcs11:")
            .ok_or_else(|| malformed("pkcs11:"))?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut reader = Reader::default();
        if is_attributes(path) {
            for part in path.split(';').filter(|part| !part.is_empty()) {
                reader.take(part)?;
            }
        } else {
            reader.uri.module = Some(path.to_owned());
            reader.seen.push("module-path".to_owned());
        }
        for part in query.split('&').filter(|part| !part.is_empty()) {
            reader.take(part)?;
        }
        Ok(reader.uri)
    }
}

/// Whether the part before the question mark is a list of attributes, as RFC 7512 has it, rather than a file.
fn is_attributes(path: &str) -> bool {
    let first = path.split(';').next().unwrap_or_default();
    path.is_empty()
        || first
            .split_once('=')
            .is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'))
}

#[derive(Default)]
struct Reader {
    uri: Uri,
    seen: Vec<String>,
}

impl Reader {
    fn take(&mut self, part: &str) -> Result<()> {
        let (name, value) = part.split_once('=').ok_or_else(|| malformed("="))?;
        if ["pin-value", "pin", "password"].contains(&name) {
            return Err(Error::new(ErrorKind::Argument, &rules::URI_PIN).with(name));
        }
        let value = Value { name, value };
        let Uri {
            module,
            token,
            object,
            certificate,
            pin,
        } = &mut self.uri;
        match name {
            "module-path" => *module = value.text()?,
            "token" => token.label = value.text()?,
            "manufacturer" => token.manufacturer = value.text()?,
            "model" => token.model = value.text()?,
            "serial" => token.serial = value.text()?,
            "slot-id" => token.slot = Some(value.number()?),
            "slot-description" => token.slot_description = value.text()?,
            "slot-manufacturer" => token.slot_manufacturer = value.text()?,
            "library-description" => token.library_description = value.text()?,
            "library-manufacturer" => token.library_manufacturer = value.text()?,
            "object" => object.label = value.text()?,
            "id" => object.id = Some(value.bytes()?),
            "type" => value.is_key()?,
            "cert" | "certificate" => *certificate = value.text()?,
            "pin-env" => *pin = value.text()?.map(SecretSource::Environment),
            "pin-file" => *pin = value.text()?.map(|file| SecretSource::File(file.into())),
            "pin-source" => *pin = Some(value.pin_source()?),
            _ => return Err(value.unsupported()),
        }
        // One source of the PIN, whatever it is called; the same for the certificate.
        let name = match name {
            "pin-env" | "pin-file" => "pin-source",
            "certificate" => "cert",
            other => other,
        };
        if self.seen.iter().any(|seen| seen == name) {
            return Err(Error::new(ErrorKind::Argument, &rules::URI_TWICE).with(name));
        }
        self.seen.push(name.to_owned());
        Ok(())
    }
}

/// An attribute, its value still percent-encoded.
struct Value<'a> {
    name: &'a str,
    value: &'a str,
}

impl Value<'_> {
    /// Percent-decoding (RFC 3986 clause 2.1). Other characters stand for themselves, Vietnamese letters as well.
    fn bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = self.value.bytes();
        let mut decoded = Vec::with_capacity(self.value.len());
        while let Some(byte) = bytes.next() {
            decoded.push(if byte == b'%' {
                let mut digit = || {
                    let digit = char::from(bytes.next()?).to_digit(16)?;
                    u8::try_from(digit).ok()
                };
                let (high, low) = (digit(), digit());
                match (high, low) {
                    (Some(high), Some(low)) => high << 4 | low,
                    _ => return Err(malformed(self.name)),
                }
            } else {
                byte
            });
        }
        Ok(decoded)
    }

    fn text(&self) -> Result<Option<String>> {
        let text = String::from_utf8(self.bytes()?).ok();
        let text = text.filter(|text| !text.contains('\0'));
        text.map(Some).ok_or_else(|| malformed(self.name))
    }

    fn number(&self) -> Result<u64> {
        // No sign: `parse` would take one.
        let digits = self.value.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.then(|| self.value.parse().ok()).flatten();
        number.ok_or_else(|| malformed(self.name))
    }

    /// `type`: what is named is a private key; its certificate and public key have the same label and id.
    fn is_key(&self) -> Result<()> {
        match self.value {
            "private" | "cert" | "public" => Ok(()),
            _ => Err(self.unsupported()),
        }
    }

    /// `pin-source` (RFC 7512 clause 2.4): a file by its path or as `file:` URI. Commands are not run.
    fn pin_source(&self) -> Result<SecretSource> {
        let text = self.text()?.unwrap_or_default();
        let file = match text.strip_prefix("file:") {
            Some(rest) => rest.strip_prefix("//").unwrap_or(rest),
            None => &text,
        };
        if file.starts_with('|') || file.is_empty() || (file.contains("://")) {
            return Err(self.unsupported());
        }
        Ok(SecretSource::File(file.into()))
    }

    /// Names the attribute only: its value could be anything.
    fn unsupported(&self) -> Error {
        Error::new(ErrorKind::Argument, &rules::URI_ATTRIBUTE).with(self.name)
    }
}

fn malformed(at: &str) -> Error {
    Error::new(ErrorKind::Argument, &rules::URI_MALFORMED).with(at)
}

impl fmt::Display for WantedToken {
    /// As in a URI: `token=A;serial=1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slot = self.slot.map(|slot| slot.to_string());
        list(
            f,
            [
                ("token", self.label.as_deref()),
                ("manufacturer", self.manufacturer.as_deref()),
                ("model", self.model.as_deref()),
                ("serial", self.serial.as_deref()),
                ("slot-id", slot.as_deref()),
                ("slot-description", self.slot_description.as_deref()),
                ("slot-manufacturer", self.slot_manufacturer.as_deref()),
                ("library-description", self.library_description.as_deref()),
                ("library-manufacturer", self.library_manufacturer.as_deref()),
            ],
        )
    }
}

impl fmt::Display for WantedObject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = self.id.as_deref().map(percent);
        list(
            f,
            [("object", self.label.as_deref()), ("id", id.as_deref())],
        )
    }
}

fn list<'a>(
    f: &mut fmt::Formatter<'_>,
    attributes: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> fmt::Result {
    let mut separator = "";
    for (name, value) in attributes {
        if let Some(value) = value {
            write!(f, "{separator}{name}={value}")?;
            separator = ";";
        }
    }
    // Nothing was asked for, so anything would have done.
    if separator.is_empty() {
        f.write_str("*")?;
    }
    Ok(())
}

/// Bytes as `%01%AB`.
pub(crate) fn percent(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("%{byte:02X}")).collect()
}

/// A text as a value of an attribute.
pub(crate) fn encode(text: &str) -> String {
    let kept = |c: char| c.is_alphanumeric() || "-._~/:".contains(c);
    let mut buffer = [0; 4];
    text.chars()
        .map(|c| {
            if kept(c) {
                c.to_string()
            } else {
                percent(c.encode_utf8(&mut buffer).as_bytes())
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(text: &str) -> &'static str {
        Uri::parse(text).unwrap_err().code()
    }

    #[test]
    fn the_short_form_and_the_uri_say_the_same() {
        let short = Uri::parse(
            "pkcs11:/usr/lib/softhsm2.so?token=Cơ quan&object=Con dấu&pin-file=/run/pin",
        );
        let uri = Uri::parse(
            "pkcs11:token=C%C6%A1%20quan;object=Con%20d%E1%BA%A5u?pin-source=file:/run/pin&module-path=/usr/lib/softhsm2.so",
        );
        let (short, uri) = (short.unwrap(), uri.unwrap());
        assert_eq!(short, uri);
        assert_eq!(uri.module.as_deref(), Some("/usr/lib/softhsm2.so"));
        assert_eq!(uri.token.label.as_deref(), Some("Cơ quan"));
        assert_eq!(uri.object.label.as_deref(), Some("Con dấu"));
        assert_eq!(uri.pin, Some(SecretSource::File("/run/pin".into())));
        assert_eq!(uri.token.to_string(), "token=Cơ quan");
    }

    #[test]
    fn every_attribute_has_its_place() {
        let uri = Uri::parse(
            "pkcs11:model=M;manufacturer=N;serial=0012;token=T;slot-id=7;slot-description=D;slot-manufacturer=E;\
             library-description=L;library-manufacturer=P;id=%00%ff;type=private?pin-env=PIN&cert=c.pem&module-path=m.so",
        )
        .unwrap();
        assert_eq!(
            uri.token.to_string(),
            "token=T;manufacturer=N;model=M;serial=0012;slot-id=7;slot-description=D;slot-manufacturer=E;\
             library-description=L;library-manufacturer=P"
        );
        assert_eq!(uri.object.id.as_deref(), Some(&[0, 255][..]));
        assert_eq!(uri.object.to_string(), "id=%00%FF");
        assert_eq!(uri.pin, Some(SecretSource::Environment("PIN".into())));
        assert_eq!(uri.certificate.as_deref(), Some("c.pem"));
        assert_eq!(Uri::parse("pkcs11:").unwrap(), Uri::default());
        assert_eq!(Uri::default().object.to_string(), "*");
        let module = |text| Uri::parse(text).unwrap().module;
        assert_eq!(
            module("pkcs11:/a=b/c.so?token=x").as_deref(),
            Some("/a=b/c.so")
        );
        assert_eq!(module("pkcs11:softhsm2.so").as_deref(), Some("softhsm2.so"));
    }

    #[test]
    fn what_is_wrong_is_named_and_no_value_repeated() {
        for (text, expected) in [
            ("p12:x", "pkcs11-uri-malformed"),
            ("pkcs11:m.so?token", "pkcs11-uri-malformed"),
            ("pkcs11:m.so?token=%1", "pkcs11-uri-malformed"),
            ("pkcs11:m.so?token=%zz", "pkcs11-uri-malformed"),
            ("pkcs11:m.so?token=%ff", "pkcs11-uri-malformed"),
            ("pkcs11:m.so?token=%00", "pkcs11-uri-malformed"),
            ("pkcs11:slot-id=+1", "pkcs11-uri-malformed"),
            (
                "pkcs11:slot-id=99999999999999999999",
                "pkcs11-uri-malformed",
            ),
            ("pkcs11:token=a;token=a", "pkcs11-uri-twice"),
            ("pkcs11:m.so?module-path=m.so", "pkcs11-uri-twice"),
            ("pkcs11:m.so?pin-env=A&pin-file=b", "pkcs11-uri-twice"),
            ("pkcs11:m.so?pin-env=A&pin-source=b", "pkcs11-uri-twice"),
            ("pkcs11:m.so?x-vendor=1", "pkcs11-uri-attribute"),
            ("pkcs11:m.so?module-name=m", "pkcs11-uri-attribute"),
            ("pkcs11:type=secret-key", "pkcs11-uri-attribute"),
            ("pkcs11:m.so?pin-source=|cat%20x", "pkcs11-uri-attribute"),
            (
                "pkcs11:m.so?pin-source=https://x/pin",
                "pkcs11-uri-attribute",
            ),
            ("pkcs11:m.so?pin-value=s3cret", "pkcs11-uri-pin"),
            ("pkcs11:token=a?pin=s3cret", "pkcs11-uri-pin"),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
        let error = Uri::parse("pkcs11:m.so?pin-value=s3cret").unwrap_err();
        assert!(!format!("{error:?} {error}").contains("s3cret"));
        let error = Uri::parse("pkcs11:m.so?pni=s3cret").unwrap_err();
        assert!(!format!("{error:?} {error}").contains("s3cret"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(pkcs11:)?\\PC{0,60}") {
            let _ = Uri::parse(&text);
            let _ = Uri::parse(&format!("pkcs11:{text}"));
        }

        #[test]
        fn what_is_encoded_is_read_back(label in "[^\\x00]{0,40}", id in prop::collection::vec(any::<u8>(), 0..20)) {
            let text = format!("pkcs11:token={};id={}?module-path={}", encode(&label), percent(&id), encode(&label));
            let uri = Uri::parse(&text).unwrap();
            prop_assert_eq!(uri.token.label.as_ref(), Some(&label));
            prop_assert_eq!(uri.module.as_ref(), Some(&label));
            prop_assert_eq!(uri.object.id, Some(id));
        }
    }
}
