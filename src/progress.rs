//! How far a long job is, and whether it is to go on.
//!
//! A job tells at the start and at the end of each stage, and in between about once a MiB; there is no clock below the
//! jobs. What a caller cancels ends with the error `cancelled`, and stays cancelled until the call returns.

use std::{
    fmt,
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::{
    error::{Error, ErrorKind, Result},
    limits::PROGRESS_STEP_BYTES,
    text::rules,
};

/// What a job is doing. The C ABI's `kyso_stage` has one number for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// A damaged file is searched for its objects. In bytes.
    Repairing,
    /// The file is digested, to sign it or to check its signatures. In bytes.
    Digesting,
    /// A private key is about to be used. In signatures.
    Signing,
    /// What was signed is read again and checked. In bytes.
    Confirming,
    /// The result is written. In bytes.
    Writing,
    /// What each revision changed is looked at, to show it. In revisions.
    Inspecting,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// What it is doing. A job goes through several stages; a check of a sound file has only `Digesting`.
    pub stage: Stage,
    /// Bytes, signatures or revisions that are done. Never less than before, within a stage.
    pub done: u64,
    /// Bytes, signatures or revisions of the whole stage.
    pub total: u64,
}

/// Asked by a job whether to go on. Called by the thread that works, so it should be quick.
pub(crate) type Callback = Arc<dyn Fn(Progress) -> ControlFlow<()> + Send + Sync>;

/// The watch over one call: whom to tell, and whether the call was cancelled.
#[derive(Clone, Default)]
pub(crate) struct Watch(Option<Arc<Inner>>);

struct Inner {
    callback: Callback,
    cancelled: AtomicBool,
}

impl Watch {
    /// A new call. Without a callback nothing is told and nothing can be cancelled.
    pub(crate) fn new(callback: Option<&Callback>) -> Self {
        Self(callback.map(|callback| {
            Arc::new(Inner {
                callback: Arc::clone(callback),
                cancelled: AtomicBool::new(false),
            })
        }))
    }

    /// Another call with the same callback.
    pub(crate) fn anew(&self) -> Self {
        Self::new(self.0.as_ref().map(|inner| &inner.callback))
    }

    /// Tells the start of a stage.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(crate) fn stage(&self, stage: Stage, total: u64) -> Result<Meter> {
        self.tell(stage, 0, total)?;
        Ok(Meter {
            watch: self.clone(),
            stage,
            done: 0,
            told: 0,
            total,
        })
    }

    /// Tells how far a stage is.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(crate) fn tell(&self, stage: Stage, done: u64, total: u64) -> Result<()> {
        let Some(inner) = &self.0 else {
            return Ok(());
        };
        self.check()?;
        if (inner.callback)(Progress { stage, done, total }).is_break() {
            inner.cancelled.store(true, Ordering::Release);
        }
        self.check()
    }

    /// Whether the call was cancelled: asked where an error on the way may have become something else.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(crate) fn check(&self) -> Result<()> {
        let cancelled = |inner: &Arc<Inner>| inner.cancelled.load(Ordering::Acquire);
        if self.0.as_ref().is_some_and(cancelled) {
            return Err(Error::new(ErrorKind::Cancelled, &rules::usage::CANCELLED));
        }
        Ok(())
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Watch"
        } else {
            "no watch"
        })
    }
}

/// One stage, counted in bytes.
#[derive(Debug)]
pub(crate) struct Meter {
    watch: Watch,
    stage: Stage,
    done: u64,
    told: u64,
    total: u64,
}

impl Meter {
    /// So many bytes more are done.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(crate) fn pass(&mut self, bytes: u64) -> Result<()> {
        self.reach(self.done.saturating_add(bytes))
    }

    /// The first so many bytes are done; a way back is not told.
    ///
    /// # Errors
    /// `Cancelled`.
    pub(crate) fn reach(&mut self, done: u64) -> Result<()> {
        self.done = self.done.max(done);
        let due = self.done.saturating_sub(self.told) >= PROGRESS_STEP_BYTES;
        if due || (self.done >= self.total && self.told < self.total) {
            self.told = self.done;
            return self.watch.tell(self.stage, self.done, self.total);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn tells_start_end_and_about_once_a_mebibyte() {
        let told = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&told);
        let callback: Callback = Arc::new(move |progress| {
            into.lock().unwrap().push(progress.done);
            ControlFlow::Continue(())
        });
        let watch = Watch::new(Some(&callback));
        let mut meter = watch.stage(Stage::Digesting, 5 << 19).unwrap();
        for _ in 0..10 {
            meter.pass(1 << 18).unwrap();
        }
        meter.reach(7).unwrap();
        assert_eq!(*told.lock().unwrap(), [0, 1 << 20, 2 << 20, 5 << 19]);
    }

    #[test]
    fn what_was_cancelled_stays_cancelled_for_this_call_only() {
        let callback: Callback = Arc::new(|progress| match progress.done {
            0 => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        });
        let watch = Watch::new(Some(&callback));
        watch.tell(Stage::Writing, 0, 9).unwrap();
        let error = watch.tell(Stage::Writing, 1, 9).unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Cancelled, "cancelled")
        );
        assert!(watch.check().is_err() && watch.tell(Stage::Writing, 0, 9).is_err());
        assert!(Watch::new(Some(&callback)).check().is_ok());
        assert!(Watch::default().tell(Stage::Writing, 1, 9).is_ok());
    }
}
