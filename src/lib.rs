//! kyso (ký số, "to sign digitally"): digital signatures in PDF, made and checked.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;
mod geometry;
mod limits;
mod net;
mod options;
mod progress;
mod report;
mod source;
mod text;
mod time;

#[deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod asn1;
mod crypto;
#[deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod pdf;
#[deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod x509;
#[deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod xml;

mod changes;
#[deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod cms;
mod layout;
#[deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod pki;
mod signer;
#[deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod xmldsig;

mod evidence;
#[deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]
mod timestamp;

mod context;
mod inspect;
mod sign;
mod verify;

mod ffi;
#[cfg(all(fuzzing, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod io;

#[cfg(test)]
#[path = "../tests/support/corpora.rs"]
mod corpora;
#[cfg(test)]
#[path = "../tests/support/cpu.rs"]
mod cpu;
#[cfg(test)]
#[path = "../tests/support/ledger.rs"]
mod ledger;

/// The throw-away PKI of `kyso demo`, for the tests of every module. It names this crate as the program does.
#[cfg(test)]
#[cfg(feature = "demo")]
#[path = "bin/kyso/demo/pki.rs"]
mod demo_pki;
#[cfg(test)]
#[cfg(feature = "demo")]
extern crate self as kyso;

pub use context::{Context, Material, MaterialFile};
pub use error::{Error, ErrorKind, Place, Result};
pub use geometry::{Points, Rect};
pub use inspect::{Inspection, inspect};
#[cfg(feature = "http")]
pub use io::HttpFetch;
pub use io::{
    FileSource, check_certificate_file, check_replaceable, load_context, read_key_file,
    read_secret, read_small, replace, replace_bytes, verify_file,
};
#[cfg(feature = "pkcs11")]
pub use io::{Token, TokenCertificate, TokenInfo, TokenKey, TokenPin, tokens};
pub use layout::Assets;
#[cfg(feature = "demo")]
pub use layout::demo_document;
pub use net::{Fetch, FetchFailure, FetchKind, FetchRequest};
pub use options::{
    CidOctets, DemandedClass, DigestOption, LevelOption, LockOption, NearSide, NonceMode, Options,
    Placement, ProductionPlace, RevocationMode, RsaPadding, Scheme, SignaturePolicy, SubFilter,
    XmlC14n, XmlForm, XmlProfile,
};
pub use progress::{Progress, Stage};
pub use report::*;
pub use sign::{Signed, sign_pdf, sign_six, sign_xml};
pub use signer::{Key, Secret, SecretSource};
pub use source::{MemorySource, References, Source};
pub use text::{Lang, Rule, Severity, rules::all as all_rules};
pub use time::Time;
pub use verify::{Facts, check_certificate, gather, judge, verify};

/// The example of the README is compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
