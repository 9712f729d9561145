//! What checking and signing of XML cost, beside the least that they can cost and beside other programs.
//!
//! The floor is one quick-xml pass over the document and one SHA-256 of its octets, looped in this process. Goals: one
//! signature at most 2.5 floors at 1 MB and 20 MB; six over the same element 1.3 of one, twenty 1.8 of one; 8 MB of
//! memory besides the document. Times are CPU time, medians over interleaved rounds, warm.

mod documents;
#[path = "../speed/measure.rs"]
mod measure;
#[path = "../peers/mod.rs"]
mod peers;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    thread,
    time::Instant,
};

use kyso::{Context, FileVerdict, MemorySource, load_context, sign_xml, verify};

use crate::{
    documents::{Made, Signer},
    measure::{Outcome, interleaved, keep, machine, peak_mib, rounds, timed},
    peers::Measured,
};

const GOAL_ONE: f64 = 2.5;
const GOAL_SIX: f64 = 1.3;
const GOAL_TWENTY: f64 = 1.8;
const GOAL_MIB: f64 = 8.0;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--child") {
        return child(&arguments[at + 1..]);
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench-xml");
    fs::create_dir_all(&folder)?;
    let signer = Signer::make(&folder)?;
    println!("{}\n", machine());
    let checked = checking(&folder, &signer)?;
    memory(&folder, &signer)?;
    signing(&signer)?;
    invoices(&signer)?;
    peers(&signer, &checked)
}

/// One pass of a parser that only reads, and one digest.
fn floor(document: &[u8]) {
    let mut reader = quick_xml::Reader::from_reader(document);
    let mut buffer = Vec::new();
    while let Ok(event) = reader.read_event_into(&mut buffer) {
        if matches!(std::hint::black_box(event), quick_xml::events::Event::Eof) {
            break;
        }
        buffer.clear();
    }
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, document);
    std::hint::black_box(digest);
}

/// A file and its time.
struct Checked {
    name: String,
    path: PathBuf,
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

fn checking(folder: &Path, signer: &Signer) -> Outcome<Vec<Checked>> {
    println!("### Checking XML\n");
    println!(
        "| document | octets | signatures | floor ms | kyso ms | × floor | × one signature | within the goal |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---|");
    let trust = load_context(signer.trust()?)?;
    // What the signatures of the crowded documents are over is the data.
    let element = trust.with_json(r##"{"reference":["#doc1"]}"##)?;
    let mut checked = Vec::new();
    for size in [10_000, 1_000_000, 20_000_000] {
        for c14n in ["exclusive", "inclusive"] {
            let mut one = None;
            for count in [1, 6, 20] {
                if size > 1_000_000 && count > 1 {
                    continue;
                }
                let made = documents::signed(signer, size, count, c14n)?;
                let trust = if count == 1 { &trust } else { &element };
                let row = row(folder, trust, &made, one)?;
                one.get_or_insert(row.ms);
                checked.push(row);
            }
        }
    }
    println!();
    Ok(checked)
}

fn row(folder: &Path, trust: &Context, made: &Made, one: Option<f64>) -> Outcome<Checked> {
    let path = folder.join(format!("{}.xml", made.name));
    keep(&path, &made.octets)?;
    let source = Arc::new(MemorySource::new(made.octets.clone()));
    let report = verify(trust, source.clone(), None);
    if report.error.is_some() || report.signatures.len() != made.signatures {
        return Err(format!("{}: {}", made.name, report.to_json(kyso::Lang::En)).into());
    }
    let verdict = match report.verdict {
        FileVerdict::Passed => String::new(),
        other => format!(" (verdict {other:?})"),
    };
    let [floor, ms] = interleaved(
        rounds(made.octets.len()),
        [&mut || floor(&made.octets), &mut || {
            drop(std::hint::black_box(verify(trust, source.clone(), None)))
        }],
    );
    let goal = match (made.signatures, one) {
        (6, Some(one)) => Some(one * GOAL_SIX),
        (20, Some(one)) => Some(one * GOAL_TWENTY),
        _ => Some(floor * GOAL_ONE).filter(|_| made.octets.len() > 500_000),
    };
    let within = match goal.filter(|_| made.octets.len() > 500_000) {
        None => "–",
        Some(goal) if ms <= goal => "yes",
        Some(_) => "**no**",
    };
    println!(
        "| {}{verdict} | {} | {} | {floor:.3} | {ms:.3} | {:.2} | {} | {within} |",
        made.name,
        made.octets.len(),
        made.signatures,
        ms / floor,
        one.map_or_else(|| "1".to_owned(), |one| format!("{:.2}", ms / one)),
    );
    Ok(Checked {
        name: made.name.clone(),
        path,
        ms,
    })
}

/// Peak memory beyond the document, in a process of its own.
fn memory(folder: &Path, signer: &Signer) -> Outcome<()> {
    println!("### Memory, 20 MB, in a process of its own\n");
    println!("| what | peak resident MiB | document MiB | besides it | goal | within the goal |");
    println!("|---|---:|---:|---:|---:|---|");
    for name in ["20M_1 exclusive", "20M_1 inclusive"] {
        let file = folder.join(format!("{name}.xml"));
        let output = Command::new(std::env::current_exe()?)
            .arg("--child")
            .arg(signer.certificate())
            .arg(&file)
            .output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let Ok(peak) = said.trim().parse::<f64>() else {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        };
        let document = fs::metadata(&file)?.len() as f64 / f64::from(1 << 20);
        let besides = peak - document;
        let within = if besides <= GOAL_MIB { "yes" } else { "**no**" };
        println!(
            "| check {name} | {peak:.1} | {document:.1} | {besides:.1} | {GOAL_MIB} | {within} |"
        );
    }
    println!();
    Ok(())
}

/// Checks one file and prints the peak memory.
fn child(arguments: &[String]) -> Outcome<()> {
    let [certificate, file] = arguments else {
        return Err("--child CERTIFICATE FILE".into());
    };
    let trust = load_context(documents::trusting(Path::new(certificate))?)?;
    let report = kyso::verify_file(&trust, file);
    if report.error.is_some() {
        return Err(report.to_json(kyso::Lang::En).into());
    }
    println!("{}", peak_mib()?);
    Ok(())
}

fn signing(signer: &Signer) -> Outcome<()> {
    println!("### Signing XML, XAdES B-B, enveloped\n");
    println!("| document | floor ms | private key ms | kyso ms | × floor, key taken off |");
    println!("|---|---:|---:|---:|---:|");
    let context = load_context(kyso::Options::default())?;
    for size in [10_000, 1_000_000, 20_000_000] {
        let document = documents::lines(size);
        let source = Arc::new(MemorySource::new(document.clone()));
        let tiny = Arc::new(MemorySource::new(b"<a/>".to_vec()));
        let sign = |source: &Arc<MemorySource>| {
            let signed = sign_xml(&context, source.clone(), &signer.key);
            drop(std::hint::black_box(signed));
        };
        let [floor, key, ms] = interleaved(
            rounds(size),
            [&mut || floor(&document), &mut || sign(&tiny), &mut || {
                sign(&source)
            }],
        );
        println!(
            "| {} | {floor:.3} | {key:.3} | {ms:.3} | {:.2} |",
            documents::size_name(size),
            (ms - key).max(0.0) / floor
        );
    }
    println!();
    Ok(())
}

/// 1,000 e-invoices of 10 KB.
fn invoices(signer: &Signer) -> Outcome<()> {
    const COUNT: usize = 1_000;
    println!("### {COUNT} e-invoices of 10 KB\n");
    println!("| what | documents a second, one core | on all cores |");
    println!("|---|---:|---:|");
    let plain: Vec<Arc<MemorySource>> = (0..COUNT)
        .map(|number| Arc::new(MemorySource::new(documents::invoice(number, 10_000))))
        .collect();
    let context = load_context(kyso::Options::default())?;
    let trust = load_context(signer.trust()?)?;
    let sign = |source: &Arc<MemorySource>| sign_xml(&context, source.clone(), &signer.key);
    let mut signed = Vec::new();
    for source in &plain {
        signed.push(sign(source)?.into_source());
    }
    let check = |source: &Arc<dyn kyso::Source>| verify(&trust, source.clone(), None);
    if let Some(bad) = signed
        .iter()
        .map(check)
        .find(|report| report.error.is_some())
    {
        return Err(bad.to_json(kyso::Lang::En).into());
    }
    let rate = |work: &(dyn Fn(usize) + Sync), threads: usize| {
        let start = Instant::now();
        thread::scope(|scope| {
            for part in 0..threads {
                scope.spawn(move || (part..COUNT).step_by(threads).for_each(work));
            }
        });
        COUNT as f64 / start.elapsed().as_secs_f64()
    };
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let signs = |index: usize| drop(std::hint::black_box(sign(&plain[index])));
    let checks = |index: usize| drop(std::hint::black_box(check(&signed[index])));
    for (what, work) in [
        ("sign", &signs as &(dyn Fn(usize) + Sync)),
        ("check", &checks),
    ] {
        println!(
            "| {what} | {:.0} | {:.0} ({cores}) |",
            rate(work, 1),
            rate(work, cores)
        );
    }
    let once = timed(|| signs(0));
    println!("\nOne by itself: {once:.2} ms to sign.\n");
    Ok(())
}

fn peers(signer: &Signer, checked: &[Checked]) -> Outcome<()> {
    println!("### Peers on the same XML files, all signatures of a file, CPU ms (× kyso)\n");
    let mut script = peers::script("xml_peers.py");
    script.arg(signer.certificate());
    script.args(checked.iter().map(|file| &file.path));
    let files: Vec<_> = checked.iter().map(Checked::measured).collect();
    peers::table(script, &files, 1)
}
