//! What the tests of the command line and of the judges cannot bring about: keys with faults, and cancelling.

use std::{ops::ControlFlow, sync::Arc};

use super::{Template, code, context, key, key_of};
use crate::{
    sign::sign_xml,
    source::{MemorySource, Source},
};

fn invoice() -> Arc<dyn Source> {
    let text = "<HDon><DLHDon Id=\"_1\"/><DSCKS><NBan/></DSCKS></HDon>";
    Arc::new(MemorySource::new(text.as_bytes().to_vec()))
}

#[test]
fn a_wrong_value_never_leaves() {
    let flipped = key_of(Template::leaf("A"), |value| {
        if let Some(last) = value.last_mut() {
            *last ^= 1;
        }
    });
    let short = key_of(Template::leaf("A"), |value| value.truncate(9));
    for wrong in [flipped, short] {
        let error = code(sign_xml(&context(|_| {}), invoice(), &wrong));
        assert_eq!(error, "signature-not-confirmed");
    }
}

#[test]
fn it_can_be_cancelled_before_the_key_is_used() {
    for stop_at in 0..3 {
        let calls = std::sync::atomic::AtomicUsize::new(0);
        let context = context(|_| {}).with_progress(Arc::new(move |_| {
            match calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed) {
                call if call == stop_at => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        }));
        let used = key("A");
        let error = code(sign_xml(&context, invoice(), &used));
        assert_eq!(error, "cancelled", "{stop_at}");
    }
}

#[test]
fn a_part_of_a_document_is_told_to_be_a_part() {
    let source = || -> Arc<dyn Source> {
        let text = "<a><b Id=\"part\"/></a>";
        Arc::new(MemorySource::new(text.as_bytes().to_vec()))
    };
    for (references, told) in [
        (&[][..], false),
        (&["#part"], true),
        (&["#part", ""], false),
    ] {
        let context = context(|o| {
            o.reference = references.iter().map(|text| (*text).to_owned()).collect();
        });
        let signed = sign_xml(&context, source(), &key("A")).unwrap();
        let codes: Vec<_> = signed.findings().iter().map(|it| it.code()).collect();
        assert_eq!(codes.contains(&"XML-SIGN-003"), told, "{references:?}");
    }
}
