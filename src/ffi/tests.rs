use std::{cell::Cell, ptr};

use super::{
    context::{
        ContextHandle, kyso_context_free, kyso_context_new, kyso_context_with_images,
        kyso_context_with_password,
    },
    error::{ErrorHandle, kyso_error_code, kyso_error_free, kyso_error_message, kyso_error_place},
    facts::{
        kyso_facts_bytes, kyso_facts_file, kyso_facts_free, kyso_facts_json, kyso_judge_facts,
    },
    fetch::{FetchAnswer, kyso_context_with_fetch, kyso_fetch_answer_append},
    key::{
        KeyHandle, kyso_key_free, kyso_key_pem, kyso_key_pkcs11, kyso_key_pkcs12,
        kyso_key_pkcs12_alias,
    },
    report::{
        kyso_check_certificate, kyso_report_free, kyso_report_json, kyso_report_verdict,
        kyso_verify_bytes, kyso_verify_file,
    },
    sign::kyso_sign_six_file,
    status::Status,
};
use crate::error::ErrorKind;

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
}

/// Called in every body, behind the handles and before the outputs: panics once when armed.
pub(super) fn trip() {
    assert!(!ARMED.take(), "injected");
}

fn context(json: &str) -> (Status, *mut ContextHandle, *mut ErrorHandle) {
    let (mut context, mut error) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: pointers to live locals and to the text.
    let status = unsafe {
        kyso_context_new(
            json.as_ptr().cast(),
            json.len(),
            &raw mut context,
            &raw mut error,
        )
    };
    (status, context, error)
}

fn code_of(error: *mut ErrorHandle) -> String {
    let (mut text, mut length) = (ptr::null(), 0);
    // SAFETY: a live handle, live locals; the text is copied before the handle is freed.
    unsafe {
        assert_eq!(
            kyso_error_code(error, &raw mut text, &raw mut length),
            Status::Ok
        );
        let code =
            String::from_utf8(std::slice::from_raw_parts(text.cast::<u8>(), length).to_vec())
                .unwrap();
        assert_eq!(*text.add(length), 0);
        kyso_error_free(error);
        code
    }
}

#[test]
fn a_panic_gives_status_1_and_poisons_the_handles_in_use() {
    let (status, context, _) = context("");
    assert_eq!(status, Status::Ok);
    let verify = |report: &mut *mut _, error: &mut *mut _| {
        // SAFETY: a live handle, bytes of a literal, live locals.
        unsafe { kyso_verify_bytes(context, b"%PDF-".as_ptr(), 5, report, error) }
    };
    let (mut report, mut error) = (ptr::null_mut(), ptr::null_mut());
    assert_eq!(verify(&mut report, &mut error), Status::Ok);
    let mut verdict = -1;
    // SAFETY: live handles and locals.
    unsafe {
        ARMED.set(true);
        let (mut json, mut length) = (ptr::null(), 0);
        assert_eq!(
            kyso_report_json(report, &raw mut json, &raw mut length),
            Status::Panic
        );
        assert_eq!(kyso_report_verdict(report, &raw mut verdict), Status::Panic);
        assert_eq!(verdict, -1, "outputs are written only on success");
        kyso_report_free(report);
    }

    ARMED.set(true);
    let mut none = ptr::null_mut();
    assert_eq!(verify(&mut none, &mut error), Status::Panic);
    assert!(none.is_null(), "outputs are written only on success");
    assert_eq!(code_of(error), "panic");
    for _ in 0..2 {
        let (mut report, mut error) = (ptr::null_mut(), ptr::null_mut());
        assert_eq!(verify(&mut report, &mut error), Status::Panic);
        assert!(report.is_null());
        assert_eq!(code_of(error), "panic");
    }
    // SAFETY: a live handle, freed once.
    unsafe { kyso_context_free(context) };
}

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

#[test]
fn what_is_wrong_is_told_by_status_and_code() {
    let (status, made, error) = context(r#"{"unknown": 1}"#);
    assert_eq!((status, made.is_null()), (Status::Argument, true));
    assert_eq!(code_of(error), "argument");
    let (status, _, error) = context(r#"{"trust": ["/nowhere.pem"]}"#);
    assert_eq!(status, Status::Io);
    assert_eq!(code_of(error), "io-read");
    let (mut made, mut error) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: pointers to live locals and to the literal; the length is refused before anything is read.
    unsafe {
        let bad = b"\xff\xfe";
        assert_eq!(
            kyso_context_new(bad.as_ptr().cast(), 2, &raw mut made, &raw mut error),
            Status::Utf8
        );
        assert_eq!(code_of(error), "utf-8");
        assert_eq!(
            kyso_context_new(
                bad.as_ptr().cast(),
                usize::MAX,
                &raw mut made,
                &raw mut error
            ),
            Status::Argument
        );
        assert_eq!(code_of(error), "argument");
    }
}

#[test]
fn every_kind_of_error_has_a_number_of_its_own() {
    let kinds = [
        (ErrorKind::Argument, 3),
        (ErrorKind::Io, 5),
        (ErrorKind::Unreadable, 6),
        (ErrorKind::Refused, 7),
        (ErrorKind::Key, 8),
        (ErrorKind::Pin, 9),
        (ErrorKind::Unsupported, 10),
        (ErrorKind::Limit, 11),
    ];
    for (kind, number) in kinds {
        assert_eq!(Status::from(kind) as i32, number, "{kind:?}");
    }
}

#[test]
fn a_context_with_images_is_a_new_one_and_wrong_pictures_are_named() {
    let (_, plain, _) = context("");
    let with = |person: &[u8], seal: &[u8]| {
        let (mut made, mut error) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: a live handle, bytes of live slices, live locals.
        let status = unsafe {
            kyso_context_with_images(
                plain,
                person.as_ptr(),
                person.len(),
                seal.as_ptr(),
                seal.len(),
                &raw mut made,
                &raw mut error,
            )
        };
        (status, made, error)
    };
    let mut png = Vec::new();
    let encoder = png::Encoder::new(&mut png, 1, 1);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&[7])
        .unwrap();
    for (person, seal) in [(&png[..], &b""[..]), (b"", &png), (&png, &png), (b"", b"")] {
        let (status, made, _) = with(person, seal);
        assert_eq!(status, Status::Ok);
        // SAFETY: a live handle.
        unsafe { kyso_context_free(made) };
    }
    let (status, made, error) = with(b"\xff\xd8\xff", b"");
    assert_eq!((status, made), (Status::Argument, ptr::null_mut()));
    assert_eq!(code_of(error), "picture-format");
    // SAFETY: a live handle.
    unsafe { kyso_context_free(plain) };
}

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
    assert_eq!(
        verdict,
        super::status::VerdictNumber::from(crate::report::FileVerdict::Unreadable) as i32
    );
}

#[test]
fn a_context_takes_a_password_and_never_tells_it() {
    let (_, plain, _) = context("");
    let password = "mật khẩu";
    let with = |from: *const ContextHandle, bytes: &[u8]| {
        let (mut made, mut error) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: a live handle or NULL, live locals, and as many bytes as are said.
        let status = unsafe {
            kyso_context_with_password(
                from,
                bytes.as_ptr().cast(),
                bytes.len(),
                &raw mut made,
                &raw mut error,
            )
        };
        (status, made, error)
    };
    let (status, made, _) = with(plain, password.as_bytes());
    assert_eq!(status, Status::Ok);
    // SAFETY: a live handle.
    let shown = unsafe { format!("{:?}", (*made).context) };
    assert!(!shown.contains(password), "{shown}");
    let (status, _, error) = with(ptr::null(), b"x");
    assert_eq!((status, code_of(error)), (Status::Null, "null".to_owned()));
    let (status, _, error) = with(plain, b"\xff");
    assert_eq!((status, code_of(error)), (Status::Utf8, "utf-8".to_owned()));
    // SAFETY: each handle once.
    unsafe {
        kyso_context_free(made);
        kyso_context_free(plain);
    }
}

/// The network of a host: gives one certificate, whatever is asked, and counts.
struct Network {
    certificate: Vec<u8>,
    asked: std::sync::Mutex<Vec<String>>,
    limited: std::sync::Mutex<Vec<Status>>,
}

unsafe extern "C" fn answer(
    data: *mut std::ffi::c_void,
    url: *const std::ffi::c_char,
    url_length: usize,
    _: *const u8,
    _: usize,
    max_bytes: u64,
    timeout_ms: u32,
    answer: *const FetchAnswer,
) -> i32 {
    // SAFETY: what the test handed over lives longer than the context; the URL has so many bytes.
    let (network, url) = unsafe {
        let url = std::slice::from_raw_parts(url.cast::<u8>(), url_length);
        (
            &*data.cast::<Network>(),
            String::from_utf8(url.to_vec()).unwrap(),
        )
    };
    assert!(timeout_ms > 0 && max_bytes > 1_000);
    network.asked.lock().unwrap().push(url.clone());
    match url.as_str() {
        "http://n/none" => return 404,
        "http://n/dead" => return -7,
        "http://n/endless" => {
            let block = vec![0; usize::try_from(max_bytes).unwrap()];
            for _ in 0..2 {
                // SAFETY: the answer that the callback was given, and a live buffer.
                let status =
                    unsafe { kyso_fetch_answer_append(answer, block.as_ptr(), block.len()) };
                network.limited.lock().unwrap().push(status);
            }
        }
        _ => {
            for half in network.certificate.chunks(100) {
                // SAFETY: as above.
                let status = unsafe { kyso_fetch_answer_append(answer, half.as_ptr(), half.len()) };
                assert_eq!(status, Status::Ok);
            }
        }
    }
    0
}

#[test]
fn a_host_fetches_with_its_own_network() {
    use crate::{
        asn1::write::tlv,
        cms::testing::{Template, extension},
    };
    let root = Template::authority("Root").self_signed();
    let authority = Template::authority("Authority").issued_by(&root);
    let network = Network {
        certificate: authority.certificate.der().to_vec(),
        asked: std::sync::Mutex::default(),
        limited: std::sync::Mutex::default(),
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), root.certificate.der()).unwrap();
    let settings = serde_json::json!({
        "trust": [file.path()], "revocation": "ignore", "at": "2026-03-05T00:00:00Z", "lang": "en",
    });
    let (status, plain, _) = context(&settings.to_string());
    assert_eq!(status, Status::Ok);
    let (mut with, mut error) = (ptr::null_mut(), ptr::null_mut());
    let data = (&raw const network).cast_mut().cast();
    // SAFETY: a live handle, live locals, and a network that lives to the end.
    let status = unsafe {
        kyso_context_with_fetch(plain, Some(answer), data, &raw mut with, &raw mut error)
    };
    assert_eq!(status, Status::Ok);
    let check = |context: *const ContextHandle, url: &str| -> serde_json::Value {
        let method = b"\x06\x08\x2B\x06\x01\x05\x05\x07\x30\x02";
        let access = tlv(0x30, &[method, &tlv(0x86, &[url.as_bytes()])]);
        let mut person = Template::leaf("Person");
        let access = extension("1.3.6.1.5.5.7.1.1", false, &tlv(0x30, &[&access]));
        person.extensions.push(access);
        let person = person.issued_by(&authority);
        let der = person.certificate.der();
        let (mut report, mut json, mut length) = (ptr::null_mut(), ptr::null(), 0);
        // SAFETY: live handles and locals; the text is read before its report is freed.
        unsafe {
            let none = ptr::null_mut();
            let status =
                kyso_check_certificate(context, der.as_ptr(), der.len(), &raw mut report, none);
            assert_eq!(status, Status::Ok);
            let status = kyso_report_json(report, &raw mut json, &raw mut length);
            assert_eq!(status, Status::Ok);
            let text = std::slice::from_raw_parts(json.cast::<u8>(), length);
            let report_json = serde_json::from_slice(text).unwrap();
            kyso_report_free(report);
            report_json
        }
    };
    assert_eq!(check(with, "http://n/ca")["verdict"], "passed");
    assert_eq!(check(plain, "http://n/ca")["verdict"], "undetermined");
    for (url, code) in [
        ("http://n/none", "NET-003"),
        ("http://n/dead", "NET-002"),
        ("http://n/endless", "NET-004"),
    ] {
        let report = check(with, url);
        assert_eq!(report["verdict"], "undetermined");
        assert_eq!(report["findings"][0]["code"], code, "{report}");
    }
    assert_eq!(
        *network.limited.lock().unwrap(),
        [Status::Ok, Status::Limit]
    );
    assert_eq!(
        network.asked.lock().unwrap().len(),
        4,
        "once each, and none without it"
    );
    // SAFETY: each handle once.
    unsafe {
        kyso_context_free(with);
        kyso_context_free(plain);
    }
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
