//! Attributes in the namespace of XML that the first element of a part inherits from those around it.

use std::borrow::Cow;

use crate::xml::{scan::Attribute, values};

pub(super) enum Inherited<'a> {
    Copied {
        name: &'a str,
        raw: &'a str,
    },
    /// The values of xml:base, outermost first; they are joined (Canonical XML 1.1 clause 2.4).
    Base(Vec<Cow<'a, str>>),
}

impl Inherited<'_> {
    pub(super) fn local(&self) -> &str {
        match self {
            Self::Copied { name, .. } => crate::xml::names::split(name).1,
            Self::Base(_) => "base",
        }
    }
}

/// Canonical XML 1.0 clause 2.4: all of them, the nearest of each name.
pub(super) fn as_of_1_0<'a>(around: &[Vec<Attribute<'a>>]) -> Vec<Inherited<'a>> {
    nearest(around, &|_| true)
}

/// Canonical XML 1.1 clause 2.4: xml:lang and xml:space; xml:id never; xml:base is joined.
pub(super) fn as_of_1_1<'a>(around: &[Vec<Attribute<'a>>]) -> Vec<Inherited<'a>> {
    let mut found = nearest(around, &|local| matches!(local, "lang" | "space"));
    let bases: Vec<_> = around
        .iter()
        .flatten()
        .filter(|one| one.name == "xml:base")
        .map(|one| values::of_attribute(one.value))
        .collect();
    if !bases.is_empty() {
        found.push(Inherited::Base(bases));
    }
    found
}

fn nearest<'a>(around: &[Vec<Attribute<'a>>], fits: &dyn Fn(&str) -> bool) -> Vec<Inherited<'a>> {
    let mut found: Vec<Inherited<'a>> = Vec::new();
    for one in around.iter().rev().flatten() {
        let known = found.iter().any(|known| known.local() == one.local());
        if one.prefix() == "xml" && fits(one.local()) && !known {
            found.push(Inherited::Copied {
                name: one.name,
                raw: one.value,
            });
        }
    }
    found
}

/// All bases joined, outermost first: the innermost with the one around it, the result with the next (Canonical XML 1.1 clause 2.4).
pub(in crate::xml) fn joined(bases: &[Cow<'_, str>]) -> String {
    let mut innermost_first = bases.iter().rev();
    let first = innermost_first.next().map_or("", |base| base);
    innermost_first.fold(first.to_owned(), |joined, base| join(base, &joined))
}

/// RFC 3986 clause 5.2 as Canonical XML 1.1 appendix A changes it: the base may be relative, and `..` that leads out of it stays.
fn join(base: &str, reference: &str) -> String {
    if base.is_empty() {
        return reference.to_owned();
    }
    let (base, reference) = (Parts::of(base), Parts::of(reference));
    let mut made = if reference.scheme.is_some() || reference.authority.is_some() {
        Parts {
            scheme: reference.scheme.or(base.scheme),
            authority: reference.authority,
            path: without_dots(&reference.path),
            query: reference.query,
        }
    } else if reference.path.is_empty() {
        Parts {
            query: reference.query.or(base.query),
            path: without_dots(&base.path),
            ..base
        }
    } else {
        let path = if reference.path.starts_with('/') {
            reference.path.clone()
        } else if base.authority.is_some() && base.path.is_empty() {
            format!("/{}", reference.path)
        } else {
            // A base whose last segment is `..` is a folder.
            let folder = match base.path.rsplit_once('/') {
                Some((_, "..")) => format!("{}/", base.path),
                Some((folder, _)) => format!("{folder}/"),
                None if base.path == ".." => "../".to_owned(),
                None => String::new(),
            };
            folder + &reference.path
        };
        Parts {
            path: without_dots(&path),
            query: reference.query,
            ..base
        }
    };
    if made.path.ends_with("/..") || made.path == ".." {
        made.path.push('/');
    }
    made.to_string()
}

/// A URI reference without its fragment.
#[derive(Clone, Debug)]
struct Parts {
    scheme: Option<String>,
    authority: Option<String>,
    path: String,
    query: Option<String>,
}

impl Parts {
    fn of(uri: &str) -> Self {
        let uri = uri.split_once('#').map_or(uri, |(uri, _)| uri);
        let scheme = uri.split_once(':').filter(|(scheme, _)| {
            !scheme.is_empty()
                && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme
                    .bytes()
                    .all(|octet| octet.is_ascii_alphanumeric() || b"+-.".contains(&octet))
        });
        let (scheme, rest) = match scheme {
            Some((scheme, rest)) => (Some(scheme.to_owned()), rest),
            None => (None, uri),
        };
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query.to_owned())),
            None => (rest, None),
        };
        let (authority, path) = match rest.strip_prefix("//") {
            Some(rest) => {
                let end = rest.find('/').unwrap_or(rest.len());
                let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
                (Some(authority.to_owned()), path)
            }
            None => (None, rest),
        };
        Self {
            scheme,
            authority,
            path: path.to_owned(),
            query,
        }
    }
}

impl std::fmt::Display for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(scheme) = &self.scheme {
            write!(f, "{scheme}:")?;
        }
        if let Some(authority) = &self.authority {
            write!(f, "//{authority}")?;
        }
        f.write_str(&self.path)?;
        match &self.query {
            Some(query) => write!(f, "?{query}"),
            None => Ok(()),
        }
    }
}

/// Without `.` and with `..` applied; several slashes become one.
fn without_dots(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    let mut folder = path.ends_with('/');
    let mut segments = path
        .split('/')
        .filter(|segment| !segment.is_empty())
        .peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." => folder |= last,
            ".." => {
                match kept.last() {
                    Some(above) if *above != ".." => {
                        kept.pop();
                    }
                    _ if absolute => {}
                    _ => kept.push(".."),
                }
                folder |= last;
            }
            segment => kept.push(segment),
        }
    }
    let mut made = if absolute {
        "/".to_owned()
    } else {
        String::new()
    };
    made.push_str(&kept.join("/"));
    if folder && !made.is_empty() && !made.ends_with('/') {
        made.push('/');
    }
    made
}
