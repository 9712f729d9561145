use std::{path::Path, sync::Arc};

use super::{FileSource, read_small};
use crate::{
    context::Context,
    error::Result,
    report::{CertificateCheck, Report},
    verify::{check_certificate, unreadable, unreadable_certificate, verify},
};

/// Checks the certificate in a file. A file that cannot be opened has a report, too.
///
/// # Errors
/// As for [`check_certificate`].
pub fn check_certificate_file(
    context: &Context,
    path: impl AsRef<Path>,
) -> Result<CertificateCheck> {
    let path = path.as_ref();
    let name = path.to_string_lossy();
    match read_small(path) {
        Ok(bytes) => check_certificate(context, &bytes, Some(&name)),
        Err(error) => {
            let mut report = unreadable_certificate(context, error);
            report.file = Some(name.into_owned());
            Ok(report)
        }
    }
}

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
