//! Samples of an image, packed and deflated: with the PNG predictor where that makes them smaller (ISO 32000-1
//! clauses 7.4.4 and 8.9.5.2).

use std::io::Write;

use flate2::{Compression, write::ZlibEncoder};

use crate::pdf::object::{Dictionary, Object, Stream, StreamData};

/// Rows of samples, each row packed to whole bytes.
pub(super) struct Samples {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Samples in a pixel: 1 or 3.
    pub(super) channels: u8,
    /// Bits of a sample: 1, 2, 4 or 8.
    pub(super) bits: u8,
    /// One value a byte, all rows.
    pub(super) values: Vec<u8>,
}

impl Samples {
    /// The image XObject, without its colour space.
    pub(super) fn stream(&self) -> Stream {
        let per_row = usize::try_from(self.width).unwrap_or_default();
        let per_row = per_row.saturating_mul(usize::from(self.channels)).max(1);
        let rows: Vec<Vec<u8>> = self
            .values
            .chunks_exact(per_row)
            .map(|row| packed(row, self.bits))
            .collect();
        let plain = deflated(&rows.concat());
        // Filters compare bytes of neighbouring pixels; packed samples have none.
        let predicted = (self.bits == 8).then(|| {
            let adaptive = deflated(&filtered(&rows, usize::from(self.channels), None));
            let up = deflated(&filtered(&rows, usize::from(self.channels), Some(2)));
            if up.len() < adaptive.len() {
                up
            } else {
                adaptive
            }
        });
        let mut dictionary = Dictionary::default();
        dictionary.set("Type", Object::name("XObject"));
        dictionary.set("Subtype", Object::name("Image"));
        dictionary.set("Width", i64::from(self.width));
        dictionary.set("Height", i64::from(self.height));
        dictionary.set("BitsPerComponent", i64::from(self.bits));
        dictionary.set("Filter", Object::name("FlateDecode"));
        // What the parameters themselves take.
        const PARAMETERS: usize = 60;
        let data = match predicted {
            Some(predicted) if predicted.len().saturating_add(PARAMETERS) < plain.len() => {
                let mut parameters = Dictionary::default();
                parameters.set("Predictor", 15);
                parameters.set("Columns", i64::from(self.width));
                if self.channels > 1 {
                    parameters.set("Colors", i64::from(self.channels));
                }
                dictionary.set("DecodeParms", parameters);
                predicted
            }
            _ => plain,
        };
        Stream {
            dictionary,
            data: StreamData::Memory(data),
        }
    }
}

/// Values of `bits` bits side by side, the first in the highest bits.
fn packed(row: &[u8], bits: u8) -> Vec<u8> {
    let in_byte = usize::from(8_u8.checked_div(bits).unwrap_or(1).max(1));
    row.chunks(in_byte)
        .map(|values| {
            let joined = values
                .iter()
                .fold(0_u16, |byte, value| (byte << bits) | u16::from(*value));
            // The last byte of a row may lack some.
            let lacking = in_byte
                .saturating_sub(values.len())
                .saturating_mul(usize::from(bits));
            u8::try_from((joined << lacking) & 0xff).unwrap_or_default()
        })
        .collect()
}

/// Rows with the number of their filter before them (ISO/IEC 15948 clause 9): one filter for all, or for each row
/// that whose differences are smallest.
fn filtered(rows: &[Vec<u8>], distance: usize, filter: Option<u8>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut above: &[u8] = &[];
    for row in rows {
        let apply = |filter: u8| {
            let line: Vec<u8> = row
                .iter()
                .enumerate()
                .map(|(at, value)| value.wrapping_sub(predict(filter, row, above, at, distance)))
                .collect();
            let weight: u64 = line
                .iter()
                .map(|v| u64::from(v.cast_signed().unsigned_abs()))
                .sum();
            (weight, filter, line)
        };
        let best = match filter {
            Some(filter) => Some(apply(filter)),
            None => (0..5).map(apply).min_by_key(|(weight, ..)| *weight),
        };
        if let Some((_, filter, line)) = best {
            out.push(filter);
            out.extend_from_slice(&line);
        }
        above = row;
    }
    out
}

/// What a filter expects at a place: none, left, above, the mean of both, Paeth's choice.
fn predict(filter: u8, row: &[u8], above: &[u8], at: usize, distance: usize) -> u8 {
    let before = at.checked_sub(distance);
    let left = before
        .and_then(|at| row.get(at))
        .copied()
        .unwrap_or_default();
    let up = above.get(at).copied().unwrap_or_default();
    match filter {
        1 => left,
        2 => up,
        3 => left.midpoint(up),
        4 => {
            let corner = before
                .and_then(|at| above.get(at))
                .copied()
                .unwrap_or_default();
            let [a, b, c] = [left, up, corner].map(i16::from);
            let guess = a.saturating_add(b).saturating_sub(c);
            let off = |value: i16| guess.saturating_sub(value).unsigned_abs();
            if off(a) <= off(b) && off(a) <= off(c) {
                left
            } else if off(b) <= off(c) {
                up
            } else {
                corner
            }
        }
        _ => 0,
    }
}

fn deflated(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let done = encoder.write_all(data).and_then(|()| encoder.finish());
    done.unwrap_or_default()
}
