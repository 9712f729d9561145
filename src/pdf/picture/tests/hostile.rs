//! What is no PNG, or only pretends to be one.

use proptest::prelude::*;

use super::*;

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
