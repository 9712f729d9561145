//! Canonicalisations that references share: one pass feeds all their digests.

use std::collections::HashMap;

use super::{Fault, Job, Workshop, budget, could_not, nothing};
use crate::{
    crypto::{Digest, DigestAlgorithm, DigestState},
    error::Result as Doing,
    report::{Finding, SubIndication},
    text::rules::xmldsig as rules,
    xml::{self, Canonical, Document, ElementId, Target},
};

/// The digests of one job.
pub(super) type JobDigests = Result<Vec<(DigestAlgorithm, Digest)>, Fault>;

type States = Vec<(DigestAlgorithm, Box<dyn DigestState>)>;

/// Digest states that go with one canonicalisation: one over everything, and one for each element that somebody leaves out.
#[derive(Default)]
struct Forks {
    main: States,
    wanted: Vec<ElementId>,
    /// Element, whether it is open, states.
    forks: Vec<(ElementId, bool, States)>,
    written: u64,
    /// Octets that may be fed; what is beyond is not.
    most: u64,
}

impl xml::Sink for Forks {
    fn octets(&mut self, octets: &[u8]) {
        let length = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        let awake = self.forks.iter_mut().filter(|(_, open, _)| !open);
        if self.written > self.most {
            return;
        }
        let mut fed: u64 = 1;
        for (_, _, states) in awake {
            fed = fed.saturating_add(1);
            for (_, state) in states {
                state.update(octets);
            }
        }
        for (_, state) in &mut self.main {
            state.update(octets);
        }
        self.written = self.written.saturating_add(length.saturating_mul(fed));
    }

    fn enter(&mut self, element: ElementId) {
        if self.wanted.contains(&element) && !self.forks.iter().any(|fork| fork.0 == element) {
            let states = self.main.iter();
            let states = states.map(|(algorithm, state)| (*algorithm, state.fork()));
            self.forks.push((element, true, states.collect()));
        }
    }

    fn leave(&mut self, element: ElementId) {
        if let Some((_, open, _)) = self.forks.iter_mut().find(|fork| fork.0 == element) {
            *open = false;
        }
    }
}

impl Workshop<'_> {
    /// All canonicalisations. Those of one target by one method are one pass, whatever signatures they leave out: a
    /// digest forks where its signature begins, sleeps, and goes on behind it.
    pub(super) fn run_all(
        &mut self,
        jobs: &[(Job, Vec<DigestAlgorithm>)],
    ) -> Doing<Vec<JobDigests>> {
        let mut results: Vec<Option<JobDigests>> = jobs.iter().map(|_| None).collect();
        let mut groups: HashMap<(Target, &Canonical), Vec<usize>> = HashMap::new();
        for (index, (job, _)) in jobs.iter().enumerate() {
            // Nothing or one element left out is what one pass serves; no transform leaves out more.
            if job.without.len() <= 1 {
                let group = groups.entry((job.target, &job.method)).or_default();
                group.push(index);
            }
        }
        for (index, (job, digests)) in jobs.iter().enumerate() {
            if results.get(index).is_some_and(Option::is_some) {
                continue;
            }
            self.watch.check()?;
            let group = groups.get(&(job.target, &job.method));
            match group.filter(|group| group.contains(&index)) {
                Some(group) => {
                    let members: Vec<_> = group.iter().filter_map(|at| jobs.get(*at)).collect();
                    let done = self.pass(&members);
                    for (at, digests) in group.iter().zip(done) {
                        if let Some(result) = results.get_mut(*at) {
                            *result = Some(digests);
                        }
                    }
                }
                None => {
                    let done = self.pass(&[&(job.clone(), digests.clone())]);
                    if let Some(result) = results.get_mut(index) {
                        *result = done.into_iter().next();
                    }
                }
            }
        }
        let missing = || Err(nothing());
        Ok(results
            .into_iter()
            .map(|it| it.unwrap_or_else(missing))
            .collect())
    }

    /// One pass over one target for jobs that differ in what they leave out.
    fn pass(&mut self, jobs: &[&(Job, Vec<DigestAlgorithm>)]) -> Vec<JobDigests> {
        let fail = |fault: &Fault| jobs.iter().map(|_| Err(fault.clone())).collect();
        let Some((first, _)) = jobs.first() else {
            return Vec::new();
        };
        if self.left == 0 {
            return fail(&budget());
        }
        let mut sink = Forks {
            most: self.left,
            ..Forks::default()
        };
        for (_, digests) in jobs {
            for algorithm in digests {
                if sink.main.iter().any(|(known, _)| known == algorithm) {
                    continue;
                }
                match self.provider.digest(*algorithm) {
                    Some(state) => sink.main.push((*algorithm, state)),
                    None => {
                        let finding = Finding::new(&rules::DIGEST_UNKNOWN).with(algorithm.name());
                        let why = SubIndication::CryptoConstraintsFailureNoPoe;
                        return fail(&Fault::Open(finding, why));
                    }
                }
            }
        }
        let (mut watched, mut without) = (Vec::new(), Vec::new());
        if let [_] = jobs {
            without.clone_from(&first.without);
        } else {
            watched.extend(jobs.iter().flat_map(|(job, _)| job.without.iter().copied()));
            sink.wanted.clone_from(&watched);
        }
        let done = xml::canonicalise_watched(
            self.document,
            first.target,
            &without,
            &watched,
            &first.method,
            &mut sink,
        );
        if sink.written > self.left {
            self.left = 0;
            return fail(&budget());
        }
        self.left = self.left.saturating_sub(sink.written);
        if let Err(error) = done {
            return fail(&could_not(error));
        }
        let single = jobs.len() == 1;
        jobs.iter()
            .map(|(job, digests)| {
                let states = match job.without.first() {
                    Some(element) if !single => sink.forks.iter().find(|it| it.0 == *element),
                    _ => None,
                };
                let states = match (states, job.without.is_empty() || single) {
                    (Some((_, _, states)), _) => states,
                    (None, true) => &sink.main,
                    (None, false) => return Err(nothing()),
                };
                Ok(states
                    .iter()
                    .filter(|(algorithm, _)| digests.contains(algorithm))
                    .map(|(algorithm, state)| (*algorithm, state.fork().finish()))
                    .collect())
            })
            .collect()
    }

    /// Canonicalises within the budget.
    pub(super) fn canonical(
        &mut self,
        document: &Document,
        job: &Job,
        sink: &mut dyn FnMut(&[u8]),
    ) -> Result<(), Fault> {
        if self.left == 0 {
            return Err(budget());
        }
        let mut written: u64 = 0;
        let done = xml::canonicalise(document, job.target, &job.without, &job.method, &mut |it| {
            written = written.saturating_add(u64::try_from(it.len()).unwrap_or(u64::MAX));
            sink(it);
        });
        self.left = self.left.saturating_sub(written);
        done.map_err(could_not)
    }
}
