//! Other programs on the same files: runs a script of this folder and prints its times beside ours.
//!
//! A script prints `peer TAB file TAB milliseconds` for what it measured, and `# remark` for what it could not.

use std::{collections::BTreeMap, path::Path, process::Command};

use crate::measure::Outcome;

/// A file and our time for it.
pub(crate) struct Measured<'a> {
    pub(crate) name: &'a str,
    pub(crate) path: &'a Path,
    pub(crate) ms: f64,
}

/// One script, as Python runs it; its arguments and variables are the caller's to add.
pub(crate) fn script(name: &str) -> Command {
    let python = std::env::var("KYSO_PYTHON").unwrap_or_default();
    let python = match python.is_empty() {
        true => "python3",
        false => python.as_str(),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(python);
    command
        .arg(root.join("benches/peers").join(name))
        .env("KYSO_PEERS", root.join("target/peers"));
    command
}

/// Runs it and prints a row for each file, a column for each peer; `digits` behind the point of the ratios.
pub(crate) fn table(mut script: Command, files: &[Measured<'_>], digits: usize) -> Outcome<()> {
    let output = script.output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let mut peers: Vec<&str> = Vec::new();
    let mut times: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for line in said.lines() {
        if let [peer, file, ms] = line.split('\t').collect::<Vec<_>>()[..] {
            if !peers.contains(&peer) {
                peers.push(peer);
            }
            times.insert((peer, file), ms.parse()?);
        } else {
            println!("{}\n", line.trim_start_matches("# "));
        }
    }
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{script:?}: {error}").into());
    }
    println!("| file | kyso, in process | {} |", peers.join(" | "));
    println!("|---|---:{}|", "|---:".repeat(peers.len()));
    for file in files {
        print!("| {} | {:.2}", file.name, file.ms);
        let path = file.path.display().to_string();
        for peer in &peers {
            match times.get(&(*peer, path.as_str())) {
                Some(ms) => print!(" | {ms:.1} ({:.digits$}×)", ms / file.ms),
                None => print!(" | –"),
            }
        }
        println!(" |");
    }
    Ok(())
}
