use super::*;
use crate::layout::boxes::A4;

const TWO: [Role; 2] = [Role::Person, Role::Organisation];

fn shown(assets: &Assets) -> Shown<'_> {
    Shown {
        person: "Nguyễn Văn A",
        organisation: "UBND tỉnh",
        number: "12/QĐ-UBND",
        date: (2026, 3, 5),
        signed: "05/03/2026; 09:30:15 +07:00",
        copy: "SAO Y",
        seal_mm: None,
        assets,
    }
}

fn page(rect: (f64, f64, f64, f64), rotation: u16) -> PageGeometry {
    PageGeometry {
        visible: Rect::from_corners(rect.0, rect.1, rect.2, rect.3),
        rotation,
        unit: 1.0,
    }
}

fn a4() -> PageGeometry {
    page((0.0, 0.0, A4.0, A4.1), 0)
}

/// A PNG file, all of it half transparent; `dots` are the pixels in a metre.
fn png(width: u32, height: u32, dots: Option<u32>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::GrayscaleAlpha);
    encoder.set_pixel_dims(dots.map(|dots| png::PixelDimensions {
        xppu: dots,
        yppu: dots,
        unit: png::Unit::Meter,
    }));
    let pixels = vec![128; (width * height * 2) as usize];
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&pixels)
        .unwrap();
    out
}

fn text(slot: &Slot) -> &str {
    match &slot.look {
        Look::Line(line) => &line.text,
        Look::Picture(_) => "picture",
    }
}

#[test]
fn six_in_the_order_of_signing_and_two() {
    let assets = Assets::new();
    let six = plan(Scheme::Circular01, &a4(), &a4(), &shown(&assets)).unwrap();
    let names: Vec<_> = six
        .iter()
        .map(|slot| (slot.field_name, text(slot)))
        .collect();
    assert_eq!(
        names,
        [
            ("NguoiKy", "Nguyễn Văn A"),
            ("So", "12/QĐ-UBND"),
            ("Ngay", "05"),
            ("Thang", "03"),
            ("Nam", "2026"),
            ("CoQuan", "UBND tỉnh")
        ]
    );
    let two = plan(Scheme::Decree30, &a4(), &a4(), &shown(&assets)).unwrap();
    assert_eq!(two.iter().map(|slot| slot.role).collect::<Vec<_>>(), TWO);
}

#[test]
fn the_seal_is_as_large_as_it_is_and_covers_a_third_of_the_image_at_its_left() {
    let mm = |points: Points| points / POINTS_PER_MM;
    for (seal, given, width, height) in [
        (png(100, 100, None), None, 36.0, 36.0),
        (png(100, 50, None), None, 36.0, 18.0),
        // 100 pixels in 40 mm.
        (png(100, 100, Some(2_500)), None, 40.0, 40.0),
        // 72 dots an inch would be 71 mm: a default, no measure.
        (png(200, 200, Some(2_835)), None, 36.0, 36.0),
        (png(100, 100, Some(2_500)), Some(34.0), 34.0, 34.0),
    ] {
        let assets = Assets::new()
            .person(&png(300, 100, None))
            .unwrap()
            .seal(&seal)
            .unwrap();
        let shown = Shown {
            seal_mm: given,
            ..shown(&assets)
        };
        let slots = plan(Scheme::Decree30, &a4(), &a4(), &shown).unwrap();
        let [person, seal] = [slots[0].rect, slots[1].rect];
        assert!((mm(seal.width()) - width).abs() < 0.01, "{seal:?}");
        assert!((mm(seal.height()) - height).abs() < 0.01, "{seal:?}");
        let covered = (seal.right - person.left) / person.width();
        assert!((covered - 1.0 / 3.0).abs() < 1e-9 && seal.left < person.left);
        let middle = |rect: &Rect| rect.bottom.midpoint(rect.top);
        assert!((middle(&seal) - middle(&person)).abs() < 1e-9);
        // The image keeps its shape, in the middle of its box.
        assert!((person.width() / person.height() - 3.0).abs() < 1e-9);
        assert!((person.left.midpoint(person.right) - 420.0).abs() < 1e-9);
    }
}

#[test]
fn the_seal_finds_the_person_where_the_document_has_him() {
    let assets = Assets::new().seal(&png(9, 9, None)).unwrap();
    let turned = page((0.0, 0.0, A4.1, A4.0), 90);
    let person = Rect::from_corners(300.0, 200.0, 350.0, 400.0);
    let slot = slot(Role::Organisation, &turned, &shown(&assets), Some(&person)).unwrap();
    let (seal, person) = (turned.as_seen(&slot.rect), turned.as_seen(&person));
    assert!((seal.right - person.left - person.width() / 3.0).abs() < 1e-9);
}

#[test]
fn lines_of_copies_stand_at_the_top_right_above_the_text() {
    let assets = Assets::new();
    let expected = [
        (
            Role::Appendix,
            "PhuLuc",
            "Số: 12/QĐ-UBND; 05/03/2026; 09:30:15 +07:00",
        ),
        (
            Role::Copy,
            "BanSao",
            "SAO Y; UBND tỉnh; 05/03/2026; 09:30:15 +07:00",
        ),
        (
            Role::Incoming,
            "VanBanDen",
            "UBND tỉnh; 05/03/2026; 09:30:15 +07:00",
        ),
    ];
    for (role, field, line) in expected {
        let slot = slot(role, &a4(), &shown(&assets), None).unwrap();
        assert_eq!(
            (slot.field_name, text(&slot), slot.page),
            (field, line, PagePlace::First)
        );
        let rect = slot.rect;
        assert!((A4.0 - rect.right - 15.0 * POINTS_PER_MM).abs() < 1e-9);
        // The text begins 20 mm below the edge.
        assert!(rect.bottom > A4.1 - 20.0 * POINTS_PER_MM && rect.top < A4.1);
        let width = assets
            .fonts()
            .subset(Face::Upright, line)
            .unwrap()
            .width(line, 10.0);
        assert!(
            rect.width() >= width && rect.width() < width + 2.0,
            "at full size"
        );
    }
    let name = "Ủy ban nhân dân ".repeat(20);
    let long = Shown {
        organisation: &name,
        ..shown(&assets)
    };
    let rect = slot(Role::Copy, &a4(), &long, None).unwrap().rect;
    assert!(
        (rect.left - 30.0 * POINTS_PER_MM).abs() < 1e-9,
        "up to the left margin"
    );
}

#[test]
fn boxes_lie_inside_pages_of_every_size_and_turn() {
    let plain = Assets::new();
    let assets = Assets::new()
        .person(&png(30, 10, None))
        .unwrap()
        .seal(&png(9, 9, None))
        .unwrap();
    for rotation in [0, 90, 180, 270] {
        for rect in [
            (0.0, 0.0, 612.0, 792.0),
            (-100.0, 50.0, 0.0, 200.0),
            (10.0, 10.0, 2000.0, 400.0),
        ] {
            for assets in [&plain, &assets] {
                let page = page(rect, rotation);
                let mut slots = plan(Scheme::Circular01, &page, &page, &shown(assets)).unwrap();
                for role in [Role::Appendix, Role::Copy, Role::Incoming] {
                    slots.push(slot(role, &page, &shown(assets), None).unwrap());
                }
                for slot in slots {
                    let (inner, outer) = (slot.rect, page.visible);
                    let slack = 1e-9;
                    assert!(
                        inner.left >= outer.left - slack
                            && inner.right <= outer.right + slack
                            && inner.bottom >= outer.bottom - slack
                            && inner.top <= outer.top + slack,
                        "{:?} {inner:?}",
                        slot.role
                    );
                    assert!(inner.width() > 0.0 && inner.height() > 0.0);
                }
            }
        }
    }
}
