//! TrueType subsets for embedding (ISO 32000-1 clauses 9.6 to 9.10): Type0 over CIDFontType2, Identity-H, ToUnicode.

use std::{borrow::Cow, collections::BTreeMap, fmt};

use flate2::{Compression, write::ZlibEncoder};
use subsetter::GlyphRemapper;
use ttf_parser::{Face, GlyphId, Permissions, RawFace, Tag};

use super::{
    appearance::Rendition,
    object::{Dictionary, Object, ObjectId, PdfString, Stream, StreamData},
};

/// Liberation Serif, whose widths are those of Times New Roman; complete for Vietnamese.
pub(crate) static SERIF: &[u8] = include_bytes!("../../assets/fonts/LiberationSerif-Regular.ttf");
/// The same, italic.
pub(crate) static SERIF_ITALIC: &[u8] =
    include_bytes!("../../assets/fonts/LiberationSerif-Italic.ttf");

/// A TrueType font file.
pub(crate) struct FontFile(Cow<'static, [u8]>);

impl FontFile {
    /// `None` where it is no font with TrueType outlines.
    pub(crate) fn new(bytes: Cow<'static, [u8]>) -> Option<Self> {
        let has_outlines = Face::parse(&bytes, 0).ok()?.tables().glyf.is_some();
        has_outlines.then_some(Self(bytes))
    }

    /// By the bits that its maker set (OpenType, OS/2 fsType): outlines, in parts, in documents that are printed.
    pub(crate) fn may_be_embedded(&self) -> bool {
        Face::parse(&self.0, 0).is_ok_and(|face| {
            let forbidden = face.permissions() == Some(Permissions::Restricted);
            !forbidden && face.is_subsetting_allowed() && face.is_outline_embedding_allowed()
        })
    }

    /// Whether it has all these characters.
    pub(crate) fn covers(&self, mut characters: impl Iterator<Item = char>) -> bool {
        Face::parse(&self.0, 0)
            .is_ok_and(|face| characters.all(|character| face.glyph_index(character).is_some()))
    }

    /// The glyphs of these characters. `None` where the file cannot be read.
    pub(crate) fn subset(&self, characters: impl Iterator<Item = char>) -> Option<Subset> {
        Subset::new(&self.0, characters)
    }
}

impl fmt::Debug for FontFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FontFile({} bytes)", self.0.len())
    }
}

/// The characters of one face that a document uses, ready to be embedded.
#[derive(Debug)]
pub(crate) struct Subset {
    file: Stream,
    to_unicode: Stream,
    name: String,
    /// Glyph in the subset and its width in thousandths of the size.
    glyphs: BTreeMap<char, (u16, i64)>,
    missing: (u16, i64),
    /// Those included that others are put together from.
    glyph_count: usize,
    descriptor: Dictionary,
}

impl Subset {
    /// Takes the glyphs of these characters out of a face. `None` where the face cannot be read.
    pub(crate) fn new(face_data: &[u8], characters: impl Iterator<Item = char>) -> Option<Self> {
        let face = Face::parse(face_data, 0).ok()?;
        let per_em = f64::from(face.units_per_em());
        let width = |glyph: GlyphId| {
            let advance = f64::from(face.glyph_hor_advance(glyph).unwrap_or_default());
            to_integer(advance * 1000.0 / per_em)
        };
        let mut remapper = GlyphRemapper::new();
        let wanted: BTreeMap<char, GlyphId> = characters
            .chain(['?'])
            .filter_map(|character| Some((character, face.glyph_index(character)?)))
            .collect();
        let glyphs: BTreeMap<char, (u16, i64)> = wanted
            .into_iter()
            .map(|(character, glyph)| (character, (remapper.remap(glyph.0), width(glyph))))
            .collect();
        let missing = glyphs.get(&'?').copied().unwrap_or((0, width(GlyphId(0))));
        let data = subsetter::subset(face_data, 0, &remapper).ok()?;
        let name = format!("{}+{}", tag(glyphs.keys()), postscript_name(&face)?);
        let descriptor = descriptor(&face, &name);
        let mut file = Dictionary::default();
        file.set("Length1", i64::try_from(data.len()).unwrap_or_default());
        let to_unicode = to_unicode(&glyphs);
        Some(Self {
            file: compressed(file, &data),
            to_unicode: compressed(Dictionary::default(), to_unicode.as_bytes()),
            name,
            glyphs,
            missing,
            glyph_count: glyph_count(&data)?,
            descriptor,
        })
    }

    /// The characters of a text that the face does not have.
    pub(crate) fn missing<'a>(&'a self, text: &'a str) -> impl Iterator<Item = char> + 'a {
        text.chars()
            .filter(|character| !self.glyphs.contains_key(character))
    }

    /// Width of a line of text at a size, in points.
    #[expect(clippy::cast_precision_loss, reason = "widths lie far below 2^52")]
    pub(crate) fn width(&self, text: &str, size: f64) -> f64 {
        let thousandths: i64 = text
            .chars()
            .map(|c| self.glyph(c).1)
            .fold(0, i64::saturating_add);
        thousandths as f64 * size / 1000.0
    }

    /// The text as a string for the operator Tj.
    pub(crate) fn encode(&self, text: &str) -> PdfString {
        let bytes = text
            .chars()
            .flat_map(|c| self.glyph(c).0.to_be_bytes())
            .collect();
        PdfString {
            bytes,
            hex: true,
            span: None,
            malformed: false,
        }
    }

    /// Makes the objects of the font; gives the id of the Type0 font dictionary.
    pub(crate) fn embed(
        &self,
        rendition: Rendition,
        add: &mut dyn FnMut(Object) -> ObjectId,
    ) -> ObjectId {
        let mut descriptor = self.descriptor.clone();
        descriptor.set("FontFile2", add(self.file.clone().into()));
        if rendition.pdf_a1 {
            descriptor.set("CIDSet", add(self.cid_set().into()));
        }
        let descriptor = add(descriptor.into());

        let mut system = Dictionary::default();
        system.set("Registry", Object::string(*b"Adobe"));
        system.set("Ordering", Object::string(*b"Identity"));
        system.set("Supplement", 0);
        let mut widths = vec![0; self.glyphs.len().saturating_add(1)];
        for &(glyph, width) in self.glyphs.values() {
            if let Some(slot) = widths.get_mut(usize::from(glyph)) {
                *slot = width;
            }
        }
        let widths = widths.into_iter().map(Object::Integer).collect::<Vec<_>>();
        let mut descendant = Dictionary::default();
        descendant.set("Type", Object::name("Font"));
        descendant.set("Subtype", Object::name("CIDFontType2"));
        descendant.set("BaseFont", Object::name(&self.name));
        descendant.set("CIDSystemInfo", system);
        descendant.set("CIDToGIDMap", Object::name("Identity"));
        descendant.set("FontDescriptor", descriptor);
        descendant.set("W", vec![Object::Integer(0), widths.into()]);
        let descendant = add(descendant.into());

        let to_unicode = add(self.to_unicode.clone().into());
        let mut font = Dictionary::default();
        font.set("Type", Object::name("Font"));
        font.set("Subtype", Object::name("Type0"));
        font.set("BaseFont", Object::name(&self.name));
        font.set("Encoding", Object::name("Identity-H"));
        font.set("DescendantFonts", vec![descendant.into()]);
        font.set("ToUnicode", to_unicode);
        add(font.into())
    }

    fn glyph(&self, character: char) -> (u16, i64) {
        self.glyphs.get(&character).copied().unwrap_or(self.missing)
    }

    /// A bit for each glyph, all of them set (ISO 32000-1 table 124): PDF/A-1 asks for it (ISO 19005-1 clause 6.3.5).
    fn cid_set(&self) -> Stream {
        let count = self.glyph_count;
        let mut bits = vec![0xff; count.div_ceil(8)];
        let unused = bits.len().saturating_mul(8).saturating_sub(count) & 7;
        if let Some(last) = bits.last_mut() {
            *last = 0xff_u8 << unused;
        }
        compressed(Dictionary::default(), &bits)
    }
}

/// The ToUnicode CMap (clause 9.10.3); at most 100 mappings stand in one block.
fn to_unicode(glyphs: &BTreeMap<char, (u16, i64)>) -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n\
         /CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n",
    );
    let mappings: Vec<String> = glyphs
        .iter()
        .map(|(character, (glyph, _))| {
            let mut units = [0; 2];
            let utf16: String = character
                .encode_utf16(&mut units)
                .iter()
                .map(|u| format!("{u:04X}"))
                .collect();
            format!("<{glyph:04X}><{utf16}>\n")
        })
        .collect();
    for block in mappings.chunks(100) {
        map.push_str(&format!(
            "{} beginbfchar\n{}endbfchar\n",
            block.len(),
            block.concat()
        ));
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}

/// A stream with its data deflated.
pub(crate) fn compressed(mut dictionary: Dictionary, data: &[u8]) -> Stream {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let deflated = std::io::Write::write_all(&mut encoder, data).and_then(|()| encoder.finish());
    let data = match deflated {
        Ok(deflated) if deflated.len() < data.len() => {
            dictionary.set("Filter", Object::name("FlateDecode"));
            deflated
        }
        // Short data grows when it is deflated. Writing to memory does not fail.
        _ => data.to_vec(),
    };
    Stream {
        dictionary,
        data: StreamData::Memory(data),
    }
}

/// Table maxp of a font file (OpenType): the number of glyphs stands behind its version.
fn glyph_count(data: &[u8]) -> Option<usize> {
    let table = RawFace::parse(data, 0)
        .ok()?
        .table(Tag::from_bytes(b"maxp"))?;
    let count = table.get(4..6)?.first_chunk()?;
    Some(usize::from(u16::from_be_bytes(*count)))
}

/// Six capitals that differ between subsets (clause 9.6.4), made from the characters.
fn tag<'a>(characters: impl Iterator<Item = &'a char>) -> String {
    // FNV-1a: any spreading function will do.
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    for &character in characters {
        state = (state ^ u64::from(u32::from(character))).wrapping_mul(0x0100_0000_01b3);
    }
    (0..6)
        .map(|_| {
            let letter = u8::try_from(state % 26).unwrap_or_default();
            state /= 26;
            char::from(b'A'.saturating_add(letter))
        })
        .collect()
}

fn postscript_name(face: &Face<'_>) -> Option<String> {
    let names = face.names().into_iter();
    names
        .filter(|name| name.name_id == ttf_parser::name_id::POST_SCRIPT_NAME)
        .find_map(|n| n.to_string())
}

/// The font descriptor (clause 9.8), without its font file.
fn descriptor(face: &Face<'_>, name: &str) -> Dictionary {
    let per_em = f64::from(face.units_per_em());
    let scaled = |value: i16| Object::Integer(to_integer(f64::from(value) * 1000.0 / per_em));
    let bounds = face.global_bounding_box();
    // Nonsymbolic; italic; serif (table 123).
    let flags = 32 | if face.is_italic() { 64 } else { 0 } | 2;
    let stem = if face.is_bold() { 140 } else { 80 };
    let mut descriptor = Dictionary::default();
    descriptor.set("Type", Object::name("FontDescriptor"));
    descriptor.set("FontName", Object::name(name));
    descriptor.set("Flags", flags);
    descriptor.set(
        "FontBBox",
        [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max]
            .map(scaled)
            .to_vec(),
    );
    descriptor.set("ItalicAngle", to_integer(f64::from(face.italic_angle())));
    descriptor.set("Ascent", scaled(face.ascender()));
    descriptor.set("Descent", scaled(face.descender()));
    descriptor.set(
        "CapHeight",
        scaled(face.capital_height().unwrap_or(face.ascender())),
    );
    descriptor.set("StemV", stem);
    descriptor
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "font units scaled to 1000 lie far below 2^31"
)]
fn to_integer(value: f64) -> i64 {
    value.round() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vietnamese_is_complete_and_widths_are_those_of_times() {
        let text = "Độc lập - Tự do - Hạnh phúc: ẶẴỄỠỮỲĐƯƠẵễỡữỳđươ AB";
        let subset = Subset::new(SERIF, text.chars()).unwrap();
        assert!(text.chars().all(|c| subset.glyphs.contains_key(&c)));
        assert!(
            (subset.width("AB", 10.0) - 13.89).abs() < 0.01,
            "{}",
            subset.width("AB", 10.0)
        );
        assert!(subset.file.data != StreamData::Memory(Vec::new()));
        // What the face lacks is shown as a question mark.
        assert_eq!(subset.encode("\u{4e00}").bytes, subset.encode("?").bytes);
        assert_eq!(subset.encode("??").bytes.len(), 4);
    }

    #[test]
    fn five_objects_and_deterministic() {
        let make = || {
            let subset = Subset::new(SERIF, "12/QĐ-UBND".chars()).unwrap();
            let mut objects = Vec::new();
            subset.embed(Rendition::default(), &mut |object| {
                objects.push(object);
                ObjectId {
                    number: u32::try_from(objects.len()).unwrap(),
                    generation: 0,
                }
            });
            objects
        };
        assert_eq!(make().len(), 5);
        assert_eq!(make(), make());
    }
}
