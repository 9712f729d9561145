//! Which CRLs are about a certificate, and for which reasons (RFC 5280 clause 6.3.3 (b) to (e)).

use super::{Fault, case::Rank};
use crate::{
    limits::MAX_DISTRIBUTION_POINTS,
    report::Finding,
    text::rules::pki,
    x509::{ALL_REASONS, Certificate, Crl, DistributionPoint, oid},
};

/// The distribution points of a certificate and, last, the one that is always there: whatever its issuer signs.
pub(super) fn points(certificate: &Certificate) -> Vec<DistributionPoint<'_>> {
    let named = certificate
        .extension_value(oid::CRL_DISTRIBUTION_POINTS)
        .and_then(DistributionPoint::all);
    let mut points = named.unwrap_or_default();
    points.truncate(MAX_DISTRIBUTION_POINTS);
    points.push(DistributionPoint::default());
    points
}

/// The reasons for which a CRL is about a certificate, as seen from one of its distribution points. `implied`: the
/// certificate names no point, so that the name of its issuer is the place (clause 6.3.3, last paragraph).
pub(super) fn reasons(
    certificate: &Certificate,
    point: &DistributionPoint<'_>,
    implied: bool,
    crl: &Crl,
) -> Result<u16, Fault> {
    let issuing = crl.issuing_point();
    let other = || {
        let finding = Finding::new(&pki::CRL_SCOPE)
            .with(crl.issuer_text())
            .with(crl.this_update())
            .with(certificate.subject_text());
        Err((Rank::Other, finding))
    };
    let indirect = issuing.as_ref().is_some_and(|issuing| issuing.indirect);
    if !point.crl_issuer.is_empty() && !indirect {
        return other();
    }
    let mut reasons = point.reasons.unwrap_or(ALL_REASONS);
    let Some(issuing) = issuing else {
        return Ok(reasons);
    };
    if let Some(name) = &issuing.name {
        // A relative name of the certificate is relative to who signs the list.
        let met = match &point.name {
            Some(wanted) => {
                let signer = point.crl_issuer.iter().find_map(|name| name.directory());
                let signer = signer.unwrap_or_else(|| certificate.issuer());
                name.meets(crl.issuer(), wanted, signer)
            }
            None if implied => name.is_one_of(
                crl.issuer(),
                &[crate::x509::PointGeneralName::Directory(
                    certificate.issuer(),
                )],
            ),
            None => name.is_one_of(crl.issuer(), &point.crl_issuer),
        };
        if !met {
            return other();
        }
    }
    let authority = matches!(certificate.basic_constraints(), Some((true, _)));
    if issuing.only_attributes
        || issuing.only_users && authority
        || issuing.only_authorities && !authority
    {
        return other();
    }
    if let Some(only) = issuing.reasons {
        reasons &= only;
    }
    Ok(reasons)
}
