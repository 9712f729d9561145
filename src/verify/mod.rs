//! Checking: facts are gathered once, then judged by a pure function.

mod certificate;
mod coverage;
mod facts;
mod gather;
mod judgement;
mod lost;
mod proof;
#[cfg(test)]
mod tests;
mod trusts;
mod value;
mod xml;

use std::{sync::Arc, time::Instant};

pub use self::certificate::check_certificate;
pub(crate) use self::certificate::unreadable as unreadable_certificate;
pub use self::facts::Facts;
use self::judgement::Policy;
use crate::{
    context::Context,
    crypto::sweep,
    error::{Error, ErrorKind, Result},
    report::{FileVerdict, Format, LayoutOrder, LayoutReport, LayoutScheme, Report},
    source::{self, Source},
    xmldsig::{SNIFFED_BYTES, by_kind, is_xml},
};

/// Checks every signature of a document.
///
/// It never fails: a file that cannot be read has a report, too, with the verdict `unreadable` and the error. `name` is
/// what the report calls the file.
#[must_use]
pub fn verify(context: &Context, source: Arc<dyn Source>, name: Option<&str>) -> Report {
    let started = Instant::now();
    let mut report = match gather(context, Arc::clone(&source), name) {
        Ok(facts) => judge(context, facts),
        Err(error) => unreadable(context, Some(&*source), error),
    };
    report.file = name.map(str::to_owned);
    report.total_ms = started.elapsed().as_secs_f64() * 1000.0;
    report
}

/// Finds out everything about the signatures of a document, and judges nothing: the first half of [`verify`].
///
/// # Errors
/// `Unreadable`, `Limit`, `Io`, `Cancelled`; `Pin` and `Unsupported` where the document is encrypted and cannot be read.
pub fn gather(context: &Context, source: Arc<dyn Source>, name: Option<&str>) -> Result<Facts> {
    let context = &context.begin();
    let watch = context.watch();
    let at = context.now();
    let facts = by_kind(
        &*source,
        || xml::gather(context, &*source, name, at, &watch),
        |ambiguous| {
            let mut facts = gather::gather(context, &source, name, at, &watch)?;
            facts.ambiguous |= ambiguous;
            Ok(facts)
        },
    );
    // A search that was cancelled may have become a finding on its way up.
    let facts = watch.check().and(facts)?;
    source.unchanged()?;
    Ok(Facts(facts))
}

/// Judges facts as the settings demand: the second half of [`verify`], without file, network and clock.
///
/// Of the settings count `revocation`, `trust_class` and the algorithms. The time is the one that the facts were gathered for: paths and
/// revocation at another time would be other facts.
#[must_use]
pub fn judge(context: &Context, facts: Facts) -> Report {
    let policy = Policy {
        revocation: context.options().revocation,
        at: facts.0.at,
        algorithms: context.store().algorithms(),
        class: context.options().trust_class,
    };
    judgement::report(facts.0, policy)
}

/// The report of a file that could not be read, or not even opened.
pub(crate) fn unreadable(context: &Context, source: Option<&dyn Source>, error: Error) -> Report {
    let watch = context.watch();
    let swept = source.filter(|_| error.kind() != ErrorKind::Cancelled);
    let swept = swept.and_then(|it| sweep::sweep(context.provider(), it, &[], &watch).ok());
    let error = watch.check().err().unwrap_or(error);
    let start = source.and_then(|source| source::window(source, 0, SNIFFED_BYTES).ok());
    let format = match start {
        Some(start) if is_xml(&start) && !error.code().starts_with("pdf-") => Format::Xml,
        Some(start) if memchr::memmem::find(&start, b"%PDF-").is_some() => Format::Pdf,
        _ => Format::Unknown,
    };
    Report {
        file: None,
        format,
        size: source.map_or(0, Source::len),
        sha256: swept.map(|swept| swept.sha256),
        verdict: FileVerdict::Unreadable,
        error: Some(error),
        signatures: Vec::new(),
        layout: LayoutReport {
            scheme: LayoutScheme::None,
            complete: false,
            missing: Vec::new(),
            order: LayoutOrder::Ok,
        },
        findings: Vec::new(),
        total_ms: 0.0,
    }
}
