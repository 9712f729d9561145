//! Digests of a file that grows: every byte is taken once, however many signatures look back at it.

use super::{signed::for_each_block, steps::out_of_order};
use crate::{
    crypto::{Digest, DigestAlgorithm, DigestState, Provider, sweep::Begun},
    error::{Error, ErrorKind, Result},
    pdf::incremental::{Editor, Gap},
    progress::{Stage, Watch},
    text::rules,
};

/// The digests of everything up to some point behind the base, one for each algorithm that a key uses.
pub(super) struct Running {
    states: Vec<(DigestAlgorithm, Box<dyn DigestState>)>,
    /// What they were at the end of the base.
    at_base: Vec<(DigestAlgorithm, Box<dyn DigestState>)>,
    /// Appended bytes that they have taken.
    taken: usize,
}

impl Running {
    /// The one pass over the file.
    ///
    /// # Errors
    /// `Unsupported` when the provider lacks an algorithm; `Io`, `Cancelled`.
    pub(super) fn over_base(
        editor: &Editor,
        algorithms: impl Iterator<Item = DigestAlgorithm>,
        provider: &dyn Provider,
        watch: &Watch,
    ) -> Result<Self> {
        let mut states: Vec<(DigestAlgorithm, Box<dyn DigestState>)> = Vec::new();
        for algorithm in algorithms {
            if states.iter().all(|(of, _)| *of != algorithm) {
                let missing = || {
                    Error::new(ErrorKind::Unsupported, &rules::key::DIGEST_UNSUPPORTED)
                        .with(algorithm.name())
                };
                states.push((algorithm, provider.digest(algorithm).ok_or_else(missing)?));
            }
        }
        let source = &**editor.base().source();
        let mut meter = watch.stage(Stage::Digesting, source.len())?;
        for_each_block(source, &mut meter, &mut |block| {
            states.iter_mut().for_each(|(_, state)| state.update(block));
            Ok(())
        })?;
        let forks = states.iter();
        Ok(Self {
            at_base: forks.map(|(of, state)| (*of, state.fork())).collect(),
            states,
            taken: 0,
        })
    }

    /// The states over the base, of so many bytes: from there the last look goes on.
    pub(super) fn begun(self, offset: u64) -> Begun {
        Begun {
            offset,
            states: self.at_base,
        }
    }

    /// The digest of everything but the gap, which lies in the newest revision. What lies before the gap is taken.
    pub(super) fn around(
        &mut self,
        editor: &Editor,
        gap: &Gap,
        algorithm: DigestAlgorithm,
    ) -> Result<Digest> {
        let base = editor.base().source().len();
        let inside =
            |offset: u64| usize::try_from(offset.saturating_sub(base)).map_err(|_| out_of_order());
        self.take(editor, inside(gap.range.start)?)?;
        let main = self.states.iter().find(|(of, _)| *of == algorithm);
        let mut fork = main.ok_or_else(out_of_order)?.1.fork();
        let tail = editor.appended().get(inside(gap.range.end)?..);
        fork.update(tail.ok_or_else(out_of_order)?);
        Ok(fork.finish())
    }

    /// Takes the appended bytes up to `end`.
    pub(super) fn take(&mut self, editor: &Editor, end: usize) -> Result<()> {
        let bytes = editor.appended().get(self.taken..end);
        let bytes = bytes.ok_or_else(out_of_order)?;
        self.states
            .iter_mut()
            .for_each(|(_, state)| state.update(bytes));
        self.taken = end;
        Ok(())
    }
}
