//! `kyso.options/1`: the one set of settings that the program, the C ABI and the bindings read.
//!
//! Names are those of the command line. Unknown keys are refused.

mod checking;
mod signing;
mod xml;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::checking::{DemandedClass, NonceMode, RevocationMode};
pub use self::signing::{
    DigestOption, LockOption, NearSide, Placement, RsaPadding, Scheme, SubFilter,
};
pub use self::xml::{
    CidOctets, LevelOption, ProductionPlace, SignaturePolicy, XmlC14n, XmlForm, XmlProfile,
};
use crate::{
    error::{Error, ErrorKind, Result},
    report::{Purpose, Role},
    text::{Lang, rules},
    time::Time,
};

/// Settings of one call. The defaults are the safe ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Options {
    /// Files or folders with trust anchors, PEM or DER.
    pub trust: Vec<String>,
    /// Files or folders with further certificates for path building.
    pub intermediate: Vec<String>,
    /// Files or folders with CRLs, PEM or DER.
    pub crl: Vec<String>,
    /// Files or folders with OCSP responses, DER.
    pub ocsp: Vec<String>,
    /// Files with the certificate or public key of who signed, for signatures that carry none.
    pub signer: Vec<String>,
    /// Seconds between the issuance of revocation information and the time of judgement, at most; nextUpdate does not count then.
    /// Where absent, it counts until its nextUpdate.
    pub revocation_max_age: Option<u64>,
    /// The time of judgement or signing; the clock where absent.
    pub at: Option<Time>,
    /// No network at all, whatever the context has to fetch with. What the cache folder and the folders of `mirror` have is used.
    pub offline: bool,
    /// Seconds that all fetching of one call may take together; 60 where absent.
    pub deadline: Option<f64>,
    /// The proxy for HTTP and HTTPS, `http://[USER:PASSWORD@]HOST:PORT`. None is taken from the environment.
    pub proxy: Option<String>,
    /// `HOST=URL`: what certificates place on this host is fetched from there, with the path behind it. A folder may stand for the URL.
    pub mirror: Vec<String>,
    /// Hosts, addresses and networks (`10.0.0.0/8`) that may be connected to although they are not public.
    pub allow_host: Vec<String>,
    /// Folder that keeps what was fetched.
    pub cache: Option<String>,
    /// What to make of the nonce of OCSP responses.
    pub ocsp_nonce: NonceMode,
    /// What to make of an unknown revocation status.
    pub revocation: RevocationMode,
    /// The class of anchor that is demanded; a valid path to another one fails.
    pub trust_class: Option<DemandedClass>,
    /// File with the policy for algorithms, `kyso.policy/1`.
    pub policy_file: Option<String>,
    /// What a certificate is to be used for (`cert check`).
    pub purpose: Purpose,
    /// Certificate policies that are accepted, dotted; any where empty (`cert check`).
    pub policy: Vec<String>,
    /// A certificate policy is demanded of the path (`cert check`).
    pub explicit_policy: bool,
    /// anyPolicy does not count (`cert check`).
    pub inhibit_any_policy: bool,
    /// Policies are not mapped (`cert check`).
    pub inhibit_policy_mapping: bool,
    /// Constraints in the certificates of anchors bind nobody (`cert check`; RFC 5937 has them bind).
    pub ignore_anchor_constraints: bool,
    /// Warn when the certificate expires within so many days; 30 where absent (`cert check`).
    pub expires_within: Option<u32>,
    /// The language of messages.
    pub lang: Lang,
    /// Replace the output when it exists.
    pub force: bool,
    /// Sign even where the file had to be repaired or can be read in two ways.
    pub force_repaired: bool,
    /// The layout of `sign six`.
    pub scheme: Scheme,
    /// Number and notation of the document, e.g. `12/QĐ-UBND`.
    pub number: Option<String>,
    /// The date of the document, `YYYY-MM-DD`; the day of `at` in Viet Nam where absent.
    pub date: Option<String>,
    /// Name of the field to fill or make (`sign pdf`).
    pub field: Option<String>,
    /// Page, counted from 1; negative counts from the end (`sign pdf`).
    pub page: Option<i32>,
    /// Left, bottom, right, top in points; no box where absent (`sign pdf`).
    pub rect: Option<[f64; 4]>,
    /// /Reason of the signature dictionary.
    pub reason: Option<String>,
    /// /Location of the signature dictionary.
    pub location: Option<String>,
    /// Certification signature with this DocMDP permission: 1, 2 or 3.
    pub certify: Option<u8>,
    /// Fields that the new signature locks.
    pub lock: Option<LockOption>,
    /// The /SubFilter of new signatures.
    pub subfilter: SubFilter,
    /// The digest algorithm of new signatures.
    pub digest: DigestOption,
    /// The padding of new RSA signatures.
    pub rsa_padding: RsaPadding,
    /// Bytes to keep in /Contents beyond what the signature needs.
    pub reserve: u32,
    /// Folder with `person.png` and `seal.png`; where one is missing, the name is shown.
    pub images: Option<String>,
    /// PNG file that a single signature shows (`sign pdf`).
    pub image: Option<String>,
    /// TrueType file for upright text, or `bundled`; where absent, the system's Times New Roman, else the bundled font.
    pub font: Option<String>,
    /// TrueType file for italic text.
    pub font_italic: Option<String>,
    /// The larger of the seal's width and height in millimetres; where absent, what its file says, else 36.
    pub seal_size_mm: Option<f64>,
    /// What a single signature stands for: gives field name, place and look (`sign pdf`).
    pub role: Option<Role>,
    /// The form of a copy: `SAO Y`, `SAO LỤC` or `TRÍCH SAO`; `SAO Y` where absent.
    pub copy_form: Option<String>,
    /// Text of the page beside which the box stands (`sign pdf`), instead of `rect`.
    pub near: Option<String>,
    /// Which hit of `near`, from 1 in reading order; negative counts from the last one.
    pub nth: Option<i32>,
    /// On which side of `near`.
    pub near_side: NearSide,
    /// Width and height of the box beside `near` in points; where absent, 170 by 30, for a picture 180 by 54.
    pub near_size: Option<[f64; 2]>,
    /// How the boxes of `sign six` and of a `role` find their places.
    pub placement: Placement,
    /// The signer's name as it is printed; the certificate's common name where absent.
    pub signer_name: Option<String>,
    /// What kind of XML document it is; found out by its root where absent.
    pub profile: Option<XmlProfile>,
    /// What a new XML signature covers: nothing for the whole document, `#id`, a path, a file's name, `cid:`.
    pub reference: Vec<String>,
    /// Where a new XML signature stands: the name of a slot of the profile, a path, or `#id`.
    pub parent: Option<String>,
    /// Names of attributes that are ids; `Id`, `ID`, `id` and `xml:id` where empty.
    pub id_attr: Vec<String>,
    /// Canonicalisation of a new XML signature; the profile's where absent.
    pub c14n: Option<XmlC14n>,
    /// The level of a new XML signature; the profile's where absent.
    pub level: Option<LevelOption>,
    /// Where a new XML signature stands to what it signs.
    pub form: XmlForm,
    /// Roles that the signer claims (XAdES).
    pub signer_role: Vec<String>,
    /// What the signer commits to (XAdES): `proof-of-approval` and its like, a URI or an OID.
    pub commitment: Option<String>,
    /// Where it is signed (XAdES).
    pub production_place: Option<ProductionPlace>,
    /// The policy that it is signed under (XAdES).
    pub signature_policy: Option<SignaturePolicy>,
    /// The signature to countersign (XAdES): its id, or its number from 1.
    pub countersign: Option<String>,
    /// Leave room for further enveloped signatures: no signature covers another.
    pub coexist: bool,
    /// Folder of the files that references of XML signatures may name.
    pub reference_folder: Option<String>,
    /// Files with the octets of `cid:` references, by their content ids.
    pub cid: BTreeMap<String, String>,
    /// Which octets of an attachment inside an edXML package a `cid:` reference takes.
    pub cid_octets: CidOctets,
}

impl Options {
    /// Reads one JSON object.
    ///
    /// # Errors
    /// Of kind `Argument` when the text is no JSON object of this form, or has an unknown key.
    pub fn from_json(json: &str) -> Result<Self> {
        serde_json::from_str(json)
            .map_err(not_options)
            .and_then(sound)
    }

    /// These settings, with those replaced that a JSON object names.
    ///
    /// # Errors
    /// As for [`Options::from_json`].
    pub(crate) fn overlaid(&self, json: &str) -> Result<Self> {
        let mut settings = serde_json::to_value(self).map_err(not_options)?;
        let over: Map<String, Value> = serde_json::from_str(json).map_err(not_options)?;
        if let Value::Object(settings) = &mut settings {
            settings.extend(over);
        }
        serde_json::from_value(settings)
            .map_err(not_options)
            .and_then(sound)
    }
}

/// What the types do not say.
fn sound(options: Options) -> Result<Options> {
    match options.deadline {
        Some(seconds) if !(0.0..=1e9).contains(&seconds) => {
            Err(Error::new(ErrorKind::Argument, &rules::usage::ARGUMENT)
                .with("deadline")
                .with(seconds))
        }
        _ => Ok(options),
    }
}

fn not_options(cause: serde_json::Error) -> Error {
    Error::new(ErrorKind::Argument, &rules::usage::ARGUMENT)
        .with("kyso.options/1")
        .with(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_are_refused_and_names_are_those_of_the_command_line() {
        let error = Options::from_json(r#"{"trsut": []}"#).unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Argument, "argument")
        );
        for wrong in ["-1", "1e300"] {
            let error = Options::from_json(&format!(r#"{{"deadline": {wrong}}}"#)).unwrap_err();
            assert_eq!(error.code(), "argument");
        }
        let options = Options::from_json(
            r#"{"trust":["a.pem"],"revocation":"report","scheme":"decree-30","at":"2026-03-05T00:00:00Z","force-repaired":true}"#,
        )
        .unwrap();
        assert_eq!(
            (options.revocation, options.scheme),
            (RevocationMode::Report, Scheme::Decree30)
        );
        assert!(options.force_repaired);
    }

    /// Numbers are read as near as doubles can: settings that go through JSON and back stay what they were.
    #[test]
    fn numbers_stay_what_they_were() {
        let text = r#"{"rect":[1,2,3,4555550000002491554335512009841]}"#;
        let options = Options::from_json(text).unwrap();
        let again = serde_json::to_string(&options).unwrap();
        assert_eq!(Options::from_json(&again).unwrap(), options);
    }
}
