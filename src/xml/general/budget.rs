//! What filters may do.

use std::cell::Cell;

use crate::{
    error::{Error, ErrorKind, Result},
    text::rules::xml as rules,
};

/// What filters may still do; see [`crate::limits::MAX_XPATH_WORK`].
#[derive(Debug)]
pub(in crate::xml) struct Budget(Cell<u64>);

impl Budget {
    pub(in crate::xml) fn new(left: u64) -> Self {
        Self(Cell::new(left))
    }

    pub(in crate::xml) fn left(&self) -> u64 {
        self.0.get()
    }

    /// # Errors
    /// `Limit`.
    pub(super) fn pay(&self, cost: u64) -> Result<()> {
        match self.0.get().checked_sub(cost) {
            Some(left) => {
                self.0.set(left);
                Ok(())
            }
            None => {
                self.0.set(0);
                Err(Error::new(ErrorKind::Limit, &rules::XPATH_WORK))
            }
        }
    }
}
