//! The layout of Vietnamese documents: where signatures stand, what they show, and which is which.
//!
//! Geometry, text and prepared pictures. Circular 01/2019/TT-BNV asks for six signatures, Decree 30/2020/NĐ-CP for two.

mod assets;
mod boxes;
#[cfg(any(test, feature = "demo"))]
mod decision;
mod fonts;
mod look;
mod plan;
mod recognise;

pub use assets::Assets;
#[cfg(all(test, not(feature = "demo")))]
pub(crate) use decision::demo_document;
#[cfg(feature = "demo")]
pub use decision::demo_document;
pub(crate) use fonts::Face;
pub(crate) use look::Look;
pub(crate) use plan::{PagePlace, Shown, Slot, field_name, page_of, plan, slot};
pub(crate) use recognise::{Assessed, Seen, assess, recognise};
