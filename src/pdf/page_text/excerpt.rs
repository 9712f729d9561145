//! A small file with one page and what its text needs: contents, forms, fonts. No pictures, patterns, shadings.

use std::collections::HashMap;

use crate::{
    error::{Error, ErrorKind, Result},
    limits::{MAX_REFERENCE_STEPS, MAX_TEXT_BYTES, MAX_TEXT_GLYPHS, MAX_TEXT_OBJECTS},
    pdf::{
        incremental::Editor,
        object::{Dictionary, Object, ObjectId, Stream, StreamData},
        page::Page,
        write,
    },
};

/// Nesting of arrays and dictionaries that fonts have: /Differences, /W and the like have two.
const MAX_NESTING: usize = 6;

/// What is copied of a font (ISO 32000-1 tables 111, 112, 114, 117 and 121).
const OF_FONT: [&str; 17] = [
    "Type",
    "Subtype",
    "BaseFont",
    "Name",
    "FirstChar",
    "LastChar",
    "Widths",
    "Encoding",
    "ToUnicode",
    "W",
    "DW",
    "W2",
    "DW2",
    "CIDSystemInfo",
    "FontBBox",
    "FontMatrix",
    "Flags",
];

/// What is copied of a font descriptor (table 122).
const OF_DESCRIPTOR: [&str; 5] = ["Type", "FontName", "Flags", "MissingWidth", "ItalicAngle"];

/// What is copied of a form (table 95).
const OF_FORM: [&str; 4] = ["Type", "Subtype", "BBox", "Matrix"];

/// The excerpt as a file; `None` where the page has no contents that can be read, or too many.
///
/// # Errors
/// `Io`.
pub(super) fn of_page(editor: &Editor, page: &Page) -> Result<Option<Vec<u8>>> {
    let mut excerpt = Excerpt {
        editor,
        objects: Vec::new(),
        known: HashMap::new(),
        bytes_left: MAX_TEXT_BYTES,
    };
    match excerpt.page(page) {
        Ok(file) => Ok(file),
        Err(error) if error.kind() == ErrorKind::Io => Err(error),
        // Too large, locked or damaged: such a page gives no places.
        Err(_) => Ok(None),
    }
}

struct Excerpt<'a> {
    editor: &'a Editor,
    /// Object `n` of the list has the number `n + 1`.
    objects: Vec<Object>,
    /// What was copied already.
    known: HashMap<ObjectId, ObjectId>,
    bytes_left: usize,
}

impl Excerpt<'_> {
    fn page(&mut self, page: &Page) -> Result<Option<Vec<u8>>> {
        let root = self.add(Object::Null)?;
        let tree = self.add(Object::Null)?;
        let leaf = self.add(Object::Null)?;
        let Object::Dictionary(dictionary) = self.editor.get(page.id)? else {
            return Ok(None);
        };
        let contents = self.contents(&dictionary)?;
        if contents.is_empty() {
            return Ok(None);
        }
        let contents = self.stream(Dictionary::default(), contents)?;
        let resources = self.inherited_resources(dictionary)?;

        let mut copy = Dictionary::default();
        copy.set("Type", Object::name("Page"));
        copy.set("Parent", tree);
        copy.set("MediaBox", [0, 0, 612, 792].map(Object::Integer).to_vec());
        copy.set("Contents", contents);
        if let Some(resources) = resources {
            copy.set("Resources", self.resources(&resources)?);
        }
        let mut pages = Dictionary::default();
        pages.set("Type", Object::name("Pages"));
        pages.set("Kids", vec![leaf.into()]);
        pages.set("Count", 1);
        let mut catalog = Dictionary::default();
        catalog.set("Type", Object::name("Catalog"));
        catalog.set("Pages", tree);
        if let Some(layers) = self.layers()? {
            catalog.set("OCProperties", layers);
        }
        self.set(root, catalog);
        self.set(tree, pages);
        self.set(leaf, copy);
        let mut trailer = Dictionary::default();
        trailer.set("Root", root);
        Ok(Some(write::file(&self.objects, trailer, b"kyso")))
    }

    /// All content streams in a row; operands do not reach from one into the next (clause 7.8.2).
    fn contents(&mut self, page: &Dictionary) -> Result<Vec<u8>> {
        let value = self.editor.value(page, "Contents")?;
        let parts = match value {
            Object::Array(parts) => parts,
            other => vec![other],
        };
        let mut contents = Vec::new();
        for part in parts.iter().take(MAX_TEXT_OBJECTS) {
            if let Object::Stream(stream) = self.editor.resolve(part)? {
                contents.extend(self.decoded(&stream)?);
                contents.push(b'\n');
            }
        }
        shown_in_parts(&contents)?;
        Ok(contents)
    }

    /// /Resources of the page or of a node above it (table 30).
    fn inherited_resources(&self, page: Dictionary) -> Result<Option<Dictionary>> {
        let mut node = page;
        for _ in 0..MAX_REFERENCE_STEPS {
            if let Object::Dictionary(resources) = self.editor.value(&node, "Resources")? {
                return Ok(Some(resources));
            }
            let Object::Dictionary(parent) = self.editor.value(&node, "Parent")? else {
                break;
            };
            node = parent;
        }
        Ok(None)
    }

    fn resources(&mut self, resources: &Dictionary) -> Result<Dictionary> {
        let mut copy = Dictionary::default();
        type Copier<'a> = fn(&mut Excerpt<'a>, &Object) -> Result<Object>;
        let kinds: [(&str, Copier<'_>); 3] = [
            ("Font", Self::font),
            ("XObject", Self::form),
            ("Properties", Self::membership),
        ];
        for (kind, copier) in kinds {
            let Object::Dictionary(named) = self.editor.value(resources, kind)? else {
                continue;
            };
            let mut copies = Dictionary::default();
            for (name, value) in named.iter() {
                let value = copier(self, value)?;
                if value != Object::Null {
                    copies.set(name.clone(), value);
                }
            }
            copy.set(kind, copies);
        }
        Ok(copy)
    }

    fn font(&mut self, font: &Object) -> Result<Object> {
        let (id, value) = self.editor.locate(font)?;
        if let Some(&known) = id.and_then(|id| self.known.get(&id)) {
            return Ok(known.into());
        }
        let Some(dictionary) = value.as_dictionary() else {
            return Ok(Object::Null);
        };
        let mut copy = self.some_keys(dictionary, &OF_FONT)?;
        // The program itself is only needed where nothing else says which letters the codes stand for.
        let needs_program =
            dictionary.get("ToUnicode").is_none() && dictionary.get("Encoding").is_none();
        let descriptor = self.descriptor(dictionary, needs_program)?;
        copy.set("FontDescriptor", descriptor);
        if let Object::Array(descendants) = self.editor.value(dictionary, "DescendantFonts")?
            && let Some(descendant) = descendants.first()
            && let Object::Dictionary(descendant) = self.editor.resolve(descendant)?
        {
            let mut below = self.some_keys(&descendant, &OF_FONT)?;
            let descriptor = self.descriptor(&descendant, false)?;
            below.set("FontDescriptor", descriptor);
            copy.set("DescendantFonts", vec![below.into()]);
        }
        if dictionary
            .get("Subtype")
            .is_some_and(|kind| kind.is_name("Type3"))
        {
            // Required, and not looked at.
            copy.set("CharProcs", Dictionary::default());
        }
        let copied = self.add(copy)?;
        self.remember(id, copied);
        Ok(copied.into())
    }

    fn descriptor(&mut self, font: &Dictionary, with_program: bool) -> Result<Object> {
        let Object::Dictionary(descriptor) = self.editor.value(font, "FontDescriptor")? else {
            return Ok(Object::Null);
        };
        let mut copy = self.some_keys(&descriptor, &OF_DESCRIPTOR)?;
        if with_program {
            for key in ["FontFile", "FontFile2", "FontFile3"] {
                let Object::Stream(program) = self.editor.value(&descriptor, key)? else {
                    continue;
                };
                let data = self.decoded(&program)?;
                let keys = ["Subtype", "Length1", "Length2", "Length3"];
                let dictionary = self.some_keys(&program.dictionary, &keys)?;
                let program = self.stream(dictionary, data)?;
                copy.set(key, program);
            }
        }
        Ok(copy.into())
    }

    /// A form with its own resources; null for pictures.
    fn form(&mut self, object: &Object) -> Result<Object> {
        let (id, value) = self.editor.locate(object)?;
        if let Some(&known) = id.and_then(|id| self.known.get(&id)) {
            return Ok(known.into());
        }
        let Object::Stream(form) = value else {
            return Ok(Object::Null);
        };
        let is_form = form
            .dictionary
            .get("Subtype")
            .is_some_and(|kind| kind.is_name("Form"));
        if !is_form {
            return Ok(Object::Null);
        }
        let copied = self.add(Object::Null)?;
        // Before its resources: forms that draw each other must come to an end here.
        self.remember(id, copied);
        let mut dictionary = self.some_keys(&form.dictionary, &OF_FORM)?;
        if let Some(layer) = form.dictionary.get("OC") {
            let layer = self.membership(layer)?;
            dictionary.set("OC", layer);
        }
        if let Object::Dictionary(resources) = self.editor.value(&form.dictionary, "Resources")? {
            let resources = self.resources(&resources)?;
            dictionary.set("Resources", resources);
        }
        let data = self.decoded(&form)?;
        shown_in_parts(&data)?;
        let data = StreamData::Memory(data);
        self.set(copied, Stream { dictionary, data });
        Ok(copied.into())
    }

    /// An optional content group or a membership of such (clause 8.11.2); null for other property lists.
    fn membership(&mut self, object: &Object) -> Result<Object> {
        let (id, value) = self.editor.locate(object)?;
        let Object::Dictionary(dictionary) = value else {
            return Ok(Object::Null);
        };
        let is = |kind: &str| {
            dictionary
                .get("Type")
                .is_some_and(|name| name.is_name(kind))
        };
        if is("OCG") {
            return self.group(id);
        }
        if !is("OCMD") {
            return Ok(Object::Null);
        }
        let mut copy = self.some_keys(&dictionary, &["Type", "P"])?;
        let groups = self.groups(dictionary.get("OCGs").unwrap_or(&Object::Null))?;
        copy.set("OCGs", groups);
        Ok(copy.into())
    }

    fn groups(&mut self, value: &Object) -> Result<Object> {
        let (id, value) = self.editor.locate(value)?;
        match value {
            Object::Array(items) => {
                let mut copies = Vec::new();
                for item in items.iter().take(MAX_TEXT_OBJECTS) {
                    copies.push(self.group(item.as_reference())?);
                }
                Ok(copies.into())
            }
            Object::Dictionary(_) => self.group(id),
            _ => Ok(Object::Null),
        }
    }

    /// A group is its identity.
    fn group(&mut self, id: Option<ObjectId>) -> Result<Object> {
        let Some(id) = id else {
            return Ok(Object::Null);
        };
        if let Some(&known) = self.known.get(&id) {
            return Ok(known.into());
        }
        let mut group = Dictionary::default();
        group.set("Type", Object::name("OCG"));
        let copied = self.add(group)?;
        self.remember(Some(id), copied);
        Ok(copied.into())
    }

    /// Which groups are shown by default (clause 8.11.4.3).
    fn layers(&mut self) -> Result<Option<Dictionary>> {
        let catalog = self
            .editor
            .value(&self.editor.trailer().clone(), "Root")?
            .as_dictionary()
            .cloned()
            .unwrap_or_default();
        let Object::Dictionary(layers) = self.editor.value(&catalog, "OCProperties")? else {
            return Ok(None);
        };
        let mut copy = Dictionary::default();
        let groups = self.groups(layers.get("OCGs").unwrap_or(&Object::Null))?;
        copy.set("OCGs", groups);
        if let Object::Dictionary(default) = self.editor.value(&layers, "D")? {
            let mut states = self.some_keys(&default, &["BaseState"])?;
            for key in ["ON", "OFF"] {
                let groups = self.groups(default.get(key).unwrap_or(&Object::Null))?;
                states.set(key, groups);
            }
            copy.set("D", states);
        }
        Ok(Some(copy))
    }

    fn some_keys(&mut self, dictionary: &Dictionary, keys: &[&str]) -> Result<Dictionary> {
        let mut copy = Dictionary::default();
        for key in keys {
            if let Some(value) = dictionary.get(key) {
                let value = self.plain(value, 0)?;
                copy.set(*key, value);
            }
        }
        Ok(copy)
    }

    /// A value with everything that it refers to inside it; streams by reference, as they must be.
    fn plain(&mut self, object: &Object, depth: usize) -> Result<Object> {
        let (id, value) = self.editor.locate(object)?;
        if depth > MAX_NESTING {
            return Ok(Object::Null);
        }
        let deeper = depth.saturating_add(1);
        match value {
            Object::Stream(stream) => {
                if let Some(&known) = id.and_then(|id| self.known.get(&id)) {
                    return Ok(known.into());
                }
                let data = self.decoded(&stream)?;
                let dictionary =
                    self.some_keys(&stream.dictionary, &["Type", "CMapName", "WMode"])?;
                let copied = self.stream(dictionary, data)?;
                self.remember(id, copied);
                Ok(copied.into())
            }
            Object::Dictionary(dictionary) => {
                let mut copy = Dictionary::default();
                for (key, value) in dictionary.iter() {
                    let value = self.plain(value, deeper)?;
                    copy.set(key.clone(), value);
                }
                Ok(copy.into())
            }
            Object::Array(items) => {
                self.take(items.len().saturating_mul(size_of::<Object>()))?;
                let mut copies = Vec::with_capacity(items.len());
                for item in &items {
                    copies.push(self.plain(item, deeper)?);
                }
                Ok(copies.into())
            }
            other => Ok(other),
        }
    }

    fn decoded(&mut self, stream: &Stream) -> Result<Vec<u8>> {
        let data = self.editor.base().stream_data(stream)?;
        self.take(data.len())?;
        Ok(data)
    }

    fn stream(&mut self, dictionary: Dictionary, data: Vec<u8>) -> Result<ObjectId> {
        let data = StreamData::Memory(data);
        self.add(Stream { dictionary, data })
    }

    fn add(&mut self, object: impl Into<Object>) -> Result<ObjectId> {
        if self.objects.len() >= MAX_TEXT_OBJECTS {
            return Err(enough());
        }
        self.objects.push(object.into());
        Ok(ObjectId {
            number: u32::try_from(self.objects.len()).unwrap_or(u32::MAX),
            generation: 0,
        })
    }

    fn set(&mut self, id: ObjectId, object: impl Into<Object>) {
        let index = usize::try_from(id.number.saturating_sub(1)).unwrap_or(usize::MAX);
        if let Some(slot) = self.objects.get_mut(index) {
            *slot = object.into();
        }
    }

    fn remember(&mut self, id: Option<ObjectId>, copied: ObjectId) {
        if let Some(id) = id {
            self.known.insert(id, copied);
        }
    }

    fn take(&mut self, bytes: usize) -> Result<()> {
        self.bytes_left = self.bytes_left.checked_sub(bytes).ok_or_else(enough)?;
        Ok(())
    }
}

/// Refuses contents where one operator shows more than a whole page may have: the library lays out all glyphs of an
/// operator before anybody can stop it. A string should have at most 32,767 bytes (ISO 32000-1 annex C.2).
fn shown_in_parts(contents: &[u8]) -> Result<()> {
    // Bytes of strings since the last operator; operators have letters, strings and numbers between them have none.
    let (mut shown, mut depth, mut in_hex) = (0_usize, 0_usize, false);
    let mut bytes = contents.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if depth > 0 => {
                bytes.next();
            }
            b'(' if !in_hex => depth = depth.saturating_add(1),
            b')' => depth = depth.saturating_sub(1),
            b'<' if depth == 0 => in_hex = true,
            b'>' if depth == 0 => in_hex = false,
            b'a'..=b'z' | b'A'..=b'Z' | b'\'' | b'"' if depth == 0 && !in_hex => shown = 0,
            _ => {}
        }
        if depth > 0 || in_hex {
            shown = shown.saturating_add(1);
        }
        if shown > MAX_TEXT_GLYPHS {
            return Err(enough());
        }
    }
    Ok(())
}

/// Never seen outside: the page then has no text.
#[cold]
fn enough() -> Error {
    Error::new(
        ErrorKind::Limit,
        &crate::text::rules::sign::TOO_MANY_OBJECTS,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_operator_shows_no_more_than_a_page() {
        let many = "x".repeat(MAX_TEXT_GLYPHS);
        for (contents, is_fine) in [
            (format!("({many}) Tj"), false),
            (format!("[({many}) -3 (x)] TJ"), false),
            (format!("<{}> Tj", "00".repeat(MAX_TEXT_GLYPHS)), false),
            ("[(ab) -30 (c\\))] TJ (d) ' ".repeat(MAX_TEXT_GLYPHS), true),
            (format!("{many} Tj"), true),
        ] {
            let shown = contents.get(..20).unwrap_or_default();
            assert_eq!(
                shown_in_parts(contents.as_bytes()).is_ok(),
                is_fine,
                "{shown}"
            );
        }
    }
}
