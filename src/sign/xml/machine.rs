//! The steps of signing XML.
//!
//! The signature goes into the document with stand-ins for its digests, and the document is read again: what is
//! digested is what readers will find, with all that it inherits there.

use std::sync::Arc;

use super::{
    confirm,
    edit::{self, What},
    outside, place,
    plan::Plan,
    settings::canonical,
};
use crate::{
    context::Context,
    crypto::{Digest, DigestAlgorithm},
    error::{Error, ErrorKind, Result},
    progress::Stage,
    sign::{
        planned::Identity,
        signed::{Appended, Signed},
        steps::{Prepared, Step, Steps, out_of_order},
    },
    source::MemorySource,
    text::rules,
    xml::{self, C14n, Canonical, Document, ElementId, Target},
    xmldsig::{
        base64,
        build::{self, Draft, Reference, Transform},
        profile,
        uri::DSIG,
    },
};

/// How far it is.
enum State {
    Planned,
    /// All but the value of the signature over these octets.
    Waiting(Box<Draft>, Vec<u8>),
    Made(Made),
}

/// The whole document.
pub(super) struct Made {
    pub(super) octets: Arc<[u8]>,
    /// Where the signature begins.
    pub(super) start: usize,
    /// The references as they were written.
    pub(super) references: Vec<Reference>,
}

/// The state between steps.
pub(super) struct Signing<'a> {
    pub(super) context: &'a Context,
    pub(super) identity: Identity,
    pub(super) plan: Plan,
    state: State,
}

impl Steps for Signing<'_> {
    fn next(&mut self) -> Result<Step> {
        match self.state {
            State::Planned => {}
            State::Waiting(..) => return Err(out_of_order()),
            State::Made(_) => return Ok(Step::Done),
        }
        let algorithm = self.identity.algorithm;
        let unsupported = || {
            Error::new(ErrorKind::Unsupported, &rules::sign::KEY_TYPE)
                .with("")
                .with(algorithm)
        };
        let mut draft = self.plan.template.draft().ok_or_else(unsupported)?;
        let (octets, start) = self.assembled(&draft)?;
        let document = Document::read(octets.into())?;
        let signature = find(&document, start).ok_or_else(out_of_order)?;
        let digests: Vec<String> = draft
            .references
            .iter()
            .enumerate()
            .map(|(index, reference)| {
                let digest = self.digest(&document, signature, index, reference)?;
                Ok(base64::encode(digest.as_bytes()))
            })
            .collect::<Result<_>>()?;
        let signed_info = profile::below(&document, signature, &["SignedInfo"]);
        let signed_info = *signed_info.first().ok_or_else(out_of_order)?;
        let mut to_sign = Vec::new();
        xml::canonicalise(
            &document,
            Target::Element(signed_info),
            &[],
            &canonical(self.plan.template.c14n),
            &mut |octets| to_sign.extend_from_slice(octets),
        )?;
        let to_sign = draft.fill_canonical(to_sign, &digests);
        let to_sign = to_sign.ok_or_else(out_of_order)?;
        draft.fill(&digests);
        self.plan.watch.tell(Stage::Signing, 0, 1)?;
        self.state = State::Waiting(Box::new(draft), to_sign.clone());
        Ok(Step::Sign(Prepared {
            key: 0,
            algorithm,
            to_sign,
        }))
    }

    fn complete(&mut self, signature: &[u8]) -> Result<()> {
        let waiting = std::mem::replace(&mut self.state, State::Planned);
        let State::Waiting(draft, signed) = waiting else {
            return Err(out_of_order());
        };
        let algorithm = &self.identity.algorithm;
        let key = self.identity.certificate.public_key();
        let wrong = || {
            Error::new(ErrorKind::Key, &rules::sign::NOT_CONFIRMED)
                .with(&self.plan.place)
                .with("SignatureValue")
        };
        let key = key.ok_or_else(wrong)?;
        key.verify(algorithm, &signed, signature)
            .map_err(|_| wrong())?;
        let raw = build::raw(algorithm, key.key_type(), signature).ok_or_else(wrong)?;
        let value = base64::encode(&raw);
        let mut draft = *draft;
        draft.text.insert_str(draft.value, &value);
        let behind = draft.value;
        draft.content = draft.content.map(|at| match at > behind {
            true => at + value.len(),
            false => at,
        });
        let (octets, start) = self.assembled(&draft)?;
        self.state = State::Made(Made {
            octets: octets.into(),
            start,
            references: draft.references,
        });
        Ok(())
    }
}

impl<'a> Signing<'a> {
    pub(super) fn new(context: &'a Context, identity: Identity, plan: Plan) -> Self {
        Self {
            context,
            identity,
            plan,
            state: State::Planned,
        }
    }

    /// Checks what was made as somebody else would, and gives it out.
    pub(super) fn finish(self) -> Result<Signed> {
        let State::Made(made) = &self.state else {
            return Err(out_of_order());
        };
        self.plan.watch.tell(Stage::Signing, 1, 1)?;
        confirm::all(&self, made)?;
        let source = MemorySource::new(made.octets.clone());
        let source = Appended::new(Arc::new(source), Vec::new());
        Ok(Signed::new(source, self.plan.findings, self.plan.watch))
    }

    /// The document with a draft in its place.
    fn assembled(&self, draft: &Draft) -> Result<(Vec<u8>, usize)> {
        let Plan {
            base,
            octets,
            edits,
            ..
        } = &self.plan;
        debug_assert!(edits.iter().any(|edit| !matches!(edit.what, What::Text(_))));
        edit::apply(base, *octets, edits, &draft.text, draft.content).ok_or_else(out_of_order)
    }

    /// The digest that a reference of the signature has.
    pub(super) fn digest(
        &self,
        document: &Document,
        signature: ElementId,
        index: usize,
        reference: &Reference,
    ) -> Result<Digest> {
        if let Some(source) = self.plan.outside.get(index).and_then(Option::as_ref) {
            return outside::digest(self.context, &**source, reference.digest, &self.plan.watch);
        }
        let ids: Vec<&str> = self.plan.ids.iter().map(String::as_str).collect();
        let target = match reference.uri.strip_prefix('#') {
            Some(id) => Target::Element(place::by_id(document, id, &ids)?),
            None => Target::Document,
        };
        let mut without = Vec::new();
        let mut method = Canonical {
            algorithm: C14n::Inclusive10,
            comments: false,
        };
        for transform in &reference.transforms {
            match transform {
                Transform::Enveloped => without.push(signature),
                Transform::Subtract => without = outermost(document),
                Transform::C14n(uri) => method = canonical(uri),
            }
        }
        self.canonical_digest(document, target, &without, &method, reference.digest)
    }

    fn canonical_digest(
        &self,
        document: &Document,
        target: Target,
        without: &[ElementId],
        method: &Canonical,
        algorithm: DigestAlgorithm,
    ) -> Result<Digest> {
        let missing = || {
            Error::new(ErrorKind::Unsupported, &rules::key::DIGEST_UNSUPPORTED)
                .with(algorithm.name())
        };
        let provider = self.context.provider();
        let mut state = provider.digest(algorithm).ok_or_else(missing)?;
        xml::canonicalise(document, target, without, method, &mut |octets| {
            state.update(octets);
        })?;
        Ok(state.finish())
    }
}

/// The signature that begins at an offset.
pub(super) fn find(document: &Document, start: usize) -> Option<ElementId> {
    let signatures = document.named(DSIG, "Signature").into_iter();
    let mut signatures = signatures.filter(|one| document.element(*one).span().start == start);
    signatures.next()
}

/// Signatures that stand in no other one.
fn outermost(document: &Document) -> Vec<ElementId> {
    let mut end = 0;
    let mut signatures = document.named(DSIG, "Signature");
    signatures.retain(|one| {
        let span = document.element(*one).span();
        let outside = span.start >= end;
        end = end.max(span.end);
        outside
    });
    signatures
}
