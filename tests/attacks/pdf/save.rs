//! Later revisions, by somebody without a key.

use std::fmt::Write as _;

use super::{Pdf, stream};

/// A later revision in the making.
pub(crate) struct Save<'a> {
    pub(super) pdf: &'a Pdf,
    pub(super) objects: Vec<(u32, Option<Vec<u8>>, u16)>,
    pub(super) trailer: String,
    pub(super) previous: Option<usize>,
    pub(super) table: Option<String>,
}

impl Save<'_> {
    pub(crate) fn set(self, number: u32, body: &str) -> Self {
        self.set_generation(number, 0, body)
    }

    pub(crate) fn set_generation(mut self, number: u32, generation: u16, body: &str) -> Self {
        self.objects
            .push((number, Some(body.as_bytes().to_vec()), generation));
        self
    }

    pub(crate) fn free(mut self, number: u32) -> Self {
        self.objects.push((number, None, 1));
        self
    }

    /// Objects in an object stream with this number, and the section as a cross-reference stream with the next one.
    pub(crate) fn compressed(self, number: u32, objects: &[(u32, &str)]) -> Pdf {
        let mut out = self.pdf.0.clone();
        let (mut index, mut data) = (String::new(), String::new());
        for (object, body) in objects {
            write!(index, "{object} {} ", data.len()).unwrap();
            write!(data, "{body} ").unwrap();
        }
        let place = out.len();
        let head = format!("/Type /ObjStm /N {} /First {}", objects.len(), index.len());
        let body = stream(&head, &(index + &data));
        out.extend_from_slice(format!("{number} 0 obj\n{body}\nendobj\n").as_bytes());
        let start = out.len();
        let mut entries = String::new();
        let mut sections = String::new();
        for (at, (object, _)) in objects.iter().enumerate() {
            write!(sections, "{object} 1 ").unwrap();
            write!(entries, "02{number:08X}{at:04X}").unwrap();
        }
        write!(sections, "{number} 2").unwrap();
        write!(entries, "01{place:08X}0000").unwrap();
        write!(entries, "01{start:08X}0000").unwrap();
        let head = format!(
            "/Type /XRef /W [1 4 2] /Index [{sections}] /Size {} {} /Prev {} /Filter /ASCIIHexDecode",
            number + 2,
            self.trailer,
            self.pdf.startxref()
        );
        let body = stream(&head, &(entries + ">"));
        let text = format!(
            "{} 0 obj\n{body}\nendobj\nstartxref\n{start}\n%%EOF\n",
            number + 1
        );
        out.extend_from_slice(text.as_bytes());
        Pdf(out)
    }

    /// With the section as a cross-reference stream of this number, and more rows in it: number, type, second and third field.
    pub(crate) fn streamed(self, number: u32, more: &[(u32, u8, u32, u16)]) -> Pdf {
        let mut out = self.pdf.0.clone();
        let mut rows = more.to_vec();
        for (number, body, generation) in &self.objects {
            let place = u32::try_from(out.len()).unwrap();
            rows.push((*number, 1, place, *generation));
            out.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
            out.extend_from_slice(body.as_ref().unwrap());
            out.extend_from_slice(b"\nendobj\n");
        }
        let start = out.len();
        rows.push((number, 1, u32::try_from(start).unwrap(), 0));
        let (mut index, mut data) = (String::new(), String::new());
        for (number, kind, second, third) in &rows {
            write!(index, "{number} 1 ").unwrap();
            write!(data, "{kind:02X}{second:08X}{third:04X}").unwrap();
        }
        let size = rows.iter().map(|row| row.0 + 1).max().unwrap();
        let head = format!(
            "/Type /XRef /W [1 4 2] /Index [{index}] /Size {} {} /Prev {} /Filter /ASCIIHexDecode",
            size.max(self.pdf.free()),
            self.trailer,
            self.previous.unwrap()
        );
        let body = stream(&head, &(data + ">"));
        let text = format!("{number} 0 obj\n{body}\nendobj\nstartxref\n{start}\n%%EOF\n");
        out.extend_from_slice(text.as_bytes());
        Pdf(out)
    }

    /// More keys in the trailer; `/Root` and others stand twice then.
    pub(crate) fn trailer(mut self, more: &str) -> Self {
        self.trailer = format!("{} {more}", self.trailer);
        self
    }

    pub(crate) fn trailer_but(mut self, old: &str, new: &str) -> Self {
        assert!(
            self.trailer.contains(old),
            "{old} is not in {}",
            self.trailer
        );
        self.trailer = self.trailer.replacen(old, new, 1);
        self
    }

    pub(crate) fn previous(mut self, offset: Option<usize>) -> Self {
        self.previous = offset;
        self
    }

    /// More lines of the cross-reference table, before the others.
    pub(crate) fn table(mut self, lines: &str) -> Self {
        self.table = Some(lines.to_owned());
        self
    }

    pub(crate) fn done(self) -> Pdf {
        let mut out = self.pdf.0.clone();
        let mut table = format!("xref\n{}", self.table.unwrap_or_default());
        let mut size = self.pdf.free();
        for (number, body, generation) in &self.objects {
            size = size.max(number + 1);
            let Some(body) = body else {
                write!(table, "{number} 1\n0000000000 {generation:05} f \n").unwrap();
                continue;
            };
            write!(table, "{number} 1\n{:010} {generation:05} n \n", out.len()).unwrap();
            out.extend_from_slice(format!("{number} {generation} obj\n").as_bytes());
            out.extend_from_slice(body);
            out.extend_from_slice(b"\nendobj\n");
        }
        let start = out.len();
        let previous = self
            .previous
            .map_or_else(String::new, |offset| format!("/Prev {offset}"));
        let trailer = self.trailer;
        let text = format!(
            "{table}trailer\n<< /Size {size} {trailer} {previous} >>\nstartxref\n{start}\n%%EOF\n"
        );
        out.extend_from_slice(text.as_bytes());
        Pdf(out)
    }
}
