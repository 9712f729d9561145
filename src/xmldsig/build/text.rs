//! Text of XML elements, escaped.

/// A text that grows by elements. Names without a colon get the prefix.
#[derive(Debug)]
pub(crate) struct Text {
    text: String,
    prefix: &'static str,
    ascii: bool,
}

impl Text {
    pub(crate) fn new(prefix: &'static str, ascii: bool) -> Self {
        Self {
            text: String::new(),
            prefix,
            ascii,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    pub(crate) fn into_string(self) -> String {
        self.text
    }

    /// As it stands.
    pub(crate) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.text.push('>');
    }

    pub(crate) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.start(name, attributes);
        self.text.push_str("/>");
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.name(name);
        self.text.push('>');
    }

    /// An element with text.
    pub(crate) fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.escaped(text);
        self.close(name);
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.text.push('<');
        self.name(name);
        for (name, value) in attributes {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            self.escaped(value);
            self.text.push('"');
        }
    }

    fn name(&mut self, name: &str) {
        if !self.prefix.is_empty() && !name.contains(':') {
            self.text.push_str(self.prefix);
            self.text.push(':');
        }
        self.text.push_str(name);
    }

    /// Good for text and for attributes. What XML 1.0 has no place for is left out: a name in a certificate may hold it.
    fn escaped(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\t' | '\n' | '\r' => self.reference(c),
                '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
                _ if c.is_ascii() || !self.ascii => self.text.push(c),
                _ => self.reference(c),
            }
        }
    }

    fn reference(&mut self, c: char) {
        self.text.push_str(&format!("&#x{:X};", u32::from(c)));
    }
}
