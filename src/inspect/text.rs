use super::{
    Field, Inspection, Signature,
    changes::{Change, Changes, Did},
    lock_text, name_text, object_name, xml,
};
use crate::{
    report::{CertificateReport, ChangeLevel, harmless},
    text::Lang,
};

/// Changed objects of one revision that people are shown; JSON has more.
const SHOWN: usize = 40;

pub(super) fn of(inspection: &Inspection, lang: Lang) -> String {
    let mut lines = Lines {
        lang,
        lines: Vec::new(),
    };
    if let Some(xml) = &inspection.xml {
        xml::to_text(xml, inspection.file.as_deref(), inspection.size, &mut lines);
        return lines.text();
    }
    let file = inspection.file.as_deref().unwrap_or("PDF");
    let bytes = inspection.size;
    let version = inspection.version.as_deref().unwrap_or("?");
    lines.add(
        0,
        &format!("{file}: PDF {version}, {bytes} byte"),
        &format!("{file}: PDF {version}, {bytes} bytes"),
    );
    if inspection.linearized {
        lines.add(1, "sắp xếp để xem qua mạng", "linearized");
    }
    if inspection.encrypted {
        lines.add(1, "có mã hóa", "encrypted");
    }
    if inspection.repaired {
        lines.add(1, "phải sửa mới đọc được", "had to be repaired to be read");
    }
    for revision in &inspection.revisions {
        let (number, form) = (revision.revision, revision.form);
        let kind = match form {
            "stream" => "luồng",
            "hybrid" => "bảng và luồng",
            _ => "bảng",
        };
        let (end, entries) = (revision.end, revision.entries);
        let did = format!(
            "+{} ~{} -{}",
            revision.added, revision.replaced, revision.freed
        );
        lines.add(
            1,
            &format!("phiên bản {number}: đến byte {end}, {entries} đối tượng ({did}), dữ liệu tham chiếu dạng {kind}"),
            &format!("revision {number}: up to byte {end}, {entries} objects ({did}), cross-reference {form}"),
        );
        lines.changes(&revision.changes);
    }
    for field in &inspection.fields {
        lines.field(field);
    }
    if inspection.fields.is_empty() {
        lines.add(1, "không có trường chữ ký", "no signature field");
    }
    for finding in &inspection.findings {
        lines.finding(1, finding);
    }
    lines.text()
}

pub(super) struct Lines {
    lang: Lang,
    lines: Vec<String>,
}

impl Lines {
    fn text(&self) -> String {
        let lines = self.lines.iter();
        lines.map(|line| harmless(line) + "\n").collect()
    }

    pub(super) fn add(&mut self, depth: usize, vi: &str, en: &str) {
        let text = match self.lang {
            Lang::Vi => vi,
            Lang::En => en,
        };
        self.lines.push(format!("{}{text}", "  ".repeat(depth)));
    }

    /// A line of label and value, if there is a value.
    pub(super) fn row(&mut self, vi: &str, en: &str, value: Option<impl ToString>) {
        if let Some(value) = value {
            let value = value.to_string();
            self.add(2, &format!("{vi}: {value}"), &format!("{en}: {value}"));
        }
    }

    pub(super) fn finding(&mut self, depth: usize, finding: &crate::report::Finding) {
        let place = finding
            .place()
            .map(|place| format!(" ({place})"))
            .unwrap_or_default();
        let text = format!("{}: {}{place}", finding.code(), finding.message(self.lang));
        self.add(depth, &text, &text);
    }

    pub(super) fn certificate(&mut self, certificate: &CertificateReport) {
        let (subject, issuer) = (&certificate.subject, &certificate.issuer);
        self.row("chứng thư", "certificate", Some(subject));
        self.row("  do", "  issued by", Some(issuer));
        self.row("  số", "  serial", Some(&certificate.serial));
        let (from, to) = (certificate.not_before, certificate.not_after);
        self.row("  hiệu lực", "  valid", Some(format!("{from} – {to}")));
    }

    /// What a later revision changed.
    fn changes(&mut self, changes: &Changes) {
        if let Some(level) = changes.level {
            let (vi, en) = level_words(level);
            self.add(2, &format!("mức thay đổi: {vi}"), &format!("level: {en}"));
        }
        for change in changes.objects.iter().take(SHOWN) {
            self.change(change);
        }
        let more = changes.objects.len().saturating_sub(SHOWN) + changes.more;
        if more > 0 {
            let (vi, en) = ("đối tượng khác không liệt kê ở đây", "more objects");
            self.add(2, &format!("… {more} {vi}"), &format!("… {more} {en}"));
        }
        for finding in &changes.findings {
            self.finding(2, finding);
        }
    }

    fn change(&mut self, change: &Change) {
        let (sign, object) = (change.did, object_name(change.id));
        let (sign, vi, en) = match sign {
            Did::Added => ("+", "thêm", "added"),
            Did::Replaced => ("~", "thay", "changed"),
            Did::Repeated => ("=", "ghi lại y nguyên", "written again as it was"),
            Did::Freed => ("-", "xóa", "deleted"),
        };
        let of = match &change.what.of {
            Some(of) => format!(" {of}"),
            None => String::new(),
        };
        let keys: Vec<String> = change
            .keys
            .iter()
            .map(|key| match key.as_str() {
                "data" => key.clone(),
                key => format!("/{key}"),
            })
            .collect();
        let keys = if keys.is_empty() {
            String::new()
        } else {
            format!(" ({})", keys.join(" "))
        };
        let rule = |label: &str| match change.rule {
            Some(rule) => format!(" [{label}: {rule}]"),
            None => String::new(),
        };
        let (rule_vi, rule_en) = (rule("quy tắc"), rule("rule"));
        let what = |lang| change.what.kind.words(lang);
        let (what_vi, what_en) = (what(Lang::Vi), what(Lang::En));
        self.add(
            2,
            &format!("{sign} {object} {vi}: {what_vi}{of}{keys}{rule_vi}"),
            &format!("{sign} {object} {en}: {what_en}{of}{keys}{rule_en}"),
        );
        for finding in &change.findings {
            self.finding(3, finding);
        }
    }

    fn field(&mut self, field: &Field) {
        let (name, object) = (&field.name, object_name(field.object));
        let (vi, en) = match &field.signature {
            Some(_) => ("đã ký", "signed"),
            None => ("chưa ký", "not signed"),
        };
        self.add(
            1,
            &format!("trường {name} (đối tượng {object}): {vi}"),
            &format!("field {name} (object {object}): {en}"),
        );
        let rect = field.rect.map(|r| r.map(|n| format!("{n:.1}")).join(" "));
        self.row("khung (điểm)", "box (points)", rect);
        self.row(
            "khóa các trường",
            "locks fields",
            field.lock.as_ref().map(lock_text),
        );
        if let Some(signature) = &field.signature {
            self.signature(signature);
        }
    }

    fn signature(&mut self, signature: &Signature) {
        let dictionary = &signature.dictionary;
        self.row("dạng", "form", name_text(dictionary.sub_filter.as_ref()));
        self.row("kết thúc phiên bản", "ends revision", signature.revision);
        let range: Vec<String> = dictionary.byte_range.iter().map(i64::to_string).collect();
        self.row("vùng ký (/ByteRange)", "byte range", Some(range.join(" ")));
        let contents = dictionary
            .contents
            .as_ref()
            .map(|contents| contents.bytes.len());
        self.row(
            "số byte của chữ ký (/Contents)",
            "bytes of /Contents",
            contents,
        );
        self.row("thời điểm tự khai", "claimed time", dictionary.modified);
        self.row("tên", "name", dictionary.name.as_ref());
        self.row("lý do", "reason", dictionary.reason.as_ref());
        self.row("địa điểm", "location", dictionary.location.as_ref());
        self.row(
            "chứng nhận (DocMDP)",
            "certifies (DocMDP)",
            dictionary.doc_mdp,
        );
        self.row(
            "khóa (FieldMDP)",
            "locks (FieldMDP)",
            dictionary.field_mdp.as_ref().map(lock_text),
        );
        for certificate in &signature.certificates {
            self.certificate(certificate);
        }
        for finding in &dictionary.findings {
            self.finding(2, finding);
        }
    }
}

fn level_words(level: ChangeLevel) -> (&'static str, &'static str) {
    match level {
        ChangeLevel::None => ("không có gì thay đổi", "nothing changed"),
        ChangeLevel::TimestampsAndValidationData => (
            "dấu thời gian và dữ liệu xác thực",
            "time-stamps and validation data",
        ),
        ChangeLevel::Signatures => ("thêm chữ ký", "signatures"),
        ChangeLevel::FormFilling => ("điền biểu mẫu", "form filling"),
        ChangeLevel::Annotations => ("chú thích", "annotations"),
        ChangeLevel::Forbidden => ("KHÔNG ĐƯỢC PHÉP", "FORBIDDEN"),
    }
}
