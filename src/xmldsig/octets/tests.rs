//! One pass with forked digests gives what a pass for each reference gives.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::crypto::{DigestState, TestProvider};

const DIGESTS: [&str; 2] = [
    "http://www.w3.org/2001/04/xmlenc#sha256",
    "http://www.w3.org/2001/04/xmlenc#sha512",
];

const TRANSFORMS: [&str; 5] = [
    "",
    "<Transform Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-signature'/>",
    "<Transform Algorithm='http://www.w3.org/2000/09/xmldsig#enveloped-signature'/>\
     <Transform Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'/>",
    "<Transform Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#WithComments'/>",
    "<Transform Algorithm='http://www.w3.org/TR/1999/REC-xpath-19991116'>\
     <XPath xmlns:s='http://www.w3.org/2000/09/xmldsig#'>not(ancestor-or-self::s:Signature)</XPath></Transform>",
];

/// What a document is made of.
#[derive(Clone, Debug)]
enum Piece {
    Text(&'static str),
    /// An element with an id.
    Element(Vec<Piece>),
    /// A signature with its references, and what its Object holds.
    Signature(Vec<Wanted>, Vec<Piece>),
}

/// A reference: to the document or to one of the elements, by number.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    target: Option<usize>,
    transforms: usize,
    digest: usize,
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let target = prop_oneof![Just(None), (0_usize..6).prop_map(Some)];
    (target, 0..TRANSFORMS.len(), 0..DIGESTS.len()).prop_map(|(target, transforms, digest)| {
        Wanted {
            target,
            transforms,
            digest,
        }
    })
}

fn piece() -> impl Strategy<Value = Piece> {
    let text = prop_oneof![
        Just("x"),
        Just("<b c='1'  a=\"&gt;\"/>"),
        Just("<!-- c -->"),
        Just("\r\n"),
        Just("<p:q xmlns:p='u:p' p:r=''><p:s/></p:q>"),
    ];
    text.prop_map(Piece::Text)
        .prop_recursive(4, 30, 5, |inner| {
            let content = prop::collection::vec(inner, 0..5);
            let references = prop::collection::vec(wanted(), 1..4);
            prop_oneof![
                content.clone().prop_map(Piece::Element),
                (references, content)
                    .prop_map(|(references, content)| { Piece::Signature(references, content) }),
            ]
        })
}

fn write(pieces: &[Piece], elements: &mut usize, text: &mut String) {
    for piece in pieces {
        match piece {
            Piece::Text(it) => text.push_str(it),
            Piece::Element(content) => {
                *text += &format!("<e Id='e{elements}'>");
                *elements = elements.saturating_add(1);
                write(content, elements, text);
                *text += "</e>";
            }
            Piece::Signature(references, content) => {
                *text += "<Signature xmlns='http://www.w3.org/2000/09/xmldsig#'><SignedInfo>\
                     <CanonicalizationMethod Algorithm='http://www.w3.org/2001/10/xml-exc-c14n#'/>\
                     <SignatureMethod Algorithm='http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'/>";
                for one in references {
                    let target = one.target.map_or_else(String::new, |it| format!("#e{it}"));
                    let transforms = match TRANSFORMS[one.transforms] {
                        "" => String::new(),
                        all => format!("<Transforms>{all}</Transforms>"),
                    };
                    *text += &format!(
                        "<Reference URI='{target}'>{transforms}<DigestMethod Algorithm='{}'/>\
                         <DigestValue>AAAA</DigestValue></Reference>",
                        DIGESTS[one.digest]
                    );
                }
                *text += "</SignedInfo><SignatureValue>AAAA</SignatureValue><Object xmlns:o='u:o'>";
                write(content, elements, text);
                *text += "</Object></Signature>";
            }
        }
    }
}

/// The digest as one canonicalisation of its own gives it, and nothing else but that.
fn separately(document: &Document, selection: &Selection, reference: &Reference) -> Digest {
    let mut method = implied();
    for transform in &reference.transforms {
        if let Transform::Canonical(wanted) = transform {
            method = wanted.clone();
        }
    }
    method.comments = selection.comments;
    let algorithm = reference.digest.named.value().unwrap();
    let mut state: Box<dyn DigestState> = TestProvider.digest(algorithm).unwrap();
    let (target, without) = (selection.node.unwrap(), &selection.without);
    crate::xml::canonicalise(document, target, without, &method, &mut |octets| {
        state.update(octets);
    })
    .unwrap();
    state.finish()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn forked_digests_are_those_of_passes_apart(pieces in prop::collection::vec(piece(), 1..6)) {
        let mut text = String::from("<r xmlns:n='u:n' xml:lang='vi'>");
        write(&pieces, &mut 0, &mut text);
        text += "</r>";
        let document = Document::read(Arc::from(text.as_bytes())).unwrap();
        let elements = document.named(crate::xmldsig::uri::DSIG, "Signature");
        let read: Vec<Signature> = elements
            .iter()
            .map(|element| Signature::read(&document, *element).unwrap())
            .collect();
        let all: Vec<(&Signature, &Reference)> = read
            .iter()
            .flat_map(|signature| signature.references.iter().map(move |one| (signature, one)))
            .collect();
        let provider = TestProvider;
        let outside = Outside {
            references: None,
            cid: crate::options::CidOctets::default(),
            ids: &[],
        };
        let watch = Watch::default();
        let mut together = Workshop::new(&document, &provider, outside, &watch);
        let together = together.digest(&all).unwrap();
        for ((signature, reference), digested) in all.iter().zip(&together) {
            let mut alone = Workshop::new(&document, &provider, outside, &watch);
            let alone = alone.digest(&[(*signature, *reference)]).unwrap().remove(0);
            prop_assert_eq!(&alone.selection, &digested.selection, "{}", text);
            match (&alone.outcome, &digested.outcome) {
                (Ok(alone), Ok(forked)) => {
                    prop_assert_eq!(alone.as_bytes(), forked.as_bytes(), "{}", text);
                    if !digested.selection.filtered {
                        let plain = separately(&document, &digested.selection, reference);
                        prop_assert_eq!(plain.as_bytes(), forked.as_bytes(), "{}", text);
                    }
                }
                (Err(_), Err(_)) => {}
                _ => prop_assert!(false, "{text}"),
            }
        }
    }
}
