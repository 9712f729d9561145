use super::*;
use crate::{
    error::{ErrorKind, Place},
    text::rules,
    time::Time,
};

fn time(text: &str) -> Time {
    Time::from_rfc3339(text).unwrap()
}

fn signature(id: &str, field: &str, role: Role, verdict: Verdict) -> SignatureReport {
    SignatureReport {
        id: id.into(),
        field: Some(field.into()),
        kind: SignatureKind::Approval,
        revision: Some(2),
        of: 3,
        verdict,
        sub_indication: None,
        cryptography: Cryptography {
            digest: DigestStatus::Ok,
            signature: ValueStatus::Ok,
            algorithm: Some("rsa-pkcs1-sha256".into()),
            key_bits: Some(3072),
        },
        coverage: Coverage {
            byte_range: vec![0, 100, 200, 50],
            scope: Scope::WholeRevision,
            covered: vec![],
            elements: vec![],
            outside: vec![],
        },
        changes: Changes {
            after: ChangeLevel::Signatures,
            findings: vec![],
        },
        certificate: Some(CertificateReport {
            subject: r"CN=Nguyễn Văn <b>A</b>\, Chủ tịch,OU=Văn phòng,O=UBND xã Thử Nghiệm,C=VN"
                .into(),
            issuer: "CN=CA thử,O=Ban Thử,C=VN".into(),
            serial: "0A1B".into(),
            not_before: time("2025-01-01T00:00:00Z"),
            not_after: time("2030-01-01T00:00:00Z"),
            sha256: [0xab; 32],
        }),
        path: PathReport {
            status: PathStatus::Valid,
            chain: vec![[0xab; 32], [0xcd; 32]],
            reason: None,
        },
        revocation: vec![RevocationReport {
            certificate: [0xab; 32],
            status: RevocationStatus::Good,
            source: Some(RevocationSource::Crl),
            this_update: Some(time("2026-03-01T00:00:00Z")),
            next_update: None,
            reason: None,
        }],
        trust_class: TrustClass::Other,
        time: TimeReport {
            claimed: Some(time("2026-03-05T02:30:15Z")),
            proven: None,
            source: TimeSource::None,
            judged_at: time("2026-03-06T00:00:00Z"),
        },
        level: Level::BB,
        role,
        role_source: RoleSource::FieldName,
        findings: vec![],
    }
}

/// One signature that passed and one that failed, under a name that wants to be markup and a terminal command.
fn sample() -> Report {
    let mut bad = signature("s2", "CoQuan\u{202e}", Role::Organisation, Verdict::Failed);
    bad.certificate = None;
    bad.sub_indication = Some(SubIndication::FormatFailure);
    bad.revision = None;
    bad.coverage.scope = Scope::Partial;
    bad.path = PathReport {
        status: PathStatus::Undetermined,
        chain: vec![],
        reason: None,
    };
    bad.revocation.clear();
    bad.changes = Changes {
        after: ChangeLevel::Forbidden,
        findings: vec![
            Finding::new(&rules::changes::FORBIDDEN)
                .with("</script>")
                .at(Place::object(12, 0).in_revision(4)),
        ],
    };
    bad.findings
        .push(Finding::new(&rules::verify::REVOCATION_IGNORED));
    Report {
        file: Some("\u{1b}[2J<công văn>.pdf".into()),
        format: Format::Pdf,
        size: 1_048_576,
        sha256: Some([0x0f; 32]),
        verdict: FileVerdict::Failed,
        error: None,
        signatures: vec![
            signature("s1", "NguoiKy", Role::Person, Verdict::Passed),
            bad,
        ],
        layout: LayoutReport {
            scheme: LayoutScheme::Decree30,
            complete: false,
            missing: vec![Role::Organisation],
            order: LayoutOrder::Ok,
        },
        findings: vec![],
        total_ms: 1.25,
    }
}

/// Compares with the committed file; `UPDATE=1` writes it anew.
fn snapshot(name: &str, actual: &str) {
    let path = format!("{}/src/report/snapshots/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        actual, expected,
        "{path} differs; if that is wanted, run again with UPDATE=1"
    );
}

#[test]
fn the_json_text_and_html_are_as_reviewed() {
    let report = sample();
    let line = report.to_json(Lang::En);
    assert!(!line.contains('\n'));
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    snapshot(
        "report.json",
        &(serde_json::to_string_pretty(&value).unwrap() + "\n"),
    );
    snapshot("report.vi.txt", &report.to_text(Lang::Vi));
    snapshot("report.en.txt", &report.to_text(Lang::En));
    let page = report
        .to_html(Lang::Vi)
        .replace(include_str!("page.css"), "…\n");
    snapshot("report.vi.html", &page);
}

#[test]
fn keys_are_in_the_order_of_the_contract() {
    let line = sample().to_json(Lang::En);
    let keys = [
        "schema",
        "file",
        "format",
        "size",
        "sha256",
        "verdict",
        "error",
        "signatures",
        "layout",
        "findings",
        "timings_ms",
    ];
    let mut from = 0;
    for key in keys {
        let at = line[from..]
            .find(&format!("\"{key}\":"))
            .unwrap_or_else(|| panic!("{key}"));
        from += at;
    }
}

#[test]
fn hostile_text_cannot_leave_its_place() {
    let report = sample();
    let text = report.to_text(Lang::Vi);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
    let page = report.to_html(Lang::En);
    assert!(!page.contains("</script>") && !page.contains("<b>A") && !page.contains("<công"));
}

#[test]
fn an_unreadable_file_has_its_error_and_nulls() {
    let report = Report {
        file: None,
        format: Format::Unknown,
        size: 0,
        sha256: None,
        verdict: FileVerdict::Unreadable,
        error: Some(
            Error::new(ErrorKind::Unreadable, &rules::pdf::NOT_PDF)
                .with("x")
                .at(Place::offset(7)),
        ),
        signatures: vec![],
        layout: LayoutReport {
            scheme: LayoutScheme::None,
            complete: false,
            missing: vec![],
            order: LayoutOrder::Ok,
        },
        findings: vec![],
        total_ms: 0.0,
    };
    let value: serde_json::Value = serde_json::from_str(&report.to_json(Lang::En)).unwrap();
    assert_eq!(value["file"], serde_json::Value::Null);
    assert_eq!(value["sha256"], serde_json::Value::Null);
    assert_eq!(
        value["error"],
        serde_json::json!({"kind": "unreadable", "code": "pdf-unreadable", "message": "this is no PDF, or too badly damaged: no catalog is found (x)", "place": "offset 7"})
    );
    assert!(report.to_text(Lang::Vi).starts_with("KHÔNG ĐỌC ĐƯỢC: "));
}

#[test]
fn where_the_digest_does_not_match_later_changes_are_left_to_the_json() {
    let forbidden = || Finding::new(&rules::changes::FORBIDDEN).with("object");
    let mut report = signature("s1", "So", Role::Number, Verdict::Failed);
    report.changes.findings = vec![forbidden()];
    let told = |report: &SignatureReport| {
        let reasons = view::reasons(report, Lang::En);
        reasons
            .iter()
            .any(|reason| reason.text.contains(forbidden().code()))
    };
    assert!(told(&report));
    report.cryptography.digest = DigestStatus::Mismatch;
    assert!(!told(&report));
}
