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
#[path = "../support/corpora.rs"]
mod corpora;
mod forgery;
mod inspected;
mod kinds;
mod later;
mod matrix;
mod pdf;
mod prepared;
mod saving;
mod shadow;
mod structure;
mod wrapping;

/// Every test that the chapter names is there.
#[test]
fn the_chapter_names_tests_that_exist() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let chapter = std::fs::read_to_string(root.join("docs/attacks.md")).unwrap();
    let mut named = 0;
    for name in chapter.split('`').filter(|name| name.contains("::")) {
        let (module, test) = name.split_once("::").unwrap();
        let file = root.join(format!("tests/attacks/{module}.rs"));
        let source = std::fs::read_to_string(file).unwrap();
        assert!(source.contains(&format!("fn {test}()")), "{name}");
        named += 1;
    }
    assert!(named > 30, "{named}");
}
