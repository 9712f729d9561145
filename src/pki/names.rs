//! Finding things by a Name that may be written in several ways (RFC 5280 clause 7.1).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{limits::MAX_REMEMBERED_NAMES, x509::name};

/// Something for each Name.
#[derive(Debug, Default)]
pub(super) struct Names<T> {
    things: Vec<T>,
    /// The place of each, by all names that are the same, and by the bytes of those that were put in: nearly every question has the
    /// bytes of one of them, and preparing a name costs much more than finding bytes.
    by_name: HashMap<Key, usize>,
    by_bytes: HashMap<Box<[u8]>, usize>,
    /// Answers to other bytes, bounded.
    known: Mutex<HashMap<Box<[u8]>, Option<usize>>>,
}

/// What equal names have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Prepared(Vec<u8>),
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

impl<T: Default> Names<T> {
    /// Changes what there is for a name, however it is written.
    pub(super) fn change(&mut self, name: &[u8], change: impl FnOnce(&mut T)) {
        let place = match self.by_bytes.get(name) {
            Some(place) => *place,
            None => {
                let next = self.things.len();
                let place = *self.by_name.entry(Key::of(name)).or_insert(next);
                self.by_bytes.insert(name.into(), place);
                place
            }
        };
        if place == self.things.len() {
            self.things.push(T::default());
        }
        if let Some(thing) = self.things.get_mut(place) {
            change(thing);
        }
    }

    /// What there is for a name, however it is written.
    pub(super) fn get(&self, name: &[u8]) -> Option<&T> {
        let place = match self.by_bytes.get(name) {
            Some(place) => Some(*place),
            None => self.recall(name),
        };
        self.things.get(place?)
    }

    fn recall(&self, name: &[u8]) -> Option<usize> {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = lock().get(name) {
            return *place;
        }
        let place = self.by_name.get(&Key::of(name)).copied();
        let mut known = lock();
        if known.len() >= MAX_REMEMBERED_NAMES {
            known.clear();
        }
        known.insert(name.into(), place);
        place
    }
}
