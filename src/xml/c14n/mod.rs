//! Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0: whole documents and elements, straight out of the octets.

mod element;
mod inherit;
mod output;

use element::Rendering;

pub(super) use inherit::joined;
pub(super) use output::Output;

use super::{
    document::{Document, ElementId},
    scan::{Scanner, Token},
    scope::Scope,
};
use crate::error::Result;

/// What is canonicalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Target {
    /// The root element, and the comments and processing instructions around it.
    Document,
    Element(ElementId),
}

/// How.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Canonical {
    pub(crate) algorithm: C14n,
    pub(crate) comments: bool,
}

/// The algorithms.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum C14n {
    /// Canonical XML 1.0.
    Inclusive10,
    /// Canonical XML 1.1.
    Inclusive11,
    /// Exclusive XML Canonicalization 1.0.
    Exclusive {
        /// InclusiveNamespaces PrefixList; `#default` for the default namespace.
        prefixes: Vec<String>,
    },
}

/// Takes canonical octets, and is told where watched elements begin and end among them.
pub(crate) trait Sink {
    /// The next octets.
    fn octets(&mut self, octets: &[u8]);

    /// What comes next belongs to a watched element.
    fn enter(&mut self, _element: ElementId) {}

    /// A watched element is at its end.
    fn leave(&mut self, _element: ElementId) {}
}

impl<F: FnMut(&[u8])> Sink for F {
    fn octets(&mut self, octets: &[u8]) {
        self(octets);
    }
}

/// Canonicalises, with whole elements left out, such as the signature of an enveloped-signature transform.
///
/// # Errors
/// None that reading the document has not met before.
pub(crate) fn canonicalise(
    document: &Document,
    target: Target,
    without: &[ElementId],
    method: &Canonical,
    mut sink: &mut dyn FnMut(&[u8]),
) -> Result<()> {
    canonicalise_watched(document, target, without, &[], method, &mut sink)
}

/// The same; the sink is told of watched elements. To leave an element out changes nothing around it, so one pass serves
/// signatures that each leave out themselves: a digest is cloned where its signature begins and goes on where it ends.
///
/// # Errors
/// None that reading the document has not met before.
pub(crate) fn canonicalise_watched(
    document: &Document,
    target: Target,
    without: &[ElementId],
    watched: &[ElementId],
    method: &Canonical,
    sink: &mut dyn Sink,
) -> Result<()> {
    let mut without: Vec<usize> = without
        .iter()
        .map(|id| document.record(*id).start)
        .collect();
    without.sort_unstable();
    let mut watched: Vec<(usize, ElementId)> = watched
        .iter()
        .map(|id| (document.record(*id).start, *id))
        .collect();
    watched.sort_unstable();
    let mut walk = Walk {
        rendering: Rendering::new(method),
        method,
        scope: Scope::default(),
        output: Output::new(sink),
        without,
        watched,
        inside: Vec::new(),
    };
    match target {
        Target::Document => walk.document(document),
        Target::Element(id) => walk.element(document, id),
    }?;
    walk.output.flush();
    Ok(())
}

struct Walk<'a, 's> {
    method: &'a Canonical,
    scope: Scope<'a>,
    rendering: Rendering<'a>,
    output: Output<'s>,
    /// Where elements that are left out start, in order.
    without: Vec<usize>,
    watched: Vec<(usize, ElementId)>,
    /// Watched elements that are open, with their depth.
    inside: Vec<(usize, ElementId)>,
}

impl<'a> Walk<'a, '_> {
    fn document(&mut self, document: &'a Document) -> Result<()> {
        let mut scanner = Scanner::document(document.utf8(), document.start());
        let mut behind = false;
        while let Some(token) = scanner.next()? {
            let outside = scanner.depth() == 0 && !matches!(token, Token::Close { .. });
            if outside {
                let written = match token {
                    Token::Comment(_) => self.method.comments,
                    Token::Instruction { .. } => true,
                    _ => false,
                };
                // Clause 2.3: a line end parts them from the root element.
                if written && behind {
                    self.output.push(b"\n");
                }
                self.token(&token, &mut scanner)?;
                if written && !behind {
                    self.output.push(b"\n");
                }
            } else {
                behind |= scanner.depth() == 0;
                self.token(&token, &mut scanner)?;
                behind |= scanner.depth() == 0;
            }
        }
        Ok(())
    }

    fn element(&mut self, document: &'a Document, id: ElementId) -> Result<()> {
        let ancestry = document.ancestry(id);
        let (own, around) = match ancestry.split_last() {
            Some((own, around)) => (*own, around),
            None => return Ok(()),
        };
        let mut outer = Vec::new();
        for record in around {
            let mut scanner = Scanner::element(document.utf8(), record.start);
            scanner.next()?;
            self.scope.enter(scanner.attributes(), record.start)?;
            outer.push(scanner.attributes().to_vec());
        }
        self.rendering.inherit(&outer);
        let mut scanner = Scanner::element(document.utf8(), own.start);
        while let Some(token) = scanner.next()? {
            self.token(&token, &mut scanner)?;
        }
        Ok(())
    }

    fn token(&mut self, token: &Token<'a>, scanner: &mut Scanner<'a>) -> Result<()> {
        match token {
            Token::Open { name, .. } => {
                if self.without.binary_search(&scanner.start()).is_ok() {
                    return scanner.skip_element();
                }
                self.watch(scanner);
                self.scope.enter(scanner.attributes(), scanner.start())?;
                self.rendering
                    .open(name, scanner.attributes(), &self.scope, &mut self.output);
            }
            Token::Close { name } => {
                self.scope.leave();
                self.rendering.close();
                self.output.push(b"</");
                self.output.push(name.as_bytes());
                self.output.push(b">");
                if let Some((depth, id)) = self.inside.last().copied()
                    && depth > scanner.depth()
                {
                    self.inside.pop();
                    self.output.tell(|sink| sink.leave(id));
                }
            }
            Token::Text(raw) if scanner.depth() > 0 => self.output.text(raw),
            Token::CData(raw) => self.output.cdata(raw),
            Token::Comment(raw) if self.method.comments => {
                self.output.push(b"<!--");
                self.output.lines(raw);
                self.output.push(b"-->");
            }
            Token::Instruction { target, data } => {
                self.output.push(b"<?");
                self.output.push(target.as_bytes());
                if !data.is_empty() {
                    self.output.push(b" ");
                    self.output.lines(data);
                }
                self.output.push(b"?>");
            }
            Token::Text(_) | Token::Comment(_) => {}
        }
        Ok(())
    }

    fn watch(&mut self, scanner: &Scanner<'a>) {
        let found = self
            .watched
            .binary_search_by_key(&scanner.start(), |(start, _)| *start);
        if let Some((_, id)) = found.ok().and_then(|at| self.watched.get(at)).copied() {
            self.inside.push((scanner.depth(), id));
            self.output.tell(|sink| sink.enter(id));
        }
    }
}
