//! XML signatures: XMLDSig (W3C Recommendation, second edition and 1.1) and XAdES (ETSI EN 319 132-1).

#[allow(dead_code, unused_imports, reason = "signing and checking of XML are under way")]
pub(crate) mod profile;
#[allow(dead_code, unused_imports, reason = "signing and checking of XML are under way")]
pub(crate) mod uri;
