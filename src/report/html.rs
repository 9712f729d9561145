//! The report as one page that stands alone: no scripts, no other files.

use super::{
    FileVerdict, Report, SignatureReport, Verdict,
    json::hex,
    view::{self, Reason, Row},
    words::{self, pick},
};
use crate::text::{Lang, Severity};

const STYLE: &str = include_str!("page.css");

pub(super) fn to_html(report: &Report, lang: Lang) -> String {
    let page = Page {
        heading: pick(
            lang,
            "Kết quả kiểm tra chữ ký số",
            "Digital signature check",
        ),
        file: report.file.as_deref(),
        verdict: report.verdict,
        headline: view::headline(report, lang),
    };
    let mut body = String::new();
    if let Some(layout) = view::layout(report, lang) {
        body += &format!("<p class=\"note\">{}</p>\n", escape(&layout));
    }
    body += &reasons(&view::file_reasons(report, lang));
    for (index, signature) in report.signatures.iter().enumerate() {
        body += &section(index, signature, lang);
    }
    let footer = format!(
        "{}: {} · SHA-256: <code>{}</code> · ",
        pick(lang, "Kích thước (byte)", "Size (bytes)"),
        report.size,
        report
            .sha256
            .map_or_else(|| "–".to_owned(), |bytes| hex(&bytes)),
    );
    page.render(&body, &footer, lang)
}

/// What every page has around its body.
pub(super) struct Page<'a> {
    pub(super) heading: &'static str,
    pub(super) file: Option<&'a str>,
    pub(super) verdict: FileVerdict,
    pub(super) headline: String,
}

impl Page<'_> {
    /// The whole page. `body` and `footer` are HTML.
    pub(super) fn render(&self, body: &str, footer: &str, lang: Lang) -> String {
        let heading = self.heading;
        let file = self
            .file
            .unwrap_or(pick(lang, "tệp không tên", "unnamed file"));
        let class = match self.verdict {
            FileVerdict::Passed => "passed",
            FileVerdict::Failed | FileVerdict::Unreadable => "failed",
            FileVerdict::Undetermined | FileVerdict::NoSignature => "open",
        };
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<title>{heading}: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <h1>{heading}</h1>\n<p class=\"file\">{}</p>\n<p class=\"verdict {class}\"><span class=\"mark\">{}</span> {}</p>\n\
             {body}<footer>{footer}kyso {}</footer>\n</body>\n</html>\n",
            pick(lang, "vi", "en"),
            escape(file),
            escape(file),
            mark(class),
            escape(&self.headline),
            env!("CARGO_PKG_VERSION"),
        )
    }
}

/// Rows as a table.
pub(super) fn table(rows: &[Row]) -> String {
    let rows = rows.iter().map(|row| {
        format!(
            "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n",
            row.label,
            escape(&row.value)
        )
    });
    format!("<table>\n{}</table>\n", rows.collect::<String>())
}

fn section(index: usize, signature: &SignatureReport, lang: Lang) -> String {
    let class = match signature.verdict {
        Verdict::Passed => "passed",
        Verdict::Failed => "failed",
        Verdict::Undetermined => "open",
    };
    let mut out = format!(
        "<section>\n<h2>{} <span class=\"badge {class}\">{} {}</span></h2>\n",
        escape(&view::title(index, signature, lang)),
        mark(class),
        words::verdict(lang, signature.verdict),
    );
    out += &table(&view::rows(signature, lang));
    out + &reasons(&view::reasons(signature, lang)) + "</section>\n"
}

pub(super) fn reasons(all: &[Reason]) -> String {
    if all.is_empty() {
        return String::new();
    }
    let items = all.iter().map(|reason| {
        let class = match reason.severity {
            Severity::Error => "failed",
            Severity::Warning => "open",
            Severity::Info => "info",
        };
        format!(
            "<li><b class=\"{class}\">{}</b> {}</li>\n",
            reason.label,
            escape(&reason.text)
        )
    });
    format!("<ul>\n{}</ul>\n", items.collect::<String>())
}

fn mark(class: &str) -> &'static str {
    match class {
        "passed" => "✔",
        "failed" => "✘",
        _ => "?",
    }
}

/// Text as HTML: nothing in it can become markup, and nothing can turn the direction of writing.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in view::harmless(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}
