use std::{ffi::c_void, ops::ControlFlow, sync::Arc};

use super::{
    barrier::{Output, barrier},
    context::ContextHandle,
    error::ErrorHandle,
    status::{StageNumber, Status},
};
use crate::progress::{Progress, Stage};

/// Called by a job that works: at the start and end of each stage (a `kyso_stage`), in between about once a MiB, and before each use
/// of a private key. `done` and `total` count bytes, in `KYSO_STAGE_SIGNING` signatures. 0 means go on; anything else cancels the call,
/// which then fails with `KYSO_STATUS_CANCELLED` (a check gives a report with the verdict unreadable and the error `cancelled`).
///
/// It is called by the thread that called the library, and by several at the same time if they share the context. It must return:
/// no longjmp and no exception may leave it.
pub type ProgressCallback =
    Option<unsafe extern "C" fn(user_data: *mut c_void, stage: i32, done: u64, total: u64) -> i32>;

/// What the caller wants back with each call. Never looked into here.
struct UserData(*mut c_void);

// SAFETY: the pointer is only handed back; the contract of kyso_context_with_progress says that any thread may use it.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

impl From<Stage> for StageNumber {
    fn from(stage: Stage) -> Self {
        match stage {
            Stage::Repairing => Self::Repairing,
            Stage::Digesting => Self::Digesting,
            Stage::Signing => Self::Signing,
            Stage::Confirming => Self::Confirming,
            Stage::Writing => Self::Writing,
            Stage::Inspecting => Self::Inspecting,
        }
    }
}

/// Makes a context that shares everything with another, and whose calls tell `callback` how far they are. NULL for `callback` makes one
/// that tells nobody. Both contexts are freed on their own.
///
/// # Safety
/// `context` is a live handle. `callback`, with `user_data`, may be called by every thread that uses the new context, until that is
/// freed. `out` points to a place for one pointer; `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_context_with_progress(
    context: *const ContextHandle,
    callback: ProgressCallback,
    user_data: *mut c_void,
    out: *mut *mut ContextHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let context = &guard.shared(context, "context")?.context;
            let out = Output::new(out, "out")?;
            let told = match callback {
                None => context.without_progress(),
                Some(callback) => {
                    let data = UserData(user_data);
                    context.with_progress(Arc::new(move |progress| {
                        let data = &data;
                        ask(callback, data, progress)
                    }))
                }
            };
            out.hand_over(ContextHandle::new(told));
            Ok(())
        })
    }
}

fn ask(
    callback: unsafe extern "C" fn(*mut c_void, i32, u64, u64) -> i32,
    data: &UserData,
    progress: Progress,
) -> ControlFlow<()> {
    let stage = StageNumber::from(progress.stage) as i32;
    // SAFETY: by the contract of kyso_context_with_progress it may be called as long as the context lives, by any thread.
    match unsafe { callback(data.0, stage, progress.done, progress.total) } {
        0 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    }
}
