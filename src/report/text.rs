//! The report as a clerk reads it on a terminal.

use super::{
    Report,
    view::{self, Reason},
    words,
};
use crate::text::Lang;

pub(super) fn to_text(report: &Report, lang: Lang) -> String {
    let mut lines = Vec::new();
    let file = report
        .file
        .as_deref()
        .map(|file| format!("{file}: "))
        .unwrap_or_default();
    lines.push(format!("{file}{}", view::headline(report, lang)));
    for (index, signature) in report.signatures.iter().enumerate() {
        let verdict = words::verdict(lang, signature.verdict);
        lines.push(format!(
            "  {}: {verdict}",
            view::title(index, signature, lang)
        ));
        for row in view::rows(signature, lang) {
            lines.push(format!("     {}: {}", row.label, row.value));
        }
        for reason in view::reasons(signature, lang) {
            lines.push(format!("     {}", line(&reason)));
        }
    }
    if let Some(layout) = view::layout(report, lang) {
        lines.push(format!("  {layout}"));
    }
    for reason in view::file_reasons(report, lang) {
        lines.push(format!("  {}", line(&reason)));
    }
    lines
        .iter()
        .map(|line| view::harmless(line) + "\n")
        .collect()
}

fn line(reason: &Reason) -> String {
    format!("{}: {}", reason.label, reason.text)
}
