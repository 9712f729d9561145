//! What a list of a million revoked certificates costs: to read, to keep, to look something up.
//!
//! Entries are as CAs write them: a serial number of 16 octets, a date, no extension (37 octets), or a short serial number (22
//! octets), for which an index of fixed size weighs most. Goal: read at 200 MB/s or more, kept in at most 1.2 times its
//! size, then a lookup below a microsecond. A lookup is what a check of a certificate takes longer than with an empty list.

#[path = "speed/measure.rs"]
#[expect(dead_code, reason = "the other bench needs all of it")]
mod measure;

use std::{fs, path::PathBuf};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use kyso::{Context, Material, MaterialFile, Options, check_certificate};
use measure::{Outcome, machine, median, timed};

const ENTRIES: u32 = 1_000_000;
const ECDSA: &[u8] = b"\x30\x0A\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x02";

fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let zeros = length.iter().take_while(|octet| **octet == 0).count();
    let mut out = vec![tag];
    match &length[zeros..] {
        [] => out.push(0),
        [short @ ..=0x7F] => out.push(*short),
        long => {
            out.extend((0x80_u8..).nth(long.len()));
            out.extend(long);
        }
    }
    out.extend(content);
    out
}

fn name(common_name: &str) -> Vec<u8> {
    let attribute = tlv(
        0x30,
        &[
            b"\x06\x03\x55\x04\x03",
            &tlv(0x0C, &[common_name.as_bytes()]),
        ],
    );
    tlv(0x30, &[&tlv(0x31, &[&attribute])])
}

fn signed(key: &EcdsaKeyPair, tbs: Vec<u8>) -> Outcome<Vec<u8>> {
    let signature = key
        .sign(&SystemRandom::new(), &tbs)
        .map_err(|_| "not signed")?;
    Ok(tlv(
        0x30,
        &[&tbs, ECDSA, &tlv(3, &[&[0], signature.as_ref()])],
    ))
}

fn certificate(
    key: &EcdsaKeyPair,
    subject: &str,
    serial: &[u8],
    authority: bool,
) -> Outcome<Vec<u8>> {
    let algorithm =
        b"\x30\x13\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07";
    let spki = tlv(
        0x30,
        &[algorithm, &tlv(3, &[&[0], key.public_key().as_ref()])],
    );
    let constraints: &[u8] =
        b"\x30\x0F\x06\x03\x55\x1D\x13\x01\x01\xFF\x04\x05\x30\x03\x01\x01\xFF";
    let extensions = if authority {
        tlv(0xA3, &[&tlv(0x30, &[constraints])])
    } else {
        Vec::new()
    };
    let tbs = tlv(
        0x30,
        &[
            b"\xA0\x03\x02\x01\x02",
            &tlv(2, &[serial]),
            ECDSA,
            &name("Authority"),
            &tlv(0x30, &[b"\x17\x0D250101000000Z", b"\x17\x0D400101000000Z"]),
            &name(subject),
            &spki,
            &extensions,
        ],
    );
    signed(key, tbs)
}

fn serial(number: u32, long: bool) -> Vec<u8> {
    let number = number.wrapping_mul(0x9E37_79B1).to_be_bytes();
    if long {
        return [&[0x11; 12], &number[..]].concat();
    }
    [&[0x40 | number[0] & 0x3F], &number[1..3]].concat()
}

fn list(key: &EcdsaKeyPair, count: u32, long: bool) -> Outcome<Vec<u8>> {
    let mut entries = Vec::new();
    for number in 0..count {
        entries.extend(tlv(
            0x30,
            &[&tlv(2, &[&serial(number, long)]), b"\x17\x0D260201000000Z"],
        ));
    }
    let entries = if count == 0 {
        Vec::new()
    } else {
        tlv(0x30, &[&entries])
    };
    let tbs = tlv(
        0x30,
        &[
            b"\x02\x01\x01",
            ECDSA,
            &name("Authority"),
            b"\x17\x0D260301000000Z",
            b"\x17\x0D400101000000Z",
            &entries,
        ],
    );
    signed(key, tbs)
}

/// Resident memory, in bytes (VmRSS of proc(5)).
fn resident() -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB"));
    Ok(kib.ok_or("no VmRSS")?.trim().parse::<f64>()? * 1024.0)
}

fn context(anchor: &[u8], list: Vec<u8>) -> Outcome<Context> {
    let mut material = Material::default();
    material.anchors.push(MaterialFile::new("anchor", anchor));
    material.crls.push(MaterialFile::new("list", list));
    let options = Options::from_json(r#"{"at": "2026-03-05T00:00:00Z", "purpose": "any"}"#)?;
    Ok(Context::new(options, material)?)
}

fn main() -> Outcome<()> {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random)
        .map_err(|_| "no key")?;
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref())
        .map_err(|_| "no key")?;
    let anchor = certificate(&key, "Authority", &[1], true)?;
    let leaves: Vec<Vec<u8>> = (0..64_u32)
        .map(|number| {
            certificate(
                &key,
                "Person",
                &[&[0x22; 12], &number.to_be_bytes()[..]].concat(),
                false,
            )
        })
        .collect::<Outcome<_>>()?;
    println!("{}\n", machine());
    println!("| entry | bytes | read MB/s | memory / size | lookup ns |");
    println!("|---|---:|---:|---:|---:|");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let empty = context(&anchor, list(&key, 0, true)?)?;
    for (what, long) in [("37 octets", true), ("22 octets", false)] {
        // Through a file, so that the bytes in memory are those of the list alone.
        let file = folder.join("list.crl");
        fs::write(&file, list(&key, ENTRIES, long)?)?;
        let size = fs::metadata(&file)?.len() as f64;
        let mut read: Vec<f64> = Vec::new();
        for _ in 0..9 {
            let bytes = fs::read(&file)?;
            let mut made = None;
            read.push(timed(|| made = Some(context(&anchor, bytes))));
            made.ok_or("no context")??;
        }
        let before = resident()?;
        let full = context(&anchor, fs::read(&file)?)?;
        let check = |context: &Context, leaf: &[u8]| -> Outcome<()> {
            let told = check_certificate(context, leaf, None)?;
            if !told.to_json(kyso::Lang::En).contains("\"status\":\"good\"") {
                return Err(told.to_json(kyso::Lang::En).into());
            }
            Ok(())
        };
        // Checks the signature once and makes the index.
        check(&full, leaves.first().ok_or("no leaf")?)?;
        let memory = resident()? - before;
        let each = |context: &Context| -> Outcome<f64> {
            let mut times = Vec::new();
            for _ in 0..15 {
                times.push(timed(|| {
                    for _ in 0..20 {
                        for leaf in &leaves {
                            std::hint::black_box(check_certificate(context, leaf, None).is_ok());
                        }
                    }
                }));
            }
            Ok(median(&mut times) * 1e6 / 20.0 / leaves.len() as f64)
        };
        let (with, without) = (each(&full)?, each(&empty)?);
        println!(
            "| {what} | {size} | {:.0} | {:.3} | {:.0} |",
            size / 1e3 / median(&mut read),
            memory / size,
            with - without,
        );
    }
    Ok(())
}
