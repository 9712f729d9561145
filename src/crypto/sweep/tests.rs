use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use proptest::prelude::*;

use super::*;
use crate::{crypto::TestProvider, source::MemorySource};

/// Every range on its own, as the other programs do it.
fn naive(bytes: &[u8], range: &Range) -> Outcome {
    let cut =
        |from: u64, to: u64| bytes.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?);
    let parts = (cut(0, range.gap_start), cut(range.gap_end, range.end));
    let ((Some(before), Some(after)), true) = (parts, range.gap_start <= range.gap_end) else {
        return Outcome::OutOfBounds;
    };
    let Some(mut state) = TestProvider.digest(range.algorithm) else {
        return Outcome::Unsupported;
    };
    state.update(before);
    state.update(after);
    Outcome::Digest(state.finish())
}

/// Hides that the bytes lie in memory, and notes what is read.
#[derive(Debug)]
struct Reads {
    bytes: Vec<u8>,
    claimed: u64,
    reads: Mutex<Vec<(u64, usize)>>,
}

impl Reads {
    fn new(bytes: Vec<u8>, claimed: u64) -> Self {
        Self {
            bytes,
            claimed,
            reads: Mutex::default(),
        }
    }
}

impl Source for Reads {
    fn len(&self) -> u64 {
        self.claimed
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        if let Ok(mut reads) = self.reads.lock() {
            reads.push((offset, buffer.len()));
        }
        let rest = usize::try_from(offset)
            .ok()
            .and_then(|from| self.bytes.get(from..));
        let bytes = rest.and_then(|rest| rest.get(..buffer.len()));
        let bytes = bytes.ok_or_else(|| past_end(offset))?;
        buffer.copy_from_slice(bytes);
        Ok(())
    }
}

fn contents(size: usize) -> Vec<u8> {
    let step = |state: &mut u32| {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some(state.to_be_bytes()[0])
    };
    std::iter::repeat(())
        .scan(7, |state, ()| step(state))
        .take(size)
        .collect()
}

fn range(algorithm: DigestAlgorithm, gap_start: u64, gap_end: u64, end: u64) -> Range {
    Range {
        algorithm,
        gap_start,
        gap_end,
        end,
    }
}

fn algorithms() -> impl Strategy<Value = DigestAlgorithm> {
    prop::sample::select(vec![
        DigestAlgorithm::Md5,
        DigestAlgorithm::Sha1,
        DigestAlgorithm::Sha256,
        DigestAlgorithm::Sha512,
    ])
}

/// Positions that like to fall on the seams of blocks.
fn positions(size: u64) -> impl Strategy<Value = u64> {
    prop_oneof![
        0..=size + 2,
        Just(size),
        Just(0),
        (0..=size / BLOCK).prop_map(|n| n * BLOCK)
    ]
}

fn ranges(size: u64) -> impl Strategy<Value = Vec<Range>> {
    let ordered = [positions(size), positions(size), positions(size)].prop_map(|mut p| {
        p.sort_unstable();
        p
    });
    let points =
        prop_oneof![9 => ordered, 1 => [positions(size), positions(size), positions(size)]];
    let one = (algorithms(), points).prop_map(|(a, [x, y, z])| range(a, x, y, z));
    prop::collection::vec(one, 0..24)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn equals_the_naive_way(
        (size, ranges) in prop_oneof![
            0..64_u64,
            (0..=3 * BLOCK),
            (0..=3_u64).prop_map(|n| n * BLOCK),
        ].prop_flat_map(|size| (Just(size), ranges(size))),
    ) {
        let bytes = contents(usize::try_from(size).unwrap());
        let expected: Vec<_> = ranges.iter().map(|range| naive(&bytes, range)).collect();
        let whole = TestProvider.digest_of(DigestAlgorithm::Sha256, &bytes).unwrap();
        for source in [
            &MemorySource::new(bytes.clone()) as &dyn Source,
            &Reads::new(bytes.clone(), size),
        ] {
            let swept = sweep(&TestProvider, source, &ranges, &Watch::default()).unwrap();
            prop_assert_eq!(&swept.outcomes, &expected);
            prop_assert_eq!(&swept.sha256[..], whole.as_bytes());
        }
    }
}

#[test]
fn the_source_is_read_once_in_blocks() {
    let size = 3 * BLOCK + 5;
    let source = Reads::new(contents(usize::try_from(size).unwrap()), size);
    let ranges = [
        range(DigestAlgorithm::Sha512, 10, 20, size),
        range(DigestAlgorithm::Sha256, 7, BLOCK, BLOCK + 1),
    ];
    sweep(&TestProvider, &source, &ranges, &Watch::default()).unwrap();
    let reads = source.reads.into_inner().unwrap();
    assert_eq!(
        reads.iter().map(|(_, length)| *length as u64).sum::<u64>(),
        size
    );
    assert_eq!(reads.len(), 4);
}

#[test]
fn a_source_that_shrinks_or_fails_is_an_error() {
    for kept in [0, 1, BLOCK, 2 * BLOCK - 1] {
        let bytes = contents(usize::try_from(kept).unwrap());
        let source = Reads::new(bytes, 2 * BLOCK);
        let ranges = [range(DigestAlgorithm::Sha256, 1, 2, 2 * BLOCK)];
        let error = sweep(&TestProvider, &source, &ranges, &Watch::default()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
    }
}

#[test]
fn ten_thousand_ranges_over_the_whole_file_stay_within_the_budget() {
    let size = 8 << 20;
    let source = MemorySource::new(contents(size));
    let size = size as u64;
    let ranges: Vec<_> = (0..10_000)
        .map(|n| range(DigestAlgorithm::Sha256, n, n + 1, size))
        .collect();
    let started = Instant::now();
    let swept = sweep(&TestProvider, &source, &ranges, &Watch::default()).unwrap();
    let taken = started.elapsed();
    let done = swept
        .outcomes
        .iter()
        .filter(|o| matches!(o, Outcome::Digest(_)))
        .count() as u64;
    let over = swept
        .outcomes
        .iter()
        .filter(|o| **o == Outcome::Budget)
        .count() as u64;
    assert_eq!(done + over, 10_000);
    assert_eq!(done, (2 * size + SWEEP_SLACK_BYTES) / (size - 1));
    assert!(taken < Duration::from_secs(5), "{taken:?}");
    // The same range ten thousand times costs no more than once.
    let same = vec![range(DigestAlgorithm::Sha256, 5, 9, size); 10_000];
    let swept = sweep(&TestProvider, &source, &same, &Watch::default()).unwrap();
    let expected = naive(source.as_slice().unwrap(), &same[0]);
    assert!(swept.outcomes.iter().all(|outcome| *outcome == expected));
}

#[test]
fn ten_thousand_small_ranges_are_all_done() {
    let source = MemorySource::new(contents(1 << 20));
    let ranges: Vec<_> = (0..10_000)
        .map(|n| {
            range(
                DigestAlgorithm::Sha1,
                n * 100,
                n * 100 + 10,
                n * 100 + 5_000,
            )
        })
        .collect();
    let swept = sweep(&TestProvider, &source, &ranges, &Watch::default()).unwrap();
    for (range, outcome) in ranges.iter().zip(&swept.outcomes).step_by(97) {
        assert_eq!(*outcome, naive(source.as_slice().unwrap(), range));
    }
}

#[test]
fn the_budget_is_spent_in_the_order_of_the_ranges() {
    let source = MemorySource::new(contents(1000));
    // 2 × 1000 + 100 bytes: two whole ranges, and a small one.
    let ranges = [
        range(DigestAlgorithm::Sha256, 0, 0, 1000),
        range(DigestAlgorithm::Sha256, 1, 1, 1000),
        range(DigestAlgorithm::Sha256, 2, 2, 1000),
        range(DigestAlgorithm::Sha256, 2, 900, 1000),
    ];
    let swept = sweep_within(&TestProvider, &source, &ranges, 100, &Watch::default()).unwrap();
    let done: Vec<_> = swept
        .outcomes
        .iter()
        .map(|o| *o != Outcome::Budget)
        .collect();
    assert_eq!(done, [true, true, false, true]);
}

#[test]
fn bounds_at_the_ends_of_the_numbers_do_not_overflow() {
    let source = MemorySource::new(contents(10));
    let max = u64::MAX;
    for (a, b, c) in [
        (0, 0, max),
        (0, max, max),
        (max, max, max),
        (max, 0, 10),
        (5, 4, 10),
        (0, 5, 4),
    ] {
        let swept = sweep(
            &TestProvider,
            &source,
            &[range(DigestAlgorithm::Sha256, a, b, c)],
            &Watch::default(),
        )
        .unwrap();
        assert_eq!(swept.outcomes, [Outcome::OutOfBounds]);
    }
}

/// The states over the first bytes, as signing keeps them.
fn begun(bytes: &[u8], offset: usize) -> Begun {
    let algorithms = [DigestAlgorithm::Sha256, DigestAlgorithm::Sha512];
    let states = algorithms.map(|algorithm| {
        let mut state = TestProvider.digest(algorithm).unwrap();
        state.update(&bytes[..offset]);
        (algorithm, state)
    });
    Begun {
        offset: offset as u64,
        states: states.into(),
    }
}

#[test]
fn going_on_behind_digested_bytes_gives_what_a_whole_pass_gives() {
    let bytes = contents(700_000);
    let source = MemorySource::new(bytes.clone());
    let ranges = [
        range(DigestAlgorithm::Sha256, 600_000, 610_000, 650_000),
        range(DigestAlgorithm::Sha512, 600_001, 600_001, 700_000),
        range(DigestAlgorithm::Sha256, 650_000, 660_000, 700_000),
        range(DigestAlgorithm::Sha1, 650_000, 660_000, 700_000),
    ];
    let whole = sweep(&TestProvider, &source, &ranges, &Watch::default()).unwrap();
    for offset in [0, 1, 300_000, 600_000] {
        let begun = begun(&bytes, offset);
        let mut meter = Watch::default().stage(Stage::Confirming, 0).unwrap();
        let outcomes = resume(begun, &source, &ranges, &mut meter).unwrap();
        assert_eq!(outcomes[..3], whole.outcomes[..3]);
        assert_eq!(outcomes[3], Outcome::Unsupported);
    }
    // Bytes that are behind cannot be forked any more.
    let mut meter = Watch::default().stage(Stage::Confirming, 0).unwrap();
    let outcomes = resume(begun(&bytes, 600_001), &source, &ranges, &mut meter).unwrap();
    assert_eq!(outcomes[0], Outcome::OutOfBounds);
    assert_eq!(outcomes[1..3], whole.outcomes[1..3]);
}

#[test]
fn a_sweep_tells_how_far_it_is_and_stops_when_it_is_cancelled() {
    let source = MemorySource::new(contents(5 << 20));
    let told = std::sync::Arc::new(Mutex::new(Vec::new()));
    for stop_at in 0..6 {
        told.lock().unwrap().clear();
        let into = std::sync::Arc::clone(&told);
        let callback: crate::progress::Callback = std::sync::Arc::new(move |progress| {
            let mut told = into.lock().unwrap();
            told.push((progress.done >> 20, progress.total >> 20));
            match told.len() > stop_at {
                true => std::ops::ControlFlow::Break(()),
                false => std::ops::ControlFlow::Continue(()),
            }
        });
        let watch = Watch::new(Some(&callback));
        let error = sweep(&TestProvider, &source, &[], &watch).unwrap_err();
        assert_eq!(error.code(), "cancelled");
        let expected: Vec<_> = (0..=stop_at as u64).map(|done| (done, 5)).collect();
        assert_eq!(*told.lock().unwrap(), expected);
    }
}
