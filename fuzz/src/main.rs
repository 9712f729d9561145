//! Every fuzz target of kyso in one program, so that it is linked once. `fuzz/run.sh` knows how to call it.
//!
//! `KYSO_FUZZ_TARGET` names the target. With `KYSO_FUZZ_SEEDS=FOLDER` nothing is fuzzed: the files whose names come on
//! standard input are taken apart, and what the target can start from is written into the folder.
#![no_main]

use std::{
    collections::HashSet,
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, BufRead},
    panic,
    path::PathBuf,
    process::exit,
    sync::OnceLock,
};

use kyso::fuzzing::{TARGETS, Target};
use libfuzzer_sys::fuzz_target;

static TARGET: OnceLock<&'static Target> = OnceLock::new();

fuzz_target!(
    init: {
        let name = env::var("KYSO_FUZZ_TARGET").unwrap_or_default();
        if name == "list" {
            for target in TARGETS {
                println!("{} {} {}", target.name, target.dictionary, target.max_len);
            }
            exit(0);
        }
        let Some(target) = TARGETS.iter().find(|target| target.name == name) else {
            eprintln!("KYSO_FUZZ_TARGET: no target {name:?}");
            exit(2);
        };
        if let Some(folder) = env::var_os("KYSO_FUZZ_SEEDS") {
            gather(target, &PathBuf::from(folder));
            exit(0);
        }
        let _ = TARGET.set(target);
        hush();
    },
    |data: &[u8]| {
        if let Some(target) = TARGET.get() {
            (target.run)(data);
        }
    }
);

/// Panics of the crates that interpret pages are caught by kyso. Everywhere else a panic is a finding: what libFuzzer's
/// own hook makes of it.
fn hush() {
    let abort = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let file = info.location().map_or("", |place| place.file());
        if !file.contains("/hayro") {
            abort(info);
        }
    }));
}

/// Writes each seed once, under the hash of its bytes.
fn gather(target: &Target, folder: &PathBuf) {
    let mut seen = HashSet::new();
    fs::create_dir_all(folder).expect("the folder for seeds");
    for path in io::stdin().lock().lines() {
        let path = path.expect("a file name");
        let Ok(file) = fs::read(&path) else { continue };
        for seed in (target.seeds)(&file) {
            let mut hash = DefaultHasher::new();
            seed.hash(&mut hash);
            let hash = hash.finish();
            if seed.len() <= target.max_len && seen.insert(hash) {
                fs::write(folder.join(format!("{hash:016x}")), &seed).expect("a seed");
            }
        }
    }
    println!("{}: {} seeds", target.name, seen.len());
}
