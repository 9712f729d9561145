//! NULL, wherever it may stand.

use std::ptr;

use super::{
    super::{
        context::{kyso_context_free, kyso_context_new},
        error::{kyso_error_code, kyso_error_free, kyso_error_message, kyso_error_place},
        key::{
            KeyHandle, kyso_key_free, kyso_key_pem, kyso_key_pkcs11, kyso_key_pkcs12,
            kyso_key_pkcs12_alias,
        },
        report::{
            kyso_check_certificate, kyso_report_free, kyso_report_json, kyso_report_verdict,
            kyso_verify_bytes, kyso_verify_file,
        },
        sign::{kyso_sign_pdf_file, kyso_sign_six_file, kyso_sign_xml_file},
        status::Status,
    },
    context,
};

#[test]
fn null_is_refused_where_it_must_not_be_and_freed_where_it_may() {
    let (_, context, _) = context("");
    let text = c"x".as_ptr();
    let (mut report, mut verdict) = (ptr::null_mut(), -1);
    let (mut place, mut length) = (ptr::null(), 0);
    let (mut key, mut other) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: NULL, live handles and live locals only.
    unsafe {
        for status in [
            kyso_context_new(ptr::null(), 0, ptr::null_mut(), ptr::null_mut()),
            kyso_context_new(ptr::null(), 5, &raw mut other, ptr::null_mut()),
            kyso_verify_file(ptr::null(), text, 1, &raw mut report, ptr::null_mut()),
            kyso_verify_file(context, ptr::null(), 1, &raw mut report, ptr::null_mut()),
            kyso_verify_file(context, text, 1, ptr::null_mut(), ptr::null_mut()),
            kyso_verify_bytes(
                ptr::null(),
                text.cast(),
                1,
                &raw mut report,
                ptr::null_mut(),
            ),
            kyso_verify_bytes(context, ptr::null(), 1, &raw mut report, ptr::null_mut()),
            kyso_verify_bytes(context, text.cast(), 1, ptr::null_mut(), ptr::null_mut()),
            kyso_check_certificate(
                ptr::null(),
                text.cast(),
                1,
                &raw mut report,
                ptr::null_mut(),
            ),
            kyso_check_certificate(context, ptr::null(), 1, &raw mut report, ptr::null_mut()),
            kyso_check_certificate(context, text.cast(), 1, ptr::null_mut(), ptr::null_mut()),
            kyso_report_verdict(ptr::null(), &raw mut verdict),
            kyso_report_json(ptr::null(), &raw mut place, &raw mut length),
            kyso_error_code(ptr::null(), &raw mut place, &raw mut length),
            kyso_error_message(ptr::null(), &raw mut place, &raw mut length),
            kyso_error_place(ptr::null(), &raw mut place, &raw mut length),
            kyso_key_pkcs12(ptr::null(), 1, text, 1, &raw mut key, ptr::null_mut()),
            kyso_key_pkcs12(
                text.cast(),
                1,
                ptr::null(),
                1,
                &raw mut key,
                ptr::null_mut(),
            ),
            kyso_key_pkcs12(text.cast(), 1, text, 1, ptr::null_mut(), ptr::null_mut()),
            kyso_key_pkcs12_alias(
                text.cast(),
                1,
                text,
                1,
                ptr::null(),
                1,
                &raw mut key,
                ptr::null_mut(),
            ),
            kyso_key_pkcs11(ptr::null(), 1, text, 1, &raw mut key, ptr::null_mut()),
            kyso_key_pkcs11(text, 1, text, 1, ptr::null_mut(), ptr::null_mut()),
            kyso_key_pem(
                ptr::null(),
                1,
                text.cast(),
                1,
                ptr::null(),
                0,
                text,
                1,
                &raw mut key,
                ptr::null_mut(),
            ),
            kyso_key_pem(
                text.cast(),
                1,
                text.cast(),
                1,
                ptr::null(),
                0,
                text,
                1,
                ptr::null_mut(),
                ptr::null_mut(),
            ),
            kyso_sign_six_file(
                ptr::null(),
                text,
                1,
                text,
                1,
                ptr::null(),
                ptr::null(),
                text,
                1,
                ptr::null_mut(),
            ),
            kyso_sign_six_file(
                context,
                text,
                1,
                text,
                1,
                ptr::null(),
                ptr::null(),
                text,
                1,
                ptr::null_mut(),
            ),
            kyso_sign_pdf_file(
                context,
                text,
                1,
                text,
                1,
                ptr::null(),
                text,
                1,
                ptr::null_mut(),
            ),
            kyso_sign_xml_file(
                context,
                text,
                1,
                text,
                1,
                ptr::null(),
                text,
                1,
                ptr::null_mut(),
            ),
        ] {
            assert_eq!(status, Status::Null);
        }
        assert!(report.is_null() && key.is_null() && place.is_null() && verdict == -1);
        kyso_context_free(context);
        kyso_context_free(ptr::null_mut());
        kyso_error_free(ptr::null_mut());
        kyso_key_free(ptr::null_mut::<KeyHandle>());
        kyso_report_free(ptr::null_mut());
    }
}
