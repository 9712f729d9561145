//! Every kind of PNG, read and written; and what is no PNG.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::unwrap_in_result,
    reason = "a test fails by panicking"
)]

mod hostile;
mod poppler;

use super::{raster::Pixel, *};
use crate::{error::ErrorKind, pdf::object::StreamData};
use png::{BitDepth, ColorType};

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
