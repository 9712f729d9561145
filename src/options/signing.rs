//! What a signature is, and where it is shown.

use serde::{Deserialize, Serialize};

/// How the signatures of one document are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Scheme {
    /// The six of Circular 01/2019/TT-BNV: person, number, day, month, year, organisation.
    #[default]
    #[serde(rename = "circular-01")]
    Circular01,
    /// The two of Decree 30/2020/NĐ-CP: person, organisation.
    #[serde(rename = "decree-30")]
    Decree30,
}

/// How the CMS is embedded: the /SubFilter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum SubFilter {
    /// PAdES, EN 319 142-1.
    #[default]
    #[serde(rename = "ETSI.CAdES.detached")]
    EtsiCadesDetached,
    /// ISO 32000-1, 12.8.3.3.
    #[serde(rename = "adbe.pkcs7.detached")]
    AdbePkcs7Detached,
}

/// The digest algorithm of new signatures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DigestOption {
    /// SHA-256.
    #[default]
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

/// The padding of new RSA signatures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum RsaPadding {
    /// RSASSA-PKCS1-v1_5: what government tokens and their readers use.
    #[default]
    Pkcs1,
    /// RSASSA-PSS, salt as long as the digest.
    Pss,
}

/// Which fields a new signature locks (/Lock, FieldMDP; ISO 32000-2, 12.8.2.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum LockOption {
    /// All fields.
    All,
    /// These fields.
    Include(Vec<String>),
    /// All fields but these.
    Exclude(Vec<String>),
}

/// How the boxes of a scheme find their places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Placement {
    /// By the text of the page: `Số:`, `ngày … tháng … năm`, the signer's name; where that is not found, as `boxes`.
    #[default]
    Text,
    /// Where Decree 30/2020 has them on an A4 page.
    Boxes,
}

/// On which side of the text `near` a box stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum NearSide {
    /// Behind it on its line.
    #[default]
    Right,
    /// Before it on its line.
    Left,
    /// Over it, in its middle.
    Above,
    /// Under it, in its middle.
    Below,
}
