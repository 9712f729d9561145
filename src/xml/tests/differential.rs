//! The streaming path, the general path and two libraries of others give the same octets.

use std::{
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use super::super::{
    C14n, Canonical, Document, ElementId, NodeSetStep, Target, canonicalise, canonicalise_set,
};
use crate::{corpora, error::Error};

fn methods() -> Vec<Canonical> {
    let exclusive = |prefixes: &[&str]| C14n::Exclusive {
        prefixes: prefixes.iter().map(|it| (*it).to_owned()).collect(),
    };
    let all = [
        C14n::Inclusive10,
        C14n::Inclusive11,
        exclusive(&[]),
        exclusive(&["p", "#default", "none"]),
    ];
    let both = all.into_iter().flat_map(|algorithm| {
        [false, true].map(|comments| Canonical {
            algorithm: algorithm.clone(),
            comments,
        })
    });
    both.collect()
}

fn streamed(
    document: &Document,
    target: Target,
    without: &[ElementId],
    method: &Canonical,
) -> String {
    let mut octets = Vec::new();
    let mut sink = |part: &[u8]| octets.extend_from_slice(part);
    match canonicalise(document, target, without, method, &mut sink) {
        Ok(()) => String::from_utf8(octets).unwrap(),
        Err(error) => refused(&error),
    }
}

/// What has no canonical form has none on either path.
fn refused(error: &Error) -> String {
    assert_eq!(error.code(), "xml-relative-namespace");
    error.code().to_owned()
}

fn general(
    document: &Document,
    target: Target,
    steps: &[NodeSetStep],
    method: &Canonical,
) -> Option<String> {
    let mut octets = Vec::new();
    let mut sink = |part: &[u8]| octets.extend_from_slice(part);
    match canonicalise_set(document, document, target, steps, method, &mut sink) {
        Ok(()) => Some(String::from_utf8(octets).unwrap()),
        // What it may look at is used up.
        Err(error) if error.code() == "xml-xpath-work" => None,
        Err(error) => Some(refused(&error)),
    }
}

/// White space normalised as XML 1.0 clauses 2.11 and 3.3.3 say, which the library of others forgets in places.
fn normalised(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut made = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        made += before;
        let special = [
            ("<!--", "-->"),
            ("<![CDATA[", "]]>"),
            ("<?", "?>"),
            ("<", ">"),
        ];
        let (_, end) = special
            .into_iter()
            .find(|(start, _)| tag.starts_with(start))
            .unwrap();
        let quoted = end == ">";
        let length = match quoted {
            true => end_of_tag(tag),
            false => tag.find(end).unwrap().saturating_add(end.len()),
        };
        let (tag, behind) = tag.split_at(length);
        made += &match quoted {
            true => tag.replace(['\t', '\n'], " "),
            false => tag.to_owned(),
        };
        rest = behind;
    }
    made + rest
}

fn end_of_tag(tag: &str) -> usize {
    let mut quoted = false;
    let end = tag.find(|c| {
        quoted ^= c == '"';
        c == '>' && !quoted
    });
    end.unwrap().saturating_add(1)
}

/// What a library of others makes of it.
fn others(text: &str, method: &Canonical) -> String {
    use bergshamra_c14n::C14nMode as Mode;
    let mode = match (&method.algorithm, method.comments) {
        (C14n::Inclusive10, false) => Mode::Inclusive,
        (C14n::Inclusive10, true) => Mode::InclusiveWithComments,
        (C14n::Inclusive11, false) => Mode::Inclusive11,
        (C14n::Inclusive11, true) => Mode::Inclusive11WithComments,
        (C14n::Exclusive { .. }, false) => Mode::Exclusive,
        (C14n::Exclusive { .. }, true) => Mode::ExclusiveWithComments,
    };
    let prefixes = match &method.algorithm {
        C14n::Exclusive { prefixes } => prefixes.as_slice(),
        _ => &[],
    };
    let text = normalised(text);
    let octets = bergshamra_c14n::canonicalize(&text, mode, None, prefixes).unwrap();
    String::from_utf8(octets).unwrap()
}

/// Compares the paths over the whole document and some of its elements.
fn compare(document: &Document, of: &str) {
    let mut targets = vec![Target::Document, Target::Element(document.root())];
    let mut element = document.root();
    for _ in 0..4 {
        let children = document.children(element);
        let Some(middle) = children.get(children.len() / 2) else {
            break;
        };
        element = *middle;
        targets.push(Target::Element(element));
    }
    for method in methods() {
        for target in &targets {
            let streamed = streamed(document, *target, &[], &method);
            if let Some(general) = general(document, *target, &[], &method) {
                assert_eq!(streamed, general, "{of} {target:?} {method:?}");
            }
        }
        // Without one of its elements.
        if element != document.root() {
            let steps = [NodeSetStep::Enveloped(element)];
            let streamed = streamed(document, Target::Document, &[element], &method);
            if let Some(general) = general(document, Target::Document, &steps, &method) {
                assert_eq!(streamed, general, "{of} {method:?}");
            }
        }
    }
}

#[test]
fn the_paths_agree_on_every_document_of_the_corpora() {
    let mut read = 0_usize;
    for corpus in [
        "xml-c14n",
        "xml-xmlsec",
        "xml-santuario",
        "xml-signxml",
        "xml-dss",
        "xml-misc",
        "xml-attacks",
        "vn-docs",
    ] {
        let Some(folder) = corpora::folder(corpus) else {
            return;
        };
        files(&folder, &mut |path| {
            let octets = fs::read(path).unwrap();
            if octets.len() > 20_000 {
                return;
            }
            if let Ok(document) = Document::read(Arc::from(octets)) {
                read += 1;
                compare(&document, &path.display().to_string());
            }
        });
    }
    assert!(read > 400, "{read}");
}

fn files(folder: &Path, each: &mut dyn FnMut(&Path)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, each);
        } else {
            each(&path);
        }
    }
}

fn name() -> impl Strategy<Value = String> {
    let prefix = prop_oneof![Just(""), Just(""), Just("p:"), Just("q:")];
    let local = prop_oneof![Just("a"), Just("b"), Just("số")];
    (prefix, local).prop_map(|(prefix, local)| format!("{prefix}{local}"))
}

fn value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("x"),
        Just("é"),
        Just(" "),
        Just("\t"),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("&amp;"),
        Just("&lt;"),
        Just("&gt;"),
        Just("&#13;"),
        Just("&#10;"),
        Just("&#x9;"),
        Just("&quot;"),
        Just("'"),
        Just(">"),
        Just("&#x1D11E;"),
    ];
    prop::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

fn attribute() -> impl Strategy<Value = (String, String)> {
    let space = prop_oneof![Just("u:u"), Just("u:v"), Just("a:a&amp;b")].prop_map(str::to_owned);
    let base = prop_oneof![
        Just(""),
        Just("c"),
        Just("../d"),
        Just("http://h/i/j"),
        Just("/k"),
        Just("..")
    ];
    prop_oneof![
        (prop_oneof![Just("xmlns:p"), Just("xmlns:q")], space.clone())
            .prop_map(|(name, value)| (name.to_owned(), value)),
        prop_oneof![Just(String::new()), space].prop_map(|value| ("xmlns".to_owned(), value)),
        (
            prop_oneof![Just("xml:lang"), Just("xml:space"), Just("xml:id")],
            Just("i")
        )
            .prop_map(|(name, value)| (name.to_owned(), value.to_owned())),
        base.prop_map(|value| ("xml:base".to_owned(), value.to_owned())),
        (name(), value()),
        (name(), value()),
    ]
}

fn element() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        value().prop_map(|value| value.replace('"', "&quot;")),
        value().prop_map(|value| format!("<![CDATA[{value}]]>")),
        Just("<!-- a\r\nb -->".to_owned()),
        Just("<?t  d\r\ne?>".to_owned()),
        Just("<?t?>".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        let attributes = prop::collection::vec(attribute(), 0..5);
        let content = prop::collection::vec(inner, 0..5);
        (name(), attributes, content, any::<bool>()).prop_map(tag)
    })
}

fn tag(
    (name, attributes, content, odd): (String, Vec<(String, String)>, Vec<String>, bool),
) -> String {
    let mut seen: Vec<&str> = Vec::new();
    let mut text = format!("<{name}");
    for (name, value) in &attributes {
        // Both prefixes may stand for one namespace.
        let local = name.rsplit(':').next().unwrap();
        let known = if name.starts_with("xml") {
            name.as_str()
        } else {
            local
        };
        if !seen.contains(&known) {
            seen.push(known);
            let space = if odd { "\r\n" } else { " " };
            text += &format!("{space}{name}{}=\"{value}\"", if odd { " " } else { "" });
        }
    }
    if content.is_empty() && odd {
        return text + "/>";
    }
    text + ">" + &content.concat() + &format!("</{name}{}>", if odd { " " } else { "" })
}

fn document() -> impl Strategy<Value = String> {
    let around = prop_oneof![
        Just(""),
        Just("<!--c-->"),
        Just("<?p q?>\n"),
        Just(" <!--c--> <?p?>")
    ];
    (
        around.clone(),
        prop::collection::vec(element(), 0..6),
        around,
    )
        .prop_map(|(before, content, behind)| {
            let content = content.concat();
            format!("{before}<r xmlns:p='u:u' xmlns:q='u:w' xml:lang='vi'>{content}</r>{behind}")
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn the_paths_agree_on_odd_documents(text in document()) {
        let document = Document::read(Arc::from(text.as_bytes())).unwrap();
        compare(&document, &text);
        for method in methods() {
            let streamed = streamed(&document, Target::Document, &[], &method);
            prop_assert_eq!(&streamed, &others(&text, &method));
            // What is canonical stays as it is.
            let again = Document::read(Arc::from(streamed.as_bytes())).unwrap();
            prop_assert_eq!(&self::streamed(&again, Target::Document, &[], &method), &streamed);
        }
    }
}

/// lxml, which signxml brings: libxml2 canonicalises whole documents as we do.
#[test]
fn libxml2_agrees_on_odd_documents() {
    const COUNT: usize = 400;
    let mut runner = TestRunner::deterministic();
    // It does not escape the names of namespaces.
    let plain = |text: String| text.replace("a:a&amp;b", "a:b");
    let mut draw = || plain(document().new_tree(&mut runner).unwrap().current());
    let texts: Vec<String> = (0..COUNT).map(|_| draw()).collect();
    let all = methods().into_iter();
    // lxml offers no Canonical XML 1.1, which differs in parts of documents only.
    let mut all: Vec<Canonical> = all
        .filter(|method| method.algorithm != C14n::Inclusive11)
        .collect();
    // It leaves out a default namespace of the list that an element with a prefix declares.
    for method in &mut all {
        if let C14n::Exclusive { prefixes } = &mut method.algorithm {
            prefixes.retain(|prefix| prefix != "#default");
        }
    }
    let mut agreed = 0_usize;
    for (text, forms) in texts.iter().zip(by_libxml2(&texts)) {
        let Some(forms) = forms else { continue };
        let document = Document::read(Arc::from(text.as_bytes())).unwrap();
        assert_eq!(forms.len(), all.len());
        for (method, form) in all.iter().zip(forms) {
            let streamed = streamed(&document, Target::Document, &[], method);
            assert_eq!(streamed, form, "{text} {method:?}");
        }
        agreed += 1;
    }
    assert!(agreed > COUNT / 2, "{agreed}");
}

fn by_libxml2(texts: &[String]) -> Vec<Option<Vec<String>>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let installed = root.join("target/venv/bin/python");
    let python = env::var_os("KYSO_PYTHON").map_or(installed, PathBuf::from);
    let mut peer = Command::new(python)
        .arg(root.join("tests/support/lxml_c14n.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("KYSO_PYTHON, or scripts/setup-tests.sh");
    let mut stdin = peer.stdin.take().unwrap();
    stdin
        .write_all(&serde_json::to_vec(texts).unwrap())
        .unwrap();
    drop(stdin);
    let done = peer.wait_with_output().unwrap();
    assert!(done.status.success());
    serde_json::from_slice(&done.stdout).unwrap()
}
