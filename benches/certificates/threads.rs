//! Whether threads that share a context hold each other up, with lists that the caller has given, and with lists out of the cache of
//! what was fetched.
//!
//! What they would do without each other is what threads with a context each do in the next round: the cores of one machine differ,
//! and change with what else runs on it, by more than sharing costs. Goal: no more than 1.25 × the CPU time of those.

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
    println!(
        "| all cached | threads | CPU µs a check, one context | a context each | × | goal | checks a second, one context | a context each | within the goal |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---:|---|");
    rows("lists given", &Chain::new(LEAVES)?, Chain::context)?;
    rows(
        "lists fetched",
        &Chain::published(LEAVES)?,
        Chain::fetching_context,
    )?;
    println!();
    Ok(())
}

fn rows(what: &str, chain: &Chain, context: fn(&Chain) -> Outcome<Context>) -> Outcome<()> {
    let most = THREADS.into_iter().max().unwrap_or(1);
    let contexts: Vec<Context> = (0..most).map(|_| context(chain)).collect::<Outcome<_>>()?;
    for context in &contexts {
        for leaf in &chain.leaves {
            passes(context, leaf)?;
        }
    }
    let mut shared = THREADS.map(|_| Sample::default());
    let mut own = THREADS.map(|_| Sample::default());
    for _ in 0..ROUNDS {
        for (at, threads) in THREADS.into_iter().enumerate() {
            let one: Vec<&Context> = contexts.iter().take(1).cycle().take(threads).collect();
            let each: Vec<&Context> = contexts.iter().take(threads).collect();
            shared[at].take(round(&one, &chain.leaves));
            own[at].take(round(&each, &chain.leaves));
        }
    }
    for ((threads, shared), own) in THREADS.into_iter().zip(shared).zip(own) {
        let ((shared, rate), (own, own_rate)) = (shared.medians(), own.medians());
        println!(
            "| {what} | {threads} | {shared:.2} | {own:.2} | {:.2} | {MOST_CPU} | {rate:.0} | {own_rate:.0} | {} |",
            shared / own,
            verdict(shared <= MOST_CPU * own),
        );
    }
    Ok(())
}

/// CPU microseconds of a check, and checks a second.
type Round = (f64, f64);

#[derive(Default)]
struct Sample {
    times: Vec<f64>,
    rates: Vec<f64>,
}

impl Sample {
    fn take(&mut self, (time, rate): Round) {
        self.times.push(time);
        self.rates.push(rate);
    }

    fn medians(mut self) -> Round {
        (median(&mut self.times), median(&mut self.rates))
    }
}

/// A thread for each of the contexts.
fn round(contexts: &[&Context], leaves: &[Vec<u8>]) -> Round {
    let ready = Barrier::new(contexts.len() + 1);
    let (cpu, begun, mut checks) = (cpu_ms(), Instant::now(), 0);
    thread::scope(|scope| {
        let workers: Vec<_> = contexts
            .iter()
            .map(|context| {
                let ready = &ready;
                scope.spawn(move || {
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
