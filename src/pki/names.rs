//! Finding things by a Name that may be written in several ways (RFC 5280 clause 7.1).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{limits::MAX_REMEMBERED_NAMES, x509::name};

/// Places in a list by Name.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The places of each name.
    places: Vec<Vec<usize>>,
    /// Which of them, by all names that are the same, and by the bytes of those that were put in: nearly every question has the
    /// bytes of one of them, and preparing a name costs much more than finding bytes.
    by_name: HashMap<Key, usize>,
    by_bytes: HashMap<Box<[u8]>, usize>,
    /// Answers to other bytes, bounded.
    known: Mutex<HashMap<Box<[u8]>, Option<usize>>>,
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
        let which = match self.by_bytes.get(name) {
            Some(which) => *which,
            None => {
                let next = self.by_name.len();
                let which = *self.by_name.entry(Key::of(name)).or_insert(next);
                self.by_bytes.insert(name.into(), which);
                which
            }
        };
        match self.places.get_mut(which) {
            Some(places) => places.push(place),
            None => self.places.push(vec![place]),
        }
    }

    /// The places with this name, however it is written, in order.
    pub(super) fn places(&self, name: &[u8]) -> &[usize] {
        let which = match self.by_bytes.get(name) {
            Some(which) => Some(*which),
            None => self.recall(name),
        };
        let places = which.and_then(|which| self.places.get(which));
        places.map_or(&[], Vec::as_slice)
    }

    fn recall(&self, name: &[u8]) -> Option<usize> {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(which) = lock().get(name) {
            return *which;
        }
        let which = self.by_name.get(&Key::of(name)).copied();
        let mut known = lock();
        if known.len() >= MAX_REMEMBERED_NAMES {
            known.clear();
        }
        known.insert(name.into(), which);
        which
    }
}
