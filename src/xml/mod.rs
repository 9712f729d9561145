//! XML: read with positions kept, canonicalised. STAND-IN by the signing side, naive and slow, until the reader lands:
//! take the reader's file whole where the two meet.
#![allow(dead_code, unused, clippy::all, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::unwrap_used)]
use std::{borrow::Cow, ops::Range, sync::Arc, collections::BTreeMap};
use quick_xml::{Reader, events::Event};
use crate::{error::{Error, ErrorKind, Result}, text::rules};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ElementId(u32);
#[derive(Clone, Debug)]
enum Node { Element(u32), Text(String), Comment(String), Pi(String) }
#[derive(Clone, Debug, Default)]
struct Elem { prefix: String, local: String, ns: String, attrs: Vec<(String, String, String, String)>, decls: Vec<(String, String)>, span: Range<usize>, content: Range<usize>, parent: Option<u32>, nodes: Vec<usize> }
#[derive(Debug)]
pub(crate) struct Document { bytes: Arc<[u8]>, elems: Vec<Elem>, nodes: Vec<Node>, top: Vec<usize>, root: u32 }
#[derive(Clone, Copy)]
pub(crate) struct Element<'a> { e: &'a Elem }
impl<'a> Element<'a> {
    pub(crate) fn namespace(&self) -> Option<&'a str> { Some(self.e.ns.as_str()).filter(|n| !n.is_empty()) }
    pub(crate) fn local(&self) -> &'a str { &self.e.local }
    pub(crate) fn prefix(&self) -> Option<&'a str> { Some(self.e.prefix.as_str()).filter(|n| !n.is_empty()) }
    pub(crate) fn span(&self) -> Range<usize> { self.e.span.clone() }
    pub(crate) fn content(&self) -> Range<usize> { self.e.content.clone() }
    pub(crate) fn parent(&self) -> Option<ElementId> { self.e.parent.map(ElementId) }
    pub(crate) fn attribute(&self, ns: Option<&str>, local: &str) -> Option<Cow<'a, str>> {
        self.e.attrs.iter().find(|a| a.1 == local && a.2 == ns.unwrap_or("")).map(|a| Cow::Borrowed(a.3.as_str()))
    }
}
fn bad(t: impl std::fmt::Display) -> Error { Error::new(ErrorKind::Unreadable, &rules::usage::ARGUMENT).with("xml").with(t) }
impl Document {
    pub(crate) fn read(bytes: Arc<[u8]>) -> Result<Document> {
        let text = std::str::from_utf8(&bytes).map_err(bad)?;
        let off = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let mut r = Reader::from_str(&text[off..]);
        r.config_mut().check_end_names = true;
        let mut d = Document { bytes: bytes.clone(), elems: vec![], nodes: vec![], top: vec![], root: 0 };
        let mut stack: Vec<u32> = vec![];
        let mut pos = off;
        loop {
            let ev = r.read_event().map_err(bad)?;
            let next = off + r.buffer_position() as usize;
            let mut push = |d: &mut Document, stack: &Vec<u32>, n: Node| { d.nodes.push(n); let i = d.nodes.len() - 1; match stack.last() { Some(p) => d.elems[*p as usize].nodes.push(i), None => d.top.push(i) } };
            match ev {
                Event::Start(ref s) | Event::Empty(ref s) => {
                    let mut e = Elem { parent: stack.last().copied(), ..Default::default() };
                    let q = s.name().0.to_string();
                    let mut raw = vec![];
                    for a in s.attributes() { let a = a.map_err(bad)?; let k = a.key.0.to_string(); let v = norm_attr(&a.value)?;
                        if k == "xmlns" { e.decls.push((String::new(), v)); } else if let Some(p) = k.strip_prefix("xmlns:") { e.decls.push((p.to_owned(), v)); } else { raw.push((k, v)); } }
                    let (p, l) = q.split_once(':').unwrap_or(("", &q));
                    e.prefix = p.to_owned(); e.local = l.to_owned();
                    e.span = pos..next; e.content = next..next;
                    let id = d.elems.len() as u32;
                    d.elems.push(e);
                    d.elems[id as usize].ns = d.lookup(id, p).unwrap_or_default();
                    for (k, v) in raw { let (p, l) = k.split_once(':').unwrap_or(("", &k)); let ns = if p.is_empty() { String::new() } else { d.lookup(id, p).ok_or_else(|| bad("prefix"))? }; d.elems[id as usize].attrs.push((p.to_owned(), l.to_owned(), ns, v)); }
                    push(&mut d, &stack, Node::Element(id));
                    if stack.is_empty() { d.root = id; }
                    if matches!(ev, Event::Start(_)) { stack.push(id); if stack.len() > 256 { return Err(bad("nesting")); } }
                }
                Event::End(_) => { let id = stack.pop().unwrap() as usize; d.elems[id].span.end = next; d.elems[id].content.end = pos; }
                Event::Text(t) => { let s = (&*t).replace("\r\n", "\n").replace('\r', "\n"); if !stack.is_empty() { push(&mut d, &stack, Node::Text(s)); } }
                Event::CData(t) => { let s = (&*t).replace("\r\n", "\n").replace('\r', "\n"); push(&mut d, &stack, Node::Text(s)); }
                Event::GeneralRef(g) => { let s = resolve(&g)?; push(&mut d, &stack, Node::Text(s)); }
                Event::Comment(c) => push(&mut d, &stack, Node::Comment(c.to_string())),
                Event::PI(p) => push(&mut d, &stack, Node::Pi(p.to_string())),
                Event::Decl(_) => {}
                Event::DocType(_) => return Err(bad("DTD")),
                Event::Eof => break,
            }
            pos = next;
        }
        if d.elems.is_empty() || !stack.is_empty() { return Err(bad("no root")); }
        Ok(d)
    }
    fn lookup(&self, id: u32, prefix: &str) -> Option<String> {
        if prefix == "xml" { return Some("http://www.w3.org/XML/1998/namespace".into()); }
        let mut at = Some(id);
        while let Some(i) = at { let e = &self.elems[i as usize]; if let Some((_, u)) = e.decls.iter().find(|d| d.0 == prefix) { return Some(u.clone()); } at = e.parent; }
        None
    }
    pub(crate) fn bytes(&self) -> &[u8] { &self.bytes }
    pub(crate) fn root(&self) -> ElementId { ElementId(self.root) }
    pub(crate) fn element(&self, id: ElementId) -> Element<'_> { Element { e: &self.elems[id.0 as usize] } }
    pub(crate) fn children(&self, id: ElementId) -> Vec<ElementId> { self.elems[id.0 as usize].nodes.iter().filter_map(|n| match self.nodes[*n] { Node::Element(e) => Some(ElementId(e)), _ => None }).collect() }
    pub(crate) fn named(&self, ns: &str, local: &str) -> Vec<ElementId> { self.elems.iter().enumerate().filter(|(_, e)| e.ns == ns && e.local == local).map(|(i, _)| ElementId(i as u32)).collect() }
    pub(crate) fn by_id(&self, value: &str, names: &[&str]) -> Vec<(ElementId, String)> {
        let mut out = vec![];
        for (i, e) in self.elems.iter().enumerate() { for a in &e.attrs { let q = if a.0.is_empty() { a.1.clone() } else { format!("{}:{}", a.0, a.1) }; if a.3 == value && names.contains(&q.as_str()) { out.push((ElementId(i as u32), q)); } } }
        out
    }
    pub(crate) fn path(&self, id: ElementId) -> String { let mut s = String::new(); let mut at = Some(id.0); while let Some(i) = at { let e = &self.elems[i as usize]; s = format!("/{}{s}", e.local); at = e.parent; } s }
    pub(crate) fn text(&self, id: ElementId) -> Result<String> { let mut s = String::new(); for n in &self.elems[id.0 as usize].nodes { match &self.nodes[*n] { Node::Text(t) => s += t, Node::Element(_) => return Err(bad("children")), _ => {} } } Ok(s) }
}
fn resolve(name: &str) -> Result<String> {
    Ok(match name { "amp" => "&".into(), "lt" => "<".into(), "gt" => ">".into(), "quot" => "\"".into(), "apos" => "'".into(),
        n if n.starts_with("#x") => char::from_u32(u32::from_str_radix(&n[2..], 16).map_err(bad)?).unwrap().to_string(),
        n if n.starts_with('#') => char::from_u32(n[1..].parse().map_err(bad)?).unwrap().to_string(),
        n => return Err(bad(n)) })
}
fn norm_attr(v: &str) -> Result<String> {
    let s = v.replace("\r\n", " ").replace(['\r', '\n', '\t'], " ");
    let mut out = String::new(); let mut rest = s.as_str();
    while let Some((a, b)) = rest.split_once('&') { out += a; let (n, c) = b.split_once(';').ok_or_else(|| bad("&"))?; out += &resolve(n)?; rest = c; }
    out += rest; Ok(out)
}
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target { Document, Element(ElementId) }
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum C14n { Inclusive10, Inclusive11, Exclusive { prefixes: Vec<String> } }
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Canonical { pub(crate) algorithm: C14n, pub(crate) comments: bool }
pub(crate) fn canonicalise(document: &Document, target: Target, without: &[ElementId], method: &Canonical, sink: &mut dyn FnMut(&[u8])) -> Result<()> {
    let mut out = String::new();
    match target {
        Target::Element(e) => el(document, e.0, true, without, method, &BTreeMap::new(), &mut out),
        Target::Document => { let mut seen = false; for n in &document.top { match &document.nodes[*n] {
            Node::Element(e) => { el(document, *e, true, without, method, &BTreeMap::new(), &mut out); seen = true; }
            Node::Pi(p) => { if seen { out += "\n"; } pi(p, &mut out); if !seen { out += "\n"; } }
            Node::Comment(c) if method.comments => { if seen { out += "\n"; } out += &format!("<!--{c}-->"); if !seen { out += "\n"; } }
            _ => {} } } }
    }
    sink(out.as_bytes()); Ok(())
}
fn pi(p: &str, out: &mut String) { let p = p.trim_end_matches('?'); out.push_str("<?"); match p.split_once(char::is_whitespace) { Some((t, d)) => { *out += t; *out += " "; *out += d.trim_start(); } None => *out += p } out.push_str("?>"); }
fn el(d: &Document, id: u32, apex: bool, without: &[ElementId], m: &Canonical, shown: &BTreeMap<String, String>, out: &mut String) {
    if without.contains(&ElementId(id)) { return; }
    let e = &d.elems[id as usize];
    let mut scope: BTreeMap<String, String> = BTreeMap::new();
    let mut at = Some(id);
    while let Some(i) = at { let x = &d.elems[i as usize]; for (p, u) in &x.decls { scope.entry(p.clone()).or_insert_with(|| u.clone()); } at = x.parent; }
    let mut want: BTreeMap<String, String> = BTreeMap::new();
    match &m.algorithm {
        C14n::Exclusive { prefixes } => { let mut used: Vec<String> = e.attrs.iter().map(|a| a.0.clone()).filter(|p| !p.is_empty() && p != "xml").collect(); used.push(e.prefix.clone());
            for p in prefixes { if scope.contains_key(p) { used.push(p.clone()); } }
            for p in used { want.insert(p.clone(), scope.get(&p).cloned().unwrap_or_default()); } }
        _ => { want = scope.clone(); want.entry(String::new()).or_default(); }
    }
    let mut mine = shown.clone();
    let q = if e.prefix.is_empty() { e.local.clone() } else { format!("{}:{}", e.prefix, e.local) };
    *out += "<"; *out += &q;
    for (p, u) in &want { if p == "xml" { continue; } let old = shown.get(p).map(String::as_str).unwrap_or(""); if old != u || (!shown.contains_key(p) && !u.is_empty()) { *out += " xmlns"; if !p.is_empty() { *out += ":"; *out += p; } *out += "=\""; attr(u, out); *out += "\""; mine.insert(p.clone(), u.clone()); } }
    let mut attrs: Vec<(String, String, String, String)> = e.attrs.clone();
    if apex && !matches!(m.algorithm, C14n::Exclusive { .. }) { let mut at = e.parent; while let Some(i) = at { let x = &d.elems[i as usize]; for a in &x.attrs { if a.0 == "xml" && !attrs.iter().any(|b| b.0 == "xml" && b.1 == a.1) && !(m.algorithm == C14n::Inclusive11 && a.1 == "id") { attrs.push(a.clone()); } } at = x.parent; } }
    attrs.sort_by(|a, b| (&a.2, &a.1).cmp(&(&b.2, &b.1)));
    for a in attrs { *out += " "; if !a.0.is_empty() { *out += &a.0; *out += ":"; } *out += &a.1; *out += "=\""; attr(&a.3, out); *out += "\""; }
    *out += ">";
    for n in &e.nodes { match &d.nodes[*n] { Node::Element(c) => el(d, *c, false, without, m, &mine, out), Node::Text(t) => text(t, out), Node::Comment(c) => if m.comments { *out += &format!("<!--{c}-->") }, Node::Pi(p) => pi(p, out) } }
    *out += "</"; *out += &q; *out += ">";
}
fn attr(s: &str, out: &mut String) { for c in s.chars() { match c { '&' => *out += "&amp;", '<' => *out += "&lt;", '"' => *out += "&quot;", '\t' => *out += "&#x9;", '\n' => *out += "&#xA;", '\r' => *out += "&#xD;", c => out.push(c) } } }
fn text(s: &str, out: &mut String) { for c in s.chars() { match c { '&' => *out += "&amp;", '<' => *out += "&lt;", '>' => *out += "&gt;", '\r' => *out += "&#xD;", c => out.push(c) } } }
