//! What checking and signing cost, beside the least that they can cost and beside other programs.
//!
//! `L` is one pass of SHA-256 over the file plus the public-key check of each signature and of each distinct
//! chain link, all keys parsed beforehand, with the same provider, looped in this process. Everything that a
//! check does beyond that is overhead; what it may be is said by [`Goal`]. For signing six it is
//! `1.25 (one pass + six private-key operations) + 0.3 ms` a signature.
//!
//! Times are CPU time, medians over interleaved rounds, warm. The files are made here, with keys that `kyso demo` makes;
//! those of `KYSO_BENCH_DATA` (default `../shared/bench/data`) are measured as well, where they are. Peers are
//! measured on the same files by `benches/peers/peers.py`.

mod files;
mod growth;
mod limit;
mod measure;
#[path = "../peers/mod.rs"]
mod peers;
mod pictures;
mod signing;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use kyso::{Context, FileVerdict, MemorySource, verify, verify_file};

use crate::{
    files::Demo,
    limit::Limit,
    measure::{Outcome, interleaved, keep, machine, peak_mib, rounds, timed},
    peers::Measured,
};

/// What a check may take, analysis of changes included.
#[derive(Clone, Copy)]
enum Goal {
    /// One pass and little else.
    Pass,
    /// A thousand pages: their objects are looked at once, whatever the number of signatures.
    Pages,
    /// 60,000 objects: one lexical pass at 250 MB/s.
    Objects,
}

impl Goal {
    fn ms(self, limit_ms: f64, signatures: usize) -> f64 {
        match self {
            Self::Pass => 1.25 * limit_ms + 0.1 + 0.08 * signatures as f64,
            Self::Pages => 1.3 * limit_ms + 1.0,
            Self::Objects => limit_ms + 40.0,
        }
    }
}

/// Most resident memory for 100 MB, in MiB.
const GOAL_MIB: f64 = 32.0;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--child") {
        return child(&arguments[at + 1..]);
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench");
    fs::create_dir_all(&folder)?;
    let demo = Demo::make(&folder)?;
    println!("{}\n", machine());
    let checked = checking(&folder, &demo)?;
    memory(&folder, &demo)?;
    signing::table(&demo)?;
    growth::table(&demo)?;
    peers(&demo, &checked)
}

/// A file and what trusts its signers.
struct Checked {
    name: String,
    path: PathBuf,
    root: PathBuf,
    /// In-process time with a file as input.
    ms: f64,
}

impl Checked {
    fn measured(&self) -> Measured<'_> {
        Measured {
            name: &self.name,
            path: &self.path,
            ms: self.ms,
        }
    }
}

fn checking(folder: &Path, demo: &Demo) -> Outcome<Vec<Checked>> {
    println!("### Checking\n");
    println!(
        "| file | bytes | signatures | L ms | goal ms | kyso ms, bytes in memory | kyso ms, a file | file / L | within the goal |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---|");
    let mut checked = Vec::new();
    let trust = demo.trust()?;
    for (name, bytes, goal) in own(demo)? {
        let path = folder.join(format!("{name}.pdf"));
        keep(&path, &bytes)?;
        checked.push(row(&name, path, demo.file("root.pem"), &trust, goal)?);
    }
    let shared = std::env::var("KYSO_BENCH_DATA").map_or_else(
        |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/bench/data"),
        PathBuf::from,
    );
    let root = shared.join("root.cert.pem");
    if root.is_file() {
        let trust = files::trust_only(&root)?;
        let mut paths: Vec<_> = fs::read_dir(&shared)?.flatten().map(|e| e.path()).collect();
        paths.sort();
        paths.retain(|path| path.extension().is_some_and(|e| e == "pdf"));
        for path in paths {
            let name = path.file_stem().unwrap_or_default().to_string_lossy();
            checked.push(row(
                &format!("shared {name}"),
                path.clone(),
                root.clone(),
                &trust,
                Goal::Pass,
            )?);
        }
        println!();
    } else {
        println!("\n**Not measured**: the shared files (KYSO_BENCH_DATA: their folder).\n");
    }
    Ok(checked)
}

/// The documents of this bench, signed.
fn own(demo: &Demo) -> Outcome<Vec<(String, Vec<u8>, Goal)>> {
    let (person, organisation) = (demo.key("person.p12")?, demo.key("organisation.p12")?);
    let mut made = Vec::new();
    for (name, bytes) in [
        ("100K_6 visible", 100_000),
        ("1M_6 visible", 1_000_000),
        ("10M_6 visible", 10_000_000),
        ("50M_6 visible", 50_000_000),
        ("100M_6 visible", 100_000_000),
    ] {
        made.push((
            name.to_owned(),
            files::six(files::scan(bytes), &person, &organisation)?,
            Goal::Pass,
        ));
    }
    for (name, base, count, goal) in [
        ("1M_6", files::scan(1_000_000), 6, Goal::Pass),
        ("10M_20", files::scan(10_000_000), 20, Goal::Pass),
        ("100M_20", files::scan(100_000_000), 20, Goal::Pass),
        ("1000 pages_6", files::pages(1_000), 6, Goal::Pages),
        ("1000 pages_12", files::pages(1_000), 12, Goal::Pages),
        ("60000 objects_6", files::tagged(60_000), 6, Goal::Objects),
        ("60000 objects_12", files::tagged(60_000), 12, Goal::Objects),
        ("60000 objects_20", files::tagged(60_000), 20, Goal::Objects),
    ] {
        let signed = files::invisible(base, count, [&person, &organisation])?;
        made.push((name.to_owned(), signed, goal));
    }
    Ok(made)
}

fn row(
    name: &str,
    path: PathBuf,
    root: PathBuf,
    context: &Context,
    goal: Goal,
) -> Outcome<Checked> {
    let bytes = fs::read(&path)?;
    let limit = Limit::of(&bytes, &fs::read(&root)?)?;
    let (count, size) = (limit.signatures, bytes.len());
    let source = Arc::new(MemorySource::new(bytes));
    let report = verify(context, source.clone(), None);
    if report.error.is_some() || report.signatures.len() != count {
        return Err(format!("{name}: {}", report.to_json(kyso::Lang::En)).into());
    }
    // Checked all the same, but what is refused is said.
    let verdict = match report.verdict {
        FileVerdict::Passed => String::new(),
        other => format!(" (verdict {other:?})"),
    };
    let [limit, memory, file] = interleaved(
        rounds(size),
        [
            &mut || limit.run(),
            &mut || drop(std::hint::black_box(verify(context, source.clone(), None))),
            &mut || drop(std::hint::black_box(verify_file(context, &path))),
        ],
    );
    let goal = goal.ms(limit, count);
    let within = match (memory <= goal, file <= goal) {
        (true, true) => "yes",
        (true, false) => "in memory yes, **as a file no**",
        _ => "**no**",
    };
    println!(
        "| {name}{verdict} | {size} | {count} | {limit:.3} | {goal:.3} | {memory:.3} | {file:.3} | {:.2} | {within} |",
        file / limit
    );
    let name = name.to_owned();
    Ok(Checked {
        name,
        path,
        root,
        ms: file,
    })
}

/// Peak memory, each time in a process of its own.
fn memory(folder: &Path, demo: &Demo) -> Outcome<()> {
    println!("### Memory and first time, 100 MB, each in a process of its own\n");
    println!("| what | peak resident MiB | goal MiB | CPU ms, cold | within the goal |");
    println!("|---|---:|---:|---:|---|");
    let base = folder.join("100M.pdf");
    keep(&base, &files::scan(100_000_000))?;
    for (what, file) in [("check", folder.join("100M_6 visible.pdf")), ("sign", base)] {
        let output = Command::new(std::env::current_exe()?)
            .args(["--child", what])
            .arg(demo.file(""))
            .arg(&file)
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let Some((mib, ms)) = said.trim().split_once(' ') else {
            return Err(format!("{what}: {}", String::from_utf8_lossy(&output.stderr)).into());
        };
        let (mib, ms): (f64, f64) = (mib.parse()?, ms.parse()?);
        let within = if mib <= GOAL_MIB { "yes" } else { "**no**" };
        println!("| {what} six | {mib:.1} | {GOAL_MIB} | {ms:.1} | {within} |");
    }
    println!();
    Ok(())
}

/// Does one thing and prints its peak memory and CPU time.
fn child(arguments: &[String]) -> Outcome<()> {
    let [what, demo, file] = arguments else {
        return Err("--child WHAT DEMO FILE".into());
    };
    let demo = Demo::at(demo);
    let mut done = Ok(());
    let ms = timed(|| done = job(what, &demo, Path::new(file)));
    done?;
    println!("{} {ms}", peak_mib()?);
    Ok(())
}

fn job(what: &str, demo: &Demo, file: &Path) -> Outcome<()> {
    if what == "check" {
        let report = verify_file(&demo.trust()?, file);
        return match report.verdict {
            FileVerdict::Passed => Ok(()),
            _ => Err(report.to_json(kyso::Lang::En).into()),
        };
    }
    let context = files::signing_context()?;
    let (person, organisation) = (demo.key("person.p12")?, demo.key("organisation.p12")?);
    let source = Arc::new(kyso::FileSource::open(file)?);
    let signed = kyso::sign_six(&context, source, &person, &organisation)?;
    let out = file.with_extension("out");
    kyso::replace(&out, true, |to| signed.write_to(to))?;
    Ok(fs::remove_file(out)?)
}

fn peers(demo: &Demo, checked: &[Checked]) -> Outcome<()> {
    println!("### Peers on the same files, CPU ms (× kyso)\n");
    let mut script = peers::script("peers.py");
    script.env("KYSO_PROGRAM", env!("CARGO_BIN_EXE_kyso"));
    let lists = ["root.crl", "issuing.crl"].map(|crl| demo.file(crl).display().to_string());
    script.env("KYSO_CRLS", lists.join(":"));
    for file in checked {
        script.arg(&file.root).arg(&file.path);
    }
    let files: Vec<_> = checked.iter().map(Checked::measured).collect();
    peers::table(script, &files, 0)
}
