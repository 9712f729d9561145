//! Finding things by a Name that may be written in several ways (RFC 5280 clause 7.1).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{limits::MAX_REMEMBERED_NAMES, x509::name::names_match};

/// Places in a list by Name.
#[derive(Debug, Default)]
pub(super) struct Names {
    by_bytes: HashMap<Vec<u8>, Vec<usize>>,
    /// Answers, bounded: comparing names costs much more than finding bytes.
    known: Mutex<HashMap<Vec<u8>, Arc<[usize]>>>,
}

impl Names {
    pub(super) fn insert(&mut self, name: &[u8], place: usize) {
        self.by_bytes.entry(name.to_vec()).or_default().push(place);
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
        let same = self
            .by_bytes
            .iter()
            .filter(|(bytes, _)| names_match(bytes, name));
        let mut places: Vec<usize> = same.flat_map(|(_, places)| places).copied().collect();
        places.sort_unstable();
        let places: Arc<[usize]> = places.into();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_REMEMBERED_NAMES {
            known.clear();
        }
        known.insert(name.to_vec(), places.clone());
        places
    }
}
