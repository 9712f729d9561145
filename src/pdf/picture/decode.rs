//! PNG (ISO/IEC 15948) to pixels: every colour type and depth, palettes, tRNS, interlacing. Colour profiles, gamma
//! and text are not looked at; of an animation the still picture is taken.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Limits, Transformations, Unit};

use super::raster::{Pixel, Raster};
use crate::{
    error::{Error, ErrorKind, Result},
    limits::{MAX_PICTURE_BYTES, MAX_PICTURE_DECODER_BYTES, MAX_PICTURE_PIXELS},
    text::rules,
};

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";

/// How pictures of other formats begin, for an error that names them.
const OTHERS: [(&[u8], &str); 9] = [
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"RIFF", "WebP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"%PDF", "PDF"),
    (b"<svg", "SVG"),
    (b"<?xml", "SVG"),
];

/// Reads a PNG file; `name` is for errors.
///
/// # Errors
/// `Argument` when it is no PNG, or a damaged one; `Limit` when it is too large.
pub(super) fn read(name: &str, bytes: &[u8]) -> Result<Raster> {
    if !bytes.starts_with(SIGNATURE) {
        let format = OTHERS.iter().find(|(start, _)| bytes.starts_with(start));
        return Err(match format {
            Some((_, format)) => Error::new(ErrorKind::Argument, &rules::picture::OTHER_FORMAT)
                .with(name)
                .with(format),
            None => Error::new(ErrorKind::Argument, &rules::picture::NO_PNG).with(name),
        });
    }
    if bytes.len() > MAX_PICTURE_BYTES {
        return Err(too_large(name));
    }
    decode(name, bytes).map_err(|cause| match cause {
        Fault::Large | Fault::Png(DecodingError::LimitsExceeded) => too_large(name),
        Fault::Palette => Error::new(ErrorKind::Argument, &rules::picture::DAMAGED)
            .with(name)
            .with("PLTE"),
        Fault::Png(cause) => Error::new(ErrorKind::Argument, &rules::picture::DAMAGED)
            .with(name)
            .with(&cause)
            .caused_by(cause),
    })
}

enum Fault {
    Large,
    /// Colours of a palette have three bytes each, and there are at most 256 (clause 11.2.2).
    Palette,
    Png(DecodingError),
}

impl From<DecodingError> for Fault {
    fn from(cause: DecodingError) -> Self {
        Self::Png(cause)
    }
}

fn decode(name: &str, bytes: &[u8]) -> std::result::Result<Raster, Fault> {
    let limits = Limits {
        bytes: MAX_PICTURE_DECODER_BYTES,
    };
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND);
    let header = decoder.read_header_info()?;
    let (width, height) = (header.width, header.height);
    let pixels = u64::from(width).saturating_mul(u64::from(height));
    if pixels > MAX_PICTURE_PIXELS {
        return Err(Fault::Large);
    }
    let mut reader = decoder.read_info()?;
    // The library takes any length, and panics when it expands such a palette.
    let is_palette = |colours: &[u8]| colours.len().is_multiple_of(3) && colours.len() <= 3 * 256;
    if !reader.info().palette.as_deref().is_none_or(is_palette) {
        return Err(Fault::Palette);
    }
    let density = reader.info().pixel_dims.and_then(|density| {
        let is_metric = density.unit == Unit::Meter && density.xppu > 0 && density.yppu > 0;
        is_metric.then(|| [f64::from(density.xppu), f64::from(density.yppu)])
    });
    let size = reader.output_buffer_size().ok_or(Fault::Large)?;
    // At most 8 bytes a pixel, and the pixels are counted.
    let mut buffer = vec![0; size];
    let frame = reader.next_frame(&mut buffer)?;
    let samples = match frame.bit_depth {
        BitDepth::Sixteen => buffer.as_chunks().0.iter().map(to_eight).collect(),
        _ => buffer,
    };
    Ok(Raster {
        name: name.to_owned(),
        width,
        height,
        density,
        pixels: pixels_of(&samples, frame.color_type),
    })
}

/// A sample of 16 bits as one of 8, rounded: 65535 is 255 times 257.
fn to_eight(sample: &[u8; 2]) -> u8 {
    let sample = u32::from(u16::from_be_bytes(*sample));
    u8::try_from(sample.saturating_add(128) / 257).unwrap_or(u8::MAX)
}

fn pixels_of(samples: &[u8], kind: ColorType) -> Vec<Pixel> {
    let opaque = u8::MAX;
    match kind {
        ColorType::Grayscale => samples.iter().map(|&v| [v, v, v, opaque]).collect(),
        ColorType::GrayscaleAlpha => {
            let pairs = samples.as_chunks().0.iter();
            pairs.map(|&[v, a]| [v, v, v, a]).collect()
        }
        ColorType::Rgba => samples.as_chunks().0.to_vec(),
        // A palette was expanded to this.
        ColorType::Rgb | ColorType::Indexed => {
            let triples = samples.as_chunks().0.iter();
            triples.map(|&[r, g, b]| [r, g, b, opaque]).collect()
        }
    }
}

fn too_large(name: &str) -> Error {
    Error::new(ErrorKind::Limit, &rules::picture::TOO_LARGE)
        .with(name)
        .with(MAX_PICTURE_PIXELS >> 20)
        .with(MAX_PICTURE_BYTES >> 20)
}
