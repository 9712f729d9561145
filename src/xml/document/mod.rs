//! One document, read once: well-formed, without a DTD, with the places of the elements that matter.
//!
//! [`reading`] goes over it, [`records`] keeps where elements stand, [`lookup`] and [`ids`] find them, [`element`] says what stands there.

mod allowance;
mod element;
mod frame;
mod ids;
mod lookup;
mod reading;
mod records;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub(crate) use records::ElementId;
pub(super) use records::Record;

use allowance::Allowance;
use element::Element;
use frame::Frame;
use ids::Ids;
use records::{Records, long, short};

use super::{encoding::Text, fault};
use crate::error::{Error, Place, Result};

/// The namespace of XMLDSig, whose signatures are noted while a document is read.
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// An XML document. Positions are those of the file's own octets.
#[derive(Debug)]
pub(crate) struct Document {
    text: Text,
    /// Signatures in document order.
    signatures: Vec<ElementId>,
    ids: Ids,
    /// Names of namespaces that are written with references or odd white space, by how they are written.
    odd_namespaces: HashMap<Box<str>, Box<str>>,
    /// Elements are noted when they are asked for.
    records: Mutex<Records>,
    /// Attributes that elements inside may ask for: looked up once, however often they ask.
    frames: Mutex<HashMap<ElementId, Frame>>,
    allowance: Allowance,
}

impl Document {
    /// Reads a document: UTF-8, UTF-16, ISO-8859-1 or US-ASCII.
    ///
    /// # Errors
    /// `Unreadable` where it is not well-formed (XML 1.0, Namespaces in XML 1.0); `Unsupported` for document type declarations,
    /// XML 1.1 and other encodings; `Limit`.
    pub(crate) fn read(bytes: Arc<[u8]>) -> Result<Self> {
        let text = Text::read(bytes)?;
        let most = long(u32::MAX).saturating_sub(1);
        if text.utf8().len() > most || text.octets().len() > most {
            return Err(fault::limit("…", most, 0));
        }
        let mut document = Self {
            signatures: Vec::new(),
            ids: Ids::default(),
            odd_namespaces: HashMap::new(),
            records: Mutex::default(),
            frames: Mutex::default(),
            allowance: Allowance::of(text.octets().len()),
            text,
        };
        let walked = document.walk();
        let index = walked.map_err(|error| document.placed(error))?;
        document.signatures = index.signatures;
        document.ids = index.ids;
        document.odd_namespaces = index.odd_namespaces;
        Ok(document)
    }

    /// The file's octets.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.text.octets()
    }

    /// The text in UTF-8, whatever the encoding; records refer to it.
    pub(in crate::xml) fn utf8(&self) -> &[u8] {
        self.text.utf8()
    }

    /// Behind the XML declaration, in the text.
    pub(in crate::xml) fn start(&self) -> usize {
        self.text.start
    }

    /// The root element.
    pub(crate) fn root(&self) -> ElementId {
        ElementId(0)
    }

    /// An element.
    pub(crate) fn element(&self, id: ElementId) -> Element<'_> {
        Element {
            document: self,
            record: self.record(id),
        }
    }

    pub(in crate::xml) fn record(&self, id: ElementId) -> Record {
        let records = self.records();
        let found = records.get(id).or_else(|| records.get(self.root()));
        let Some(kept) = found else {
            return Record::default();
        };
        Record {
            start: long(kept.start),
            open_end: long(kept.open_end),
            close: long(kept.close),
            end: long(kept.end),
            parent: Some(kept.parent).filter(|parent| *parent != id),
        }
    }

    /// An element that was noted, by where it starts in the text.
    pub(in crate::xml) fn noted(&self, start: usize) -> Option<ElementId> {
        self.records().by_start.get(&short(start)).copied()
    }

    /// The same error with its place in the file.
    pub(in crate::xml) fn placed(&self, error: Error) -> Error {
        let Some(at) = error.place().and_then(|place| place.offset) else {
            return error;
        };
        let at = self.text.place(usize::try_from(at).unwrap_or(usize::MAX));
        error.at(Place::offset(u64::try_from(at).unwrap_or(u64::MAX)))
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
