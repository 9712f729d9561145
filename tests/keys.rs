//! Keys as offices have them: on tokens (SoftHSM2, and a module in front of it that counts and fails), in PKCS#12 files of
//! other programs, in PEM of all kinds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(all(unix, feature = "pkcs11"))]

#[path = "keys/files.rs"]
mod files;
#[path = "keys/memory.rs"]
mod memory;
#[path = "keys/pem.rs"]
mod pem;
#[path = "keys/pins.rs"]
mod pins;
#[expect(dead_code, reason = "the tests of the program use the rest")]
#[path = "support/program.rs"]
mod program;
#[path = "support/softhsm.rs"]
mod softhsm;
#[path = "keys/tokens.rs"]
mod tokens;

use std::{path::Path, process::Command};

use program::{Demo, Ran, kyso, run};
use serde_json::Value;
use softhsm::Hsm;

/// The verdicts and algorithms that kyso finds in a file, trusting the demo's root.
fn report(file: &Path) -> Value {
    let mut command = kyso();
    command.args(["verify", "--format", "json"]);
    command.args(Demo::get().trust()).arg(file);
    serde_json::from_str(&run(&mut command).out).unwrap()
}

/// The names of `field` in every signature.
fn each<'a>(report: &'a Value, pointer: &str) -> Vec<&'a str> {
    let signatures = report["signatures"].as_array().unwrap();
    let values = signatures.iter().map(|signature| {
        let value = signature.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_default()
    });
    values.collect()
}

/// `kyso sign pdf` with a key, in the environment of the tokens.
fn sign(hsm: &Hsm, key: &str, out: &Path, more: &[&str]) -> Ran {
    run(&mut sign_command(hsm, key, out, more))
}

fn sign_command(hsm: &Hsm, key: &str, out: &Path, more: &[&str]) -> Command {
    let mut command = kyso();
    command.args(["sign", "pdf", "--force", "--lang", "en"]);
    command.arg(Demo::get().file("input.pdf")).arg(out);
    command.args(["--key", key]).args(more);
    command.envs(hsm.environment()).env("PIN", "123456");
    command
}

/// `kyso sign six` with two keys.
fn six_command(hsm: &Hsm, person: &str, organisation: &str, out: &Path) -> Command {
    let mut command = kyso();
    command.args(["sign", "six", "--force", "--lang", "en"]);
    command.arg(Demo::get().file("input.pdf")).arg(out);
    command.args(["--person", person, "--organisation", organisation]);
    command.args(["--number", "12/QĐ-UBND", "--pin-env", "PIN"]);
    command.envs(hsm.environment()).env("PIN", "123456");
    command
}

/// How the program refused: its code.
fn refused(ran: &Ran) -> &str {
    assert_eq!(ran.code, 1, "{ran:?}");
    let code = ran.err.trim_end().rsplit_once('[').map(|(_, code)| code);
    code.and_then(|code| code.strip_suffix(']')).unwrap()
}
