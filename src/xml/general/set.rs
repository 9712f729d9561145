//! Sets of nodes: one bit each.

use super::tree::{Id, Tree};

#[derive(Clone, Debug)]
pub(super) struct Set {
    bits: Vec<u64>,
}

impl Set {
    pub(super) fn empty(tree: &Tree<'_>) -> Self {
        let words = usize::try_from(tree.len() / 64).unwrap_or_default();
        Self {
            bits: vec![0; words.saturating_add(1)],
        }
    }

    fn place(id: Id) -> (usize, u64) {
        let word = usize::try_from(id / 64).unwrap_or(usize::MAX);
        (word, 1_u64.wrapping_shl(id % 64))
    }

    pub(super) fn contains(&self, id: Id) -> bool {
        let (word, bit) = Self::place(id);
        self.bits.get(word).is_some_and(|word| word & bit != 0)
    }

    pub(super) fn insert(&mut self, id: Id) {
        let (word, bit) = Self::place(id);
        if let Some(word) = self.bits.get_mut(word) {
            *word |= bit;
        }
    }

    pub(super) fn remove(&mut self, id: Id) {
        let (word, bit) = Self::place(id);
        if let Some(word) = self.bits.get_mut(word) {
            *word &= !bit;
        }
    }

    /// Keeps what is in both.
    pub(super) fn intersect(&mut self, other: &Self) {
        for (word, other) in self.bits.iter_mut().zip(&other.bits) {
            *word &= other;
        }
    }

    pub(super) fn subtract(&mut self, other: &Self) {
        for (word, other) in self.bits.iter_mut().zip(&other.bits) {
            *word &= !other;
        }
    }

    pub(super) fn unite(&mut self, other: &Self) {
        for (word, other) in self.bits.iter_mut().zip(&other.bits) {
            *word |= other;
        }
    }
}
