//! Documents that are made to cost: refused by name, or read in linear time. Bounds are CPU time, for code that is not optimised.

use std::{sync::Arc, time::Duration};

use super::super::{C14n, Canonical, Document, Target, canonicalise};
use crate::{cpu::thread_time, error::Result};

/// Ten times what was measured.
const MOST: Duration = Duration::from_secs(20);

fn within<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let from = thread_time();
    let result = work();
    let took = thread_time().saturating_sub(from);
    assert!(took < MOST, "{what}: {took:?}");
    result
}

/// Reads a document, and canonicalises it in every way.
fn all_ways(text: &str) -> Result<Document> {
    let document = Document::read(Arc::from(text.as_bytes()))?;
    let exclusive = C14n::Exclusive {
        prefixes: vec!["p1".to_owned()],
    };
    for algorithm in [C14n::Inclusive10, C14n::Inclusive11, exclusive] {
        let method = Canonical {
            algorithm,
            comments: true,
        };
        canonicalise(&document, Target::Document, &[], &method, &mut |_| {})?;
    }
    Ok(document)
}

fn code(what: &str, text: &str) -> &'static str {
    within(what, || match all_ways(text) {
        Ok(_) => "read",
        Err(error) => error.code(),
    })
}

/// About a million octets.
fn many(piece: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        if text.len() > 1_000_000 {
            break;
        }
        text += &piece(number);
    }
    text
}

#[test]
fn a_million_namespaces() {
    let declared = many(|number| format!(" xmlns:p{number}='u:{number}'"));
    assert_eq!(
        code("at one element", &format!("<a{declared}/>")),
        "xml-limit"
    );
    let nested = many(|number| format!("<a xmlns:p{number}='u'>"));
    assert_eq!(code("one in another", &nested), "xml-limit");
    let beside = many(|number| format!("<a xmlns:p{number}='u:{number}'/>"));
    assert_eq!(code("side by side", &format!("<a>{beside}</a>")), "read");
    // As many as there may be, and each looked for again and again.
    let most: String = (0..120)
        .map(|number| format!(" xmlns:p{number}='u:{number}'"))
        .collect();
    let used = many(|number| format!("<p{}:a/>", number % 120));
    assert_eq!(code("used", &format!("<a{most}>{used}</a>")), "read");
    let long = "u".repeat(100_000);
    assert_eq!(code("long", &format!("<a xmlns='{long}'/>")), "xml-limit");
}

#[test]
fn attributes_beyond_measure() {
    let huge = "x".repeat(1_000_000);
    assert_eq!(code("one", &format!("<a b='{huge}'/>")), "read");
    let references = "&#60;".repeat(200_000);
    assert_eq!(
        code("of references", &format!("<a b='{references}'/>")),
        "read"
    );
    let some: String = (0..200).map(|number| format!(" a{number}=''")).collect();
    let elements = many(|_| format!("<a{some}/>"));
    assert_eq!(
        code("at many elements", &format!("<a>{elements}</a>")),
        "read"
    );
    let million = many(|number| format!(" a{number}=''"));
    assert_eq!(code("a million", &format!("<a{million}/>")), "xml-limit");
    assert_eq!(code("a long name", &format!("<{huge}/>")), "read");
}

#[test]
fn depth_and_odd_text() {
    let deep = "<a>".repeat(300_000);
    assert_eq!(code("deep", &deep), "xml-limit");
    let inside = format!("{}{}", "<a>".repeat(250), "</a>".repeat(250)).repeat(400);
    assert_eq!(
        code("deep again and again", &format!("<r>{inside}</r>")),
        "read"
    );
    for (what, piece) in [
        ("brackets", "]"),
        ("sections", "<![CDATA[]]>"),
        ("comments", "<!---->"),
        ("instructions", "<?p?>"),
        ("references", "&#x10FFFF;"),
        ("line ends", "\r"),
    ] {
        let text = format!("<a>{}</a>", piece.repeat(1_000_000 / piece.len()));
        assert_eq!(code(what, &text), "read");
    }
    for unfinished in ["<!--", "<![CDATA[", "<?p ", "<a b='", "<a><b>]]", "&#"] {
        let text = format!("<a>{}", unfinished.repeat(100_000));
        assert_ne!(code(unfinished, &text), "read");
    }
}

#[test]
fn ids_and_names_that_are_looked_for_ten_thousand_times() {
    // The outermost tag is long, and everybody asks it for a namespace.
    let long = "x".repeat(300_000);
    let elements = many(|number| format!("<p:b Id='i{number}'><p:c/></p:b><b Id='same'/>"));
    let text = format!("<a xmlns:p='u:u' b='{long}'>{elements}</a>");
    let document = Document::read(Arc::from(text.as_bytes())).unwrap();
    within("ids", || {
        for number in 0..10_000 {
            let found = document.by_id(&format!("i{number}"), &["Id", "ID", "id", "xml:id"]);
            let [(id, name)] = found.as_slice() else {
                panic!("{number}: {found:?}");
            };
            let element = document.element(*id);
            assert_eq!((element.namespace(), name.as_str()), (Some("u:u"), "Id"));
            assert_eq!(
                element.attribute(None, "Id").as_deref(),
                Some(&*format!("i{number}"))
            );
            assert_eq!(document.path(*id), "/a/b");
            assert_eq!(document.children(*id).len(), 1);
            let method = Canonical {
                algorithm: C14n::Inclusive10,
                comments: false,
            };
            let mut length = 0;
            let mut sink = |part: &[u8]| length += part.len();
            canonicalise(&document, Target::Element(*id), &[], &method, &mut sink).unwrap();
            assert!(length < 80);
        }
        for _ in 0..10_000 {
            assert!(document.by_id("same", &["Id", "ID"]).len() > 1);
            assert!(document.by_id("none", &["Id"]).is_empty());
        }
    });
    within("names", || {
        assert!(document.named("u:u", "b").len() > 10_000);
        assert!(document.find(&["a", "b"]).len() > 20_000);
        assert!(document.named("v", "c").is_empty());
    });
}

#[test]
fn an_id_is_found_by_its_attribute_and_value() {
    let text = "<a Id='x' ID='y'><b id='x' p:Id='z' xmlns:p='u'/><c xml:id='x'/><d k='x'/></a>";
    let document = Document::read(Arc::from(text.as_bytes())).unwrap();
    let found = |value: &str, names: &[&str]| {
        let found = document.by_id(value, names);
        let found = found
            .iter()
            .map(|(id, name)| format!("{}@{name}", document.path(*id)));
        found.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(found("x", &["Id", "id", "ID"]), "/a@Id /a/b@id");
    assert_eq!(
        found("x", &["xml:id", "k", "Id"]),
        "/a@Id /a/c@xml:id /a/d@k"
    );
    assert_eq!(found("y", &["Id"]), "");
    assert_eq!(found("z", &["p:Id"]), "/a/b@p:Id");
}
