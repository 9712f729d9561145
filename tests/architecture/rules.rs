//! The rules. Each takes a module path and the text of its file, and answers with faults.

use syn::{Expr, Item, ItemFn, Stmt};

use super::{MAX_LINES, STRANGERS, names, place};

/// Names of modules that stand below the module or to its right in the table.
pub(crate) fn upward_names(module: &[String], text: &str) -> Vec<String> {
    let Some(own) = module.first() else {
        return Vec::new();
    };
    let own_place = place(own);
    let mut faults = Vec::new();
    for name in names::of(module, text) {
        let Some(other) = name.segments.get(1).filter(|_| name.segments[0] == "crate") else {
            continue;
        };
        if other == own {
            continue;
        }
        let fault = match (own_place, place(other)) {
            _ if STRANGERS.contains(&(own.as_str(), other.as_str())) => {
                format!("{own} and {other} must not know each other")
            }
            (Some(own), Some(other)) if other < own => continue,
            (Some(_), Some(_)) => format!("{own} must not name {other}"),
            // A re-export or a glob at the root hides which module is meant.
            _ => format!(
                "name `{}` by its module, not through the crate root",
                name.segments.join("::")
            ),
        };
        faults.push(format!("line {}: {fault}", name.line));
    }
    faults
}

/// The outside world below layer 4.
pub(crate) fn outside_world(module: &[String], text: &str) -> Vec<String> {
    if module
        .first()
        .and_then(|own| place(own))
        .is_none_or(|(row, _)| row >= 4)
    {
        return Vec::new();
    }
    let mut faults = Vec::new();
    for name in names::of(module, text) {
        let parts: Vec<&str> = name.segments.iter().map(String::as_str).collect();
        let bad = match parts.as_slice() {
            [
                "std",
                what @ ("fs" | "net" | "env" | "thread" | "process"),
                ..,
            ] => Some(*what),
            ["std", "time", what @ ("SystemTime" | "Instant"), ..] => Some(*what),
            [what @ ("SystemTime" | "Instant"), "now", ..] => Some(*what),
            [
                "std",
                "os",
                "unix" | "windows",
                what @ ("fs" | "net" | "process"),
                ..,
            ] => Some(*what),
            [
                what @ ("tempfile" | "OffsetDateTime"),
                "now_utc" | "tempfile" | "NamedTempFile",
                ..,
            ] => Some(*what),
            _ => None,
        };
        // A PKCS#11 module works in the process that initialised it, so its number is looked at.
        if bad == Some("process") && module.starts_with(&["signer".into(), "pkcs11".into()]) {
            continue;
        }
        if let Some(bad) = bad {
            faults.push(format!(
                "line {}: {bad} belongs into layer 4 or 5",
                name.line
            ));
        }
    }
    faults
}

/// `extern "C"` functions whose body is not one call of the barrier.
pub(crate) fn missing_barrier(_module: &[String], text: &str) -> Vec<String> {
    fn walk(items: &[Item], faults: &mut Vec<String>) {
        for item in items {
            match item {
                Item::Fn(function) if is_c(function) && !is_guarded(function) => {
                    faults.push(format!("{} has no panic barrier", function.sig.ident));
                }
                Item::Mod(module) => {
                    walk(
                        module.content.as_ref().map_or(&[], |(_, items)| items),
                        faults,
                    );
                }
                _ => {}
            }
        }
    }
    let mut faults = Vec::new();
    walk(&syn::parse_file(text).unwrap().items, &mut faults);
    faults
}

fn is_c(function: &ItemFn) -> bool {
    function
        .sig
        .abi
        .as_ref()
        .is_some_and(|abi| abi.name.as_ref().is_none_or(|name| name.value() != "Rust"))
}

fn is_guarded(function: &ItemFn) -> bool {
    let [Stmt::Expr(body, None)] = function.block.stmts.as_slice() else {
        return false;
    };
    let mut body = body;
    if let Expr::Unsafe(block) = body {
        let [Stmt::Expr(inner, None)] = block.block.stmts.as_slice() else {
            return false;
        };
        body = inner;
    }
    let Expr::Call(call) = body else { return false };
    let Expr::Path(called) = &*call.func else {
        return false;
    };
    let called: Vec<String> = called
        .path
        .segments
        .iter()
        .map(|s| s.ident.to_string())
        .collect();
    [
        "barrier",
        "barrier::barrier",
        "barrier::constant",
        "barrier::free",
    ]
    .contains(&called.join("::").as_str())
}

/// Files above the limit; a block of tests at the end does not count.
pub(crate) fn too_long(_module: &[String], text: &str) -> Vec<String> {
    let lines = text
        .lines()
        .take_while(|line| *line != "#[cfg(test)]")
        .count();
    if lines > MAX_LINES {
        vec![format!("{lines} lines")]
    } else {
        Vec::new()
    }
}

/// Each rule sees the fault that it is there for.
mod seeded {
    use super::*;

    fn module(path: &str) -> Vec<String> {
        path.split("::").map(str::to_owned).collect()
    }

    #[test]
    fn upward_and_rightward_names_in_any_position() {
        for fault in [
            "use crate::verify::verify;",
            "use crate::{error::Error, verify::{self}};",
            "use crate::pki;",
            "use super::super::sign;",
            "fn f() { crate::io::replace(); }",
            "fn f(x: &crate::context::Context) {}",
            "fn f() { let x: Vec<crate::ffi::X> = vec![]; }",
            "impl crate::verify::T for X {}",
            "fn f() { println!(\"{}\", crate::sign::x()); }",
            "macro_rules! m { () => { $crate::sign::x() } }",
            "fn f() { match x { crate::pki::X => {} } }",
            "#[derive(crate::sign::D)] struct S;",
            "mod inner { use super::super::super::verify; }",
            "pub(crate) use crate::sign::*;",
            "type T = dyn Fn() -> crate::pki::Store;",
            "fn f() { m!(crate::{pki::Store, error::Error}) }",
            "use crate::Document;",
        ] {
            assert_eq!(
                upward_names(&module("cms::check"), fault).len(),
                1,
                "{fault}"
            );
        }
        for right in [
            "use crate::{error::Error, pdf, x509::Certificate, cms::builder};",
            "use super::builder; use self::x; pub(crate) fn f() -> super::X {}",
            "#[cfg(test)] mod tests { use crate::verify; }",
            "#[cfg(test)] use crate::verify;",
            "use std::sync::Arc; fn f() { verify(); sign::x(); }",
            "fn f() { format!(\"crate::verify\") }",
        ] {
            assert_eq!(
                upward_names(&module("cms::check"), right),
                [""; 0],
                "{right}"
            );
        }
        assert_eq!(
            upward_names(&module("sign"), "use crate::verify::x;").len(),
            1
        );
        assert_eq!(
            upward_names(&module("verify"), "use crate::sign::x;").len(),
            1
        );
        assert!(upward_names(&module("verify"), "use crate::context::x;").is_empty());
    }

    #[test]
    fn the_outside_world() {
        for fault in [
            "use std::fs;",
            "use std::{fmt, fs::File};",
            "fn f() { std::env::var(\"X\"); }",
            "fn f() { std::thread::spawn(g); }",
            "use std::net::TcpStream;",
            "fn f() { SystemTime::now(); }",
            "use std::time::Instant;",
            "fn f() { dbg!(std::fs::read(p)); }",
        ] {
            assert_eq!(
                outside_world(&module("pdf::document"), fault).len(),
                1,
                "{fault}"
            );
            assert_eq!(outside_world(&module("context"), fault).len(), 0, "{fault}");
        }
        assert!(outside_world(&module("pdf"), "use std::{io, fmt, time::Duration};").is_empty());
        assert!(outside_world(&module("signer::pkcs11::module"), "use std::process;").is_empty());
        assert_eq!(
            outside_world(&module("signer::pem"), "use std::process;").len(),
            1
        );
    }

    #[test]
    fn a_c_function_without_barrier() {
        for fault in [
            "#[unsafe(no_mangle)] pub extern \"C\" fn kyso_x() {}",
            "pub unsafe extern \"C\" fn kyso_x() -> i32 { let x = f(); barrier(x, || 1) }",
            "pub extern \"C\" fn kyso_x() -> i32 { other(|| 1) }",
            "mod m { pub extern \"C-unwind\" fn kyso_x() -> i32 { f() } }",
            "pub extern fn kyso_x() { f(); }",
        ] {
            assert_eq!(missing_barrier(&[], fault).len(), 1, "{fault}");
        }
        for right in [
            "pub unsafe extern \"C\" fn kyso_x() -> i32 { unsafe { barrier(e, |g| Ok(())) } }",
            "pub extern \"C\" fn kyso_x() -> i32 { barrier::constant(0, || 1) }",
            "pub fn other() {}",
        ] {
            assert!(missing_barrier(&[], right).is_empty(), "{right}");
        }
    }

    #[test]
    fn code_for_tests_alone_is_told_apart() {
        let file = "#[cfg(test)] mod tests; mod other; #[cfg(all(test, unix))] mod more; #[cfg(test)] mod here {}";
        let found = names::test_modules(&module("pdf"), file);
        assert_eq!(found, [module("pdf::tests"), module("pdf::more")]);
    }

    #[test]
    fn a_long_file() {
        let long = "\n".repeat(MAX_LINES + 1);
        assert_eq!(too_long(&module("pdf"), &long).len(), 1);
        assert!(too_long(&module("pdf"), &format!("\n#[cfg(test)]{long}")).is_empty());
    }
}
