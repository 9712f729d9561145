//! Attachments inside an edXML package (QCVN 102:2016/BTTTT): base64 of a ZIP file as a rule.

use std::io::Read;

use flate2::read::DeflateDecoder;

use super::{base64, profile};
use crate::{
    error::{Error, ErrorKind, Result},
    limits::MAX_ATTACHMENT_BYTES,
    options::CidOctets,
    text::rules,
    xml::Document,
};

/// The octets of the attachment with a content id; `None` where the package has none.
///
/// # Errors
/// `Refused` where it is there twice or is not what it should be, `Limit` where it is too large.
pub(crate) fn attachment(
    document: &Document,
    id: &str,
    octets: CidOctets,
) -> Result<Option<Vec<u8>>> {
    let id = id.strip_prefix("cid:").unwrap_or(id);
    let broken = |why: &str| {
        Error::new(ErrorKind::Refused, &rules::xml_sign::PACKAGE)
            .with(format_args!("cid:{id}"))
            .with(why)
    };
    let root = document.root();
    let attachments = profile::below(document, root, &["AttachmentEncoded", "Attachment"]);
    let mut found = Vec::new();
    for attachment in attachments {
        for name in profile::below(document, attachment, &["ContentId"]) {
            let name = document.text(name)?;
            let name = name.trim();
            if name.strip_prefix("cid:").unwrap_or(name) == id {
                found.push(attachment);
            }
        }
    }
    let attachment = match found.as_slice() {
        [] => return Ok(None),
        [only] => *only,
        _ => return Err(broken("twice")),
    };
    let content = profile::below(document, attachment, &["ContentTransferEncoded"]);
    let [content] = content.as_slice() else {
        return Err(broken("ContentTransferEncoded"));
    };
    let text = document.text(*content)?;
    if octets == CidOctets::Text {
        return Ok(Some(text.into_bytes()));
    }
    let decoded = base64::decode(&text).ok_or_else(|| broken("base64"))?;
    if octets == CidOctets::Decoded {
        return Ok(Some(decoded));
    }
    match only_file(&decoded) {
        Some(file) if file.len() as u64 > MAX_ATTACHMENT_BYTES => {
            Err(Error::new(ErrorKind::Limit, &rules::xml_sign::PACKAGE)
                .with(format_args!("cid:{id}"))
                .with(format_args!("> {} MiB", MAX_ATTACHMENT_BYTES >> 20)))
        }
        Some(file) => Ok(Some(file)),
        None => Err(broken("ZIP")),
    }
}

/// The one file of a ZIP file (APPNOTE 6.3), stored or deflated; `None` where it is none, or not exactly one.
/// At most one octet more than the limit is made.
fn only_file(zip: &[u8]) -> Option<Vec<u8>> {
    let number16 = |at: usize| -> Option<usize> {
        let octets = zip.get(at..at.checked_add(2)?)?;
        Some(usize::from(u16::from_le_bytes(octets.try_into().ok()?)))
    };
    let number32 = |at: usize| -> Option<usize> {
        let octets = zip.get(at..at.checked_add(4)?)?;
        usize::try_from(u32::from_le_bytes(octets.try_into().ok()?)).ok()
    };
    // Clauses 4.3.16 and 4.3.12: the end record, and the one entry that it tells of.
    let end = memchr::memmem::rfind(zip, b"PK\x05\x06")?;
    let entry = number32(end.checked_add(16)?)?;
    let is_one = number16(end.checked_add(10)?)? == 1;
    if !is_one || zip.get(entry..entry.checked_add(4)?)? != b"PK\x01\x02" {
        return None;
    }
    let method = number16(entry.checked_add(10)?)?;
    let packed = number32(entry.checked_add(20)?)?;
    let size = number32(entry.checked_add(24)?)?;
    // Clause 4.3.7: the local header before the data has lengths of its own.
    let local = number32(entry.checked_add(42)?)?;
    if zip.get(local..local.checked_add(4)?)? != b"PK\x03\x04" {
        return None;
    }
    let (name, extra) = (
        number16(local.checked_add(26)?)?,
        number16(local.checked_add(28)?)?,
    );
    let start = local
        .checked_add(30)?
        .checked_add(name)?
        .checked_add(extra)?;
    let data = zip.get(start..start.checked_add(packed)?)?;
    let file = match method {
        0 => data.to_vec(),
        8 => {
            let mut file = Vec::new();
            let limit = MAX_ATTACHMENT_BYTES.saturating_add(1);
            DeflateDecoder::new(data)
                .take(limit)
                .read_to_end(&mut file)
                .ok()?;
            file
        }
        _ => return None,
    };
    (file.len() == size || file.len() as u64 > MAX_ATTACHMENT_BYTES).then_some(file)
}
