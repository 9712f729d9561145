//! Parameters of RSASSA-PSS (RFC 9231 clause 2.3.9).

use super::{
    algorithm::{self, PSS_NAMESPACE},
    walk::Walk,
};
use crate::{
    crypto::{DigestAlgorithm, SignatureAlgorithm},
    xml::ElementId,
};

const MGF1: &str = "http://www.w3.org/2007/05/xmldsig-more#MGF1";

/// The algorithm of a SignatureMethod with RSAPSSParams; `None` where a parameter is not known. What is absent has its default:
/// SHA-256, MGF1 with SHA-256, a salt as long as the digest.
pub(super) fn read(walk: Walk<'_>, method: ElementId) -> Option<SignatureAlgorithm> {
    let mut digest = DigestAlgorithm::Sha256;
    let mut mgf1 = DigestAlgorithm::Sha256;
    let mut salt = None;
    for parameters in walk.children(method) {
        if walk.namespace(parameters) != PSS_NAMESPACE || walk.local(parameters) != "RSAPSSParams" {
            return None;
        }
        for parameter in walk.children(parameters) {
            match walk.local(parameter) {
                "DigestMethod" => digest = digest_of(walk, parameter)?,
                "MaskGenerationFunction" => {
                    if walk.attribute(parameter, "Algorithm")? != MGF1 {
                        return None;
                    }
                    for inner in walk.children(parameter) {
                        mgf1 = digest_of(walk, inner)?;
                    }
                }
                "SaltLength" => salt = Some(walk.text(parameter)?.trim().parse().ok()?),
                "TrailerField" => {
                    walk.text(parameter).filter(|text| text.trim() == "1")?;
                }
                _ => return None,
            }
        }
    }
    Some(SignatureAlgorithm::RsaPss {
        digest,
        mgf1,
        salt_len: salt.unwrap_or_else(|| digest.len()),
    })
}

fn digest_of(walk: Walk<'_>, element: ElementId) -> Option<DigestAlgorithm> {
    if !walk.is_dsig(element, "DigestMethod") {
        return None;
    }
    algorithm::digest(&walk.attribute(element, "Algorithm")?).value()
}
