//! What is particular to signatures in XML.

use serde::{Deserialize, Serialize};

/// What kind of XML document it is: where signatures stand and what they have to cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum XmlProfile {
    /// Any document: the root element is what is signed.
    Generic,
    /// E-invoices and the messages around them (Decision 1450/QĐ-TCT).
    Einvoice,
    /// Tax returns and the authority's answers (Circular 19/2021/TT-BTC).
    Tax,
    /// Records for health insurance (Decisions 130 and 4750/QĐ-BYT).
    Health,
    /// School records.
    School,
    /// Documents between authorities (QCVN 102:2016/BTTTT).
    Edxml,
}

impl XmlProfile {
    /// The name in settings and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Generic => "generic",
            Self::Einvoice => "einvoice",
            Self::Tax => "tax",
            Self::Health => "health",
            Self::School => "school",
            Self::Edxml => "edxml",
        }
    }
}

/// Canonicalisation of new XML signatures: of SignedInfo, and of what references select.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum XmlC14n {
    /// Canonical XML 1.0.
    #[serde(
        alias = "c14n",
        alias = "inclusive10",
        alias = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    )]
    Inclusive,
    /// Canonical XML 1.0 with comments.
    #[serde(
        alias = "c14n-comments",
        alias = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments"
    )]
    InclusiveComments,
    /// Canonical XML 1.1.
    #[serde(alias = "c14n11", alias = "http://www.w3.org/2006/12/xml-c14n11")]
    Inclusive11,
    /// Canonical XML 1.1 with comments.
    #[serde(
        alias = "c14n11-comments",
        alias = "http://www.w3.org/2006/12/xml-c14n11#WithComments"
    )]
    Inclusive11Comments,
    /// Exclusive XML Canonicalization 1.0.
    #[serde(
        alias = "exc",
        alias = "exc-c14n",
        alias = "http://www.w3.org/2001/10/xml-exc-c14n#"
    )]
    Exclusive,
    /// Exclusive XML Canonicalization 1.0 with comments.
    #[serde(
        alias = "exc-comments",
        alias = "exc-c14n-comments",
        alias = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"
    )]
    ExclusiveComments,
    /// The exclusive one, in references under the address that samples of QCVN 102:2016/BTTTT give it.
    #[serde(alias = "http://www.w3.org/TR/xml-exc-c14n#")]
    EdxmlAlias,
}

/// Where a new XML signature stands to what it signs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum XmlForm {
    /// In the document.
    #[default]
    Enveloped,
    /// Around the root element.
    Enveloping,
    /// In a file of its own, which names the signed file.
    Detached,
}

/// What a new signature brings along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum LevelOption {
    /// XMLDSig alone.
    #[serde(rename = "none")]
    None,
    /// Signed properties, the signing certificate among them.
    #[serde(rename = "b-b")]
    BB,
    /// A time-stamp as well.
    #[serde(rename = "b-t")]
    BT,
    /// Validation data as well.
    #[serde(rename = "b-lt")]
    BLt,
    /// An archive time-stamp as well.
    #[serde(rename = "b-lta")]
    BLta,
}

/// Where something was signed (SignatureProductionPlaceV2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct ProductionPlace {
    /// City.
    pub city: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// State or province.
    pub state: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// Country.
    pub country: Option<String>,
}

/// The policy that a signature is made under (SignaturePolicyIdentifier).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
#[non_exhaustive]
pub struct SignaturePolicy {
    /// URI, or an OID as `urn:oid:1.2.3` or `1.2.3`; `implied` where what is signed says it.
    pub id: String,
    /// Digest of the policy document, hexadecimal: SHA-256, SHA-384 or SHA-512 by its length.
    pub digest: Option<String>,
    /// Where the document can be got.
    pub location: Option<String>,
}

/// Which octets of an attachment inside an edXML package a `cid:` reference takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum CidOctets {
    /// The decoded octets: a ZIP file as a rule.
    #[default]
    Decoded,
    /// The text, base64 as it stands.
    Text,
    /// The one file in the ZIP.
    File,
}
