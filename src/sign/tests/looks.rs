//! What boxes show: pictures, lines, fonts.

use super::*;
use crate::{geometry::Rect, layout::Assets, report::Role};

/// A PNG file of one colour.
fn picture(width: u32, height: u32, colour: [u8; 4]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let pixels = colour.repeat((width * height) as usize);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&pixels)
        .unwrap();
    out
}

fn assets() -> Assets {
    Assets::new()
        .person(&picture(300, 100, [20, 50, 150, 200]))
        .unwrap()
        .seal(&picture(90, 90, [200, 20, 30, 180]))
        .unwrap()
}

/// Object numbers of image XObjects that a revision brings.
fn images(document: &Document, revision: usize) -> Vec<u32> {
    let numbers = document.revisions()[revision]
        .entries
        .iter()
        .map(|(number, _)| *number);
    let is_image = |number: &u32| {
        let object = document.object(id(*number)).unwrap();
        let kind = object
            .as_dictionary()
            .and_then(|d| d.get("Subtype").cloned());
        kind.is_some_and(|kind| kind.is_name("Image"))
    };
    numbers.filter(is_image).collect()
}

/// The form that a field shows.
fn appearance(document: &Document, field: &SignatureField) -> Dictionary {
    let widget = document.object(field.id).unwrap();
    let states = widget.as_dictionary().unwrap().get("AP").unwrap().clone();
    let form = document
        .resolve(states.as_dictionary().unwrap().get("N").unwrap())
        .unwrap();
    form.as_dictionary().unwrap().clone()
}

/// What is told of pictures and letters.
fn codes(signed: &Signed) -> Vec<&'static str> {
    let codes = signed.findings().iter().map(|finding| finding.code());
    codes.filter(|code| code.starts_with("PDF-LOOK")).collect()
}

fn rect_of(document: &Document, name: &str) -> Rect {
    let fields = fields(document);
    fields
        .iter()
        .find(|field| field.name == name)
        .unwrap()
        .rect
        .unwrap()
}

#[test]
fn pictures_and_fonts_stand_in_the_first_revision_and_later_ones_stay_small() {
    let context = context(|_| {}).with_assets(assets());
    let signed = sign_six(&context, plain(), &key("A"), &key("B")).unwrap();
    assert_eq!(codes(&signed), [""; 0]);
    let document = open(&bytes(&signed));
    // Each of the two with its mask.
    assert_eq!(images(&document, 1).len(), 4);
    for revision in 2..=6 {
        assert_eq!(images(&document, revision).len(), 0, "{revision}");
        let ends = [revision - 1, revision].map(|r| document.revisions()[r].end);
        let fields = fields(&document);
        let value = field::signature_dictionary(&document, 6, &fields[revision - 1])
            .unwrap()
            .unwrap();
        let contents = value.contents.unwrap().bytes.len() as u64;
        assert!(
            ends[1] - ends[0] <= 2 * contents + 1600,
            "{}",
            ends[1] - ends[0]
        );
    }
    let fields = fields(&document);
    let resources = |name: &str, kind: &str| {
        let field = fields.iter().find(|field| field.name == name).unwrap();
        let form = appearance(&document, field);
        form.get("Resources")
            .unwrap()
            .as_dictionary()
            .unwrap()
            .get(kind)
            .is_some()
    };
    assert!(resources("NguoiKy", "XObject") && resources("CoQuan", "XObject"));
    assert!(
        !resources("NguoiKy", "Font") && !resources("CoQuan", "Font"),
        "no text beside the images"
    );
    assert!(resources("So", "Font") && resources("Ngay", "Font"));
}

#[test]
fn one_assets_value_serves_many_documents_and_gives_the_same_pictures() {
    let context = context(|_| {}).with_assets(assets());
    let keys = (key("A"), key("B"));
    let sizes: Vec<u64> = (0..3)
        .map(|_| {
            sign_six(&context, plain(), &keys.0, &keys.1)
                .unwrap()
                .size()
        })
        .collect();
    assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
    let before = context.assets().clone();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let context = context.with_assets(before.clone());
            let keys = &keys;
            scope.spawn(move || sign_six(&context, plain(), &keys.0, &keys.1).unwrap());
        }
    });
}

#[test]
fn roles_of_single_signatures_have_name_place_and_look() {
    let sign = |source: Arc<dyn Source>, role: Role| {
        let context = context(|o| o.role = Some(role)).with_assets(assets());
        sign_pdf(&context, source, &key("UBND tỉnh")).unwrap()
    };
    let roles = [
        (Role::Number, "So"),
        (Role::Day, "Ngay"),
        (Role::Month, "Thang"),
        (Role::Year, "Nam"),
        (Role::Appendix, "PhuLuc"),
        (Role::Copy, "BanSao"),
        (Role::Incoming, "VanBanDen"),
    ];
    for (role, name) in roles {
        let document = open(&bytes(&sign(plain(), role)));
        let fields = fields(&document);
        assert_eq!(fields[0].name, name);
        assert_eq!(images(&document, 1), [0; 0], "{name} shows no image");
        assert!(appearance(&document, &fields[0]).get("Resources").is_some());
    }
    // Person, then organisation in a call of its own: the seal finds the signature.
    let person = sign(plain(), Role::Person);
    let document = open(&bytes(&sign(person.into_source(), Role::Organisation)));
    let (person, seal) = (rect_of(&document, "NguoiKy"), rect_of(&document, "CoQuan"));
    assert!((seal.right - person.left - person.width() / 3.0).abs() < 0.02);
    // The same role again gets a number.
    let twice = sign(sign(plain(), Role::Copy).into_source(), Role::Copy);
    assert_eq!(fields(&open(&bytes(&twice)))[1].name, "BanSao_2");
}

#[test]
fn the_seal_finds_a_person_who_signed_elsewhere() {
    let rect = [100.0, 400.0, 250.0, 450.0];
    let at = context(|o| {
        o.role = Some(Role::Person);
        o.rect = Some(rect);
    });
    let person = sign_pdf(&at, plain(), &key("A")).unwrap().into_source();
    let over = context(|o| o.role = Some(Role::Organisation)).with_assets(assets());
    let document = open(&bytes(&sign_pdf(&over, person, &key("B")).unwrap()));
    let seal = rect_of(&document, "CoQuan");
    assert!((seal.right - 150.0).abs() < 0.02, "{seal:?}");
    assert!(
        (seal.bottom.midpoint(seal.top) - 425.0).abs() < 0.02,
        "{seal:?}"
    );
}

#[test]
fn an_image_of_its_own_for_a_single_signature() {
    let with_image = || assets().image(&picture(10, 10, [1, 2, 3, 255])).unwrap();
    let sign = |change: &dyn Fn(&mut Options)| {
        let context = context(|o| {
            o.image = Some("a.png".into());
            change(o);
        });
        sign_pdf(&context.with_assets(with_image()), plain(), &key("A"))
    };
    let signed = sign(&|o| o.rect = Some([100.0, 100.0, 200.0, 160.0])).unwrap();
    assert_eq!(
        codes(&signed),
        ["PDF-LOOK-001"],
        "it covers what lies below"
    );
    assert_eq!(images(&open(&bytes(&signed)), 1).len(), 1);
    sign(&|o| o.role = Some(Role::Person)).unwrap();
    // Nobody would see it; or it has no place there.
    assert_eq!(code(sign(&|_| {})), "option-required");
    assert_eq!(code(sign(&|o| o.role = Some(Role::Number))), "option-unfit");
}

#[test]
fn letters_and_marks_are_composed_and_what_no_font_has_is_told() {
    let look = |number: &str| {
        let context = context(|o| o.number = Some(number.to_owned()));
        let signed = sign_six(&context, plain(), &key("A"), &key("B")).unwrap();
        let told = codes(&signed);
        let document = open(&bytes(&signed));
        let field = fields(&document)
            .into_iter()
            .find(|field| field.name == "So")
            .unwrap();
        let widget = document.object(field.id).unwrap();
        let states = widget.as_dictionary().unwrap().get("AP").unwrap().clone();
        let form = document
            .resolve(states.as_dictionary().unwrap().get("N").unwrap())
            .unwrap();
        let data = document.stream_data(form.as_stream().unwrap()).unwrap();
        (told, data)
    };
    // Ế as E with two marks behind it.
    let (composed, apart) = (look("1/TB-KT\u{1ebe}"), look("1/TB-KTE\u{302}\u{301}"));
    assert_eq!(composed, apart);
    assert_eq!(composed.0, [""; 0]);
    assert_eq!(look("1/\u{4e2d}").0, ["PDF-LOOK-002"]);
}

#[test]
fn settings_of_looks_are_checked() {
    let sign = |change: &dyn Fn(&mut Options)| {
        let context = context(|o| {
            o.role = Some(Role::Copy);
            change(o);
        });
        sign_pdf(&context, plain(), &key("A"))
    };
    assert_eq!(
        code(sign(&|o| o.copy_form = Some("SAO CHỤP".into()))),
        "option-value"
    );
    sign(&|o| o.copy_form = Some("SAO LU\u{323}C".into())).unwrap();
    sign(&|o| o.copy_form = Some("TRI\u{301}CH SAO".into())).unwrap();
    for bad in [0.0, 4.9, 1000.0, f64::NAN] {
        assert_eq!(code(sign(&|o| o.seal_size_mm = Some(bad))), "option-value");
    }
    let no_number = |o: &mut Options| {
        o.role = Some(Role::Appendix);
        o.number = None;
    };
    assert_eq!(code(sign(&no_number)), "option-required");
    assert_eq!(
        code(sign(&|o| o.date = Some("5.3.2026".into()))),
        "option-value"
    );
    let six = context(|o| o.role = Some(Role::Copy));
    assert_eq!(
        code(sign_six(&six, plain(), &key("A"), &key("B"))),
        "option-unfit"
    );
}
