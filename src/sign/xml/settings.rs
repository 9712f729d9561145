//! Settings of an XML signature, checked and brought into the form that signatures have.

use crate::{
    context::Context,
    crypto::DigestAlgorithm,
    error::{Error, ErrorKind, Result},
    options::{LevelOption, Options, XmlC14n},
    report::Finding,
    sign::machine::VIET_NAM,
    text::rules,
    xml::{C14n, Canonical},
    xmldsig::{
        build::{Place, Policy, Properties},
        profile::{Canonicalisation, Profile, Way},
        uri,
    },
};

/// The commitments of EN 319 132-1 clause 5.2.3 and their names here.
const COMMITMENTS: [(&str, &str); 6] = [
    (
        "proof-of-origin",
        "http://uri.etsi.org/01903/v1.2.2#ProofOfOrigin",
    ),
    (
        "proof-of-receipt",
        "http://uri.etsi.org/01903/v1.2.2#ProofOfReceipt",
    ),
    (
        "proof-of-delivery",
        "http://uri.etsi.org/01903/v1.2.2#ProofOfDelivery",
    ),
    (
        "proof-of-sender",
        "http://uri.etsi.org/01903/v1.2.2#ProofOfSender",
    ),
    (
        "proof-of-approval",
        "http://uri.etsi.org/01903/v1.2.2#ProofOfApproval",
    ),
    (
        "proof-of-creation",
        "http://uri.etsi.org/01903/v1.2.2#ProofOfCreation",
    ),
];

/// The two canonicalisations of a signature.
#[derive(Clone, Copy, Debug)]
pub(super) struct Methods {
    /// CanonicalizationMethod.
    pub(super) signed_info: &'static str,
    /// The transform in references; `None` where Canonical XML 1.0 is implied.
    pub(super) transform: Option<&'static str>,
}

/// What a way and the settings ask for.
pub(super) fn methods(options: &Options, way: &Way) -> Methods {
    let (signed_info, transform) = match options.c14n {
        None => match way.c14n {
            Canonicalisation::Inclusive => (uri::C14N10, uri::C14N10),
            Canonicalisation::Exclusive => (uri::EXC_C14N, uri::EXC_C14N),
        },
        Some(XmlC14n::Inclusive) => (uri::C14N10, uri::C14N10),
        Some(XmlC14n::InclusiveComments) => (uri::C14N10_COMMENTS, uri::C14N10_COMMENTS),
        Some(XmlC14n::Inclusive11) => (uri::C14N11, uri::C14N11),
        Some(XmlC14n::Inclusive11Comments) => (uri::C14N11_COMMENTS, uri::C14N11_COMMENTS),
        Some(XmlC14n::Exclusive) => (uri::EXC_C14N, uri::EXC_C14N),
        Some(XmlC14n::ExclusiveComments) => (uri::EXC_C14N_COMMENTS, uri::EXC_C14N_COMMENTS),
        Some(XmlC14n::EdxmlAlias) => (uri::EXC_C14N, uri::EXC_C14N_ALIAS),
    };
    // Comments are not part of what "" and #id select, so the plain form says the same in fewer words.
    let implied = matches!(transform, uri::C14N10 | uri::C14N10_COMMENTS) && !way.explicit;
    Methods {
        signed_info,
        transform: (!implied).then_some(transform),
    }
}

/// The canonicalisation behind a URI that is written here. References by "" and #id select no comments (XMLDSig clause
/// 4.4.3.3), and SignedInfo has none.
pub(super) fn canonical(uri: &str) -> Canonical {
    let algorithm = match uri {
        uri::C14N11 | uri::C14N11_COMMENTS => C14n::Inclusive11,
        uri::EXC_C14N | uri::EXC_C14N_COMMENTS | uri::EXC_C14N_ALIAS => C14n::Exclusive {
            prefixes: Vec::new(),
        },
        _ => C14n::Inclusive10,
    };
    Canonical {
        algorithm,
        comments: false,
    }
}

/// What readers of a profile's documents do not expect.
pub(super) fn unusual(options: &Options, profile: &Profile, way: &Way) -> Option<Finding> {
    let usual = Options {
        c14n: None,
        ..options.clone()
    };
    let (asked, usual) = (methods(options, way), methods(&usual, way));
    (asked.signed_info != usual.signed_info).then(|| {
        Finding::new(&rules::xml_sign::UNUSUAL)
            .with(profile.name.name())
            .with(usual.signed_info)
    })
}

/// The time that SignatureProperties say: as clocks in Viet Nam show it, without a zone.
pub(super) fn local_time(context: &Context) -> String {
    let (year, month, day, hour, minute, second) = context.now().civil(VIET_NAM);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

/// XAdES, where the level asks for it.
pub(super) fn properties(context: &Context, by_default: bool) -> Result<Option<Properties>> {
    let options = context.options();
    let wanted = match options.level {
        None => by_default,
        Some(LevelOption::None) => false,
        Some(LevelOption::BB) => true,
        Some(other) => {
            let name = match other {
                LevelOption::BT => "b-t",
                LevelOption::BLt => "b-lt",
                _ => "b-lta",
            };
            return Err(Error::new(ErrorKind::Unsupported, &rules::xml_sign::LEVEL).with(name));
        }
    };
    let named = [
        (!options.signer_role.is_empty(), "--signer-role"),
        (options.commitment.is_some(), "--commitment"),
        (options.production_place.is_some(), "--production-place"),
        (options.signature_policy.is_some(), "--signature-policy"),
    ];
    if !wanted {
        return match named.iter().find(|(is_so, _)| *is_so) {
            Some((_, option)) => {
                Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_UNFIT).with(option))
            }
            None => Ok(None),
        };
    }
    Ok(Some(Properties {
        signing_time: context.now(),
        policy: policy(options)?,
        place: place(options),
        roles: options.signer_role.clone(),
        commitment: options.commitment.as_deref().map(commitment).transpose()?,
    }))
}

fn commitment(text: &str) -> Result<String> {
    let known = COMMITMENTS.iter().find(|(name, _)| *name == text);
    match known {
        Some((_, uri)) => Ok((*uri).to_owned()),
        None => identifier(text).ok_or_else(|| value("--commitment", text)),
    }
}

/// A URI as it is, an OID as a URN.
fn identifier(text: &str) -> Option<String> {
    let is_oid = text.contains('.')
        && text
            .split('.')
            .all(|arc| !arc.is_empty() && arc.bytes().all(|byte| byte.is_ascii_digit()));
    if is_oid {
        return Some(format!("urn:oid:{text}"));
    }
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    (is_scheme && !rest.is_empty() && !text.contains(char::is_whitespace)).then(|| text.to_owned())
}

fn policy(options: &Options) -> Result<Option<Policy>> {
    let Some(policy) = &options.signature_policy else {
        return Ok(None);
    };
    if policy.id == "implied" {
        return Ok(Some(Policy::Implied));
    }
    let id = identifier(&policy.id).ok_or_else(|| value("--signature-policy", &policy.id))?;
    let required = || {
        Error::new(ErrorKind::Argument, &rules::sign::OPTION_REQUIRED)
            .with("--signature-policy-digest")
            .with("SHA-256")
    };
    let digest = policy.digest.as_deref().ok_or_else(required)?;
    let wrong = || value("--signature-policy-digest", digest);
    let octets = hex(digest).ok_or_else(wrong)?;
    let algorithm = match octets.len() {
        32 => DigestAlgorithm::Sha256,
        48 => DigestAlgorithm::Sha384,
        64 => DigestAlgorithm::Sha512,
        _ => return Err(wrong()),
    };
    Ok(Some(Policy::Named {
        id,
        digest: algorithm,
        value: octets,
        location: policy.location.clone(),
    }))
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok())
        .collect()
}

/// `location`, which PDF has as well, is the city where nothing more is said.
fn place(options: &Options) -> Option<Place> {
    let place = match &options.production_place {
        Some(place) => Place {
            city: place.city.clone(),
            street: place.street.clone(),
            state: place.state.clone(),
            postal_code: place.postal_code.clone(),
            country: place.country.clone(),
        },
        None => Place {
            city: options.location.clone(),
            ..Place::default()
        },
    };
    let parts = [
        &place.city,
        &place.street,
        &place.state,
        &place.postal_code,
        &place.country,
    ];
    parts.iter().any(|part| part.is_some()).then_some(place)
}

fn value(option: &str, value: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Argument, &rules::sign::OPTION_VALUE)
        .with(option)
        .with(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_uris_and_oids() {
        assert!(
            commitment("proof-of-approval")
                .unwrap()
                .ends_with("#ProofOfApproval")
        );
        assert_eq!(commitment("1.2.840.1").unwrap(), "urn:oid:1.2.840.1");
        assert_eq!(commitment("http://x/y").unwrap(), "http://x/y");
        for bad in ["approval", "1..2", ":x", "a b:c", ""] {
            assert!(commitment(bad).is_err(), "{bad}");
        }
        assert_eq!(hex("00ff").unwrap(), [0, 255]);
        assert_eq!(hex("0"), None);
        assert_eq!(hex("0g"), None);
    }
}
