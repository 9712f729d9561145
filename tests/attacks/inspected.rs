//! `inspect` shows what each revision changed, so that a person can see why a signature fails.

use std::{
    ops::ControlFlow,
    sync::{Arc, Mutex},
};

use kyso::{Lang, MemorySource, Progress, Stage, inspect};
use serde_json::Value;

use crate::pdf::{Demo, Pdf, stream};

fn shown(pdf: &Pdf) -> (Value, String) {
    let source = Arc::new(MemorySource::new(pdf.0.clone()));
    let inspection = inspect(&Demo::get().context, source, Some("x.pdf")).unwrap();
    let json = serde_json::from_str(&inspection.to_json(Lang::En)).unwrap();
    (json, inspection.to_text(Lang::En))
}

/// `did what of keys` of each change of a revision, counted from 1.
fn changes(json: &Value, revision: usize) -> Vec<String> {
    let changes = json["revisions"][revision - 1]["changes"].as_array();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let one = |change: &Value| {
        let keys: Vec<_> = change["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(text)
            .collect();
        let (did, what) = (text(&change["did"]), text(&change["what"]));
        format!("{did} {what} {} {}", text(&change["of"]), keys.join(","))
    };
    changes.unwrap().iter().map(one).collect()
}

#[test]
fn changes_are_told_by_what_they_are() {
    let pdf = Pdf::form().signed().signed_again("Second");
    let (json, text) = shown(&pdf);
    assert_eq!(changes(&json, 1), Vec::<String>::new());
    assert_eq!(json["revisions"][0]["level"], Value::Null);
    assert_eq!(json["revisions"][1]["level"], Value::Null);
    assert_eq!(json["revisions"][2]["level"], "signatures");
    let third = changes(&json, 3);
    assert!(
        third.contains(&"replaced signature-field Second V,AP".to_owned()),
        "{third:?}"
    );
    assert!(
        third.contains(&"added signature Second ".to_owned()),
        "{third:?}"
    );
    assert!(text.contains("level: signatures"), "{text}");
    assert!(text.contains("(/V /AP) [rule: signature]"), "{text}");
    // An attack: content, a font's program, a field, what is freed, what is the same.
    let attack = pdf
        .later()
        .set(4, &stream("", "BT (900) Tj ET"))
        .set(9, &pdf.object(9))
        .set(11, &pdf.object_but(11, "(100)", "(900)"))
        .set(pdf.free(), "<< /S /JavaScript /JS (x) >>")
        .free(32)
        .done();
    let (json, text) = shown(&attack);
    assert_eq!(json["revisions"][3]["level"], "forbidden");
    assert_eq!(
        changes(&json, 4),
        [
            "replaced content 1 Length,data",
            "repeated font ToUnicode ",
            "replaced field Sum V",
            "freed font CharProcs ",
            "added action - ",
        ]
    );
    let findings = json["revisions"][3]["changes"][0]["findings"]
        .as_array()
        .unwrap();
    assert_eq!(findings[0]["code"], "PDF-DIFF-002");
    assert!(text.contains("content of page 1 (/Length data)"), "{text}");
    assert!(text.contains("level: FORBIDDEN"), "{text}");
}

#[test]
fn inspect_tells_how_far_it_is_and_can_be_cancelled() {
    let pdf = Pdf(Demo::get().six.clone());
    let told: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let watching = |cancel: bool| {
        let told = Arc::clone(&told);
        told.lock().unwrap().clear();
        Demo::get().context.with_progress(Arc::new(move |progress| {
            told.lock().unwrap().push(progress);
            match cancel {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }))
    };
    let source = || Arc::new(MemorySource::new(pdf.0.clone()));
    inspect(&watching(false), source(), None).unwrap();
    let seen = told.lock().unwrap().clone();
    let done: Vec<_> = seen.iter().map(|told| told.done).collect();
    assert!(
        seen.iter()
            .all(|told| told.stage == Stage::Inspecting && told.total == 7)
    );
    assert_eq!(done, [0, 1, 2, 3, 4, 5, 6, 7]);
    let cancelled = inspect(&watching(true), source(), None).unwrap_err();
    assert_eq!(cancelled.code(), "cancelled");
}
