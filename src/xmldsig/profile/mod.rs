//! The kinds of XML documents whose signatures have fixed places, as data, and how to find those places in a document.
//!
//! Signing puts a signature into a slot of the table; checking asks which slot a signature stands in and what it has
//! to cover there. What the table does not know is `generic`: the root element, wherever the signature stands.

mod find;
mod table;

pub(crate) use find::{
    Place, Places, XML, below, by_name, containers, detect, id_of, places, signatures_in,
};
pub(crate) use table::{PROFILES, WAY_GENERIC};

use crate::options::XmlProfile;

/// Names of attributes that are taken for ids where nobody says otherwise.
pub(crate) const ID_ATTRIBUTES: &[&str] = &["Id", "ID", "id", "xml:id"];

/// Local names from an element downwards. [`ONE`] stands for an element of any name, [`ANY`] for any number of levels,
/// none included.
pub(crate) type Path = &'static [&'static str];

/// See [`Path`].
pub(crate) const ONE: &str = "*";

/// See [`Path`].
pub(crate) const ANY: &str = "**";

/// A family of documents with the same rules.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) name: XmlProfile,
    pub(crate) kinds: &'static [Kind],
}

/// One kind of document: where it stands in a file and which signatures it takes.
#[derive(Debug)]
pub(crate) struct Kind {
    /// Where the document itself stands, from the root, which is named first: alone, or inside a message.
    pub(crate) containers: &'static [Path],
    /// The container's namespace is one of these; any where empty.
    pub(crate) namespaces: &'static [&'static str],
    /// The container holds an element on one of these paths; nothing is asked where empty.
    pub(crate) holding: &'static [Path],
    /// In the order in which they are signed.
    pub(crate) slots: &'static [Slot],
}

/// The place of one party's signature.
#[derive(Debug)]
pub(crate) struct Slot {
    /// What it is called: the name of the element that holds the signature.
    pub(crate) name: &'static str,
    /// That element, from the container; empty for the container itself.
    pub(crate) parent: Path,
    /// Other places where files have it.
    pub(crate) elsewhere: &'static [Path],
    /// What a signature here has to cover.
    pub(crate) data: Data,
    /// What it has to cover as well, where the document has it.
    pub(crate) also: &'static [Path],
    /// Slots that are signed before this one, where they are signed at all.
    pub(crate) after: &'static [&'static str],
    /// Of those, the ones without whose signature this one makes no sense.
    pub(crate) needs: &'static [&'static str],
    /// More than one signature may stand here.
    pub(crate) several: bool,
    /// How new signatures are made.
    pub(crate) way: Way,
}

/// The data node of a slot.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Data {
    /// The whole document, less signatures.
    Document,
    /// These elements, from the container; every one of them.
    Paths(&'static [Path]),
    /// The element with this id.
    Id(&'static str),
    /// The element of this name that names the slot's party: it holds an element with the slot's name and id.
    Naming(&'static str),
}

/// Canonicalisation of a new signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Canonicalisation {
    Inclusive,
    Exclusive,
}

/// How new signatures of a slot are made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    /// Of SignedInfo and of references.
    pub(crate) c14n: Canonicalisation,
    /// The enveloped-signature transform stands in references, even where the signature stands outside.
    pub(crate) enveloped: bool,
    /// A canonicalisation transform stands in references; else Canonical XML 1.0 is implied.
    pub(crate) explicit: bool,
    /// An Object with SignatureProperties/SigningTime, local time without zone, and a second reference to it.
    pub(crate) time_object: bool,
    /// XAdES properties, where the level is not named.
    pub(crate) xades: bool,
    /// X509SubjectName stands beside the certificate.
    pub(crate) subject_name: bool,
    /// The issuers' certificates stand beside the signer's.
    pub(crate) chain: bool,
    /// Prefix of XMLDSig's namespace; empty for a default namespace.
    pub(crate) prefix: &'static str,
}
