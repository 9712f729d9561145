//! A signature dictionary whose /ByteRange and /Contents are filled in when everything around them stands.

use std::ops::Range;

use crate::pdf::{
    object::{Object, ObjectId},
    write,
};

/// Positions in the appended bytes that are filled in later.
pub(super) struct Slots {
    /// The numbers of /ByteRange that are not known before the file is whole.
    pub(super) numbers: [Range<usize>; 3],
    /// From the `<` to behind the `>` of /Contents.
    pub(super) contents: Range<usize>,
}

/// Writes a signature dictionary with room for its value; no offset will be above `estimate`.
pub(super) fn write(
    out: &mut Vec<u8>,
    id: ObjectId,
    dictionary: &Object,
    room: usize,
    estimate: u64,
) -> Slots {
    let width = estimate.to_string().len();
    out.extend_from_slice(format!("{} {} obj\n", id.number, id.generation).as_bytes());
    write::object(out, dictionary);
    // The gap comes last in the dictionary: behind the entries, before its `>>`.
    out.truncate(out.len().saturating_sub(2));
    out.extend_from_slice(b"/ByteRange[0");
    let numbers = [(); 3].map(|()| {
        out.push(b' ');
        let from = out.len();
        out.resize(from.saturating_add(width), b' ');
        from..out.len()
    });
    out.extend_from_slice(b"]/Contents");
    let from = out.len();
    out.push(b'<');
    out.resize(out.len().saturating_add(room.saturating_mul(2)), b'0');
    out.push(b'>');
    let contents = from..out.len();
    out.extend_from_slice(b">>\nendobj\n");
    Slots { numbers, contents }
}

/// Digits from the left; what is left of the slot stays white.
pub(super) fn fill(out: &mut [u8], slot: Range<usize>, text: &str) {
    if let Some(slot) = out.get_mut(slot) {
        for (to, from) in slot.iter_mut().zip(text.bytes()) {
            *to = from;
        }
    }
}

/// A byte as two lower-case hexadecimal digits.
pub(super) fn hex_digits(byte: u8) -> [u8; 2] {
    let digit = |value: u8| match value {
        0..=9 => b'0'.wrapping_add(value),
        _ => b'a'.wrapping_sub(10).wrapping_add(value),
    };
    [digit(byte >> 4), digit(byte & 15)]
}
