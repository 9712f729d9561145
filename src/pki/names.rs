//! Finding things by a Name that may be written in several ways (RFC 5280 clause 7.1).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{limits::MAX_REMEMBERED_NAMES, x509::name};

/// Places in a list by Name.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_name: HashMap<Key, Vec<usize>>,
    /// Answers by the bytes of a name, bounded: preparing a name costs much more than finding bytes.
    known: Mutex<HashMap<Vec<u8>, Arc<[usize]>>>,
}

/// What equal names have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Prepared(Vec<Vec<u8>>),
    /// A name without attributes, or malformed: only its equal is the same.
    Bytes(Vec<u8>),
}

impl Key {
    fn of(name: &[u8]) -> Self {
        match name::normal(name) {
            Some(prepared) if !prepared.is_empty() => Self::Prepared(prepared),
            _ => Self::Bytes(name.to_vec()),
        }
    }
}

impl Names {
    pub(super) fn insert(&mut self, name: &[u8], place: usize) {
        self.by_name.entry(Key::of(name)).or_default().push(place);
    }

    /// The places with this name, however it is written, in order.
    pub(super) fn places(&self, name: &[u8]) -> Arc<[usize]> {
        if let Some(places) = self
            .known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name)
        {
            return places.clone();
        }
        let places: Arc<[usize]> = match self.by_name.get(&Key::of(name)) {
            Some(places) => places.as_slice().into(),
            None => [].into(),
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_REMEMBERED_NAMES {
            known.clear();
        }
        known.insert(name.to_vec(), places.clone());
        places
    }
}
