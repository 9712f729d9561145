//! The layout of Vietnamese documents: where signatures stand, what they show, and which is which.
//!
//! Pure geometry and text. Circular 01/2019/TT-BNV asks for six signatures, Decree 30/2020/NĐ-CP for two.

#[cfg(any(test, feature = "cli"))]
mod decision;
mod look;
mod plan;
mod recognise;

#[cfg(any(test, feature = "cli"))]
pub use decision::demo_document;
pub(crate) use look::Look;
pub(crate) use plan::{PageGeometry, PagePlace, Slot, Texts, plan};
pub(crate) use recognise::{Assessed, Seen, assess, recognise};
