//! A document as XPath sees it (XPath 1.0 clause 5): all nodes in document order, attributes and namespaces included.

use std::{borrow::Cow, collections::HashMap, ops::Range};

use crate::{
    error::Result,
    limits::MAX_XPATH_NODES,
    xml::{
        document::Document,
        fault,
        names::{is_name_octet, is_space, split},
        scan::{Attribute, Scanner, Token},
        scope::{XML, is_relative},
        values,
    },
};

/// A node, by its place in document order.
pub(super) type Id = u32;

/// The root node, which the document element is a child of.
pub(super) const ROOT: Id = 0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Root,
    Element,
    Namespace,
    Attribute,
    Text,
    Comment,
    Instruction,
}

/// Twenty octets: a document of 20 MB has some millions of them.
#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    parent: Id,
    /// Behind the last node that is inside this one.
    end: Id,
    /// Where it stands in the text: names for elements, attributes and instructions, content for the others. For a namespace the
    /// number of its declaration.
    at: u32,
    /// The number of the namespace of a name, or where the content ends.
    more: u32,
}

#[derive(Debug)]
pub(super) struct Tree<'a> {
    text: &'a str,
    nodes: Vec<Node>,
    /// Names of namespaces; the first is empty.
    names: Vec<Cow<'a, str>>,
    numbers: HashMap<Cow<'a, str>, u32>,
    /// Prefixes with the number of the name.
    declared: Vec<(&'a str, u32)>,
}

/// The scope of an element that is open: declarations, by prefix.
struct Open {
    id: Id,
    scope: usize,
}

struct Making<'a> {
    tree: Tree<'a>,
    scopes: Vec<Vec<u32>>,
    open: Vec<Open>,
}

impl<'a> Tree<'a> {
    /// # Errors
    /// `Limit` for more nodes than there may be.
    pub(super) fn read(document: &'a Document) -> Result<Self> {
        let text = std::str::from_utf8(document.utf8()).unwrap_or_default();
        let mut making = Making {
            tree: Self {
                text,
                nodes: Vec::new(),
                names: vec![Cow::Borrowed(""), Cow::Borrowed(XML)],
                numbers: HashMap::from([(Cow::Borrowed(""), 0), (Cow::Borrowed(XML), 1)]),
                declared: vec![("xml", 1)],
            },
            scopes: vec![vec![0]],
            open: Vec::new(),
        };
        making.push(Kind::Root, 0, 0)?;
        making.open.push(Open { id: ROOT, scope: 0 });
        let mut scanner = Scanner::document(document.utf8(), document.start());
        while let Some(token) = scanner.next()? {
            making.token(&token, &scanner)?;
        }
        making.close();
        Ok(making.tree)
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> Id {
        short(self.nodes.len())
    }

    fn node(&self, id: Id) -> Node {
        let found = usize::try_from(id).ok().and_then(|id| self.nodes.get(id));
        found.copied().unwrap_or(Node {
            kind: Kind::Root,
            parent: ROOT,
            end: 0,
            at: 0,
            more: 0,
        })
    }

    pub(super) fn kind(&self, id: Id) -> Kind {
        self.node(id).kind
    }

    /// The node around it; none for the root.
    pub(super) fn parent(&self, id: Id) -> Option<Id> {
        (id != ROOT).then(|| self.node(id).parent)
    }

    /// Behind the last node that is inside this one.
    pub(super) fn end(&self, id: Id) -> Id {
        self.node(id).end
    }

    fn is_axis_of_its_own(&self, id: Id) -> bool {
        matches!(self.kind(id), Kind::Namespace | Kind::Attribute)
    }

    fn of_kind(&self, id: Id, kind: Kind) -> Range<Id> {
        if self.kind(id) != Kind::Element {
            return 0..0;
        }
        let mut at = id.saturating_add(1);
        let end = self.end(id);
        if kind == Kind::Attribute {
            while at < end && self.kind(at) == Kind::Namespace {
                at = at.saturating_add(1);
            }
        }
        let from = at;
        while at < end && self.kind(at) == kind {
            at = at.saturating_add(1);
        }
        from..at
    }

    /// The namespace nodes of an element, by prefix.
    pub(super) fn namespaces(&self, id: Id) -> Range<Id> {
        self.of_kind(id, Kind::Namespace)
    }

    pub(super) fn attributes(&self, id: Id) -> Range<Id> {
        self.of_kind(id, Kind::Attribute)
    }

    pub(super) fn first_child(&self, id: Id) -> Option<Id> {
        let end = self.end(id);
        let mut at = id.saturating_add(1);
        while at < end && self.is_axis_of_its_own(at) {
            at = at.saturating_add(1);
        }
        (at < end).then_some(at)
    }

    /// The next node with the same parent; attributes and namespaces have none.
    pub(super) fn next_sibling(&self, id: Id) -> Option<Id> {
        if self.is_axis_of_its_own(id) {
            return None;
        }
        let next = self.end(id);
        (next < self.end(self.parent(id)?)).then_some(next)
    }

    /// What is inside, attributes and namespaces left out.
    pub(super) fn descendants(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        let inside = id.saturating_add(1)..self.end(id);
        inside.filter(|one| !self.is_axis_of_its_own(*one))
    }

    /// The name as it stands; for a namespace its prefix.
    pub(super) fn name(&self, id: Id) -> &'a str {
        let node = self.node(id);
        match node.kind {
            Kind::Element | Kind::Attribute | Kind::Instruction => self.name_at(node.at),
            Kind::Namespace => self.declaration(node.at).0,
            Kind::Root | Kind::Text | Kind::Comment => "",
        }
    }

    fn name_at(&self, at: u32) -> &'a str {
        let rest = self.from(at);
        let end = rest.bytes().position(|octet| !is_name_octet(octet));
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    }

    fn declaration(&self, at: u32) -> (&'a str, u32) {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        self.declared.get(at).copied().unwrap_or_default()
    }

    /// The number of the namespace that a name is in, or that a namespace node names; 0 for none.
    pub(super) fn namespace_number(&self, id: Id) -> u32 {
        let node = self.node(id);
        match node.kind {
            Kind::Element | Kind::Attribute => node.more,
            Kind::Namespace => self.declaration(node.at).1,
            _ => 0,
        }
    }

    pub(super) fn namespace_name(&self, number: u32) -> &str {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        self.names.get(number).map_or("", |name| name)
    }

    /// The numbers of namespaces whose names are relative.
    pub(super) fn relative_namespaces(&self) -> Vec<u32> {
        let numbers = 0_u32..;
        let relative = numbers
            .zip(&self.names)
            .filter(|(_, name)| is_relative(name));
        relative.map(|(number, _)| number).collect()
    }

    /// The number of a namespace by name, where the document has it.
    pub(super) fn number_of(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// Where it stands in the text.
    pub(super) fn at(&self, id: Id) -> u32 {
        self.node(id).at
    }

    /// The octets of content: text with its CDATA sections, a comment, an instruction from its name on.
    pub(super) fn raw(&self, id: Id) -> &'a str {
        let node = self.node(id);
        self.from(node.at)
            .get(..usize::try_from(node.more.saturating_sub(node.at)).unwrap_or_default())
            .unwrap_or_default()
    }

    /// The value of an attribute between its quotes.
    pub(super) fn raw_value(&self, id: Id) -> &'a str {
        let name = self.name(id);
        let rest = self.from(self.at(id)).get(name.len()..).unwrap_or_default();
        let rest = rest.trim_start_matches([' ', '\t', '\r', '\n', '=']);
        let quote = rest.chars().next().unwrap_or('"');
        let inside = rest.strip_prefix(quote).unwrap_or_default();
        inside.split(quote).next().unwrap_or_default()
    }

    /// The data of an instruction.
    pub(super) fn data(&self, id: Id) -> &'a str {
        let raw = self.raw(id);
        let data = raw.get(self.name(id).len()..).unwrap_or_default();
        data.trim_start_matches([' ', '\t', '\r', '\n'])
    }

    /// How many octets the string-value is made of, about.
    pub(super) fn weight(&self, id: Id) -> u64 {
        let node = self.node(id);
        match node.kind {
            Kind::Root | Kind::Element => {
                let inside = id.saturating_add(1)..node.end;
                let lengths = inside.map(|one| match self.kind(one) {
                    Kind::Text => u64::try_from(self.raw(one).len()).unwrap_or(u64::MAX),
                    _ => 1,
                });
                lengths.fold(1, u64::saturating_add)
            }
            Kind::Attribute => u64::try_from(self.raw_value(id).len()).unwrap_or(u64::MAX),
            _ => u64::from(node.more.saturating_sub(node.at)),
        }
    }

    /// The string-value (XPath 1.0 clause 5).
    pub(super) fn string_value(&self, id: Id) -> Cow<'_, str> {
        match self.kind(id) {
            Kind::Root | Kind::Element => {
                let mut value = String::new();
                for one in id.saturating_add(1)..self.end(id) {
                    if self.kind(one) == Kind::Text {
                        runs(self.raw(one), &mut |run| value.push_str(&run.value()));
                    }
                }
                Cow::Owned(value)
            }
            Kind::Namespace => Cow::Borrowed(self.namespace_name(self.namespace_number(id))),
            Kind::Attribute => values::of_attribute(self.raw_value(id)),
            Kind::Text => {
                let mut value = String::new();
                runs(self.raw(id), &mut |run| value.push_str(&run.value()));
                Cow::Owned(value)
            }
            Kind::Comment => values::of_cdata(self.raw(id)),
            Kind::Instruction => values::of_cdata(self.data(id)),
        }
    }

    fn from(&self, at: u32) -> &'a str {
        let at = usize::try_from(at).unwrap_or(usize::MAX);
        self.text.get(at..).unwrap_or_default()
    }

    fn offset(&self, part: &str) -> u32 {
        short(part.as_ptr().addr().wrapping_sub(self.text.as_ptr().addr()))
    }
}

/// A part of a text node.
pub(super) enum Run<'a> {
    Text(&'a str),
    CData(&'a str),
}

impl<'a> Run<'a> {
    fn value(&self) -> Cow<'a, str> {
        match self {
            Self::Text(raw) => values::of_text(raw),
            Self::CData(raw) => values::of_cdata(raw),
        }
    }
}

/// The parts of a text node.
pub(super) fn runs<'a>(raw: &'a str, each: &mut dyn FnMut(Run<'a>)) {
    let mut rest = raw;
    while let Some((text, more)) = rest.split_once("<![CDATA[") {
        each(Run::Text(text));
        let (inside, behind) = more.split_once("]]>").unwrap_or((more, ""));
        each(Run::CData(inside));
        rest = behind;
    }
    each(Run::Text(rest));
}

fn short(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl<'a> Making<'a> {
    fn push(&mut self, kind: Kind, at: u32, more: u32) -> Result<Id> {
        let id = self.tree.len();
        if self.tree.nodes.len() >= MAX_XPATH_NODES {
            let at = usize::try_from(at).unwrap_or_default();
            return Err(fault::limit("XPath", MAX_XPATH_NODES, at));
        }
        self.tree.nodes.push(Node {
            kind,
            parent: self.open.last().map_or(ROOT, |open| open.id),
            end: id.saturating_add(1),
            at,
            more,
        });
        Ok(id)
    }

    fn token(&mut self, token: &Token<'a>, scanner: &Scanner<'a>) -> Result<()> {
        match token {
            Token::Open { name, .. } => self.element(name, scanner.attributes())?,
            Token::Close { .. } => self.close(),
            Token::Text(_) | Token::CData(_) if scanner.depth() == 0 => {}
            // An empty section is no node.
            Token::CData("") => {
                if let Some(last) = self.tree.nodes.last_mut()
                    && last.kind == Kind::Text
                    && last.more == short(scanner.start())
                {
                    last.more = short(scanner.end());
                }
            }
            Token::Text(_) | Token::CData(_) => {
                let (start, end) = (short(scanner.start()), short(scanner.end()));
                match self.tree.nodes.last_mut() {
                    Some(last) if last.kind == Kind::Text && last.more == start => last.more = end,
                    _ => {
                        self.push(Kind::Text, start, end)?;
                    }
                }
            }
            Token::Comment(inside) => {
                let at = self.tree.offset(inside);
                self.push(Kind::Comment, at, at.saturating_add(short(inside.len())))?;
            }
            Token::Instruction { target, data } => {
                let at = self.tree.offset(target);
                let end = if data.is_empty() { target } else { data };
                let end = self.tree.offset(end).saturating_add(short(end.len()));
                self.push(Kind::Instruction, at, end)?;
            }
        }
        Ok(())
    }

    fn element(&mut self, name: &'a str, attributes: &[Attribute<'a>]) -> Result<()> {
        let declares = attributes.iter().any(|one| one.declares().is_some());
        let mut scope = self.open.last().map_or(0, |open| open.scope);
        if declares {
            self.declare(attributes);
            scope = self.scopes.len().saturating_sub(1);
        }
        let id = self.push(Kind::Element, self.tree.offset(name), 0)?;
        let number = self.lookup(split(name).0);
        if let Some(node) = self.tree.nodes.last_mut() {
            node.more = number;
        }
        self.open.push(Open { id, scope });
        for index in 0..self.scopes.last().map_or(0, Vec::len) {
            let declared = self
                .scopes
                .last()
                .and_then(|scope| scope.get(index))
                .copied();
            let declared = declared.unwrap_or_default();
            // A default namespace that was taken back is no node.
            if self.tree.declaration(declared).1 != 0 {
                self.push(Kind::Namespace, declared, 0)?;
            }
        }
        for one in attributes.iter().filter(|one| one.declares().is_none()) {
            let prefix = one.prefix();
            let number = if prefix.is_empty() {
                0
            } else {
                self.lookup(prefix)
            };
            self.push(Kind::Attribute, self.tree.offset(one.name), number)?;
        }
        Ok(())
    }

    /// Opens a scope with what an element declares.
    fn declare(&mut self, attributes: &[Attribute<'a>]) {
        let mut scope = self.scopes.last().cloned().unwrap_or_default();
        for one in attributes {
            let Some(prefix) = one.declares() else {
                continue;
            };
            let name = values::of_attribute(one.value);
            let next = short(self.tree.names.len());
            let number = *self.tree.numbers.entry(name.clone()).or_insert(next);
            if number == next {
                self.tree.names.push(name);
            }
            let declared = short(self.tree.declared.len());
            self.tree.declared.push((prefix, number));
            match scope.binary_search_by_key(&prefix, |known| self.tree.declaration(*known).0) {
                Ok(at) => {
                    if let Some(known) = scope.get_mut(at) {
                        *known = declared;
                    }
                }
                Err(at) => scope.insert(at, declared),
            }
        }
        self.scopes.push(scope);
    }

    fn lookup(&self, prefix: &str) -> u32 {
        let Some(scope) = self.scopes.last() else {
            return 0;
        };
        let found = scope.binary_search_by_key(&prefix, |known| self.tree.declaration(*known).0);
        let found = found.ok().and_then(|at| scope.get(at)).copied();
        found.map_or(0, |declared| self.tree.declaration(declared).1)
    }

    fn close(&mut self) {
        let Some(Open { id, scope }) = self.open.pop() else {
            return;
        };
        let end = self.tree.len();
        if let Some(node) = usize::try_from(id)
            .ok()
            .and_then(|id| self.tree.nodes.get_mut(id))
        {
            node.end = end;
        }
        let around = self.open.last().map_or(0, |open| open.scope);
        if around != scope {
            self.scopes.truncate(around.saturating_add(1));
        }
    }
}

/// White space of XML, which is what XPath takes off.
pub(super) fn is_white(c: char) -> bool {
    u8::try_from(c).is_ok_and(is_space)
}
