//! What the caller demands, and how the standard calls the answer.

use super::*;

#[test]
fn unknown_revocation_is_the_callers_to_weigh() {
    let unknown = |mode| {
        judge(|f, around| {
            trust(f).revocation = vec![revocation(RevocationStatus::Undetermined)];
            around.revocation = mode;
        })
    };
    let require = unknown(RevocationMode::Require);
    let reason = |report: &Report| report.signatures[0].revocation[0].reason.clone().unwrap();
    assert_eq!(require.verdict, FileVerdict::Undetermined);
    assert_eq!(reason(&require).severity(), Severity::Error);
    let report = unknown(RevocationMode::Report);
    assert_eq!(report.verdict, FileVerdict::Passed);
    assert_eq!(reason(&report).severity(), Severity::Warning);
    let ignore = judge(|f, around| {
        trust(f).revocation.clear();
        around.revocation = RevocationMode::Ignore;
    });
    assert_eq!(ignore.verdict, FileVerdict::Passed);
    let findings = &ignore.signatures[0].findings;
    assert!(
        findings
            .iter()
            .any(|finding| finding.is(&rules::verify::REVOCATION_IGNORED))
    );
    // Nobody waives a revocation that is known.
    let revoked = verdict(|f, around| {
        trust(f).revocation = vec![revocation(RevocationStatus::Revoked)];
        around.revocation = RevocationMode::Report;
    });
    assert_eq!(revoked.0, Verdict::Failed);
}

/// Law wants government certificates on documents of the state: a signature with another one fails, however right it is.
#[test]
fn another_class_than_the_demanded_one_fails() {
    let demand = Some(DemandedClass::VnGov);
    let report = judge(|_, around| around.class = demand);
    let signature = &report.signatures[0];
    assert_eq!(
        (signature.verdict, signature.sub_indication),
        (
            Verdict::Failed,
            Some(SubIndication::ChainConstraintsFailure)
        )
    );
    let said = |finding: &Finding| finding.is(&rules::path::TRUST_CLASS);
    assert!(signature.findings.iter().any(said));
    // Time-stamping authorities sign no documents.
    let stamp = judge(|facts, around| {
        facts.kind = SignatureKind::DocumentTimestamp;
        around.class = demand;
    });
    assert!(!stamp.signatures[0].findings.iter().any(said));
}

/// The standard's main indication goes with the sub-indication (EN 319 102-1 table 5), whatever kyso's verdict is.
#[test]
fn indications_are_those_of_the_standard() {
    let of = |change: fn(&mut SignatureFacts, &mut Around)| {
        let report = judge(change);
        let signature = &report.signatures[0];
        (
            signature.indication(),
            signature.sub_indication.map(SubIndication::name),
            signature.verdict,
        )
    };
    assert_eq!(of(|_, _| {}), ("TOTAL-PASSED", None, Verdict::Passed));
    let revoked = of(|f, _| trust(f).revocation = vec![revocation(RevocationStatus::Revoked)]);
    let no_poe = ("INDETERMINATE", Some("REVOKED_NO_POE"), Verdict::Failed);
    assert_eq!(revoked, no_poe);
    let invalid = of(|f, _| {
        trust(f).path.status = PathStatus::Invalid;
        trust(f).path.sub_indication = Some(SubIndication::CertificateChainGeneralFailure);
    });
    let general = "CERTIFICATE_CHAIN_GENERAL_FAILURE";
    assert_eq!(invalid, ("INDETERMINATE", Some(general), Verdict::Failed));
    let forbidden = of(|f, _| f.changes.after = ChangeLevel::Forbidden);
    let failed = |sub| ("TOTAL-FAILED", Some(sub), Verdict::Failed);
    assert_eq!(forbidden, failed("FORMAT_FAILURE"));
    let changed = of(|f, _| checked(f).digest = DigestStatus::Mismatch);
    assert_eq!(changed, failed("HASH_FAILURE"));
    let value = of(|f, _| checked(f).signature = ValueStatus::Invalid);
    assert_eq!(value, failed("SIG_CRYPTO_FAILURE"));
    let open = of(|f, _| trust(f).revocation.clear());
    let later = ("INDETERMINATE", Some("TRY_LATER"), Verdict::Undetermined);
    assert_eq!(open, later);
}
