//! Sets the SONAME of the C library. Rust gives a cdylib none.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let part = |name: &str| env::var(format!("CARGO_PKG_VERSION_{name}")).unwrap_or_default();
    let version = soversion(&part("MAJOR"), &part("MINOR"), &part("PATCH"));
    match env::var("CARGO_CFG_TARGET_OS").unwrap_or_default().as_str() {
        "macos" | "ios" => {
            println!(
                "cargo::rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libkyso.{version}.dylib"
            );
        }
        "windows" | "none" => {}
        _ => println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libkyso.so.{version}"),
    }
}

/// The part of the version within which the ABI stays compatible; the rule of cargo-c.
fn soversion(major: &str, minor: &str, patch: &str) -> String {
    match (major, minor) {
        ("0", "0") => format!("0.0.{patch}"),
        ("0", _) => format!("0.{minor}"),
        _ => major.to_owned(),
    }
}
