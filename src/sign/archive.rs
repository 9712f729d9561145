//! Documents that claim to be PDF/A (ISO 19005): what their appearances must not have, so that they stay it.
//!
//! What the parts ask of a signature, and who sees to it:
//! - no transparency in part 1 (6.4), no colours of a device without an output intent (part 1: 6.2.3, later ones:
//!   6.2.4.3), subsets that list their glyphs in part 1 (6.3.5): [`Rendition`], made here;
//! - fonts embedded, with ToUnicode (6.3): `pdf::font`, always;
//! - widgets that print, are not hidden, and have one normal appearance (part 1: 6.5.3, 6.9; later ones: 6.3, 6.4.1):
//!   `pdf::form`, always;
//! - no streams of objects in part 1 (6.1.4 of its technical corrigendum 2): a revision takes the form of the one before;
//! - /ByteRange over everything, one signer with a certificate (part 2 and 3: 6.4.3): the same for every document;
//! - structure for level A: `pdf::structure`.

use quick_xml::{
    NsReader,
    events::{BytesStart, Event},
    name::{Namespace, NamespaceResolver, ResolveResult},
};

use super::metadata;
use crate::{
    error::Result,
    pdf::{Object, appearance::Rendition, form, incremental::Editor},
};

/// The namespace of the identification schema (ISO 19005-1 clause 6.7.11; the later parts keep it).
const PDFA_ID: &[u8] = b"http://www.aiim.org/pdfa/ns/id/";

/// What the metadata claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Claim {
    /// 1 to 4.
    pub(super) part: u8,
    /// `A`, `B`, `U`, `E`, `F`; part 4 has none by itself.
    pub(super) conformance: String,
}

impl std::fmt::Display for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PDF/A-{}{}", self.part, self.conformance.to_lowercase())
    }
}

/// The claim of a document and what it means for appearances; `None` where it makes none.
///
/// # Errors
/// `Limit`, `Io`.
pub(super) fn rendition(editor: &Editor) -> Result<Option<(Claim, Rendition)>> {
    let Some((_, _, packet)) = metadata::packet(editor)? else {
        return Ok(None);
    };
    let Some(claim) = claim(&text(&packet)) else {
        return Ok(None);
    };
    let components = intent(editor)?;
    // Gray may be had by every intent, red only by one of RGB.
    let calibrated = components != Some(3);
    // Transparent pages without an intent need a group with a colour space of its own (part 2: 6.2.10).
    let flat = claim.part == 1 || components.is_none();
    let rendition = Rendition {
        pdf_a1: flat,
        calibrated,
    };
    Ok(Some((claim, rendition)))
}

/// Components of the profile of the PDF/A output intent (part 1: 6.2.2).
fn intent(editor: &Editor) -> Result<Option<i64>> {
    let (_, catalog) = form::catalog(editor)?;
    let intents = editor.value(&catalog, "OutputIntents")?;
    for intent in intents.as_array().unwrap_or_default() {
        let intent = editor.resolve(intent)?;
        let Some(intent) = intent.as_dictionary() else {
            continue;
        };
        let kind = editor.value(intent, "S")?;
        if !kind.is_name("GTS_PDFA1") {
            continue;
        }
        if let Object::Stream(profile) = editor.value(intent, "DestOutputProfile")? {
            return Ok(editor.value(&profile.dictionary, "N")?.as_integer());
        }
    }
    Ok(None)
}

/// A packet is UTF-8, or UTF-16 with a byte order mark (ISO 16684-1 clause 7.1).
fn text(packet: &[u8]) -> String {
    let wide = |read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = packet
            .chunks_exact(2)
            .filter_map(|pair| pair.try_into().ok())
            .map(read)
            .collect();
        String::from_utf16_lossy(&units)
    };
    match packet {
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        _ => String::from_utf8_lossy(packet).into_owned(),
    }
}

/// `pdfaid:part` and `pdfaid:conformance`, as elements or as attributes of a description.
fn claim(packet: &str) -> Option<Claim> {
    let packet = packet.trim_start_matches('\u{feff}');
    let mut reader = NsReader::from_str(packet);
    let mut claim = Claim::default();
    // The property whose text comes next.
    let mut property: Option<String> = None;
    // A packet that is no XML claims nothing beyond what was read.
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) => {
                take_attributes(&mut claim, reader.resolver(), &start);
                let (space, name) = reader.resolver().resolve_element(start.name());
                property = is_pdfa_id(&space).then(|| lossy(name.as_ref()));
            }
            Event::Empty(start) => take_attributes(&mut claim, reader.resolver(), &start),
            Event::Text(value) => {
                if let Some(property) = &property {
                    take(&mut claim, property, &lossy(value.as_ref()));
                }
            }
            Event::End(_) => property = None,
            Event::Eof => break,
            _ => {}
        }
    }
    (1..=4).contains(&claim.part).then_some(claim)
}

fn take_attributes(claim: &mut Claim, resolver: &NamespaceResolver, start: &BytesStart<'_>) {
    for attribute in start.attributes().flatten() {
        let (space, name) = resolver.resolve_attribute(attribute.key);
        if is_pdfa_id(&space) {
            take(
                claim,
                &lossy(name.as_ref()),
                &lossy(attribute.value.as_ref()),
            );
        }
    }
}

fn is_pdfa_id(space: &ResolveResult<'_>) -> bool {
    matches!(space, ResolveResult::Bound(Namespace(name)) if AsRef::<[u8]>::as_ref(name) == PDFA_ID)
}

fn take(claim: &mut Claim, property: &str, value: &str) {
    match property {
        "part" => claim.part = value.trim().parse().unwrap_or_default(),
        "conformance" => claim.conformance = value.trim().to_owned(),
        _ => {}
    }
}

fn lossy(bytes: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(bytes.as_ref()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(inside: &str) -> String {
        format!(
            "<?xpacket begin=''?><x:xmpmeta xmlns:x='adobe:ns:meta/'>\
             <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>{inside}</rdf:RDF></x:xmpmeta>"
        )
    }

    #[test]
    fn the_claim_is_read_from_elements_and_attributes_of_any_prefix() {
        let space = "xmlns:id='http://www.aiim.org/pdfa/ns/id/'";
        let elements = packet(&format!(
            "<rdf:Description {space}><id:part> 1 </id:part><id:conformance>A</id:conformance></rdf:Description>"
        ));
        let attributes = packet(&format!(
            "<rdf:Description {space} id:part='3' id:conformance='B'/>"
        ));
        assert_eq!(claim(&elements).unwrap().to_string(), "PDF/A-1a");
        assert_eq!(claim(&attributes).unwrap().to_string(), "PDF/A-3b");
        let wide: Vec<u8> = format!("\u{feff}{attributes}")
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(claim(&text(&wide)).unwrap().part, 3);
    }

    #[test]
    fn what_only_looks_like_a_claim_is_none() {
        for inside in [
            "",
            "<rdf:Description xmlns:pdfaid='urn:other'><pdfaid:part>1</pdfaid:part></rdf:Description>",
            "<rdf:Description><!-- pdfaid:part>1 --></rdf:Description>",
            "<rdf:Description xmlns:id='http://www.aiim.org/pdfa/ns/id/' id:part='9'/>",
        ] {
            assert_eq!(claim(&packet(inside)), None, "{inside}");
        }
        assert_eq!(claim("<a><b>"), None);
        assert_eq!(claim("%PDF"), None);
    }
}
