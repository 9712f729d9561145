//! What fails, fact by fact.

use super::*;

#[test]
fn what_is_wrong_fails() {
    type Change = fn(&mut SignatureFacts, &mut Around);
    let cases: &[(Change, SubIndication)] = &[
        (
            |f, _| checked(f).digest = DigestStatus::Mismatch,
            SubIndication::HashFailure,
        ),
        (
            |f, _| checked(f).signature = ValueStatus::Invalid,
            SubIndication::SigCryptoFailure,
        ),
        (
            |f, _| f.coverage.scope = Scope::Partial,
            SubIndication::FormatFailure,
        ),
        (
            |f, _| {
                f.coverage
                    .faults
                    .push(Finding::new(&rules::verify::RANGE_GAP))
            },
            SubIndication::FormatFailure,
        ),
        (
            |f, _| {
                f.dictionary
                    .push(Finding::new(&rules::pdf::SIGNATURE_KEY_TWICE))
            },
            SubIndication::FormatFailure,
        ),
        (
            |f, _| f.changes.after = ChangeLevel::Forbidden,
            SubIndication::FormatFailure,
        ),
        (
            |f, _| {
                f.changes.after = ChangeLevel::Annotations;
                let refused = Finding::new(&rules::later::ANNOTATIONS_NOT_PERMITTED);
                f.changes.findings.push(refused);
            },
            SubIndication::FormatFailure,
        ),
        (
            |f, _| {
                f.checked = None;
                f.broken = Some(Finding::new(&rules::cms::NOT_SIGNED_DATA).with("x"));
            },
            SubIndication::FormatFailure,
        ),
        (
            |f, _| {
                checked(f).verdict = Verdict::Failed;
                checked(f).sub_indication = Some(SubIndication::SigConstraintsFailure);
            },
            SubIndication::SigConstraintsFailure,
        ),
        (
            |f, _| {
                trust(f).path.status = PathStatus::Invalid;
                trust(f).path.sub_indication = Some(SubIndication::Expired);
            },
            SubIndication::Expired,
        ),
        (
            |f, _| trust(f).revocation = vec![revocation(RevocationStatus::Revoked)],
            SubIndication::RevokedNoPoe,
        ),
        // A failure weighs more than what is open, and a forbidden change more than the path.
        (
            |f, around| {
                around.ambiguous = true;
                trust(f).revocation.clear();
                trust(f).path.status = PathStatus::Invalid;
                f.changes.after = ChangeLevel::Forbidden;
            },
            SubIndication::FormatFailure,
        ),
    ];
    for (index, (change, sub_indication)) in cases.iter().enumerate() {
        assert_eq!(
            verdict(change),
            (Verdict::Failed, Some(*sub_indication)),
            "case {index}"
        );
    }
}
