//! The one public error: "could not do it", with its kind, a stable code, a place and the cause.
//!
//! "The document is bad" is never an error: that is a [`Finding`](crate::Finding) in a report.

use std::{error::Error as StdError, fmt};

use crate::text::{Lang, Rule};

/// What went wrong, by who can mend it. The C ABI's `kyso_status` has one number for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument or option is missing, out of range or contradicts another one.
    Argument,
    /// Reading or writing failed in the operating system.
    Io,
    /// The file cannot be read as what it claims to be.
    Unreadable,
    /// It could be done, but must not be: the document's own permissions, the law or safety forbid it.
    Refused,
    /// A key, its file, or its certificate is wrong for the purpose.
    Key,
    /// A PIN or password is missing or wrong.
    Pin,
    /// A feature of the document or of the request that kyso does not support.
    Unsupported,
    /// A budget of `limits` was used up.
    Limit,
    /// The caller's progress callback has cancelled it.
    Cancelled,
}

/// Where in its input something was found. Every part that is known is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Place {
    /// Bytes from the start of the file.
    pub offset: Option<u64>,
    /// Number and generation of an indirect object.
    pub object: Option<(u32, u16)>,
    /// The revision, counted from 1 (the base).
    pub revision: Option<u32>,
}

impl Place {
    /// A byte offset from the start of the file.
    #[must_use]
    pub fn offset(offset: u64) -> Self {
        Self {
            offset: Some(offset),
            ..Self::default()
        }
    }

    /// An indirect object.
    #[must_use]
    pub fn object(number: u32, generation: u16) -> Self {
        Self {
            object: Some((number, generation)),
            ..Self::default()
        }
    }

    /// A revision, counted from 1.
    #[must_use]
    pub fn revision(revision: u32) -> Self {
        Self {
            revision: Some(revision),
            ..Self::default()
        }
    }

    /// The same place with a revision.
    #[must_use]
    pub fn in_revision(self, revision: u32) -> Self {
        Self {
            revision: Some(revision),
            ..self
        }
    }

    /// The same place with an offset.
    #[must_use]
    pub fn at_offset(self, offset: u64) -> Self {
        Self {
            offset: Some(offset),
            ..self
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        if let Some((number, generation)) = self.object {
            write!(f, "object {number} {generation}")?;
            separator = ", ";
        }
        if let Some(revision) = self.revision {
            write!(f, "{separator}revision {revision}")?;
            separator = ", ";
        }
        if let Some(offset) = self.offset {
            write!(f, "{separator}offset {offset}")?;
        }
        Ok(())
    }
}

/// Why something could not be done.
///
/// The [`code`](Error::code) is stable and can be matched; the text is for people and may change.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    rule: &'static Rule,
    arguments: Vec<String>,
    place: Option<Place>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The crate's result.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error by its kind and the rule that holds its code and texts.
    #[cold]
    pub(crate) fn new(kind: ErrorKind, rule: &'static Rule) -> Self {
        Self(Box::new(Inner {
            kind,
            rule,
            arguments: Vec::new(),
            place: None,
            source: None,
        }))
    }

    /// Adds the next argument, `{0}`, `{1}` … of the text.
    #[must_use]
    pub(crate) fn with(mut self, argument: impl fmt::Display) -> Self {
        self.0.arguments.push(argument.to_string());
        self
    }

    /// Adds the place, unless a deeper layer has already set one.
    #[must_use]
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.0.place.get_or_insert(place);
        self
    }

    /// Adds the cause.
    #[must_use]
    pub(crate) fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(cause.into());
        self
    }

    /// What went wrong, by who can mend it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The stable code, e.g. `pin-required`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.rule.code
    }

    /// Where it went wrong, as far as that is known.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        self.0.place
    }

    /// The text for people, without the place.
    #[must_use]
    pub fn message(&self, lang: Lang) -> String {
        self.0.rule.message(lang, &self.0.arguments)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message(Lang::En))?;
        match self.0.place {
            Some(place) => write!(f, " ({place})"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}: {self}", self.0.kind, self.0.rule.code)?;
        match &self.0.source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
