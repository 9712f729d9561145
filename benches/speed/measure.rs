//! CPU time and memory of this process, and of those that it starts.

use std::{
    error::Error,
    fs,
    path::Path,
    process::{Command, Stdio},
};

use rustix::time::{ClockId, clock_gettime};

pub(crate) type Outcome<T> = Result<T, Box<dyn Error>>;

/// CPU time of this process so far, in milliseconds.
pub(crate) fn cpu_ms() -> f64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

/// CPU milliseconds of some work.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> f64 {
    let start = cpu_ms();
    std::hint::black_box(work());
    cpu_ms() - start
}

pub(crate) fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Medians of several works, done in turn: what slows the machine down slows all of them.
pub(crate) fn interleaved<const N: usize>(
    rounds: usize,
    mut works: [&mut dyn FnMut(); N],
) -> [f64; N] {
    let mut times = [const { Vec::new() }; N];
    for round in 0..=rounds {
        for (work, times) in works.iter_mut().zip(&mut times) {
            let time = timed(work);
            // The first round warms up.
            if round > 0 {
                times.push(time);
            }
        }
    }
    times.map(|mut times| median(&mut times))
}

/// Rounds for a file of so many bytes: many for the small ones, whose times are short.
pub(crate) fn rounds(bytes: usize) -> usize {
    let most = std::env::var("KYSO_BENCH_ROUNDS").ok();
    let most: usize = most.and_then(|n| n.parse().ok()).unwrap_or(61);
    most.min(5 + (100 << 20) / bytes.max(1)).max(1)
}

/// Highest resident memory of this process so far, in MiB (VmHWM of proc(5)).
pub(crate) fn peak_mib() -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().strip_suffix("kB"));
    Ok(kib.ok_or("no VmHWM")?.trim().parse::<f64>()? / 1024.0)
}

/// The processor, and whether it has instructions for SHA: ratios differ by it.
pub(crate) fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = info.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(": "))
            .map_or("", |(_, value)| value)
    };
    let sha = match field("flags").split(' ').any(|flag| flag == "sha_ni") {
        true => "with",
        false => "without",
    };
    let cores = info.matches("processor\t").count();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    let model = field("model name");
    format!(
        "{model}, {sha} SHA extensions, {cores} cores, load {load}, {}",
        said_by("date", &["-u", "+%F %H:%MZ"])
    )
}

/// The first line that a program prints.
pub(crate) fn said_by(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .stderr(Stdio::null())
        .output();
    let text = output.map(|o| String::from_utf8_lossy(&o.stdout).into_owned());
    text.unwrap_or_default()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// Writes a file unless it is there with the same bytes.
pub(crate) fn keep(path: &Path, bytes: &[u8]) -> Outcome<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    Ok(fs::write(path, bytes)?)
}
