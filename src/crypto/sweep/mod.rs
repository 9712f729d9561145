//! One pass over a file that gives the digest of every signature's byte range (ARCHITECTURE.md, idea 1).
//!
//! One *main* state for each algorithm takes every byte from the start of the file, the gaps included.
//! Where the gap of a range begins, main is cloned; the clone sleeps to the gap's end and then takes
//! every byte up to the end of its range.

use std::collections::HashMap;

use super::{Digest, DigestAlgorithm, DigestState, Provider};
use crate::{
    error::{Error, ErrorKind, Result},
    limits::SWEEP_SLACK_BYTES,
    progress::{Meter, Stage, Watch},
    source::{Source, past_end},
    text::rules,
};

/// Bytes that are read and digested at a time: few system calls, and a block stays in the processor's cache
/// while all states take it.
const BLOCK: u64 = 256 << 10;

/// What one signature covers: `[0, gap_start)` and `[gap_end, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Range {
    pub(crate) algorithm: DigestAlgorithm,
    pub(crate) gap_start: u64,
    pub(crate) gap_end: u64,
    pub(crate) end: u64,
}

/// The outcome for one range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Digest(Digest),
    /// `gap_start <= gap_end <= end <= size` does not hold.
    OutOfBounds,
    /// The provider does not offer the algorithm.
    Unsupported,
    /// The budget was used up before the range was done.
    Budget,
}

/// All outcomes, in the order of the ranges, and SHA-256 of the whole file.
#[derive(Debug)]
pub(crate) struct Swept {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) sha256: [u8; 32],
}

/// Reads the source once, from its start to its end.
///
/// # Errors
/// Of kind `Io` when the source cannot be read, or shrinks meanwhile; `Cancelled`.
pub(crate) fn sweep(
    provider: &dyn Provider,
    source: &dyn Source,
    ranges: &[Range],
    watch: &Watch,
) -> Result<Swept> {
    sweep_within(provider, source, ranges, SWEEP_SLACK_BYTES, watch)
}

fn sweep_within(
    provider: &dyn Provider,
    source: &dyn Source,
    ranges: &[Range],
    slack: u64,
    watch: &Watch,
) -> Result<Swept> {
    let size = source.len();
    let plan = Plan::new(ranges, 0, size, slack);
    let unsupported = || {
        Error::new(ErrorKind::Unsupported, &rules::key::DIGEST_UNSUPPORTED)
            .with(DigestAlgorithm::Sha256.name())
    };
    let whole = provider.digest(DigestAlgorithm::Sha256);
    let mut mains = vec![Main {
        whole: true,
        ..Main::new(DigestAlgorithm::Sha256, whole.ok_or_else(unsupported)?)
    }];
    for task in &plan.tasks {
        if mains.iter().all(|main| main.algorithm != task.algorithm)
            && let Some(state) = provider.digest(task.algorithm)
        {
            mains.push(Main::new(task.algorithm, state));
        }
    }
    let mut meter = watch.stage(Stage::Digesting, size)?;
    let (outcomes, mains) = run(source, plan, mains, 0, &mut meter)?;
    let whole = mains.into_iter().find(|main| main.whole);
    let sha256 = whole.and_then(|main| main.state.finish().as_bytes().try_into().ok());
    Ok(Swept {
        outcomes,
        sha256: sha256.ok_or_else(unsupported)?,
    })
}

/// States that have taken all bytes before an offset.
pub(crate) struct Begun {
    pub(crate) offset: u64,
    pub(crate) states: Vec<(DigestAlgorithm, Box<dyn DigestState>)>,
}

/// Goes on behind bytes that were digested before: reads from the offset to the end of the source. The outcomes are
/// in the order of the ranges; one whose gap begins before the offset is `OutOfBounds`, one without a state `Unsupported`.
///
/// # Errors
/// As [`sweep`].
pub(crate) fn resume(
    begun: Begun,
    source: &dyn Source,
    ranges: &[Range],
    meter: &mut Meter,
) -> Result<Vec<Outcome>> {
    let plan = Plan::new(ranges, begun.offset, source.len(), SWEEP_SLACK_BYTES);
    let states = begun.states.into_iter();
    let mains = states.map(|(algorithm, state)| Main::new(algorithm, state));
    Ok(run(source, plan, mains.collect(), begun.offset, meter)?.0)
}

/// Takes every byte from `start` on. Gives the outcomes, and the main states back.
fn run(
    source: &dyn Source,
    plan: Plan,
    mains: Vec<Main>,
    mut start: u64,
    meter: &mut Meter,
) -> Result<(Vec<Outcome>, Vec<Main>)> {
    let size = source.len();
    let mut states = States::new(mains, &plan.tasks);
    let mut blocks = Blocks::new(source);
    loop {
        let end = start.saturating_add(BLOCK).min(size);
        let block = blocks.read(start, end)?;
        states.take(&block)?;
        meter.pass(end.saturating_sub(start))?;
        if end == size {
            break;
        }
        start = end;
    }
    let outcomes = plan.verdicts.into_iter().map(|verdict| match verdict {
        Verdict::Settled(outcome) => outcome,
        Verdict::Task(index) => states.outcome(index),
    });
    let outcomes = outcomes.collect();
    Ok((outcomes, states.mains))
}

/// What becomes of each range, and the digests that must be made.
struct Plan {
    verdicts: Vec<Verdict>,
    tasks: Vec<Range>,
}

#[derive(Clone, Copy)]
enum Verdict {
    Settled(Outcome),
    Task(usize),
}

impl Plan {
    /// Shares equal ranges and spends the budget in the order of the ranges: what clones take is known
    /// before a byte is read.
    fn new(ranges: &[Range], start: u64, size: u64, slack: u64) -> Self {
        let mut budget = size.saturating_mul(2).saturating_add(slack);
        let mut tasks: Vec<Range> = Vec::new();
        let mut known: HashMap<Range, Verdict> = HashMap::new();
        let verdicts = ranges.iter().map(|range| {
            *known.entry(*range).or_insert_with(|| {
                let ordered = range.gap_start <= range.gap_end && range.gap_end <= range.end;
                if !ordered || range.gap_start < start || range.end > size {
                    return Verdict::Settled(Outcome::OutOfBounds);
                }
                let cost = range.end.saturating_sub(range.gap_end);
                let Some(left) = budget.checked_sub(cost) else {
                    return Verdict::Settled(Outcome::Budget);
                };
                budget = left;
                tasks.push(*range);
                Verdict::Task(tasks.len().saturating_sub(1))
            })
        });
        let verdicts = verdicts.collect();
        Self { verdicts, tasks }
    }
}

/// Reads a source piece by piece: out of memory where it lies there, else into one buffer.
struct Blocks<'a> {
    source: &'a dyn Source,
    buffer: Vec<u8>,
}

impl<'a> Blocks<'a> {
    fn new(source: &'a dyn Source) -> Self {
        let buffer = Vec::new();
        Self { source, buffer }
    }

    /// The bytes `[start, end)`, all of them.
    fn read(&mut self, start: u64, end: u64) -> Result<Block<'_>> {
        let size = usize::try_from(end.saturating_sub(start)).map_err(|_| past_end(start))?;
        let bytes = if let Some(all) = self.source.as_slice() {
            let from = usize::try_from(start).map_err(|_| past_end(start))?;
            all.get(from..).and_then(|rest| rest.get(..size))
        } else {
            if self.buffer.len() < size {
                self.buffer.resize(size, 0);
            }
            let buffer = self.buffer.get_mut(..size).unwrap_or_default();
            self.source.read_at(start, buffer)?;
            Some(&*buffer)
        };
        let bytes = bytes.ok_or_else(|| past_end(start))?;
        Ok(Block { start, end, bytes })
    }
}

/// A piece of the source and where it lies.
struct Block<'a> {
    start: u64,
    end: u64,
    bytes: &'a [u8],
}

impl Block<'_> {
    /// The part of `[from, to)` that lies in this block.
    fn part(&self, from: u64, to: u64) -> Result<&[u8]> {
        let cut =
            |at: u64| usize::try_from(at.clamp(self.start, self.end).saturating_sub(self.start));
        let (Ok(from), Ok(to)) = (cut(from), cut(to)) else {
            return Err(past_end(self.start));
        };
        self.bytes
            .get(from..to.max(from))
            .ok_or_else(|| past_end(self.start))
    }
}

/// One algorithm's state over all bytes from the start of the file.
struct Main {
    algorithm: DigestAlgorithm,
    state: Box<dyn DigestState>,
    /// Indices of tasks by the start of their gap, the first one last.
    forks: Vec<usize>,
    /// SHA-256 goes on to the end of the file; the others only to their last fork.
    whole: bool,
}

impl Main {
    fn new(algorithm: DigestAlgorithm, state: Box<dyn DigestState>) -> Self {
        Self {
            algorithm,
            state,
            forks: Vec::new(),
            whole: false,
        }
    }
}

enum Clone {
    Waiting,
    Running(Box<dyn DigestState>),
    Done(Outcome),
}

struct States<'a> {
    tasks: &'a [Range],
    mains: Vec<Main>,
    clones: Vec<Clone>,
    /// Indices of tasks by the end of their gap, the first one last.
    asleep: Vec<usize>,
    awake: Vec<usize>,
}

impl<'a> States<'a> {
    fn new(mut mains: Vec<Main>, tasks: &'a [Range]) -> Self {
        let mut clones = Vec::with_capacity(tasks.len());
        let mut asleep = Vec::with_capacity(tasks.len());
        for (index, task) in tasks.iter().enumerate() {
            let mut fitting = mains.iter_mut();
            if let Some(main) = fitting.find(|main| main.algorithm == task.algorithm) {
                main.forks.push(index);
                asleep.push(index);
                clones.push(Clone::Waiting);
            } else {
                clones.push(Clone::Done(Outcome::Unsupported));
            }
        }
        let by = |key: fn(&Range) -> u64| {
            move |index: &usize| std::cmp::Reverse(tasks.get(*index).map_or(0, key))
        };
        for main in &mut mains {
            main.forks.sort_by_key(by(|task| task.gap_start));
        }
        asleep.sort_by_key(by(|task| task.gap_end));
        Self {
            tasks,
            mains,
            clones,
            asleep,
            awake: Vec::new(),
        }
    }

    /// Feeds one block to every state that wants it. Each state gets one slice, main one for each fork.
    fn take(&mut self, block: &Block<'_>) -> Result<()> {
        for main in &mut self.mains {
            let mut fed = block.start;
            while let Some((index, task)) =
                due(&main.forks, self.tasks, |t| t.gap_start <= block.end)
            {
                main.forks.pop();
                main.state.update(block.part(fed, task.gap_start)?);
                fed = task.gap_start;
                if let Some(clone) = self.clones.get_mut(index) {
                    *clone = Clone::Running(main.state.fork());
                }
            }
            if main.whole || !main.forks.is_empty() {
                main.state.update(block.part(fed, block.end)?);
            }
        }
        while let Some((index, _)) = due(&self.asleep, self.tasks, |t| t.gap_end <= block.end) {
            self.asleep.pop();
            self.awake.push(index);
        }
        let mut at = 0;
        while let Some(&index) = self.awake.get(at) {
            let (Some(task), Some(clone)) = (self.tasks.get(index), self.clones.get_mut(index))
            else {
                break;
            };
            if let Clone::Running(state) = clone {
                state.update(block.part(task.gap_end, task.end)?);
            }
            if task.end > block.end {
                at += 1;
                continue;
            }
            self.awake.swap_remove(at);
            if let Clone::Running(state) = std::mem::replace(clone, Clone::Done(Outcome::Budget)) {
                *clone = Clone::Done(Outcome::Digest(state.finish()));
            }
        }
        Ok(())
    }

    /// Every clone is done once the last block was taken.
    fn outcome(&self, index: usize) -> Outcome {
        match self.clones.get(index) {
            Some(Clone::Done(outcome)) => *outcome,
            _ => Outcome::Budget,
        }
    }
}

/// The next task of a queue, if it is due.
fn due<'a>(
    queue: &[usize],
    tasks: &'a [Range],
    is_due: impl Fn(&Range) -> bool,
) -> Option<(usize, &'a Range)> {
    let index = *queue.last()?;
    let task = tasks.get(index)?;
    is_due(task).then_some((index, task))
}

#[cfg(test)]
#[cfg(feature = "aws-lc")]
mod tests;
