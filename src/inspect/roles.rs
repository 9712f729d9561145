//! What objects are: by the place that they have in the document, else by what they say of themselves.

use std::collections::{HashMap, HashSet};

use crate::{
    error::Result,
    limits::MAX_INSPECTED_OBJECTS,
    pdf::{Dictionary, Document, Object, ObjectId, text_string},
    text::Lang,
};

/// How far names of fields are followed upwards.
const MAX_PARENTS: usize = 32;

/// What an object is, and of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct What {
    pub(super) kind: Kind,
    /// The name of a field, the number of a page, the subtype of an annotation.
    pub(super) of: Option<String>,
}

impl What {
    fn plain(kind: Kind) -> Self {
        Self { kind, of: None }
    }

    fn of(kind: Kind, of: impl ToString) -> Self {
        let of = Some(of.to_string());
        Self { kind, of }
    }
}

macro_rules! kinds {
    ($($kind:ident = $name:literal, $vi:literal, $en:literal;)*) => {
        /// Kinds of objects.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind { $($kind),* }

        impl Kind {
            /// The name in `kyso.inspection/1`.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),* }
            }

            pub(super) fn words(self, lang: Lang) -> &'static str {
                match (self, lang) {
                    $((Self::$kind, Lang::Vi) => $vi, (Self::$kind, Lang::En) => $en,)*
                }
            }
        }
    };
}

kinds! {
    Catalog = "catalog", "danh mục gốc (catalog)", "catalog";
    Information = "information", "thông tin tài liệu", "document information";
    Metadata = "metadata", "siêu dữ liệu XMP", "XMP metadata";
    PageTree = "page-tree", "cây trang", "page tree";
    Page = "page", "trang", "page";
    Content = "content", "nội dung trang", "content of page";
    Resources = "resources", "tài nguyên trang", "resources of page";
    Annotations = "annotations", "danh sách chú thích của trang", "annotations of page";
    Annotation = "annotation", "chú thích", "annotation";
    Form = "form", "biểu mẫu (AcroForm)", "form";
    Field = "field", "trường", "field";
    SignatureField = "signature-field", "trường chữ ký", "signature field";
    SignatureValue = "signature", "chữ ký của trường", "signature of field";
    Look = "look", "hình hiển thị của", "look of";
    ValidationData = "validation-data", "dữ liệu xác thực (DSS)", "validation data (DSS)";
    Certificate = "certificate", "chứng thư số trong DSS", "certificate of DSS";
    Crl = "crl", "CRL trong DSS", "CRL of DSS";
    Ocsp = "ocsp", "phản hồi OCSP trong DSS", "OCSP response of DSS";
    Action = "action", "hành động", "action";
    Layers = "layers", "lớp hiển thị", "layers";
    Outline = "outline", "dấu trang", "outline";
    Structure = "structure", "cây cấu trúc", "structure";
    Names = "names", "cây tên", "names";
    Attachment = "attachment", "tệp đính kèm", "attachment";
    Font = "font", "phông chữ", "font";
    Image = "image", "hình ảnh", "image";
    Drawing = "drawing", "hình vẽ (form XObject)", "drawing (form XObject)";
    ObjectStream = "object-stream", "luồng đối tượng", "object stream";
    CrossReference = "cross-reference", "bảng tham chiếu", "cross-reference stream";
    Dictionary = "dictionary", "từ điển", "dictionary";
    Stream = "stream", "luồng dữ liệu", "stream";
    Array = "array", "mảng", "array";
    Value = "value", "giá trị", "value";
    Nothing = "nothing", "trống (null)", "nothing (null)";
}

/// The places of the objects of one revision.
#[derive(Debug, Default)]
pub(super) struct Roles(HashMap<u32, What>);

impl Roles {
    /// What an object is.
    pub(super) fn describe(
        &self,
        document: &Document,
        revision: usize,
        id: ObjectId,
        object: &Object,
    ) -> Result<What> {
        if let Some(known) = self.0.get(&id.number) {
            return Ok(known.clone());
        }
        by_itself(document, revision, object)
    }

    /// Walks the document as of a revision, within a budget: what is not reached is told by what it says of itself.
    ///
    /// # Errors
    /// Those of reading objects.
    pub(super) fn of(document: &Document, revision: usize) -> Result<Self> {
        let mut walk = Walk {
            document,
            revision,
            roles: Self::default(),
            left: MAX_INSPECTED_OBJECTS,
        };
        walk.all()?;
        Ok(walk.roles)
    }
}

struct Walk<'a> {
    document: &'a Document,
    revision: usize,
    roles: Roles,
    left: usize,
}

impl Walk<'_> {
    fn all(&mut self) -> Result<()> {
        let revision = self.document.revisions().get(self.revision);
        let Some(trailer) = revision.map(|revision| revision.trailer.clone()) else {
            return Ok(());
        };
        self.note(trailer.get("Info"), || What::plain(Kind::Information));
        self.note(trailer.get("Root"), || What::plain(Kind::Catalog));
        let catalog = self.get(trailer.get("Root"))?;
        let Some(catalog) = catalog.as_dictionary() else {
            return Ok(());
        };
        for (key, kind) in [
            ("AcroForm", Kind::Form),
            ("Metadata", Kind::Metadata),
            ("DSS", Kind::ValidationData),
            ("OpenAction", Kind::Action),
            ("OCProperties", Kind::Layers),
            ("Outlines", Kind::Outline),
            ("StructTreeRoot", Kind::Structure),
            ("Names", Kind::Names),
        ] {
            self.note(catalog.get(key), || What::plain(kind));
        }
        self.security_store(catalog)?;
        let form = self.get(catalog.get("AcroForm"))?;
        if let Some(form) = form.as_dictionary() {
            self.resources(form.get("DR"))?;
        }
        self.pages(catalog)
    }

    /// Fonts and pictures that a page or the form names, and what belongs to a font.
    fn resources(&mut self, resources: Option<&Object>) -> Result<()> {
        let resources = self.get(resources)?;
        let Some(resources) = resources.as_dictionary() else {
            return Ok(());
        };
        let fonts = self.get(resources.get("Font"))?;
        for (_, font) in fonts.as_dictionary().iter().flat_map(|fonts| fonts.iter()) {
            let known = font
                .as_reference()
                .map(|id| self.roles.0.contains_key(&id.number));
            if self.left > 0 && known != Some(true) {
                self.note(Some(font), || What::plain(Kind::Font));
                self.font(font, 0)?;
            }
        }
        let pictures = self.get(resources.get("XObject"))?;
        for (_, picture) in pictures.as_dictionary().iter().flat_map(|all| all.iter()) {
            let body = self.get(Some(picture))?;
            let what = by_itself(self.document, self.revision, &body)?;
            self.note(Some(picture), || what);
        }
        Ok(())
    }

    fn font(&mut self, font: &Object, depth: usize) -> Result<()> {
        let font = self.get(Some(font))?;
        let Some(font) = font.as_dictionary().filter(|_| depth < 3) else {
            return Ok(());
        };
        for key in [
            "Encoding",
            "ToUnicode",
            "FontDescriptor",
            "DescendantFonts",
            "CharProcs",
            "FontFile",
            "FontFile2",
            "FontFile3",
            "CIDSet",
            "CIDToGIDMap",
        ] {
            self.note(font.get(key), || What::of(Kind::Font, key));
        }
        if let Some(descriptor) = font.get("FontDescriptor") {
            self.font(descriptor, depth + 1)?;
        }
        let below = self.get(font.get("DescendantFonts"))?;
        for below in below.as_array().unwrap_or_default().iter().take(4) {
            self.note(Some(below), || What::of(Kind::Font, "DescendantFonts"));
            self.font(below, depth + 1)?;
        }
        let glyphs = self.get(font.get("CharProcs"))?;
        for (_, glyph) in glyphs.as_dictionary().iter().flat_map(|all| all.iter()) {
            self.note(Some(glyph), || What::of(Kind::Font, "CharProcs"));
        }
        Ok(())
    }

    fn security_store(&mut self, catalog: &Dictionary) -> Result<()> {
        let store = self.get(catalog.get("DSS"))?;
        let Some(store) = store.as_dictionary() else {
            return Ok(());
        };
        for (key, kind) in [
            ("Certs", Kind::Certificate),
            ("CRLs", Kind::Crl),
            ("OCSPs", Kind::Ocsp),
        ] {
            self.note(store.get(key), || What::plain(Kind::ValidationData));
            let list = self.get(store.get(key))?;
            for item in list.as_array().unwrap_or_default() {
                self.note(Some(item), || What::plain(kind));
            }
        }
        self.note(store.get("VRI"), || What::plain(Kind::ValidationData));
        let each = self.get(store.get("VRI"))?;
        if let Some(each) = each.as_dictionary() {
            for (_, one) in each.iter().take(self.left) {
                self.note(Some(one), || What::plain(Kind::ValidationData));
            }
        }
        Ok(())
    }

    fn pages(&mut self, catalog: &Dictionary) -> Result<()> {
        let mut waiting: Vec<Object> = catalog.get("Pages").cloned().into_iter().collect();
        let mut seen = HashSet::new();
        let mut number = 0_usize;
        while let Some(node) = waiting.pop() {
            if node.as_reference().is_some_and(|id| !seen.insert(id)) {
                continue;
            }
            let page = self.get(Some(&node))?;
            let Some(page) = page.as_dictionary() else {
                continue;
            };
            if let Some(kids) = page.get("Kids") {
                self.note(Some(&node), || What::plain(Kind::PageTree));
                let kids = self.get(Some(kids))?;
                waiting.extend(kids.as_array().unwrap_or_default().iter().rev().cloned());
                continue;
            }
            number += 1;
            self.note(Some(&node), || What::of(Kind::Page, number));
            self.page(page, number)?;
            if self.left == 0 {
                break;
            }
        }
        Ok(())
    }

    fn page(&mut self, page: &Dictionary, number: usize) -> Result<()> {
        self.note(page.get("Resources"), || What::of(Kind::Resources, number));
        self.resources(page.get("Resources"))?;
        self.note(page.get("Contents"), || What::of(Kind::Content, number));
        if let Some(contents @ (Object::Array(_) | Object::Reference(_))) = page.get("Contents") {
            let contents = self.get(Some(contents))?;
            for part in contents.as_array().unwrap_or_default() {
                self.note(Some(part), || What::of(Kind::Content, number));
            }
        }
        self.note(page.get("Annots"), || What::of(Kind::Annotations, number));
        let annotations = self.get(page.get("Annots"))?;
        for annotation in annotations.as_array().unwrap_or_default() {
            if self.left == 0 {
                break;
            }
            let body = self.get(Some(annotation))?;
            let Some(dictionary) = body.as_dictionary() else {
                continue;
            };
            let what = by_itself(self.document, self.revision, &body)?;
            let name = what.of.clone().unwrap_or_default();
            if what.kind == Kind::SignatureField {
                self.note(dictionary.get("V"), || {
                    What::of(Kind::SignatureValue, &name)
                });
            }
            self.note(Some(annotation), || what.clone());
            self.looks(dictionary.get("AP"), &name)?;
        }
        Ok(())
    }

    /// The streams of an appearance dictionary, and those of its states.
    fn looks(&mut self, looks: Option<&Object>, name: &str) -> Result<()> {
        self.note(looks, || What::of(Kind::Look, name));
        let looks = self.get(looks)?;
        let Some(looks) = looks.as_dictionary() else {
            return Ok(());
        };
        for (_, look) in looks.iter().take(8) {
            self.note(Some(look), || What::of(Kind::Look, name));
            let drawn = self.get(Some(look))?;
            if let Some(drawn) = drawn.as_stream() {
                self.resources(drawn.dictionary.get("Resources"))?;
            }
            if let Some(states) = look.as_dictionary() {
                for (_, state) in states.iter().take(64) {
                    self.note(Some(state), || What::of(Kind::Look, name));
                }
            }
        }
        Ok(())
    }

    /// The first place that an object has is the one that is told.
    fn note(&mut self, value: Option<&Object>, what: impl FnOnce() -> What) {
        if let Some(id) = value.and_then(Object::as_reference) {
            self.roles.0.entry(id.number).or_insert_with(what);
        }
    }

    fn get(&mut self, value: Option<&Object>) -> Result<Object> {
        let Some(value) = value.filter(|_| self.left > 0) else {
            return Ok(Object::Null);
        };
        self.left -= 1;
        self.document.resolve_at(self.revision, value)
    }
}

/// What an object says of itself.
fn by_itself(document: &Document, revision: usize, object: &Object) -> Result<What> {
    let plain = |kind| Ok(What::plain(kind));
    let dictionary = match object {
        Object::Null => return plain(Kind::Nothing),
        Object::Array(_) => return plain(Kind::Array),
        Object::Dictionary(dictionary) => dictionary,
        Object::Stream(stream) => &stream.dictionary,
        _ => return plain(Kind::Value),
    };
    let name = |key: &str| dictionary.get(key).and_then(Object::as_name);
    let is_field = name("FT").is_some()
        || name("Subtype") == Some(b"Widget")
        || dictionary.get("T").is_some() && dictionary.get("Parent").is_some();
    if is_field {
        let (full, is_signature) = field(document, revision, dictionary)?;
        let kind = if is_signature {
            Kind::SignatureField
        } else {
            Kind::Field
        };
        return Ok(What::of(kind, full));
    }
    plain(match (name("Type"), name("Subtype")) {
        (Some(b"Catalog"), _) => Kind::Catalog,
        (Some(b"Pages"), _) => Kind::PageTree,
        (Some(b"Page"), _) => Kind::Page,
        (Some(b"Sig" | b"DocTimeStamp"), _) => Kind::SignatureValue,
        (Some(b"DSS" | b"VRI"), _) => Kind::ValidationData,
        (Some(b"Metadata"), _) => Kind::Metadata,
        (Some(b"ObjStm"), _) => Kind::ObjectStream,
        (Some(b"XRef"), _) => Kind::CrossReference,
        (Some(b"Font" | b"FontDescriptor" | b"Encoding" | b"CMap"), _) => Kind::Font,
        (Some(b"Action"), _) => Kind::Action,
        (Some(b"OCG" | b"OCMD"), _) => Kind::Layers,
        (Some(b"Outlines"), _) => Kind::Outline,
        (Some(b"StructTreeRoot" | b"StructElem"), _) => Kind::Structure,
        (Some(b"EmbeddedFile" | b"Filespec"), _) => Kind::Attachment,
        (_, Some(b"Image")) => Kind::Image,
        (_, Some(b"Form")) => Kind::Drawing,
        (Some(b"Annot"), Some(subtype)) => {
            let subtype = String::from_utf8_lossy(subtype);
            return Ok(What::of(Kind::Annotation, subtype));
        }
        _ if name("S").is_some()
            && ["JS", "URI", "F", "D", "N"]
                .iter()
                .any(|key| dictionary.get(key).is_some()) =>
        {
            Kind::Action
        }
        _ if matches!(object, Object::Stream(_)) => Kind::Stream,
        _ => Kind::Dictionary,
    })
}

/// The full name of a field, and whether it is one for signatures.
fn field(document: &Document, revision: usize, node: &Dictionary) -> Result<(String, bool)> {
    let (mut names, mut kind) = (Vec::new(), None);
    let mut node = node.clone();
    for _ in 0..MAX_PARENTS {
        if let Some(part) = node.get("T") {
            let part = document.resolve_at(revision, part)?;
            names.extend(
                part.as_string()
                    .map(|part| text_string::decode(&part.bytes)),
            );
        }
        kind = kind.or_else(|| node.get("FT").map(|kind| kind.is_name("Sig")));
        let parent = match node.get("Parent") {
            Some(parent) => document.resolve_at(revision, parent)?,
            None => break,
        };
        match parent {
            Object::Dictionary(parent) => node = parent,
            _ => break,
        }
    }
    names.reverse();
    Ok((names.join("."), kind == Some(true)))
}
