//! Stream filters (ISO 32000-1 clause 7.4) within a budget: as much as cross-reference streams, object streams
//! and page contents use. Image filters are not undone.

use super::{
    lex::{hex_digit, is_space},
    object::{Dictionary, Object},
};
use crate::limits::MAX_FILTERS;

/// Why data could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FilterError {
    /// A filter that is not undone here, or a parameter of one.
    Unsupported(String),
    /// The budget is used up.
    Limit,
}

/// Data with its filters undone.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    pub(crate) data: Vec<u8>,
    /// The data ended early or was wrong; what could be read is there.
    pub(crate) damaged: bool,
}

/// One filter with its parameters.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    name: Vec<u8>,
    parameters: Dictionary,
}

/// The filters of a stream in the order in which they are undone. `resolve` follows references.
pub(crate) fn steps<E>(
    dictionary: &Dictionary,
    mut resolve: impl FnMut(&Object) -> Result<Object, E>,
) -> Result<Result<Vec<Step>, FilterError>, E> {
    let mut value = |key: &str| match dictionary.get(key) {
        Some(value) => resolve(value),
        None => Ok(Object::Null),
    };
    let (filter, parameters) = (value("Filter")?, value("DecodeParms")?);
    let filters = match filter {
        Object::Array(items) => items,
        Object::Name(_) => vec![filter],
        _ => Vec::new(),
    };
    let parameters = match parameters {
        Object::Array(items) => items,
        other => vec![other],
    };
    if filters.len() > MAX_FILTERS {
        return Ok(Err(FilterError::Limit));
    }
    let mut steps = Vec::with_capacity(filters.len());
    for (index, filter) in filters.iter().enumerate() {
        let name = resolve(filter)?.as_name().unwrap_or_default().to_vec();
        let mut own = Dictionary::default();
        if let Some(parameters) = parameters.get(index)
            && let Object::Dictionary(found) = resolve(parameters)?
        {
            for (key, value) in found.iter() {
                own.set(key.clone(), resolve(value)?);
            }
        }
        steps.push(Step {
            name,
            parameters: own,
        });
    }
    Ok(Ok(steps))
}

/// Takes a crypt filter off, once the data is decrypted. It comes first (clause 7.4.10).
pub(crate) fn drop_crypt(steps: &mut Vec<Step>) {
    if steps.first().is_some_and(|step| step.name == b"Crypt") {
        steps.remove(0);
    }
}

/// Undoes the filters; no step may yield more than `limit` bytes.
pub(crate) fn decode(raw: &[u8], steps: &[Step], limit: usize) -> Result<Decoded, FilterError> {
    let Some((first, behind)) = steps.split_first() else {
        return if raw.len() > limit {
            Err(FilterError::Limit)
        } else {
            Ok(Decoded {
                data: raw.to_vec(),
                damaged: false,
            })
        };
    };
    let mut decoded = first.undo(raw, limit)?;
    for step in behind {
        let next = step.undo(&decoded.data, limit)?;
        decoded = Decoded {
            data: next.data,
            damaged: next.damaged | decoded.damaged,
        };
    }
    Ok(decoded)
}

impl Step {
    fn undo(&self, raw: &[u8], limit: usize) -> Result<Decoded, FilterError> {
        // Nothing is what nothing was made of: writers of empty pages name a filter all the same.
        if raw.is_empty() {
            return Ok(Decoded {
                data: Vec::new(),
                damaged: false,
            });
        }
        let decoded = match self.name.as_slice() {
            b"FlateDecode" | b"Fl" => inflate(raw, limit)?,
            b"LZWDecode" | b"LZW" => lzw(raw, self.integer("EarlyChange", 1) != 0, limit)?,
            b"ASCIIHexDecode" | b"AHx" => return ascii_hex(raw, limit),
            b"ASCII85Decode" | b"A85" => return ascii85(raw, limit),
            b"RunLengthDecode" | b"RL" => return run_length(raw, limit),
            // Identity crypt filters say that nothing is encrypted (clause 7.4.10).
            b"Crypt"
                if self
                    .parameters
                    .get("Name")
                    .is_none_or(|name| name.is_name("Identity")) =>
            {
                return Ok(Decoded {
                    data: raw.to_vec(),
                    damaged: false,
                });
            }
            name => {
                return Err(FilterError::Unsupported(
                    String::from_utf8_lossy(name).into_owned(),
                ));
            }
        };
        match self.integer("Predictor", 1) {
            0 | 1 => Ok(decoded),
            predictor @ (2 | 10..=15) => self.predict(decoded, predictor == 2),
            other => Err(FilterError::Unsupported(format!("Predictor {other}"))),
        }
    }

    fn integer(&self, key: &str, default: i64) -> i64 {
        self.parameters
            .get(key)
            .and_then(Object::as_integer)
            .unwrap_or(default)
    }

    /// Clause 7.4.4.4: TIFF predictor 2, or the PNG filters.
    fn predict(&self, decoded: Decoded, tiff: bool) -> Result<Decoded, FilterError> {
        let size = |key, default, bounds: std::ops::RangeInclusive<i64>| {
            let value = self.integer(key, default);
            let fits = bounds
                .contains(&value)
                .then(|| usize::try_from(value).ok())
                .flatten();
            fits.ok_or_else(|| FilterError::Unsupported(format!("{key} {value}")))
        };
        let colors = size("Colors", 1, 1..=64)?;
        let bits = size("BitsPerComponent", 8, 1..=16)?;
        let columns = size("Columns", 1, 1..=1 << 24)?;
        let pixel = colors.saturating_mul(bits);
        let row = pixel.saturating_mul(columns).div_ceil(8);
        let pixel = pixel.div_ceil(8);
        let damaged = decoded.damaged;
        if tiff {
            if bits != 8 {
                return Err(FilterError::Unsupported(format!(
                    "TIFF predictor with {bits} bits"
                )));
            }
            let mut data = decoded.data;
            for row in data.chunks_mut(row) {
                for at in pixel..row.len() {
                    let left = at.checked_sub(pixel).and_then(|at| row.get(at)).copied();
                    if let Some(byte) = row.get_mut(at) {
                        *byte = byte.wrapping_add(left.unwrap_or(0));
                    }
                }
            }
            return Ok(Decoded { data, damaged });
        }
        Ok(png(&decoded.data, row, pixel, damaged))
    }
}

/// The PNG filters (RFC 2083 clause 6), each row led by the number of its filter.
fn png(data: &[u8], row: usize, pixel: usize, mut damaged: bool) -> Decoded {
    let mut out: Vec<u8> = Vec::with_capacity(data.len());
    let mut above = vec![0_u8; row];
    let mut current = vec![0_u8; row];
    for line in data.chunks(row.saturating_add(1)) {
        let Some((filter, bytes)) = line.split_first() else {
            break;
        };
        for at in 0..bytes.len() {
            let raw = bytes.get(at).copied().unwrap_or(0);
            let up = above.get(at).copied().unwrap_or(0);
            let before = at.checked_sub(pixel);
            let left = before.and_then(|b| current.get(b)).copied().unwrap_or(0);
            let up_left = before.and_then(|b| above.get(b)).copied().unwrap_or(0);
            let add = match filter {
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => paeth(left, up, up_left),
                0 => 0,
                _ => {
                    damaged = true;
                    0
                }
            };
            if let Some(byte) = current.get_mut(at) {
                *byte = raw.wrapping_add(add);
            }
        }
        out.extend_from_slice(current.get(..bytes.len()).unwrap_or_default());
        std::mem::swap(&mut above, &mut current);
    }
    Decoded { data: out, damaged }
}

fn paeth(left: u8, up: u8, up_left: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(up_left));
    let p = a.wrapping_add(b).wrapping_sub(c);
    let distance = |value: i16| p.wrapping_sub(value).abs();
    if distance(a) <= distance(b) && distance(a) <= distance(c) {
        left
    } else if distance(b) <= distance(c) {
        up
    } else {
        up_left
    }
}

/// zlib (RFC 1950). Data that breaks off yields what could be read.
fn inflate(raw: &[u8], limit: usize) -> Result<Decoded, FilterError> {
    let mut machine = flate2::Decompress::new(true);
    let mut data = Vec::with_capacity(
        raw.len()
            .saturating_mul(4)
            .clamp(1 << 10, 1 << 20)
            .min(limit),
    );
    loop {
        let read = usize::try_from(machine.total_in()).unwrap_or(usize::MAX);
        let (before_in, before_out) = (machine.total_in(), machine.total_out());
        if data.len() == data.capacity() {
            if data.len() >= limit {
                // One more byte decides whether the data ends just here.
                let mut more = Vec::with_capacity(1);
                let rest = raw.get(read..).unwrap_or_default();
                let done = machine.decompress_vec(rest, &mut more, flate2::FlushDecompress::None);
                return match done {
                    _ if !more.is_empty() => Err(FilterError::Limit),
                    Ok(flate2::Status::StreamEnd) => Ok(Decoded {
                        data,
                        damaged: false,
                    }),
                    _ => Ok(Decoded {
                        data,
                        damaged: true,
                    }),
                };
            }
            let room = data
                .capacity()
                .max(1 << 10)
                .min(limit.saturating_sub(data.len()));
            data.reserve_exact(room);
        }
        let rest = raw.get(read..).unwrap_or_default();
        match machine.decompress_vec(rest, &mut data, flate2::FlushDecompress::None) {
            Ok(flate2::Status::StreamEnd) => {
                return Ok(Decoded {
                    data,
                    damaged: false,
                });
            }
            Ok(_) if (before_in, before_out) != (machine.total_in(), machine.total_out()) => {}
            // An error, or no progress: the data breaks off, or its checksum does not fit.
            _ => {
                let damaged = !is_whole_but_for_its_checksum(raw, data.len());
                return Ok(Decoded { data, damaged });
            }
        }
    }
}

/// Whether the compressed data ends by itself after so many bytes: the checksum behind it is wrong or missing, and viewers do not look at it.
fn is_whole_but_for_its_checksum(zlib: &[u8], length: usize) -> bool {
    let deflated = zlib.get(2..).unwrap_or_default();
    let mut machine = flate2::Decompress::new(false);
    let mut block = [0; 8 << 10];
    loop {
        let (before_in, before_out) = (machine.total_in(), machine.total_out());
        let read = usize::try_from(before_in).unwrap_or(usize::MAX);
        let rest = deflated.get(read..).unwrap_or_default();
        let done = machine.decompress(rest, &mut block, flate2::FlushDecompress::None);
        let written = machine.total_out();
        match done {
            Ok(flate2::Status::StreamEnd) => return written == length as u64,
            Ok(_)
                if written <= length as u64
                    && (before_in, before_out) != (machine.total_in(), written) => {}
            _ => return false,
        }
    }
}

/// Clause 7.4.4.2.
fn lzw(raw: &[u8], early_change: bool, limit: usize) -> Result<Decoded, FilterError> {
    use weezl::{BitOrder, LzwStatus, decode::Decoder};
    let mut decoder = match early_change {
        true => Decoder::with_tiff_size_switch(BitOrder::Msb, 8),
        false => Decoder::new(BitOrder::Msb, 8),
    };
    let mut data = Vec::new();
    let mut rest = raw;
    let mut block = [0_u8; 8 << 10];
    loop {
        let step = decoder.decode_bytes(rest, &mut block);
        rest = rest.get(step.consumed_in..).unwrap_or_default();
        data.extend_from_slice(block.get(..step.consumed_out).unwrap_or_default());
        if data.len() > limit {
            return Err(FilterError::Limit);
        }
        match step.status {
            Ok(LzwStatus::Done) => {
                return Ok(Decoded {
                    data,
                    damaged: false,
                });
            }
            Ok(_) if step.consumed_in > 0 || step.consumed_out > 0 => {}
            _ => {
                return Ok(Decoded {
                    data,
                    damaged: true,
                });
            }
        }
    }
}

/// Clause 7.4.2.
fn ascii_hex(raw: &[u8], limit: usize) -> Result<Decoded, FilterError> {
    if raw.len() / 2 > limit {
        return Err(FilterError::Limit);
    }
    let mut decoded = Decoded::default();
    let mut high = None;
    for &byte in raw {
        match (hex_digit(byte), high) {
            (Some(digit), None) => high = Some(digit),
            (Some(digit), Some(first)) => {
                decoded.data.push(first << 4 | digit);
                high = None;
            }
            (None, _) if byte == b'>' => break,
            (None, _) => decoded.damaged |= !is_space(byte),
        }
    }
    decoded.data.extend(high.map(|first| first << 4));
    Ok(decoded)
}

/// Clause 7.4.3.
fn ascii85(raw: &[u8], limit: usize) -> Result<Decoded, FilterError> {
    let mut decoded = Decoded::default();
    let mut group = [0_u8; 5];
    let mut length = 0_usize;
    for &byte in raw {
        match byte {
            b'z' if length == 0 => decoded.data.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                if let Some(slot) = group.get_mut(length) {
                    *slot = byte.wrapping_sub(b'!');
                }
                length = length.saturating_add(1);
                if length == 5 {
                    decoded.damaged |= base85(&group, 4, &mut decoded.data);
                    length = 0;
                }
            }
            b'~' => break,
            _ => decoded.damaged |= !is_space(byte),
        }
        if decoded.data.len() > limit {
            return Err(FilterError::Limit);
        }
    }
    if length > 1 {
        group.iter_mut().skip(length).for_each(|digit| *digit = 84);
        decoded.damaged |= base85(&group, length.saturating_sub(1), &mut decoded.data);
    }
    Ok(decoded)
}

/// Adds the first `count` bytes of a group; whether it was too large.
fn base85(group: &[u8; 5], count: usize, out: &mut Vec<u8>) -> bool {
    let value = group.iter().fold(0_u64, |value, digit| {
        value.wrapping_mul(85).wrapping_add(u64::from(*digit))
    });
    let [.., b0, b1, b2, b3] = value.to_be_bytes();
    out.extend([b0, b1, b2, b3].into_iter().take(count));
    value > u64::from(u32::MAX)
}

/// Clause 7.4.5.
fn run_length(raw: &[u8], limit: usize) -> Result<Decoded, FilterError> {
    let mut data: Vec<u8> = Vec::new();
    let mut rest = raw;
    loop {
        if data.len() > limit {
            return Err(FilterError::Limit);
        }
        match rest {
            [128, ..] => {
                return Ok(Decoded {
                    data,
                    damaged: false,
                });
            }
            [length @ 0..=127, behind @ ..] => {
                let count = usize::from(*length).saturating_add(1);
                let Some((copied, behind)) = behind.split_at_checked(count) else {
                    data.extend_from_slice(behind);
                    return Ok(Decoded {
                        data,
                        damaged: true,
                    });
                };
                data.extend_from_slice(copied);
                rest = behind;
            }
            [length, byte, behind @ ..] => {
                let count = 257_usize.saturating_sub(usize::from(*length));
                data.resize(data.len().saturating_add(count), *byte);
                rest = behind;
            }
            _ => {
                return Ok(Decoded {
                    data,
                    damaged: true,
                });
            }
        }
    }
}
