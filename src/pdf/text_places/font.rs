//! What a font's dictionary says of its codes: how long they are, how wide their glyphs, and whether they show anything.

use super::{Reader, stretch::Ink};
use crate::pdf::{Dictionary, Object};

/// The width of a glyph of which nothing is told, in sizes: that of narrow letters.
const NARROW: f32 = 0.4;

/// Widths of one composite font that ranges may fill. Fonts with all signs of Unicode's first plane have 65,536 glyphs.
const MAX_FILLED: usize = 1 << 18;

/// Widths are told in thousandths (ISO 32000-1 clause 9.2.4).
const UNITS: f32 = 1000.0;

/// A font, as far as places need it. Widths are in sizes of the letters.
#[derive(Debug)]
pub(super) struct Font {
    /// Two octets (composite fonts) or one.
    is_wide: bool,
    first: u32,
    widths: Vec<f32>,
    other: f32,
    /// Codes are those of ASCII where they are printable: nothing says otherwise.
    is_ascii: bool,
    /// It is written downwards, which is not followed.
    pub(super) is_vertical: bool,
}

impl Default for Font {
    fn default() -> Self {
        Self {
            is_wide: false,
            first: 0,
            widths: Vec::new(),
            other: NARROW,
            is_ascii: false,
            is_vertical: false,
        }
    }
}

impl Font {
    pub(super) fn read(reader: &Reader<'_>, font: &Dictionary) -> Self {
        if font
            .get("Subtype")
            .is_some_and(|kind| kind.is_name("Type0"))
        {
            return Self::composite(reader, font);
        }
        // Type 3 fonts have a unit of their own (table 112).
        let unit = reader
            .value(font.get("FontMatrix"))
            .and_then(|matrix| matrix.as_array()?.first()?.as_number());
        let unit = unit.map_or(UNITS.recip(), narrowed);
        let descriptor = reader.dictionary(font.get("FontDescriptor"));
        let missing = descriptor
            .as_ref()
            .and_then(|descriptor| descriptor.get("MissingWidth")?.as_number());
        let widths = reader.value(font.get("Widths"));
        let widths = widths.as_ref().and_then(Object::as_array);
        let widths: Vec<f32> = widths
            .unwrap_or_default()
            .iter()
            .take(256)
            .map(|width| width.as_number().map_or(NARROW, narrowed) * unit)
            .collect();
        let is_ascii = match reader.value(font.get("Encoding")) {
            Some(Object::Name(_)) => true,
            Some(Object::Dictionary(encoding)) => encoding.get("Differences").is_none(),
            _ => descriptor.is_none(),
        };
        Self {
            first: font
                .get("FirstChar")
                .and_then(Object::as_integer)
                .and_then(|first| u32::try_from(first).ok())
                .unwrap_or(0),
            other: missing
                .map(narrowed)
                .filter(|width| *width > 0.0)
                .map_or(NARROW, |width| width * unit),
            widths,
            is_ascii,
            ..Self::default()
        }
    }

    /// A font whose codes have two octets: nearly all have, and of others the estimate is too narrow.
    fn composite(reader: &Reader<'_>, font: &Dictionary) -> Self {
        let descendants = reader.value(font.get("DescendantFonts"));
        let descendant = descendants
            .as_ref()
            .and_then(Object::as_array)
            .and_then(|fonts| reader.dictionary(fonts.first()))
            .unwrap_or_default();
        let default = reader
            .value(descendant.get("DW"))
            .and_then(|width| width.as_number());
        let encoding = reader.value(font.get("Encoding"));
        let name = encoding.as_ref().and_then(Object::as_name);
        Self {
            is_wide: true,
            first: 0,
            widths: match reader.value(descendant.get("W")) {
                Some(Object::Array(items)) => cid_widths(reader, &items),
                _ => Vec::new(),
            },
            other: default.map_or(1.0, |width| narrowed(width) / UNITS),
            is_ascii: false,
            is_vertical: name.is_some_and(|name| name.ends_with(b"-V")),
        }
    }

    /// The codes of a string.
    pub(super) fn codes<'a>(&self, text: &'a [u8]) -> impl Iterator<Item = u32> + use<'a> {
        let length = if self.is_wide { 2 } else { 1 };
        text.chunks_exact(length).map(|code| {
            code.iter()
                .fold(0, |code, byte| code << 8 | u32::from(*byte))
        })
    }

    pub(super) fn width(&self, code: u32) -> f64 {
        let at = code
            .checked_sub(self.first)
            .and_then(|at| usize::try_from(at).ok());
        let width = at.and_then(|at| self.widths.get(at)).copied();
        f64::from(width.filter(|width| !width.is_nan()).unwrap_or(self.other))
    }

    pub(super) fn ink(&self, code: u32) -> Ink {
        if !self.is_ascii {
            return Ink::Unknown;
        }
        match u8::try_from(code) {
            // Space, dots, lines and dashes; an ellipsis and a no-break space of the Windows code page.
            Ok(b' ' | b'.' | b'_' | b'-' | 0x85 | 0xa0 | 0xb7) => Ink::Blank,
            _ => Ink::Sign,
        }
    }

    /// Whether word spacing applies to a code (clause 9.3.3).
    pub(super) fn is_space(&self, code: u32) -> bool {
        !self.is_wide && code == 32
    }
}

/// /W of a CIDFont (clause 9.7.4.3), by CID; what it does not tell is not a number.
fn cid_widths(reader: &Reader<'_>, items: &[Object]) -> Vec<f32> {
    let mut widths: Vec<f32> = Vec::new();
    let mut filled = 0_usize;
    let mut put = |first: usize, values: &mut dyn ExactSizeIterator<Item = f32>| {
        let count = values.len();
        filled = filled.saturating_add(count);
        let end = first.saturating_add(count);
        if filled > MAX_FILLED || end > 1 << 16 {
            return;
        }
        if widths.len() < end {
            widths.resize(end, f32::NAN);
        }
        for (slot, value) in widths.iter_mut().skip(first).zip(values) {
            *slot = value;
        }
    };
    let number = |item: Option<&Object>| {
        let integer = item?.as_number()?;
        (0.0..65_536.0).contains(&integer).then_some(integer)
    };
    let mut rest = items;
    while let [first, behind @ ..] = rest {
        rest = behind;
        let Some(first) = number(Some(first)) else {
            continue;
        };
        let first = whole(first);
        let list = match behind.first() {
            Some(Object::Array(list)) => Some(list.clone()),
            Some(reference @ Object::Reference(_)) => match reader.value(Some(reference)) {
                Some(Object::Array(list)) => Some(list),
                _ => None,
            },
            _ => None,
        };
        if let Some(list) = list {
            let mut values = list
                .iter()
                .map(|width| width.as_number().map_or(f32::NAN, |w| narrowed(w) / UNITS));
            put(first, &mut values);
            rest = behind.get(1..).unwrap_or_default();
        } else if let [last, width, more @ ..] = behind
            && let (Some(last), Some(width)) = (number(Some(last)), width.as_number())
        {
            let count = whole(last).saturating_add(1).saturating_sub(first);
            let width = narrowed(width) / UNITS;
            put(first, &mut std::iter::repeat_n(width, count));
            rest = more;
        }
    }
    widths
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked to be between 0 and 65,536"
)]
fn whole(number: f64) -> usize {
    number as usize
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a width in thousandths needs no more"
)]
fn narrowed(number: f64) -> f32 {
    number as f32
}
