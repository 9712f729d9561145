//! What can be done to signed documents by somebody without a key, class by class; none of it passes, and its honest
//! sibling does. `docs/attacks.md` says what stops each.
//!
//! Every attack is made here, from documents that kyso signs with the keys of the demo.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(feature = "demo")]

mod actions;
mod certified;
mod forgery;
mod inspected;
mod kinds;
mod later;
mod pdf;
mod saving;
mod shadow;
mod structure;
mod wrapping;
