//! The context of a check: settings, trust material, and the network unless it is off.

use std::time::{Duration, Instant};

use kyso::{Context, Options, load_context};

use crate::failure::{Exit, Failure};

/// Trust material that cannot be used says nothing about a document: wrong usage, not a verdict.
pub(crate) fn context(options: Options) -> Result<Context, Failure> {
    let usage = |error| Failure::from(error).ending(Exit::Usage);
    connected(load_context(options).map_err(usage)?)
}

#[cfg(feature = "http")]
fn connected(context: Context) -> Result<Context, Failure> {
    let http = kyso::HttpFetch::new(context.options());
    let http = http.map_err(|error| Failure::from(error).ending(Exit::Usage))?;
    Ok(context.with_fetch(std::sync::Arc::new(http)))
}

/// Without a client, options that only mean something with one are refused by name.
#[cfg(not(feature = "http"))]
fn connected(context: Context) -> Result<Context, Failure> {
    let options = context.options();
    for (given, name) in [
        (options.proxy.is_some(), "--proxy"),
        (!options.mirror.is_empty(), "--mirror"),
        (!options.allow_host.is_empty(), "--allow-host"),
    ] {
        if given {
            return Err(Failure::usage("unsupported").with(name));
        }
    }
    Ok(context)
}

/// The time that `--deadline` gives to all files together.
pub(crate) struct Budget(Option<Instant>);

impl Budget {
    pub(crate) fn new(context: &Context) -> Self {
        let given = context.options().deadline;
        let time = given.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Self(time.and_then(|time| Instant::now().checked_add(time)))
    }

    /// The context for the next file, with what is left.
    pub(crate) fn next(&self, context: &Context) -> Context {
        let Some(end) = self.0 else {
            return context.clone();
        };
        let mut options = context.options().clone();
        let left = end.saturating_duration_since(Instant::now());
        options.deadline = Some(left.as_secs_f64());
        context.with_options(options)
    }
}
