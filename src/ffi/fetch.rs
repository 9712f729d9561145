use std::{
    ffi::{c_char, c_void},
    ptr,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicBool},
    thread,
};

use super::{
    barrier::{Handle, Output, barrier, bytes},
    context::ContextHandle,
    error::ErrorHandle,
    status::Status,
};
use crate::{
    error::{Error, ErrorKind},
    net::{Fetch, FetchFailure, FetchRequest},
    text::rules,
};

/// What a fetch callback is given to put its answer into. It lives as long as the call of the callback.
pub struct FetchAnswer {
    bytes: Mutex<Vec<u8>>,
    most: u64,
    poison: AtomicBool,
}

impl Handle for FetchAnswer {
    fn poison(&self) -> &AtomicBool {
        &self.poison
    }
}

/// Fetches one thing by HTTP for a check: GET where `body_length` is 0, else POST with this body, of the type
/// `application/ocsp-request`. The URL is the word of a stranger, UTF-8 without NUL: nothing is known of it, not even its scheme.
///
/// It gives the bytes of the answer to kyso_fetch_answer_append, in pieces if it likes, and returns 0. Else it returns what
/// went wrong: the status of HTTP where that is not 200; a negative number where nobody could be reached or asked. It should be back
/// within `timeout_ms` milliseconds, and stop at `max_bytes` bytes. Nothing that it brings is believed: signatures decide.
///
/// It may be called by several threads at the same time, none of which need be the one that called the library. It must return:
/// no longjmp and no exception may leave it.
pub type FetchCallback = Option<
    unsafe extern "C" fn(
        user_data: *mut c_void,
        url: *const c_char,
        url_length: usize,
        body: *const u8,
        body_length: usize,
        max_bytes: u64,
        timeout_ms: u32,
        answer: *const FetchAnswer,
    ) -> i32,
>;

/// What the caller wants back with each call. Never looked into here.
struct UserData(*mut c_void);

// SAFETY: the pointer is only handed back; the contract of kyso_context_with_fetch says that any thread may use it.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

/// A network of the host.
struct Host {
    callback: unsafe extern "C" fn(
        *mut c_void,
        *const c_char,
        usize,
        *const u8,
        usize,
        u64,
        u32,
        *const FetchAnswer,
    ) -> i32,
    data: UserData,
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host")
    }
}

impl Host {
    fn one(&self, request: &FetchRequest) -> Result<Vec<u8>, FetchFailure> {
        let answer = FetchAnswer {
            bytes: Mutex::default(),
            most: request.max_bytes,
            poison: AtomicBool::new(false),
        };
        let body: &[u8] = request.body.as_ref().map_or(&[], |(body, _)| body);
        let start = if body.is_empty() {
            ptr::null()
        } else {
            body.as_ptr()
        };
        let timeout = u32::try_from(request.timeout.as_millis()).unwrap_or(u32::MAX);
        // SAFETY: by the contract of kyso_context_with_fetch it may be called as long as the context lives, by any thread; all that it is
        // given lives until it returns.
        let told = unsafe {
            (self.callback)(
                self.data.0,
                request.url.as_ptr().cast(),
                request.url.len(),
                start,
                body.len(),
                request.max_bytes,
                timeout,
                &answer,
            )
        };
        let bytes = answer.bytes.into_inner();
        let bytes = bytes.unwrap_or_else(PoisonError::into_inner);
        match (told, u16::try_from(told)) {
            (0, _) if bytes.len() as u64 > request.max_bytes => {
                Err(FetchFailure::TooLarge(request.max_bytes))
            }
            (0, _) => Ok(bytes),
            (_, Ok(status)) => Err(FetchFailure::Status(status)),
            (number, Err(_)) => Err(FetchFailure::Unreachable(number.to_string())),
        }
    }
}

impl Fetch for Host {
    fn fetch(&self, batch: &[FetchRequest]) -> Vec<Result<Vec<u8>, FetchFailure>> {
        if let [one] = batch {
            return vec![self.one(one)];
        }
        thread::scope(|scope| {
            let threads: Vec<_> = batch
                .iter()
                .map(|request| scope.spawn(|| self.one(request)))
                .collect();
            let failed = || FetchFailure::Unreachable("internal fault".to_owned());
            let answers = threads.into_iter();
            answers
                .map(|thread| thread.join().unwrap_or_else(|_| Err(failed())))
                .collect()
        })
    }
}

/// Adds bytes to the answer of a fetch callback. KYSO_STATUS_LIMIT means that there are more than were asked for: the callback may stop then.
///
/// # Safety
/// `answer` is what the callback was given, and it has not returned; `data` points to `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_fetch_answer_append(
    answer: *const FetchAnswer,
    data: *const u8,
    length: usize,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(ptr::null_mut(), |guard| {
            let answer = guard.shared(answer, "answer")?;
            let data = bytes(data, length, "data")?;
            let mut all = answer.bytes.lock().unwrap_or_else(PoisonError::into_inner);
            all.extend_from_slice(data);
            if all.len() as u64 > answer.most {
                // What is too much is not kept, but its being too much is.
                let most = usize::try_from(answer.most).unwrap_or(usize::MAX);
                all.truncate(most.saturating_add(1));
                let limit = Error::new(ErrorKind::Limit, &rules::usage::FETCH_TOO_LARGE);
                return Err(limit.with(answer.most).into());
            }
            Ok(())
        })
    }
}

/// Makes a context that shares everything with another, and whose checks fetch what certificates name and is not at hand (issuers, CRLs,
/// OCSP responses) through `callback`. NULL for `callback`: through the client that comes along, plain HTTP and HTTPS to public
/// addresses only, with the settings `proxy`, `mirror` and `allow-host`; KYSO_STATUS_UNSUPPORTED where the library was built without it.
///
/// Without this call nothing is fetched; nor is it where the settings say `offline`. What was fetched is kept for all contexts that are
/// made out of the new one. Both contexts are freed on their own.
///
/// # Safety
/// `context` is a live handle. `callback`, with `user_data`, may be called by every thread that uses the new context and by threads of the
/// library, until that is freed. `out` points to a place for one pointer; `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_context_with_fetch(
    context: *const ContextHandle,
    callback: FetchCallback,
    user_data: *mut c_void,
    out: *mut *mut ContextHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let context = &guard.shared(context, "context")?.context;
            guard.speak(context.options().lang);
            let out = Output::new(out, "out")?;
            let fetch: Arc<dyn Fetch> = match callback {
                Some(callback) => Arc::new(Host {
                    callback,
                    data: UserData(user_data),
                }),
                None => http(context)?,
            };
            out.hand_over(ContextHandle::new(context.with_fetch(fetch)));
            Ok(())
        })
    }
}

#[cfg(feature = "http")]
fn http(context: &crate::context::Context) -> Result<Arc<dyn Fetch>, Error> {
    Ok(Arc::new(crate::io::HttpFetch::new(context.options())?))
}

#[cfg(not(feature = "http"))]
fn http(_: &crate::context::Context) -> Result<Arc<dyn Fetch>, Error> {
    let rule = &rules::usage::UNSUPPORTED;
    Err(Error::new(ErrorKind::Unsupported, rule).with("http"))
}
