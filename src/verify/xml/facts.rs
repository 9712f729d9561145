use serde::{Deserialize, Serialize};

use crate::{
    report::{CoveredElement, Level},
    xmldsig::xades::Shown,
};

/// What is known of a signature, and only XML signatures have.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::verify) struct XmlFacts {
    /// The level that signed properties show.
    pub(in crate::verify) shown: Option<Shown>,
    pub(in crate::verify) elements: Vec<CoveredElement>,
    pub(in crate::verify) outside: Vec<String>,
    /// The data is not covered as far as could be seen, and not everything could be.
    #[serde(default)]
    pub(in crate::verify) open: bool,
}

impl XmlFacts {
    pub(in crate::verify) fn level(&self) -> Level {
        match self.shown {
            None => Level::None,
            Some(Shown::BB) => Level::BB,
            Some(Shown::BT) => Level::BT,
            Some(Shown::BLt) => Level::BLt,
            Some(Shown::BLta) => Level::BLta,
        }
    }
}
