//! One letter of the page changed: what a forger would do to a date, an amount, a name.

/// A copy in which one letter of the base's page shows as another. `None` where the page shows no text.
///
/// Text stands in the page as hex numbers of glyphs, `[<00240035>-3<0036>] TJ`; one digit of the longest word is changed.
pub(crate) fn tampered(signed: &[u8], base_length: usize) -> Option<Vec<u8>> {
    let base = signed.get(..base_length)?;
    let shown = base
        .windows(4)
        .enumerate()
        .filter(|(_, window)| window == b"] TJ");
    let (start, end) = shown
        .flat_map(|(end, _)| words(base, end))
        .max_by_key(|(start, end)| end - start)?;
    let mut copy = signed.to_vec();
    // The lowest digit of a glyph's number, near the middle: the number stays within the font.
    let digit = copy.get_mut(start + (end - start) / 8 * 4 + 3)?;
    *digit = if *digit == b'1' { b'2' } else { b'1' };
    Some(copy)
}

/// Where the digits of each string of an array stand that closes at `end`.
fn words(base: &[u8], end: usize) -> Vec<(usize, usize)> {
    let array = base.get(..end).unwrap_or_default();
    let open = array
        .iter()
        .rposition(|byte| *byte == b'[')
        .map_or(end, |at| at + 1);
    let mut words = Vec::new();
    let mut start = None;
    for (at, byte) in array.iter().enumerate().skip(open) {
        match (byte, start) {
            (b'<', _) => start = Some(at + 1),
            (b'>', Some(from)) => words.push((from, at)),
            _ => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_digit_of_a_glyph_in_the_base_is_changed() {
        let base = b"%PDF <aaaaaaaaaaaaaaaa> [<0024>] TJ [<0077>-1<002400350036>] TJ\n%%EOF";
        let file = [&base[..], b"[<00240035003600370038>] TJ"].concat();
        let copy = tampered(&file, base.len()).unwrap();
        let changed: Vec<usize> = (0..file.len()).filter(|i| file[*i] != copy[*i]).collect();
        assert_eq!(changed.len(), 1);
        assert!(copy.windows(16).any(|w| w == b"-1<002400310036>"));
        assert_eq!(tampered(b"no text here", 12), None);
    }
}
