use std::{path::Path, sync::Arc};

use super::FileSource;
use crate::{
    context::Context,
    report::Report,
    verify::{unreadable, verify},
};

/// Checks every signature of a file. It never fails: a file that cannot be opened has a report, too.
#[must_use]
pub fn verify_file(context: &Context, path: impl AsRef<Path>) -> Report {
    let path = path.as_ref();
    let name = path.to_string_lossy();
    match FileSource::open(path) {
        Ok(source) => verify(context, Arc::new(source), Some(&name)),
        Err(error) => {
            let mut report = unreadable(context, None, error);
            report.file = Some(name.into_owned());
            report
        }
    }
}
