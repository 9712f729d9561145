//! Documents of every shape: forms, annotations, fields, cross-reference sections.

use super::*;

/// A document of one page with a form, parts of which stand by themselves or in their owner, or are missing.
fn shaped(form: Shape, list: Shape, annotations: Shape) -> Vec<u8> {
    let text = dictionary(&[
        ("FT", Object::name("Tx")),
        ("T", Object::string(*b"NguoiKy")),
        ("Subtype", Object::name("Widget")),
        ("Rect", vec![Object::Integer(0); 4].into()),
    ]);
    let (form_id, list_id, annotations_id) = (id(5), id(6), id(7));
    let items = Object::Array(vec![id(4).into()]);
    let mut form_dictionary = Dictionary::default();
    if let Some(list) = list.put(list_id, items.clone()) {
        form_dictionary.set("Fields", list);
    }
    let mut page = dictionary(&[("Type", Object::name("Page")), ("Parent", id(2).into())]);
    if let Some(annotations) = annotations.put(annotations_id, items.clone()) {
        page.set("Annots", annotations);
    }
    let mut catalog = dictionary(&[("Type", Object::name("Catalog")), ("Pages", id(2).into())]);
    if let Some(form) = form.put(form_id, form_dictionary.clone().into()) {
        catalog.set("AcroForm", form);
    }
    let pages = dictionary(&[
        ("Type", Object::name("Pages")),
        ("Kids", vec![id(3).into()].into()),
        ("Count", 1.into()),
        (
            "MediaBox",
            [0, 0, 300, 400].map(Object::Integer).to_vec().into(),
        ),
    ]);
    let objects = [
        catalog.into(),
        pages.into(),
        page.into(),
        text.into(),
        form_dictionary.into(),
        items.clone(),
        items,
    ];
    write::file(
        &objects,
        dictionary(&[("Root", id(1).into())]),
        b"0123456789abcdef",
    )
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Missing,
    Direct,
    Indirect,
}

impl Shape {
    fn put(self, id: ObjectId, direct: Object) -> Option<Object> {
        match self {
            Self::Missing => None,
            Self::Direct => Some(direct),
            Self::Indirect => Some(id.into()),
        }
    }
}

#[test]
fn forms_and_annotations_of_every_shape() {
    let keys = (key("A"), key("B"));
    let shapes = [Shape::Missing, Shape::Direct, Shape::Indirect];
    for form in shapes {
        for list in shapes {
            for annotations in shapes {
                let shape = format!("{form:?} {list:?} {annotations:?}");
                let source = Arc::new(MemorySource::new(shaped(form, list, annotations)));
                let signed = sign_six(&context(|_| {}), source, &keys.0, &keys.1).unwrap();
                let document = open(&bytes(&signed));
                let fields = fields(&document);
                // The text field keeps its name where it is in the form.
                let taken = form != Shape::Missing && list != Shape::Missing;
                let first = if taken { "NguoiKy_2" } else { "NguoiKy" };
                assert_eq!(fields[0].name, first, "{shape}");
                assert_eq!(fields.len(), 6, "{shape}");
                let page = document.object(id(3)).unwrap();
                let listed = document
                    .resolve(page.as_dictionary().unwrap().get("Annots").unwrap())
                    .unwrap();
                let kept = usize::from(annotations != Shape::Missing);
                assert_eq!(listed.as_array().unwrap().len(), 6 + kept, "{shape}");
                for field in &fields {
                    let rect = field.rect.unwrap();
                    assert!(
                        rect.left >= 0.0 && rect.right <= 300.0 && rect.top <= 400.0,
                        "{shape}"
                    );
                }
            }
        }
    }
}

#[test]
fn an_empty_field_is_filled_and_its_widget_stays() {
    let widget = [10, 20, 110, 60].map(Object::Integer).to_vec();
    let field = dictionary(&[
        ("FT", Object::name("Sig")),
        ("T", Object::string(*b"So")),
        ("Subtype", Object::name("Widget")),
        ("Rect", widget.clone().into()),
        ("P", id(3).into()),
        ("X", Object::name("Kept")),
    ]);
    let form = dictionary(&[
        ("Fields", vec![id(4).into()].into()),
        ("SigFlags", 1.into()),
    ]);
    let catalog = dictionary(&[("Pages", id(2).into()), ("AcroForm", form.into())]);
    let pages = dictionary(&[("Kids", vec![id(3).into()].into()), ("Count", 1.into())]);
    let page = dictionary(&[("Annots", vec![id(4).into()].into())]);
    let objects = [catalog.into(), pages.into(), page.into(), field.into()];
    let file = write::file(
        &objects,
        dictionary(&[("Root", id(1).into())]),
        b"0123456789abcdef",
    );
    let source = Arc::new(MemorySource::new(file));
    let signed = sign_six(&context(|_| {}), source, &key("A"), &key("B")).unwrap();
    let document = open(&bytes(&signed));
    let fields = fields(&document);
    let number = fields.iter().find(|field| field.name == "So").unwrap();
    assert_eq!((number.id, fields.len()), (id(4), 6));
    let filled = document.object(id(4)).unwrap();
    let filled = filled.as_dictionary().unwrap();
    assert_eq!(filled.get("Rect"), Some(&widget.into()));
    assert!(filled.get("X").is_some() && filled.get("AP").is_some() && filled.get("V").is_some());
    let catalog = document.catalog_at(6).unwrap();
    let flags = catalog
        .get("AcroForm")
        .unwrap()
        .as_dictionary()
        .unwrap()
        .get("SigFlags")
        .unwrap();
    assert_eq!(flags.as_integer(), Some(3));
}

/// The same page with a cross-reference stream, which also says that object 4 is in an object stream.
fn with_stream_section() -> Vec<u8> {
    let catalog = dictionary(&[("Type", Object::name("Catalog")), ("Pages", id(2).into())]);
    let pages = dictionary(&[
        ("Type", Object::name("Pages")),
        ("Kids", vec![id(3).into()].into()),
        ("Count", 1.into()),
    ]);
    let page = dictionary(&[("Type", Object::name("Page")), ("Parent", id(2).into())]);
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut rows = vec![0, 0, 0, 0];
    for (number, object) in (1..).zip([catalog, pages, page]) {
        rows.extend([1, 0, u8::try_from(out.len()).unwrap(), 0]);
        write::indirect(&mut out, id(number), &object.into());
    }
    let start = out.len();
    rows.extend([1, 0, u8::try_from(start).unwrap(), 0]);
    let section = dictionary(&[
        ("Type", Object::name("XRef")),
        ("Size", 20.into()),
        ("W", [1, 2, 1].map(Object::Integer).to_vec().into()),
        ("Index", [0, 5].map(Object::Integer).to_vec().into()),
        ("Root", id(1).into()),
    ]);
    let stream = Stream {
        dictionary: section,
        data: StreamData::Memory(rows),
    };
    write::indirect(&mut out, id(4), &stream.into());
    // No newline at the end: one has to be put before the first new object.
    out.extend_from_slice(format!("startxref\n{start}\n%%EOF").as_bytes());
    out
}

#[test]
fn sections_keep_their_form_and_numbers_are_never_used_again() {
    let signed = |base: Vec<u8>| {
        let source = Arc::new(MemorySource::new(base));
        open(&bytes(
            &sign_six(&context(|_| {}), source, &key("A"), &key("B")).unwrap(),
        ))
    };
    let document = signed(with_stream_section());
    assert!(!document.repaired(), "{:?}", document.findings());
    let mut size = 20;
    for revision in &document.revisions()[1..] {
        assert_eq!(revision.form, XrefForm::Stream);
        let own = revision.trailer.get("Size").unwrap().as_integer().unwrap();
        let highest = i64::from(revision.entries.last().unwrap().0);
        assert_eq!(
            own,
            highest + 1,
            "the section lists itself, the highest number"
        );
        assert!(own > size, "a declared size is a promise");
        // Objects that were declared before, though not in use, are not taken.
        assert!(revision.entries.iter().all(|(n, _)| *n < 5 || *n >= 20));
        size = own;
    }
    let document = signed(demo_document("1", (2026, 3, 5)));
    assert!(
        document
            .revisions()
            .iter()
            .all(|revision| revision.form == XrefForm::Table)
    );
}
