//! Small files with right offsets.

use std::fmt::Write;

/// A file in the making.
pub(super) struct Pdf {
    pub(super) bytes: Vec<u8>,
    /// Number and offset of the objects of the save in work.
    objects: Vec<(u32, usize)>,
    /// Offset of the last section.
    pub(super) section: Option<usize>,
    size: u32,
}

impl Pdf {
    pub(super) fn new() -> Self {
        Self {
            bytes: b"%PDF-1.7\n".to_vec(),
            objects: Vec::new(),
            section: None,
            size: 1,
        }
    }

    /// A catalog (1), a page tree (2) and a page (3).
    pub(super) fn document() -> Self {
        let mut pdf = Self::new();
        pdf.object(1, "<</Type/Catalog/Pages 2 0 R>>");
        pdf.object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>");
        pdf.object(3, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>");
        pdf
    }

    pub(super) fn object(&mut self, number: u32, body: &str) -> &mut Self {
        self.start(number);
        self.raw(&format!("{number} 0 obj\n{body}\nendobj\n"))
    }

    /// The next bytes are those of an object.
    pub(super) fn start(&mut self, number: u32) -> &mut Self {
        self.objects.push((number, self.bytes.len()));
        self.size = self.size.max(number + 1);
        self
    }

    pub(super) fn stream(&mut self, number: u32, dictionary: &str, data: &[u8]) -> &mut Self {
        self.start(number);
        self.raw(&format!(
            "{number} 0 obj\n<<{dictionary}/Length {}>>stream\n",
            data.len()
        ));
        self.bytes.extend_from_slice(data);
        self.raw("\nendstream\nendobj\n")
    }

    pub(super) fn raw(&mut self, text: &str) -> &mut Self {
        self.bytes.extend_from_slice(text.as_bytes());
        self
    }

    /// Ends the save with a table; `extra` goes into the trailer.
    pub(super) fn table(&mut self, extra: &str) -> &mut Self {
        self.table_rows(extra, |offset| offset)
    }

    /// The same, with offsets of the caller's choice.
    pub(super) fn table_rows(&mut self, extra: &str, place: impl Fn(usize) -> usize) -> &mut Self {
        let mut text = String::from("xref\n0 1\n0000000000 65535 f \n");
        for (number, offset) in &self.objects {
            write!(text, "{number} 1\n{:010} 00000 n \n", place(*offset)).unwrap();
        }
        let previous = self
            .section
            .map(|section| format!("/Prev {section}"))
            .unwrap_or_default();
        write!(
            text,
            "trailer\n<</Size {}/Root 1 0 R{previous}{extra}>>\n",
            self.size
        )
        .unwrap();
        self.finish(&text)
    }

    /// Ends the save with a cross-reference stream, numbered next; entries of its own choice come behind the
    /// objects' own.
    pub(super) fn xref_stream(&mut self, extra: &str, further: &[(u32, [u32; 3])]) -> &mut Self {
        // Out of the way of what tests number themselves.
        let own = self.size + 80;
        self.size = own + 1;
        let here = self.bytes.len();
        let mut rows: Vec<(u32, [u32; 3])> = self
            .objects
            .iter()
            .map(|(n, at)| (*n, [1, u32::try_from(*at).unwrap(), 0]))
            .collect();
        rows.push((own, [1, u32::try_from(here).unwrap(), 0]));
        rows.extend_from_slice(further);
        let mut index = String::new();
        let mut data = Vec::new();
        for (number, [kind, second, third]) in rows {
            write!(index, "{number} 1 ").unwrap();
            data.push(u8::try_from(kind).unwrap());
            data.extend_from_slice(&second.to_be_bytes());
            data.extend_from_slice(&u16::try_from(third).unwrap().to_be_bytes());
            self.size = self.size.max(number + 1);
        }
        let previous = self
            .section
            .map(|section| format!("/Prev {section}"))
            .unwrap_or_default();
        let size = self.size;
        self.raw(&format!(
            "{own} 0 obj\n<</Type/XRef/W[1 4 2]/Index[{index}]/Size {size}/Root 1 0 R{previous}{extra}/Length {}>>stream\n",
            data.len()
        ));
        self.bytes.extend_from_slice(&data);
        self.raw("\nendstream\nendobj\n");
        self.close(here)
    }

    fn finish(&mut self, section: &str) -> &mut Self {
        let here = self.bytes.len();
        self.raw(section);
        self.close(here)
    }

    fn close(&mut self, here: usize) -> &mut Self {
        self.section = Some(here);
        self.objects.clear();
        self.raw(&format!("startxref\n{here}\n%%EOF\n"))
    }

    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}
