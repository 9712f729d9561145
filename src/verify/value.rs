//! The value of a PDF signature: what /Contents holds, by what /SubFilter says.

use std::sync::Arc;

use crate::{
    cms::{Enclosed, SignedData},
    context::Context,
    pdf::field::SignatureDictionary,
    report::Finding,
    text::rules::verify as rules,
    timestamp::Token,
    x509::Certificate,
};

/// The value of a signature, read but not checked.
pub(super) enum Value {
    Signed(SignedData, SubFilter),
    Token(Token),
    /// No CMS.
    Broken(Finding),
    /// A form that is not supported.
    Unsupported(Finding),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SubFilter {
    Cades,
    Pkcs7,
    Pkcs7Sha1,
    Rfc3161,
}

impl Value {
    pub(super) fn enclosed(&self, context: &Context) -> Enclosed {
        let (provider, known) = (context.provider(), context.certificates());
        match self {
            Self::Signed(signed, _) => signed.enclosed(provider, known),
            Self::Token(token) => token.signed.enclosed(provider, known),
            Self::Broken(_) | Self::Unsupported(_) => Enclosed::default(),
        }
    }

    pub(super) fn certificates(&self) -> &[Arc<Certificate>] {
        match self {
            Self::Signed(signed, _) => signed.certificates(),
            Self::Token(token) => token.signed.certificates(),
            Self::Broken(_) | Self::Unsupported(_) => &[],
        }
    }
}

/// Reads /Contents as /SubFilter says.
pub(super) fn read_value(context: &Context, dictionary: &SignatureDictionary) -> Value {
    let Some(name) = &dictionary.sub_filter else {
        return Value::Unsupported(Finding::new(&rules::NO_SUB_FILTER));
    };
    let form = match name.0.as_slice() {
        b"ETSI.CAdES.detached" => SubFilter::Cades,
        b"adbe.pkcs7.detached" => SubFilter::Pkcs7,
        b"adbe.pkcs7.sha1" => SubFilter::Pkcs7Sha1,
        b"ETSI.RFC3161" => SubFilter::Rfc3161,
        other => {
            let name = String::from_utf8_lossy(other);
            return Value::Unsupported(Finding::new(&rules::SUB_FILTER).with(name));
        }
    };
    let bytes = dictionary
        .contents
        .as_ref()
        .map_or(&[][..], |contents| &contents.bytes);
    let (provider, known) = (context.provider(), context.certificates());
    if form == SubFilter::Rfc3161 {
        return Token::parse(bytes, provider, known).map_or_else(Value::Broken, Value::Token);
    }
    match SignedData::parse_knowing(bytes, provider, known) {
        Ok(signed) => Value::Signed(signed, form),
        Err(finding) => Value::Broken(finding),
    }
}
