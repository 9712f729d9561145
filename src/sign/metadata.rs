//! The document's XMP metadata, where it lacks its envelope.
//!
//! Acrobat Distiller 5 and others wrote `rdf:RDF` without the `x:xmpmeta` around it (ISO 16684-1 clause 7.3.3: it is
//! optional). pyHanko then takes the metadata for something else, and finds every signature but the last one
//! changed. A document that nobody signed yet gets the envelope with the first signature; what is in it stays.

use crate::{
    error::{ErrorKind, Result},
    limits::MAX_METADATA_BYTES,
    pdf::{Object, ObjectId, Stream, form, incremental::Editor, object::StreamData},
};

const OPEN: &str = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">";
const CLOSE: &str = "</x:xmpmeta>";

/// The metadata of the document: its stream, and what is in it. `None` where there is none that can be read.
///
/// # Errors
/// `Refused` when the catalog is not sound; `Limit`, `Io`.
pub(super) fn packet(editor: &Editor) -> Result<Option<(ObjectId, Stream, Vec<u8>)>> {
    let (_, catalog) = form::catalog(editor)?;
    let (id, value) = editor.locate(catalog.get("Metadata").unwrap_or(&Object::Null))?;
    let (Some(id), Object::Stream(stream)) = (id, value) else {
        return Ok(None);
    };
    match editor.base().stream_data(&stream) {
        Ok(data) if data.len() <= MAX_METADATA_BYTES => Ok(Some((id, stream, data))),
        Err(error) if error.kind() == ErrorKind::Io => Err(error),
        // Metadata that cannot be read hinders nobody.
        _ => Ok(None),
    }
}

/// The metadata stream with its envelope; `None` where it has one, or is not what is known to be mended so.
pub(super) fn mended(editor: &Editor) -> Result<Option<(ObjectId, Stream)>> {
    let Some((id, stream, data)) = packet(editor)? else {
        return Ok(None);
    };
    let Some(data) = std::str::from_utf8(&data).ok().and_then(enveloped) else {
        return Ok(None);
    };
    let mut dictionary = stream.dictionary;
    // How it is encrypted is not ours to change: readers differ on metadata without its own crypt filter.
    let first = |key| match dictionary.get(key) {
        Some(Object::Array(items)) => items.first().cloned(),
        other => other.cloned(),
    };
    let crypt = first("Filter").filter(|filter| filter.is_name("Crypt"));
    let crypt = crypt.map(|filter| (filter, first("DecodeParms")));
    for key in ["Filter", "DecodeParms", "Length", "DL"] {
        dictionary.remove(key);
    }
    if let Some((filter, parameters)) = crypt {
        dictionary.set("Filter", filter);
        if let Some(parameters) = parameters {
            dictionary.set("DecodeParms", parameters);
        }
    }
    let data = StreamData::Memory(data.into_bytes());
    Ok(Some((id, Stream { dictionary, data })))
}

/// A packet whose root element is `rdf:RDF`, put into `x:xmpmeta`.
fn enveloped(packet: &str) -> Option<String> {
    let (head, rest) = packet.split_at(packet.find("<rdf:RDF")?);
    let end = rest.find("</rdf:RDF>")?.checked_add("</rdf:RDF>".len())?;
    let (rdf, tail) = (rest.get(..end)?, rest.get(end..)?);
    // Only white space and processing instructions around it: then it is the root.
    let bare = |text: &str| text.split('<').skip(1).all(|part| part.starts_with('?'));
    let mendable = bare(head) && bare(tail) && !head.contains("encoding");
    // The attribute `bytes` of an old header would be wrong now; so it gets a new one.
    let header = "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>";
    mendable.then(|| format!("{header}\n{OPEN}\n{rdf}\n{CLOSE}{tail}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_rdf_root_gets_an_envelope() {
        let rdf = "<rdf:RDF xmlns:rdf='x'><a/></rdf:RDF>";
        let mended = enveloped(&format!(
            "<?xpacket begin='' bytes='99'?>{rdf}<?xpacket end='r'?>"
        ))
        .unwrap();
        assert!(
            mended.ends_with(&format!("{OPEN}\n{rdf}\n{CLOSE}<?xpacket end='r'?>")),
            "{mended}"
        );
        assert!(!mended.contains("bytes"));
        for other in [
            format!("<x:xmpmeta xmlns:x='adobe:ns:meta/'>{rdf}</x:xmpmeta>"),
            format!("{rdf}<rdf:RDF/>"),
            "<rdf:RDF>".to_owned(),
            "text".to_owned(),
        ] {
            assert_eq!(enveloped(&other), None, "{other}");
        }
        assert_eq!(enveloped(&enveloped(rdf).unwrap()), None, "once is enough");
    }
}
