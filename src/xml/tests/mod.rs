mod corpus;
mod differential;
mod hostile;

use std::sync::Arc;

use super::*;

fn read(text: &str) -> Document {
    Document::read(Arc::from(text.as_bytes())).unwrap()
}

fn canonical(document: &Document, target: Target, algorithm: C14n) -> String {
    let method = Canonical {
        algorithm,
        comments: true,
    };
    let mut octets = Vec::new();
    canonicalise(document, target, &[], &method, &mut |part| {
        octets.extend_from_slice(part);
    })
    .unwrap();
    String::from_utf8(octets).unwrap()
}

fn exclusive() -> C14n {
    C14n::Exclusive {
        prefixes: Vec::new(),
    }
}

#[test]
fn elements_are_found_with_their_places() {
    let text = "<?xml version=\"1.0\"?>\r\n<a><b Id='x'>1<c/></b><b>2</b></a>";
    let document = read(text);
    assert_eq!(document.path(document.root()), "/a");
    let found = document.find(&["a", "b"]);
    let texts: Vec<_> = found
        .iter()
        .map(|id| &text[document.element(*id).span()])
        .collect();
    assert_eq!(texts, ["<b Id='x'>1<c/></b>", "<b>2</b>"]);
    assert_eq!(&text[document.element(found[0]).content()], "1<c/>");
    assert_eq!(document.by_id("x", &["Id"]), [(found[0], "Id".to_owned())]);
    assert_eq!(document.by_id("x", &["id"]), []);
    assert_eq!(document.text(found[1]).unwrap(), "2");
    assert!(document.text(found[0]).is_err());
    let inner = document.children(found[0])[0];
    assert_eq!(document.path(inner), "/a/b/c");
    assert_eq!(document.element(inner).parent(), Some(found[0]));
    assert!(document.element(inner).is_empty_tag());
}

#[test]
fn positions_are_those_of_the_file_in_every_encoding() {
    let text = "<a><b>Số ký 𝄞</b><c/></a>";
    let wide = |unit: fn(u16) -> [u8; 2], mark: &[u8]| {
        let units = text.encode_utf16().flat_map(unit);
        mark.iter().copied().chain(units).collect::<Vec<u8>>()
    };
    let files = [
        text.as_bytes().to_vec(),
        [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        wide(u16::to_le_bytes, b"\xFF\xFE"),
        wide(u16::to_be_bytes, b"\xFE\xFF"),
        wide(u16::to_be_bytes, b""),
    ];
    for file in files {
        let document = Document::read(file.clone().into()).unwrap();
        assert_eq!(
            canonical(&document, Target::Document, exclusive()),
            text.replace("<c/>", "<c></c>")
        );
        let last = document.find(&["a", "c"])[0];
        let span = document.element(last).span();
        let here = Document::read(file[span].into()).map(|d| d.path(d.root()));
        let wide = file.len() > text.len() + 3;
        assert!(wide || here.unwrap() == "/c");
    }
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>".to_vec();
    let document = Document::read(latin.into()).unwrap();
    assert_eq!(
        canonical(&document, Target::Document, exclusive()),
        "<a>é</a>"
    );
}

#[test]
fn what_is_not_well_formed_is_refused_with_its_place() {
    for (text, code, offset) in [
        ("", "xml-not-well-formed", Some(0)),
        ("<a>", "xml-not-well-formed", Some(3)),
        ("<a></b>", "xml-not-well-formed", Some(3)),
        ("<a/><b/>", "xml-not-well-formed", Some(4)),
        ("<a/>x", "xml-not-well-formed", Some(4)),
        ("<a b='1' b='2'/>", "xml-not-well-formed", Some(0)),
        ("<a b='1'c='2'/>", "xml-not-well-formed", Some(8)),
        ("<a b=1/>", "xml-not-well-formed", Some(5)),
        ("<a b='<'/>", "xml-not-well-formed", Some(6)),
        ("<a>&lt</a>", "xml-not-well-formed", Some(3)),
        ("<a>&amp;&nbsp;</a>", "xml-not-well-formed", Some(8)),
        ("<a>&#0;</a>", "xml-not-well-formed", Some(3)),
        ("<a>&#+65;</a>", "xml-not-well-formed", Some(3)),
        ("<a>]]></a>", "xml-not-well-formed", Some(3)),
        ("<a>\u{1}</a>", "xml-not-well-formed", Some(3)),
        ("<a>\u{FFFE}</a>", "xml-not-well-formed", Some(3)),
        ("<a><!-- -- --></a>", "xml-not-well-formed", Some(3)),
        (
            "<a><?xml version='1.0'?></a>",
            "xml-not-well-formed",
            Some(3),
        ),
        (" <?xml version='1.0'?><a/>", "xml-not-well-formed", Some(1)),
        ("<p:a/>", "xml-namespace", Some(0)),
        ("<a p:b=''/>", "xml-namespace", Some(0)),
        ("<a xmlns:p=''/>", "xml-namespace", Some(0)),
        (
            "<a xmlns:p='u' xmlns:q='u' p:b='' q:b=''/>",
            "xml-not-well-formed",
            Some(0),
        ),
        ("<!DOCTYPE a><a/>", "xml-dtd", Some(0)),
        ("<?xml version='1.1'?><a/>", "xml-version", None),
        (
            "<?xml version='1.0' encoding='UTF-7'?><a/>",
            "xml-encoding",
            None,
        ),
        (
            "<?xml version='1.0' encoding='UTF-16'?><a/>",
            "xml-encoding",
            None,
        ),
    ] {
        let error = Document::read(Arc::from(text.as_bytes())).unwrap_err();
        assert_eq!(
            (error.code(), error.place().and_then(|place| place.offset)),
            (code, offset),
            "{text}"
        );
    }
    let deep = "<a>".repeat(300);
    let error = Document::read(Arc::from(deep.as_bytes())).unwrap_err();
    assert_eq!(error.code(), "xml-limit");
    let error = Document::read(Arc::from(&b"<a>\xFF</a>"[..])).unwrap_err();
    assert_eq!(error.code(), "xml-not-in-encoding");
}

#[test]
fn the_examples_of_the_recommendation() {
    // Canonical XML 1.0, 3.3 without its DTD.
    let text = "<doc>\r\n <e1   /><e2   ></e2>\n <e3   name = \"elem3\"   id=\"elem3\"   />\n <e5 a:attr=\"out\" b:attr=\"sorted\" attr2=\"all\" attr=\"I'm\"\n xmlns:b=\"http://www.ietf.org\"\n xmlns:a=\"http://www.w3.org\"\n xmlns=\"http://example.org\"/>\n <e6 xmlns=\"\" xmlns:a=\"http://www.w3.org\"><e7 xmlns=\"http://www.ietf.org\"><e8 xmlns=\"\" xmlns:a=\"http://www.w3.org\"/></e7></e6></doc>";
    let want = "<doc>\n <e1></e1><e2></e2>\n <e3 id=\"elem3\" name=\"elem3\"></e3>\n <e5 xmlns=\"http://example.org\" xmlns:a=\"http://www.w3.org\" xmlns:b=\"http://www.ietf.org\" attr=\"I'm\" attr2=\"all\" b:attr=\"sorted\" a:attr=\"out\"></e5>\n <e6 xmlns:a=\"http://www.w3.org\"><e7 xmlns=\"http://www.ietf.org\"><e8 xmlns=\"\"></e8></e7></e6></doc>";
    assert_eq!(
        canonical(&read(text), Target::Document, C14n::Inclusive10),
        want
    );
    // 3.4 characters.
    let text = "<doc><text>First line&#x0d;&#10;Second line</text><value>&#x32;</value><compute><![CDATA[value>\"0\" && value<\"10\" ?\"valid\":\"error\"]]></compute><norm attr=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/></doc>";
    let want = "<doc><text>First line&#xD;\nSecond line</text><value>2</value><compute>value&gt;\"0\" &amp;&amp; value&lt;\"10\" ?\"valid\":\"error\"</compute><norm attr=\" '    &#xD;&#xA;&#x9;   ' \"></norm></doc>";
    assert_eq!(
        canonical(&read(text), Target::Document, C14n::Inclusive10),
        want
    );
}

#[test]
fn what_is_around_an_element_counts_as_each_algorithm_says() {
    let text = "<a xmlns='u:d' xmlns:p='u:p' xml:lang='vi' xml:id='i' xml:base='http://x/y/'><p:b xml:base='../z' q='1'><c/></p:b></a>";
    let document = read(text);
    let target = Target::Element(document.find(&["a", "b"])[0]);
    assert_eq!(
        canonical(&document, target, C14n::Inclusive10),
        "<p:b xmlns=\"u:d\" xmlns:p=\"u:p\" q=\"1\" xml:base=\"../z\" xml:id=\"i\" xml:lang=\"vi\"><c></c></p:b>"
    );
    assert_eq!(
        canonical(&document, target, C14n::Inclusive11),
        "<p:b xmlns=\"u:d\" xmlns:p=\"u:p\" q=\"1\" xml:base=\"http://x/z\" xml:lang=\"vi\"><c></c></p:b>"
    );
    assert_eq!(
        canonical(&document, target, exclusive()),
        "<p:b xmlns:p=\"u:p\" q=\"1\" xml:base=\"../z\"><c xmlns=\"u:d\"></c></p:b>"
    );
    let listed = C14n::Exclusive {
        prefixes: vec!["#default".into(), "none".into()],
    };
    assert_eq!(
        canonical(&document, target, listed),
        "<p:b xmlns=\"u:d\" xmlns:p=\"u:p\" q=\"1\" xml:base=\"../z\"><c></c></p:b>"
    );
}

#[test]
fn watched_elements_are_told_at_their_places() {
    struct Heard(String);
    impl Sink for Heard {
        fn octets(&mut self, octets: &[u8]) {
            self.0.push_str(std::str::from_utf8(octets).unwrap());
        }
        fn enter(&mut self, _: ElementId) {
            self.0.push('[');
        }
        fn leave(&mut self, _: ElementId) {
            self.0.push(']');
        }
    }
    let document = read("<a>1<b>2<c/></b><d/>3</a>");
    let watched = [
        document.find(&["a", "b"])[0],
        document.find(&["a", "b", "c"])[0],
    ];
    let without = document.find(&["a", "d"]);
    let method = Canonical {
        algorithm: C14n::Inclusive10,
        comments: false,
    };
    let mut heard = Heard(String::new());
    canonicalise_watched(
        &document,
        Target::Document,
        &without,
        &watched,
        &method,
        &mut heard,
    )
    .unwrap();
    assert_eq!(heard.0, "<a>1[<b>2[<c></c>]</b>]3</a>");
}

#[test]
fn children_are_the_same_however_often_they_are_asked_for() {
    // Some are noted while the document is read, some are not, and one level has more than are noted.
    for count in [3, 3_000] {
        let text = format!(
            "<a><b>{}</b><c/><b><d><e/><f/></d></b></a>",
            "<x y='1'><z/></x>".repeat(count)
        );
        let document = read(&text);
        for _ in 0..2 {
            let top = document.children(document.root());
            let names: Vec<_> = top.iter().map(|id| document.element(*id).local()).collect();
            assert_eq!(names, ["b", "c", "b"]);
            let [first, empty, last] = *top else { panic!() };
            assert_eq!(document.children(first).len(), count);
            assert!(document.children(empty).is_empty());
            let inner = document.find(&["a", "b", "d", "f"]);
            assert_eq!(inner.len(), 1);
            assert_eq!(document.path(inner[0]), "/a/b/d/f");
            assert_eq!(document.children(last).len(), 1);
        }
    }
}

#[test]
fn a_relative_namespace_name_has_no_canonical_form() {
    let relative = "<a xmlns='u:a'><b Id='1' xmlns:p='../p'><c p:d=''/></b><b Id='2'/></a>";
    for (text, id, refused) in [
        (relative, "1", true),
        // It is not in scope there.
        (relative, "2", false),
        // It is, however deep its declaration stands, and whether it is used or not.
        ("<a><b Id='1'><c><d xmlns:p='p'/></c></b></a>", "1", true),
        ("<a xmlns:p='//p'><b Id='1'/></a>", "1", true),
        // Another one stands for the prefix.
        ("<a xmlns:p='p'><b Id='1' xmlns:p='u:p'/></a>", "1", false),
        // It can be taken back.
        ("<a xmlns='p'><b Id='1' xmlns=''/></a>", "1", false),
        ("<a xmlns='1:p'><b Id='1'/></a>", "1", true),
        ("<a xmlns='u&#58;p'><b Id='1'/></a>", "1", false),
    ] {
        let document = read(text);
        let [(element, _)] = document.by_id(id, &["Id"])[..] else {
            panic!("{text}");
        };
        let target = Target::Element(element);
        for algorithm in [C14n::Inclusive10, C14n::Inclusive11, exclusive()] {
            let method = Canonical {
                algorithm,
                comments: false,
            };
            let mut nothing = |_: &[u8]| {};
            let streamed = canonicalise(&document, target, &[], &method, &mut nothing);
            let general =
                canonicalise_set(&document, &document, target, &[], &method, &mut nothing);
            for made in [streamed, general] {
                let code = made.err().map(|error| error.code());
                let wanted = refused.then_some("xml-relative-namespace");
                assert_eq!(code, wanted, "{text} {id} {method:?}");
            }
        }
    }
}
