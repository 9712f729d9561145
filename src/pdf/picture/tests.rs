//! Every kind of PNG, read and written; and what is no PNG.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::unwrap_in_result,
    reason = "a test fails by panicking"
)]

use std::process::Command;

use png::{BitDepth, ColorType};
use proptest::prelude::*;

use super::{raster::Pixel, *};
use crate::{
    error::ErrorKind,
    pdf::{appearance, object::StreamData, write},
};

/// A PNG file of raw rows.
fn file(
    size: (u32, u32),
    kind: ColorType,
    depth: BitDepth,
    rows: &[u8],
    more: impl FnOnce(&mut png::Encoder<'_, &mut Vec<u8>>),
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, size.0, size.1);
    encoder.set_color(kind);
    encoder.set_depth(depth);
    more(&mut encoder);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(rows)
        .unwrap();
    out
}

fn read(bytes: &[u8]) -> Raster {
    decode::read("a.png", bytes).unwrap()
}

fn grey(value: u8) -> Pixel {
    [value, value, value, 255]
}

#[test]
fn every_colour_type_and_depth() {
    let none = |_: &mut png::Encoder<'_, &mut Vec<u8>>| {};
    use BitDepth::{Eight, Four, One, Sixteen, Two};
    use ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgb, Rgba};
    let of =
        |kind, depth, width, rows: &[u8]| read(&file((width, 1), kind, depth, rows, none)).pixels;
    assert_eq!(
        of(Grayscale, One, 3, &[0b1010_0000]),
        [grey(255), grey(0), grey(255)]
    );
    assert_eq!(
        of(Grayscale, Two, 4, &[0b0001_1011]),
        [0, 85, 170, 255].map(grey)
    );
    assert_eq!(
        of(Grayscale, Four, 3, &[0x0f, 0x80]),
        [0, 255, 136].map(grey)
    );
    assert_eq!(of(Grayscale, Eight, 2, &[7, 200]), [7, 200].map(grey));
    // 16 bits are rounded, not cut off: 0x00ff is nearer to 1 than to 0.
    assert_eq!(
        of(Grayscale, Sixteen, 2, &[0, 0xff, 0xff, 0xff]),
        [1, 255].map(grey)
    );
    assert_eq!(of(GrayscaleAlpha, Eight, 1, &[9, 128]), [[9, 9, 9, 128]]);
    assert_eq!(
        of(GrayscaleAlpha, Sixteen, 1, &[9, 9, 0x80, 0x80]),
        [[9, 9, 9, 128]]
    );
    assert_eq!(of(Rgb, Eight, 1, &[1, 2, 3]), [[1, 2, 3, 255]]);
    assert_eq!(of(Rgb, Sixteen, 1, &[1, 1, 2, 2, 3, 3]), [[1, 2, 3, 255]]);
    assert_eq!(of(Rgba, Eight, 1, &[1, 2, 3, 4]), [[1, 2, 3, 4]]);
    assert_eq!(
        of(Rgba, Sixteen, 1, &[1, 1, 2, 2, 3, 3, 0x40, 0]),
        [[1, 2, 3, 64]]
    );

    let palette = |encoder: &mut png::Encoder<'_, &mut Vec<u8>>| {
        encoder.set_palette(vec![10, 20, 30, 40, 50, 60]);
        // Shorter than the palette: the rest is opaque.
        encoder.set_trns(vec![99]);
    };
    for (depth, row) in [(One, 0b0100_0000), (Two, 0b0001_0000), (Four, 0x01)] {
        let pixels = read(&file((2, 1), Indexed, depth, &[row], palette)).pixels;
        assert_eq!(pixels, [[10, 20, 30, 99], [40, 50, 60, 255]], "{depth:?}");
    }
    let pixels = read(&file((2, 1), Indexed, Eight, &[0, 1], palette)).pixels;
    assert_eq!(pixels, [[10, 20, 30, 99], [40, 50, 60, 255]]);
}

/// The library panics on both (found by fuzzing).
#[test]
fn a_palette_of_broken_or_too_many_colours_is_damage() {
    for length in [5, 25, 3 * 257] {
        let palette = |encoder: &mut png::Encoder<'_, &mut Vec<u8>>| {
            encoder.set_palette(vec![7; length]);
        };
        let bytes = file(
            (2, 1),
            ColorType::Indexed,
            BitDepth::Eight,
            &[0, 1],
            palette,
        );
        assert_eq!(
            code(&bytes),
            (ErrorKind::Argument, "picture-damaged"),
            "{length}"
        );
    }
}

#[test]
fn one_colour_may_be_named_transparent() {
    let key = |bytes: &'static [u8]| {
        move |encoder: &mut png::Encoder<'_, &mut Vec<u8>>| encoder.set_trns(bytes)
    };
    let grey_file = file(
        (2, 1),
        ColorType::Grayscale,
        BitDepth::Eight,
        &[7, 8],
        key(&[0, 8]),
    );
    assert_eq!(read(&grey_file).pixels, [grey(7), [8, 8, 8, 0]]);
    let rgb = file(
        (2, 1),
        ColorType::Rgb,
        BitDepth::Eight,
        &[1, 2, 3, 1, 2, 4],
        key(&[0, 1, 0, 2, 0, 3]),
    );
    assert_eq!(read(&rgb).pixels, [[1, 2, 3, 0], [1, 2, 4, 255]]);
    // All 16 bits count.
    let fine = file(
        (2, 1),
        ColorType::Grayscale,
        BitDepth::Sixteen,
        &[1, 1, 1, 2],
        key(&[1, 2]),
    );
    assert_eq!(read(&fine).pixels, [[1, 1, 1, 255], [1, 1, 1, 0]]);
}

/// The seven passes of Adam7 over a file of 8-bit grey, written by hand: the crate's encoder has none.
fn interlaced(width: u32, height: u32, value: impl Fn(u32, u32) -> u8) -> Vec<u8> {
    const PASSES: [[u32; 4]; 7] = [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
    ];
    let mut rows = Vec::new();
    for [x0, y0, dx, dy] in PASSES {
        for y in (y0..height).step_by(dy as usize) {
            let row: Vec<u8> = (x0..width)
                .step_by(dx as usize)
                .map(|x| value(x, y))
                .collect();
            if !row.is_empty() {
                rows.push(0);
                rows.extend(row);
            }
        }
    }
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, &rows).unwrap();
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    let header = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 0, 0, 0, 1],
    ]
    .concat();
    for (kind, data) in [
        (b"IHDR", header),
        (b"IDAT", encoder.finish().unwrap()),
        (b"IEND", Vec::new()),
    ] {
        out.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        let chunk = [&kind[..], &data].concat();
        let mut crc = flate2::Crc::new();
        crc.update(&chunk);
        out.extend(&chunk);
        out.extend(crc.sum().to_be_bytes());
    }
    out
}

#[test]
fn interlaced_files_come_out_in_order() {
    for (width, height) in [(1, 1), (3, 5), (17, 9)] {
        let value = |x: u32, y: u32| u8::try_from((x * 13 + y * 7) % 256).unwrap();
        let raster = read(&interlaced(width, height, value));
        let wanted: Vec<Pixel> = (0..height)
            .flat_map(|y| (0..width).map(move |x| grey(value(x, y))))
            .collect();
        assert_eq!(raster.pixels, wanted, "{width}x{height}");
    }
}

fn code(bytes: &[u8]) -> (ErrorKind, &'static str) {
    let error = Picture::from_png("a.png", bytes).unwrap_err();
    assert!(error.to_string().contains("a.png"), "{error}");
    (error.kind(), error.code())
}

#[test]
fn what_is_no_png_is_named() {
    let argument = |code| (ErrorKind::Argument, code);
    for (bytes, name) in [
        (&b"\xff\xd8\xff\xe0\0\x10JFIF"[..], "JPEG"),
        (b"GIF89a", "GIF"),
    ] {
        assert_eq!(code(bytes), argument("picture-format"));
        let error = Picture::from_png("a.png", bytes).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
    }
    assert_eq!(code(b""), argument("picture-not-png"));
    assert_eq!(code(b"hello"), argument("picture-not-png"));
    assert_eq!(code(b"\x89PNG\r\n\x1a\n"), argument("picture-damaged"));
    let whole = file((9, 9), ColorType::Rgb, BitDepth::Eight, &[7; 243], |_| {});
    assert_eq!(
        code(&whole[..whole.len() - 20]),
        argument("picture-damaged")
    );
    let nothing = file((9, 9), ColorType::Rgba, BitDepth::Eight, &[0; 324], |_| {});
    assert_eq!(code(&nothing), argument("picture-empty"));
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let mut file = file((1, 1), ColorType::Rgb, BitDepth::Eight, &[1, 2, 3], |_| {});
    // Width and height in IHDR, and its checksum again.
    file[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&file[12..29]);
    file[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    assert_eq!(code(&file), (ErrorKind::Limit, "picture-too-large"));
}

#[test]
fn edges_that_show_nothing_are_cut_off() {
    let mut pixels = vec![[0, 0, 0, 0]; 30];
    pixels[6 + 2] = [9, 9, 9, 1];
    pixels[12 + 4] = [8, 8, 8, 255];
    let raster = Raster {
        name: String::new(),
        width: 6,
        height: 5,
        density: None,
        pixels,
    };
    let trimmed = raster.trimmed().unwrap();
    assert_eq!((trimmed.width, trimmed.height), (3, 2));
    assert_eq!(trimmed.pixels[0], [9, 9, 9, 1]);
    assert_eq!(trimmed.pixels[5], [8, 8, 8, 255]);
}

#[test]
fn the_size_is_that_of_the_file_and_of_what_shows() {
    let dpi = |encoder: &mut png::Encoder<'_, &mut Vec<u8>>| {
        encoder.set_pixel_dims(Some(png::PixelDimensions {
            xppu: 10_000,
            yppu: 20_000,
            unit: png::Unit::Meter,
        }));
    };
    let bytes = file(
        (40, 20),
        ColorType::Grayscale,
        BitDepth::Eight,
        &[7; 800],
        dpi,
    );
    let picture = Picture::from_png("a", &bytes).unwrap();
    assert_eq!(picture.millimetres(), Some((4.0, 1.0)));
    assert!((picture.aspect() - 2.0).abs() < 1e-9 && !picture.is_transparent());
}

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

#[test]
fn ink_of_one_colour_takes_one_bit_and_its_shades_the_mask() {
    let mut rows = vec![0; 100 * 100 * 4];
    for (at, pixel) in rows.chunks_exact_mut(4).enumerate() {
        // What does not show has another colour, as drawing programs leave it.
        let alpha = u8::try_from(at % 97).unwrap();
        pixel.copy_from_slice(&if alpha == 0 {
            [255, 255, 255, 0]
        } else {
            [20, 40, 160, alpha]
        });
    }
    let bytes = file((100, 100), ColorType::Rgba, BitDepth::Eight, &rows, |_| {});
    let picture = Picture::from_png("a.png", &bytes).unwrap();
    let bits = picture.image.dictionary.get("BitsPerComponent");
    assert_eq!(bits, Some(&Object::Integer(1)));
    assert_eq!(picture.colours, Colours::Palette(vec![20, 40, 160]));
    let StreamData::Memory(data) = &picture.image.data else {
        panic!("made in memory")
    };
    assert!(data.len() < 40, "{}", data.len());
}

#[test]
fn the_predictor_is_used_where_it_helps() {
    let smooth: Vec<u8> = (0..64 * 64 * 3)
        .map(|n| u8::try_from(n / 50 % 256).unwrap())
        .collect();
    let bytes = file((64, 64), ColorType::Rgb, BitDepth::Eight, &smooth, |_| {});
    let picture = Picture::from_png("a.png", &bytes).unwrap();
    assert!(picture.image.dictionary.get("DecodeParms").is_some());
    assert_eq!(
        Picture::from_png("a.png", &bytes).unwrap(),
        picture,
        "the same each time"
    );
}

proptest! {
    #[test]
    fn bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Picture::from_png("a", &bytes);
        let _ = Picture::from_png("a", &[b"\x89PNG\r\n\x1a\n", &bytes[..]].concat());
    }

    #[test]
    fn changed_files_never_panic(
        kind in 0_usize..5, at in 0_usize..200, value: u8, cut in 0_usize..400, fix: bool,
    ) {
        let files = [
            file((5, 4), ColorType::Rgba, BitDepth::Sixteen, &[0x55; 160], |_| {}),
            file((9, 4), ColorType::Indexed, BitDepth::Two, &[0x1b; 12], |encoder| {
                encoder.set_palette(vec![3; 12]);
                encoder.set_trns(vec![1, 2]);
            }),
            interlaced(9, 7, |x, _| u8::try_from(x).unwrap()),
            file((9, 4), ColorType::Grayscale, BitDepth::One, &[0x5a; 8], |_| {}),
            file((3, 3), ColorType::Rgb, BitDepth::Eight, &[9; 27], |encoder| encoder.set_trns(vec![0, 9, 0, 9, 0, 9])),
        ];
        let mut bytes = files[kind].clone();
        let length = bytes.len();
        bytes[at % length] = value;
        if fix {
            // The checksum of the header again, so that what it says is believed.
            let mut crc = flate2::Crc::new();
            crc.update(&bytes[12..29]);
            let sum = crc.sum().to_be_bytes();
            bytes[29..33].copy_from_slice(&sum);
        }
        bytes.truncate(cut.max(8));
        let _ = Picture::from_png("a", &bytes);
    }
}
