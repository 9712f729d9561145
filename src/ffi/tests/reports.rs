//! Certificates judged by themselves, and facts judged later.

use std::ptr;

use super::{
    super::{
        context::kyso_context_free,
        facts::{
            kyso_facts_bytes, kyso_facts_file, kyso_facts_free, kyso_facts_json, kyso_judge_facts,
        },
        report::{kyso_check_certificate, kyso_report_free, kyso_report_json, kyso_report_verdict},
        status::{Status, VerdictNumber},
    },
    code_of, context,
};
use crate::report::FileVerdict;

/// What is no certificate is told by the report, as what is no document is.
#[test]
fn a_certificate_is_checked_into_a_report() {
    let (_, context, _) = context("");
    let text = c"x".as_ptr();
    let (mut report, mut verdict) = (ptr::null_mut(), -1);
    let (mut json, mut length) = (ptr::null(), 0);
    // SAFETY: live handles and live locals only; the text is read before its report is freed.
    unsafe {
        let status =
            kyso_check_certificate(context, text.cast(), 1, &raw mut report, ptr::null_mut());
        assert_eq!(status, Status::Ok);
        assert_eq!(kyso_report_verdict(report, &raw mut verdict), Status::Ok);
        let status = kyso_report_json(report, &raw mut json, &raw mut length);
        assert_eq!(status, Status::Ok);
        let json = std::slice::from_raw_parts(json.cast::<u8>(), length);
        let json: serde_json::Value = serde_json::from_slice(json).unwrap();
        assert_eq!(json["schema"], "kyso.certificate/1");
        assert_eq!(json["verdict"], "unreadable");
        kyso_report_free(report);
        kyso_context_free(context);
    }
    assert_eq!(verdict, VerdictNumber::from(FileVerdict::Unreadable) as i32);
}

/// Facts go out as text, and come back to be judged without the document.
#[test]
fn facts_are_kept_and_judged_again() {
    let document = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<<>>endobj\n\
        trailer<</Root 1 0 R/Size 3>>\n";
    let (_, context, _) = context("");
    let (mut facts, mut none) = (ptr::null_mut(), ptr::null_mut());
    let (mut report, mut error) = (ptr::null_mut(), ptr::null_mut());
    let (mut json, mut length, mut verdict) = (ptr::null(), 0, -1);
    // SAFETY: NULL, live handles, literals and live locals only.
    unsafe {
        let made = kyso_facts_bytes(
            context,
            document.as_ptr(),
            document.len(),
            &raw mut facts,
            ptr::null_mut(),
        );
        assert_eq!(made, Status::Ok);
        let told = kyso_facts_json(facts, &raw mut json, &raw mut length);
        assert_eq!((told, *json.add(length)), (Status::Ok, 0));
        let judged = kyso_judge_facts(context, json, length, &raw mut report, ptr::null_mut());
        assert_eq!(judged, Status::Ok);
        kyso_facts_free(facts);
        assert_eq!(kyso_report_verdict(report, &raw mut verdict), Status::Ok);
        assert_eq!(verdict, 3);
        kyso_report_free(report);
        let text = c"{}".as_ptr();
        let bad = kyso_judge_facts(context, text, 2, &raw mut report, &raw mut error);
        assert_eq!(bad, Status::Unreadable);
        assert_eq!(code_of(error), "facts");
        let nobody = ptr::null_mut();
        for status in [
            kyso_facts_bytes(ptr::null(), text.cast(), 2, &raw mut none, nobody),
            kyso_facts_bytes(context, ptr::null(), 2, &raw mut none, nobody),
            kyso_facts_bytes(context, text.cast(), 2, ptr::null_mut(), nobody),
            kyso_facts_file(ptr::null(), text, 2, &raw mut none, nobody),
            kyso_facts_file(context, ptr::null(), 2, &raw mut none, nobody),
            kyso_facts_file(context, text, 2, ptr::null_mut(), nobody),
            kyso_facts_json(ptr::null(), &raw mut json, &raw mut length),
            kyso_judge_facts(ptr::null(), text, 2, &raw mut report, nobody),
            kyso_judge_facts(context, ptr::null(), 2, &raw mut report, nobody),
            kyso_judge_facts(context, text, 2, ptr::null_mut(), nobody),
        ] {
            assert_eq!(status, Status::Null);
        }
        let missing = c"/nowhere/x.pdf".to_bytes();
        let missing = kyso_facts_file(
            context,
            missing.as_ptr().cast(),
            missing.len(),
            &raw mut none,
            ptr::null_mut(),
        );
        assert_eq!(missing, Status::Io);
        assert!(none.is_null());
        kyso_facts_free(ptr::null_mut());
        kyso_context_free(context);
    }
}
