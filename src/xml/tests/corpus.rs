//! The interoperability sets of Canonical XML 1.0 and 1.1 and of its exclusive form, as they came from their authors.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::super::{
    C14n, Canonical, Document, ElementId, NodeSetStep, Target, canonicalise, canonicalise_set,
    general::canonicalise_nodes,
};
use crate::{
    corpora,
    error::{Error, ErrorKind, Result},
    ledger,
    text::rules::xml as rules,
};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const FILTER2: &str = "http://www.w3.org/2002/06/xmldsig-filter2";

#[test]
fn the_sets_come_out_octet_for_octet() {
    let Some(folder) = corpora::folder("xml-c14n") else {
        return;
    };
    let mut found = BTreeMap::new();
    let mut checked = 0_usize;
    let mut hold = |name: String, made: Result<Vec<u8>>, wanted: Vec<u8>| {
        checked += 1;
        match made {
            Ok(made) if made == wanted => {}
            Ok(made) => {
                let at = made
                    .iter()
                    .zip(&wanted)
                    .take_while(|(one, other)| one == other);
                let at = at.count();
                let near = |octets: &[u8]| {
                    let from = at.saturating_sub(30).min(octets.len());
                    let part = &octets[from..(at + 50).min(octets.len())];
                    String::from_utf8_lossy(part).into_owned()
                };
                let what = format!("{:?}, not {:?}", near(&made), near(&wanted));
                found.insert(name, what);
            }
            Err(error) => {
                found.insert(name, error.code().to_owned());
            }
        }
    };
    for (signature, output) in [
        ("merlin-c14n-three/signature.xml", "merlin-c14n-three"),
        (
            "merlin-exc-c14n-one/exc-signature.xml",
            "merlin-exc-c14n-one",
        ),
        ("interop/c14n/Y1/exc-signature.xml", "interop/c14n/Y1"),
        (
            "interop/c14n/Y2/signature-joseph-exc.xml",
            "interop/c14n/Y2",
        ),
        ("interop/c14n/Y3/signature.xml", "interop/c14n/Y3"),
        ("interop/c14n/Y5/signature.xml", "interop/c14n/Y5"),
    ] {
        for (number, wanted) in outputs(&folder.join(output)) {
            let made = referenced(&folder.join(signature), number);
            hold(format!("{output}/c14n-{number}.txt"), made, wanted);
        }
    }
    for (name, wanted) in files(&folder.join("w3c-c14n11"), ".output") {
        let made = selected(&folder.join("w3c-c14n11"), &name);
        hold(format!("w3c-c14n11/{name}"), made, wanted);
    }
    for (name, wanted) in files(&folder.join("santuario/in"), "_c14n.xml") {
        let input = name.replace("_c14n.xml", "_input.xml");
        // One output is that of an element within.
        let made = read(&folder.join("santuario/in").join(input)).and_then(|document| {
            let found = document.named(DSIG, "Object").first().copied();
            let target = found.map_or(Target::Document, Target::Element);
            part(&document, target, C14n::Inclusive10)
        });
        hold(format!("santuario/in/{name}"), made, wanted);
    }
    assert!(checked > 100, "{checked}");
    ledger::hold(include_str!("../../../tests/ledger/c14n.tsv"), &found);
}

fn read(path: &Path) -> Result<Document> {
    // Some inputs were left out of the sets.
    let octets = fs::read(path).map_err(|_| Error::new(ErrorKind::Io, &rules::NOT_TEXT))?;
    Document::read(Arc::from(octets))
}

fn part(document: &Document, target: Target, algorithm: C14n) -> Result<Vec<u8>> {
    let method = Canonical {
        algorithm,
        comments: false,
    };
    let mut octets = Vec::new();
    let mut sink = |part: &[u8]| octets.extend_from_slice(part);
    canonicalise(document, target, &[], &method, &mut sink)?;
    Ok(octets)
}

fn files(folder: &Path, end: &str) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(end)).collect();
    names.sort_unstable();
    let octets = |name: &String| fs::read(folder.join(name)).unwrap();
    names
        .iter()
        .map(|name| (name.clone(), octets(name)))
        .collect()
}

/// What is said to be digested for each reference.
fn outputs(folder: &Path) -> Vec<(usize, Vec<u8>)> {
    let number = |name: &str| {
        let number = name.strip_prefix("c14n-")?.strip_suffix(".txt")?;
        number.parse().ok()
    };
    let all = files(folder, ".txt").into_iter();
    all.filter_map(|(name, octets)| Some((number(&name)?, octets)))
        .collect()
}

/// An output of Canonical XML 1.1: `xmlbase-prop-1.xpath` over `xmlbase-prop-input.xml`, in the words of several authors.
fn selected(folder: &Path, output: &str) -> Result<Vec<u8>> {
    let stem = output.strip_suffix(".output").unwrap();
    let parts: Vec<&str> = stem.split('-').collect();
    let numbered = parts
        .iter()
        .rposition(|part| part.bytes().all(|it| it.is_ascii_digit()));
    let numbered = numbered.unwrap();
    let input = folder.join(format!("{}-input.xml", parts[..numbered].join("-")));
    let expression = folder.join(format!("{}.xpath", parts[..=numbered].join("-")));
    let document = read(&input)?;
    let resolve = |prefix: &str| match prefix {
        "ietf" => Some("http://www.ietf.org".to_owned()),
        "w3c" => Some("http://www.w3.org".to_owned()),
        _ => None,
    };
    let method = Canonical {
        algorithm: C14n::Inclusive11,
        comments: false,
    };
    let expression =
        fs::read_to_string(expression).map_err(|_| Error::new(ErrorKind::Io, &rules::NOT_TEXT))?;
    let mut octets = Vec::new();
    let mut sink = |part: &[u8]| octets.extend_from_slice(part);
    canonicalise_nodes(&document, &expression, &resolve, &method, &mut sink)?;
    Ok(octets)
}

/// What a reference of a signature digests.
fn referenced(path: &Path, number: usize) -> Result<Vec<u8>> {
    let holder = read(path)?;
    let references = holder.named(DSIG, "Reference");
    let Some(reference) = references.get(number).copied() else {
        return signed_info(&holder);
    };
    let uri = holder.element(reference).attribute(None, "URI").unwrap();
    let other: PathBuf = path.with_file_name(&*uri);
    let outside = match uri.is_empty() || uri.starts_with('#') {
        true => None,
        false => Some(read(&other)?),
    };
    let document = outside.as_ref().unwrap_or(&holder);
    let (target, comments) = match &*uri {
        "" => (Target::Document, false),
        "#xpointer(/)" => (Target::Document, true),
        pointer if pointer.starts_with('#') => {
            let id = pointer
                .trim_start_matches("#xpointer(id('")
                .trim_start_matches('#');
            let id = id.trim_end_matches("'))");
            let found = holder.by_id(id, &["Id", "id", "ID", "xml:id"]);
            (Target::Element(found[0].0), pointer.contains('('))
        }
        _ => (Target::Document, true),
    };
    let mut method = Canonical {
        algorithm: C14n::Inclusive10,
        comments: false,
    };
    let mut steps = Vec::new();
    for transform in holder.named(DSIG, "Transform") {
        let parents = [holder.element(transform).parent()];
        let around = parents[0].and_then(|it| holder.element(it).parent());
        if around == Some(reference) {
            step(&holder, transform, &mut steps, &mut method);
        }
    }
    method.comments &= comments;
    let mut octets = Vec::new();
    let mut sink = |part: &[u8]| octets.extend_from_slice(part);
    if steps.is_empty() {
        canonicalise(document, target, &[], &method, &mut sink)?;
    }
    let mut again = Vec::new();
    let mut sink = |part: &[u8]| again.extend_from_slice(part);
    canonicalise_set(document, &holder, target, &steps, &method, &mut sink)?;
    let agree = octets.is_empty() || octets == again;
    Ok(if agree {
        again
    } else {
        b"the paths differ".to_vec()
    })
}

/// The last output is that of SignedInfo.
fn signed_info(holder: &Document) -> Result<Vec<u8>> {
    let mut method = Canonical {
        algorithm: C14n::Inclusive10,
        comments: false,
    };
    let canonicalisation = holder.named(DSIG, "CanonicalizationMethod")[0];
    step(holder, canonicalisation, &mut Vec::new(), &mut method);
    let target = Target::Element(holder.named(DSIG, "SignedInfo")[0]);
    let mut octets = Vec::new();
    let mut sink = |part: &[u8]| octets.extend_from_slice(part);
    canonicalise(holder, target, &[], &method, &mut sink)?;
    Ok(octets)
}

fn step(
    holder: &Document,
    transform: ElementId,
    steps: &mut Vec<NodeSetStep>,
    method: &mut Canonical,
) {
    let algorithm = holder
        .element(transform)
        .attribute(None, "Algorithm")
        .unwrap();
    let (name, comments) = match algorithm.split_once('#') {
        Some((name, "WithComments")) => (name, true),
        Some((name, _)) => (name, false),
        None => (&*algorithm, false),
    };
    let inside = holder.children(transform);
    match name {
        "http://www.w3.org/TR/1999/REC-xpath-19991116" => {
            steps.push(NodeSetStep::XPath(inside[0]));
            return;
        }
        FILTER2 => {
            steps.push(NodeSetStep::Filter2(inside));
            return;
        }
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => {
            method.algorithm = C14n::Inclusive10;
        }
        "http://www.w3.org/2006/12/xml-c14n11" => method.algorithm = C14n::Inclusive11,
        name if EXCLUSIVE.starts_with(name) => {
            let listed = inside.first().and_then(|list| {
                let list = holder.element(*list).attribute(None, "PrefixList")?;
                Some(list.split_whitespace().map(str::to_owned).collect())
            });
            method.algorithm = C14n::Exclusive {
                prefixes: listed.unwrap_or_default(),
            };
        }
        _ => unreachable!("no such transform in the sets"),
    }
    method.comments = comments;
}
