//! `kyso keys list`: what a PKCS#11 module shows without a PIN.

use clap::Args;
use kyso::{Lang, Token, TokenCertificate, TokenInfo, TokenPin, tokens};
use serde_json::{Value, json};

use crate::{
    args::report::{AnswerArgs, Plain},
    failure::{Exit, Failure},
    output::print_line,
};

#[derive(Args, Debug)]
#[command(after_help = "\
Example / Ví dụ:
  kyso keys list /usr/lib/softhsm/libsofthsm2.so")]
pub(crate) struct ListArgs {
    /// PKCS#11 module of the token's maker / Thư viện PKCS#11 của thiết bị
    #[arg(value_name = "MODULE")]
    module: String,
    #[command(flatten)]
    pub(crate) answer: AnswerArgs,
}

/// Tokens and their certificates.
pub(crate) fn list(args: &ListArgs) -> Result<Exit, Failure> {
    let mut found = Vec::new();
    for token in tokens(&args.module)? {
        let uri = format!("pkcs11:{}?slot-id={}", args.module, token.slot);
        // A token that fails must not hide the others.
        let certificates = Token::open(&uri).and_then(|open| open.certificates());
        found.push((token, certificates.unwrap_or_default()));
    }
    let lang = args.answer.voice().lang;
    let text = match args.answer.format {
        Plain::Json => as_json(&found).to_string(),
        Plain::Text => found
            .iter()
            .map(|(token, certificates)| as_text(token, certificates, lang))
            .collect(),
    };
    print_line(text.trim_end(), Exit::Done)?;
    Ok(Exit::Done)
}

/// `pkcs11:token=…?module-path=…` with the attributes of a key put in.
fn key_uri(token: &TokenInfo, certificate: &TokenCertificate) -> String {
    match token.uri.split_once('?') {
        Some((path, query)) => format!("{path};{}?{query}", certificate.uri),
        None => token.uri.clone(),
    }
}

fn as_json(found: &[(TokenInfo, Vec<TokenCertificate>)]) -> Value {
    let tokens = found.iter().map(|(token, certificates)| {
        let certificates = certificates.iter().map(|certificate| {
            json!({
                "label": certificate.label, "id": hex(&certificate.id), "uri": key_uri(token, certificate),
                "subject": certificate.subject, "authority": certificate.is_authority,
                "not_before": certificate.not_before.to_string(), "not_after": certificate.not_after.to_string(),
            })
        });
        json!({
            "label": token.label, "manufacturer": token.manufacturer, "model": token.model, "serial": token.serial,
            "slot": token.slot, "uri": token.uri, "pin": pin_name(token.pin),
            "certificates": certificates.collect::<Vec<_>>(),
        })
    });
    json!({"schema": "kyso.tokens/1", "tokens": tokens.collect::<Vec<_>>()})
}

fn as_text(token: &TokenInfo, certificates: &[TokenCertificate], lang: Lang) -> String {
    let pin = match (token.pin, lang) {
        (TokenPin::Counted, Lang::Vi) => ", đã nhập sai mã PIN",
        (TokenPin::Counted, Lang::En) => ", a wrong PIN was entered",
        (TokenPin::FinalTry, Lang::Vi) => ", chỉ còn MỘT lần thử mã PIN",
        (TokenPin::FinalTry, Lang::En) => ", ONE try of the PIN remains",
        (TokenPin::Locked, Lang::Vi) => ", mã PIN đã bị khóa",
        (TokenPin::Locked, Lang::En) => ", the PIN is locked",
        _ => "",
    };
    let mut text = format!("{} ({}, {}{pin})\n", token.label, token.model, token.serial);
    for certificate in certificates.iter().filter(|found| !found.is_authority) {
        let uri = key_uri(token, certificate);
        text.push_str(&format!(
            "  {}\n    {} – {}\n    {uri}\n",
            certificate.subject, certificate.not_before, certificate.not_after
        ));
    }
    text
}

fn pin_name(pin: TokenPin) -> &'static str {
    match pin {
        TokenPin::NotNeeded => "not-needed",
        TokenPin::Counted => "counted",
        TokenPin::FinalTry => "final-try",
        TokenPin::Locked => "locked",
        _ => "needed",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
