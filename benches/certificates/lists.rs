//! What a list of a million revoked certificates costs: to read, to keep, to look something up.
//!
//! Entries are as CAs write them: a serial number of 16 octets and a date (37 octets), the same with a reason (51), or a
//! short serial number (22 octets), for which an index of fixed size weighs most. Goal: read at 200 MB/s or more, kept in
//! at most 1.2 times its size, then a lookup below a microsecond. A lookup is what a check of a certificate takes longer
//! than with an empty list.

use std::{env, fs, path::Path, process::Command};

use kyso::{Context, check_certificate};

use crate::{
    chain::{context, passes},
    measure::{Outcome, interleaved, median, timed},
    pki::{Party, Role, tlv},
    verdict,
};

const ENTRIES: u32 = 1_000_000;
/// Checks of every leaf that are measured at once, and how often.
const BATCH: usize = 20;
const ROUNDS: usize = 15;
/// Goals.
const MB_A_SECOND: f64 = 200.0;
const TIMES_ITS_SIZE: f64 = 1.2;
const LOOKUP_NS: f64 = 1000.0;

#[derive(Clone, Copy)]
enum Entry {
    Long,
    Reason,
    Short,
}

impl Entry {
    fn der(self, number: u32) -> Vec<u8> {
        let number = number.wrapping_mul(0x9E37_79B1).to_be_bytes();
        let long = [&[0x11; 12], &number[..]].concat();
        let serial = match self {
            Self::Long | Self::Reason => long,
            Self::Short => [&[0x40 | number[0] & 0x3F], &number[1..3]].concat(),
        };
        // reasonCode cessationOfOperation.
        let reason: &[u8] = match self {
            Self::Reason => b"\x30\x0C\x30\x0A\x06\x03\x55\x1D\x15\x04\x03\x0A\x01\x05",
            Self::Long | Self::Short => b"",
        };
        tlv(
            0x30,
            &[&tlv(2, &[&serial]), b"\x17\x0D260201000000Z", reason],
        )
    }
}

/// Prints the table.
pub(crate) fn run() -> Outcome<()> {
    let authority = Party::ec("Authority")?;
    let anchor = authority.certify(&authority, &[1], Role::Authority)?;
    let person = Party::ec("Person")?;
    let leaves: Vec<Vec<u8>> = (0..64_u32)
        .map(|number| {
            let serial = [&[0x22; 12], &number.to_be_bytes()[..]].concat();
            authority.certify(&person, &serial, Role::Person)
        })
        .collect::<Outcome<_>>()?;
    println!(
        "| a list of 1,000,000 entries | bytes | read MB/s | goal | memory / size | goal | lookup ns | goal | within the goals |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---|");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (file, anchor_file, leaf_file) = (
        folder.join("list.crl"),
        folder.join("anchor.cer"),
        folder.join("leaf.cer"),
    );
    fs::write(&anchor_file, &anchor)?;
    fs::write(&leaf_file, leaves.first().ok_or("no leaf")?)?;
    let empty = context(&[&anchor], &[], vec![authority.list(&[])?])?;
    for (what, entry) in [
        ("long numbers", Entry::Long),
        ("long numbers, reasons", Entry::Reason),
        ("short numbers", Entry::Short),
    ] {
        let entries: Vec<u8> = (0..ENTRIES).flat_map(|number| entry.der(number)).collect();
        fs::write(&file, authority.list(&entries)?)?;
        drop(entries);
        let size = fs::metadata(&file)?.len() as f64;
        let mut read: Vec<f64> = Vec::new();
        for _ in 0..9 {
            let bytes = fs::read(&file)?;
            let mut made = None;
            read.push(timed(|| made = Some(context(&[&anchor], &[], vec![bytes]))));
            made.ok_or("no context")??;
        }
        let memory = kept(&[&anchor_file, &file, &leaf_file])? / size;
        let full = context(&[&anchor], &[], vec![fs::read(&file)?])?;
        // Checks the signature once and makes the index.
        passes(&full, leaves.first().ok_or("no leaf")?)?;
        let lookup = difference(&full, &empty, &leaves);
        let speed = size / 1e3 / median(&mut read);
        let met = speed >= MB_A_SECOND && memory <= TIMES_ITS_SIZE && lookup < LOOKUP_NS;
        let told = match lookup {
            ..0.0 => "below the noise".to_owned(),
            _ => format!("{lookup:.0}"),
        };
        println!(
            "| {what} | {size} | {speed:.0} | {MB_A_SECOND} | {memory:.3} | {TIMES_ITS_SIZE} | {told} | {LOOKUP_NS} | {} |",
            verdict(met)
        );
    }
    println!();
    Ok(())
}

/// Nanoseconds that a check takes longer in the one context than in the other. They take turns: what slows the machine down slows both.
fn difference(one: &Context, other: &Context, leaves: &[Vec<u8>]) -> f64 {
    let checks = |context: &Context| {
        for leaf in std::iter::repeat_n(leaves, BATCH).flatten() {
            std::hint::black_box(check_certificate(context, leaf, None).is_ok());
        }
    };
    let [one, other] = interleaved(ROUNDS, [&mut || checks(one), &mut || checks(other)]);
    (one - other) * 1e6 / BATCH as f64 / leaves.len() as f64
}

/// Bytes that a list takes: in a process of its own, where nothing was freed before.
fn kept(files: &[&Path]) -> Outcome<f64> {
    let output = Command::new(env::current_exe()?)
        .arg(MEMORY)
        .args(files)
        .output()?;
    let text = String::from_utf8(output.stdout)?;
    let told = String::from_utf8_lossy(&output.stderr);
    Ok(text.trim().parse().map_err(|_| told)?)
}

/// The word that makes this program tell the memory that a list takes: anchor, list, leaf.
pub(crate) const MEMORY: &str = "memory";

/// What that process does: tells how much more is resident once the list was read and asked.
pub(crate) fn memory(files: &[String]) -> Outcome<()> {
    let [anchor, list, leaf] = files else {
        return Err("anchor, list, leaf".into());
    };
    let (anchor, leaf) = (fs::read(anchor)?, fs::read(leaf)?);
    // Whatever is made once in a process.
    let _ = passes(&context(&[&anchor], &[], Vec::new())?, &leaf);
    let before = resident()?;
    let full = context(&[&anchor], &[], vec![fs::read(list)?])?;
    passes(&full, &leaf)?;
    println!("{}", resident()? - before);
    Ok(())
}

/// Resident memory, in bytes (VmRSS of proc(5)).
fn resident() -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB"));
    Ok(kib.ok_or("no VmRSS")?.trim().parse::<f64>()? * 1024.0)
}
