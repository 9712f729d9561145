//! The reader as a whole, on files made here. The corpora go through it in `tests/reading.rs`.
#![expect(clippy::arithmetic_side_effects, reason = "tests")]

mod arbitrary;
mod build;
mod chain;
mod encryption;
mod fields;
mod hostile;
mod sound;
mod syntax;

use std::sync::Arc;

use super::{Document, Object, ObjectId};
use crate::{error::Result, source::MemorySource};

fn open(bytes: impl Into<Vec<u8>>) -> Result<Document> {
    Document::open(Arc::new(MemorySource::new(bytes.into())))
}

fn codes(document: &Document) -> Vec<&'static str> {
    document
        .findings()
        .iter()
        .map(crate::report::Finding::code)
        .collect()
}

fn id(number: u32) -> ObjectId {
    ObjectId {
        number,
        generation: 0,
    }
}

fn integer(document: &Document, revision: usize, number: u32) -> Option<i64> {
    document
        .object_at(revision, id(number))
        .unwrap()
        .as_integer()
}

fn is_null(document: &Document, number: u32) -> bool {
    document.object(id(number)).unwrap() == Object::Null
}
