//! What poppler draws is what the file holds.

use std::process::Command;

use super::*;
use crate::pdf::{appearance, write};

/// Points for each pixel: with many, poppler does not smooth, and that it stretches pictures by one pixel is not seen.
const SCALE: u32 = 8;

/// How the picture looks on white, by poppler, in the middle of each pixel.
fn rendered(picture: &Picture, rendition: Rendition) -> Option<Vec<[u8; 3]>> {
    let (width, height) = (picture.width * SCALE, picture.height * SCALE);
    let mut objects = vec![Object::Null; 4];
    let mut add = |object: Object| {
        objects.push(object);
        id(u32::try_from(objects.len()).unwrap())
    };
    let image = picture.embed(rendition, &mut add);
    let dictionary = |entries: &[(&str, Object)]| {
        let mut dictionary = Dictionary::default();
        for (key, value) in entries {
            dictionary.set(*key, value.clone());
        }
        dictionary
    };
    let size = appearance::numbers(&[0.0, 0.0, f64::from(width), f64::from(height)]);
    let images = dictionary(&[("I", image.into())]);
    let resources = dictionary(&[("XObject", images.into())]);
    objects[0] = dictionary(&[("Type", Object::name("Catalog")), ("Pages", id(2).into())]).into();
    objects[1] = dictionary(&[
        ("Type", Object::name("Pages")),
        ("Kids", vec![id(3).into()].into()),
        ("Count", 1.into()),
    ])
    .into();
    objects[2] = dictionary(&[
        ("Type", Object::name("Page")),
        ("Parent", id(2).into()),
        ("MediaBox", size),
        ("Resources", resources.into()),
        ("Contents", id(4).into()),
    ])
    .into();
    let content = format!("{width} 0 0 {height} 0 0 cm /I Do");
    objects[3] = Stream {
        dictionary: Dictionary::default(),
        data: StreamData::Memory(content.into_bytes()),
    }
    .into();
    let file = write::file(
        &objects,
        dictionary(&[("Root", id(1).into())]),
        b"0123456789abcdef",
    );
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&path, file).unwrap();
    let shown = Command::new("pdftoppm")
        .args(["-r", "72"])
        .arg(path.path())
        .output()
        .ok()?;
    let mut fields = shown.stdout.splitn(4, |byte| byte.is_ascii_whitespace());
    let head: Vec<_> = fields
        .by_ref()
        .take(3)
        .map(|f| String::from_utf8_lossy(f).into_owned())
        .collect();
    assert_eq!(
        head,
        ["P6".to_owned(), width.to_string(), height.to_string()],
        "{shown:?}"
    );
    let pixels = fields
        .next()
        .unwrap()
        .splitn(2, |byte| *byte == b'\n')
        .nth(1)
        .unwrap()
        .to_vec();
    let (pixels, _) = pixels.as_chunks::<3>();
    let at = |x: u32, y: u32| {
        let [x, y] = [x, y].map(|n| n * SCALE + SCALE / 2);
        pixels[usize::try_from(y * width + x).unwrap()]
    };
    let rows = 0..picture.height;
    Some(
        rows.flat_map(|y| (0..picture.width).map(move |x| (x, y)))
            .map(|(x, y)| at(x, y))
            .collect(),
    )
}

fn id(number: u32) -> ObjectId {
    ObjectId {
        number,
        generation: 0,
    }
}

/// A colour over white.
fn over_white([r, g, b, a]: Pixel) -> [u8; 3] {
    [r, g, b].map(|value| {
        let (value, alpha) = (u32::from(value), u32::from(a));
        u8::try_from((value * alpha + 255 * (255 - alpha) + 127) / 255).unwrap()
    })
}

fn compare(bytes: &[u8], what: &str) {
    let raster = read(bytes).trimmed().unwrap();
    let picture = Picture::from_png("a.png", bytes).unwrap();
    let Some(shown) = rendered(&picture, Rendition::default()) else {
        assert!(std::env::var_os("CI").is_none(), "pdftoppm is missing");
        eprintln!("!!! pdftoppm is missing: THIS TEST CHECKED NOTHING");
        return;
    };
    let wanted: Vec<_> = raster.pixels.iter().copied().map(over_white).collect();
    assert_eq!(shown.len(), wanted.len(), "{what}");
    for (at, (is, wanted)) in shown.iter().zip(&wanted).enumerate() {
        let is_near = is
            .iter()
            .zip(wanted)
            .all(|(is, wanted)| is.abs_diff(*wanted) <= 2);
        assert!(is_near, "{what}: pixel {at} is {is:?}, not {wanted:?}");
    }
}

#[test]
fn poppler_shows_what_the_file_holds() {
    let none = |_: &mut png::Encoder<'_, &mut Vec<u8>>| {};
    let noise = |count: usize| -> Vec<u8> {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            u8::try_from(state >> 24).unwrap()
        };
        (0..count).map(|_| next()).collect()
    };
    let one = |bytes: &[u8]| file((1, 1), ColorType::Rgba, BitDepth::Eight, bytes, none);
    compare(&one(&[200, 30, 30, 255]), "1x1");
    compare(&one(&[200, 30, 30, 100]), "1x1 with alpha");
    let smooth: Vec<u8> = (0..64 * 48 * 3)
        .map(|n| u8::try_from(n / 40 % 256).unwrap())
        .collect();
    compare(
        &file((64, 48), ColorType::Rgb, BitDepth::Eight, &smooth, none),
        "rgb",
    );
    compare(
        &file(
            (24, 16),
            ColorType::Rgba,
            BitDepth::Eight,
            &noise(1536),
            none,
        ),
        "rgba",
    );
    compare(
        &file(
            (24, 16),
            ColorType::Rgba,
            BitDepth::Sixteen,
            &noise(3072),
            none,
        ),
        "rgba, 16 bits",
    );
    compare(
        &file(
            (24, 16),
            ColorType::Grayscale,
            BitDepth::Eight,
            &noise(384),
            none,
        ),
        "grey",
    );
    compare(
        &file(
            (17, 5),
            ColorType::Grayscale,
            BitDepth::One,
            &noise(15),
            none,
        ),
        "black and white",
    );
    compare(
        &file(
            (13, 5),
            ColorType::Grayscale,
            BitDepth::Four,
            &noise(35),
            none,
        ),
        "16 greys",
    );
    let palette = |encoder: &mut png::Encoder<'_, &mut Vec<u8>>| {
        encoder.set_palette(vec![200, 0, 0, 0, 150, 0, 0, 0, 250, 90, 90, 90]);
        encoder.set_trns(vec![255, 128, 0]);
    };
    compare(
        &file(
            (13, 5),
            ColorType::Indexed,
            BitDepth::Two,
            &noise(20),
            palette,
        ),
        "palette with alpha",
    );
    compare(
        &interlaced(21, 10, |x, y| u8::try_from(x * 9 + y).unwrap()),
        "interlaced",
    );
}

#[test]
fn a_line_of_ten_thousand_pixels() {
    let row: Vec<u8> = (0..10_000)
        .map(|n| u8::try_from(n % 251).unwrap())
        .collect();
    let bytes = file(
        (10_000, 1),
        ColorType::Grayscale,
        BitDepth::Eight,
        &row,
        |_| {},
    );
    compare(&bytes, "10000x1");
}

#[test]
fn without_transparency_the_edge_is_hard() {
    let row = [10, 0, 200, 255, 10, 0, 200, 120, 10, 0, 200, 140];
    let bytes = file((3, 1), ColorType::Rgba, BitDepth::Eight, &row, |_| {});
    let picture = Picture::from_png("a.png", &bytes).unwrap();
    let rendition = Rendition {
        pdf_a1: true,
        ..Rendition::default()
    };
    let mut objects = Vec::new();
    picture.embed(rendition, &mut |object| {
        objects.push(object);
        id(1)
    });
    let has = |key: &str| {
        objects
            .iter()
            .any(|o| o.as_dictionary().unwrap().get(key).is_some())
    };
    assert!(has("Mask") && has("ImageMask") && !has("SMask"));
    if let Some(shown) = rendered(&picture, rendition) {
        assert_eq!(shown, [[10, 0, 200], [255; 3], [10, 0, 200]]);
    }
}
