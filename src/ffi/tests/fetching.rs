//! A host that fetches with its own network.

use std::{
    ffi::{c_char, c_void},
    ptr, slice,
    sync::Mutex,
};

use super::{
    super::{
        context::{ContextHandle, kyso_context_free},
        fetch::{FetchAnswer, kyso_context_with_fetch, kyso_fetch_answer_append},
        report::{kyso_check_certificate, kyso_report_free, kyso_report_json},
        status::Status,
    },
    context,
};
use crate::{
    asn1::write::tlv,
    cms::testing::{Template, extension},
};

/// The network of a host: gives one certificate, whatever is asked, and counts.
struct Network {
    certificate: Vec<u8>,
    asked: Mutex<Vec<String>>,
    limited: Mutex<Vec<Status>>,
}

unsafe extern "C" fn answer(
    data: *mut c_void,
    url: *const c_char,
    url_length: usize,
    _: *const u8,
    _: usize,
    max_bytes: u64,
    timeout_ms: u32,
    answer: *const FetchAnswer,
) -> i32 {
    // SAFETY: what the test handed over lives longer than the context; the URL has so many bytes.
    let (network, url) = unsafe {
        let url = slice::from_raw_parts(url.cast::<u8>(), url_length);
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
    let root = Template::authority("Root").self_signed();
    let authority = Template::authority("Authority").issued_by(&root);
    let network = Network {
        certificate: authority.certificate.der().to_vec(),
        asked: Mutex::default(),
        limited: Mutex::default(),
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
            let text = slice::from_raw_parts(json.cast::<u8>(), length);
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
