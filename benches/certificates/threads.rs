//! Whether threads that share a context hold each other up.
//!
//! CPU time of a check says what a lock costs; checks a second, by the clock, whether there are more with more threads. Goal:
//! no more than 1.25 × the CPU time of one thread, and with as many threads as there are cores 0.8 × as many times the checks,
//! where nothing else runs on the machine.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use kyso::{Context, check_certificate};

use crate::{
    chain::{Chain, passes},
    measure::{Outcome, cpu_ms, median},
    verdict,
};

const THREADS: [usize; 4] = [1, 2, 4, 8];
const LEAVES: u32 = 64;
const ROUNDS: usize = 15;
/// How long a round is.
const ROUND: Duration = Duration::from_millis(60);
const MOST_CPU: f64 = 1.25;

/// Prints the table.
pub(crate) fn run() -> Outcome<()> {
    let chain = Chain::new(LEAVES)?;
    let context = chain.context()?;
    for leaf in &chain.leaves {
        passes(&context, leaf)?;
    }
    println!(
        "| threads on one context, all cached | CPU µs a check | × one thread | goal | checks a second | × one thread | within the goal |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---|");
    let mut times = THREADS.map(|_| Vec::new());
    let mut rates = THREADS.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (at, threads) in THREADS.into_iter().enumerate() {
            let (time, rate) = round(&context, &chain.leaves, threads);
            times[at].push(time);
            rates[at].push(rate);
        }
    }
    let times = times.map(|mut times| median(&mut times));
    let rates = rates.map(|mut rates| median(&mut rates));
    for (at, threads) in THREADS.into_iter().enumerate() {
        println!(
            "| {threads} | {:.2} | {:.2} | {MOST_CPU} | {:.0} | {:.2} | {} |",
            times[at],
            times[at] / times[0],
            rates[at],
            rates[at] / rates[0],
            verdict(times[at] <= MOST_CPU * times[0]),
        );
    }
    println!();
    Ok(())
}

/// CPU microseconds of a check, and checks a second.
fn round(context: &Context, leaves: &[Vec<u8>], threads: usize) -> (f64, f64) {
    let ready = Barrier::new(threads + 1);
    let (cpu, begun, mut checks) = (cpu_ms(), Instant::now(), 0);
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| {
                    ready.wait();
                    let begun = Instant::now();
                    let mut checks = 0;
                    while begun.elapsed() < ROUND {
                        for leaf in leaves {
                            std::hint::black_box(check_certificate(context, leaf, None).is_ok());
                            checks += 1;
                        }
                    }
                    checks
                })
            })
            .collect();
        ready.wait();
        for worker in workers {
            checks += worker.join().unwrap_or(0);
        }
    });
    let checks = f64::from(checks);
    (
        (cpu_ms() - cpu) * 1e3 / checks,
        checks / begun.elapsed().as_secs_f64(),
    )
}
