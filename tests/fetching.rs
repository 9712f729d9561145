//! Fetching, live on loopback: issuers, lists and answers over HTTP, from a server that has every fault, and from OpenSSL as responder.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(unix)]
#![cfg(all(feature = "cli", feature = "http"))]

#[path = "fetching/attacks.rs"]
mod attacks;
#[path = "fetching/cache.rs"]
mod cache;
#[path = "fetching/certomancer.rs"]
mod certomancer;
#[cfg(feature = "demo")]
#[path = "fetching/enclosed.rs"]
mod enclosed;
#[path = "fetching/pki.rs"]
mod pki;
#[path = "support/program.rs"]
#[expect(dead_code, reason = "these tests need the program alone")]
mod program;
#[path = "fetching/routes.rs"]
mod routes;
#[path = "support/server.rs"]
mod server;
