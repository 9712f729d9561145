//! What kyso signs as XML: accepted by xmlsec1, signxml and, where it is at hand, EU DSS; every octet that is not the
//! signature stays; places and orders of the profiles; refusals by name.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::panic_in_result_fn,
    clippy::unwrap_in_result,
    reason = "a test fails by panicking"
)]

#[path = "support/corpora.rs"]
mod corpora;
#[path = "xml_signing/forms.rs"]
mod forms;
#[path = "xml_signing/judges.rs"]
mod judges;
#[path = "xml_signing/keys.rs"]
mod keys;
#[path = "support/ledger.rs"]
mod ledger;
#[path = "xml_signing/octets.rs"]
mod octets;
#[path = "xml_signing/others.rs"]
mod others;
#[path = "xml_signing/places.rs"]
mod places;
#[path = "xml_signing/real.rs"]
mod real;
#[path = "xml_signing/refusals.rs"]
mod refusals;

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use kyso::{Context, Error, Key, Material, MemorySource, Options, Source, Time, sign_xml};

/// The clock of these tests: the certificates, made a moment ago, hold then.
fn at() -> Time {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Time::from_unix(i64::try_from(now.as_secs()).unwrap() + 3600).unwrap()
}

/// A context with settings as JSON.
fn context(settings: &str) -> Context {
    let mut options = Options::from_json(settings).unwrap_or_else(|e| panic!("{settings}: {e}"));
    options.at = Some(options.at.unwrap_or_else(at));
    Context::new(options, Material::default()).unwrap()
}

fn try_signed(document: &[u8], key: &Key, settings: &str) -> Result<Vec<u8>, Error> {
    signed_in(&context(settings), document, key)
}

fn signed_in(context: &Context, document: &[u8], key: &Key) -> Result<Vec<u8>, Error> {
    let source: Arc<dyn Source> = Arc::new(MemorySource::new(document.to_vec()));
    let signed = sign_xml(context, source, key)?;
    let mut octets = Vec::new();
    signed.write_to(&mut octets)?;
    Ok(octets)
}

/// The signed document.
fn signed(document: &[u8], key: &Key, settings: &str) -> Vec<u8> {
    try_signed(document, key, settings).unwrap_or_else(|e| panic!("{settings}: {e:?}"))
}

/// The code of the refusal.
fn refused(document: &[u8], key: &Key, settings: &str) -> &'static str {
    match try_signed(document, key, settings) {
        Ok(made) => panic!("{settings}: {}", String::from_utf8_lossy(&made)),
        Err(error) => error.code(),
    }
}

fn text(octets: &[u8]) -> &str {
    std::str::from_utf8(octets).unwrap()
}

/// The signatures of a text that stand one behind the other, as they were written.
fn signatures(document: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = document;
    while let Some(start) = ["<ds:Signature ", "<Signature "]
        .iter()
        .filter_map(|name| rest.find(name))
        .min()
    {
        let end = ["</ds:Signature>", "</Signature>"]
            .iter()
            .filter_map(|name| rest[start..].find(name).map(|at| start + at + name.len()))
            .min()
            .unwrap();
        found.push(&rest[start..end]);
        rest = &rest[end..];
    }
    found
}
