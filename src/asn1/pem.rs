//! PEM (RFC 7468): the blocks of a text file, whatever stands between them.

use zeroize::Zeroizing;

/// One block.
pub(crate) struct Block {
    /// `CERTIFICATE`, `PRIVATE KEY` …
    pub(crate) label: String,
    /// What was encoded. Wiped when dropped: it may be a key.
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    /// The block has RFC 1421 headers that say it is encrypted (OpenSSL's old key format).
    pub(crate) encrypted: bool,
}

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Characters in a line of what is handed to the decoder.
const LINE: usize = 64;

/// Whether the text holds a block at all: tells PEM from DER. A SEQUENCE of 128 octets or more begins like no text, and is not looked
/// through: it may be a list of 80 MB, or have a block in one of its strings.
pub(crate) fn is_pem(text: &[u8]) -> bool {
    !matches!(text, [0x30, 0x80..=0xFF, ..]) && memchr::memmem::find(text, BEGIN).is_some()
}

/// All blocks of a text. Junk between them, CRLF and odd line lengths are allowed; `None` where a block has no end or is no base64.
pub(crate) fn blocks(text: &[u8]) -> Option<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(start) = memchr::memmem::find(rest, BEGIN) {
        rest = rest.get(start.checked_add(BEGIN.len())?..)?;
        let end = memchr::memmem::find(rest, DASHES)?;
        let (label, body) = (
            rest.get(..end)?,
            rest.get(end.checked_add(DASHES.len())?..)?,
        );
        let label = std::str::from_utf8(label)
            .ok()
            .filter(|l| l.len() <= LINE && !l.contains('\n'))?;
        let end = memchr::memmem::find(body, END)?;
        let (body, after) = (body.get(..end)?, body.get(end.checked_add(END.len())?..)?);
        rest = after.strip_prefix(label.as_bytes())?.strip_prefix(DASHES)?;
        blocks.push(block(label, body)?);
    }
    Some(blocks)
}

fn block(label: &str, body: &[u8]) -> Option<Block> {
    let (headers, body) = split_headers(body);
    let encrypted = memchr::memmem::find(headers, b"ENCRYPTED").is_some();
    // The decoder wants lines of one length, so the text is set anew.
    // Room for all at once: a vector that grows leaves copies behind.
    let mut characters = Zeroizing::new(Vec::with_capacity(body.len()));
    let visible = body.iter().copied().filter(|c| !c.is_ascii_whitespace());
    characters.extend(visible);
    let mut text = Zeroizing::new(Vec::with_capacity(
        // A line end for every LINE characters, and the lines around.
        body.len()
            .saturating_add(body.len() / LINE)
            .saturating_add(256),
    ));
    text.extend_from_slice(BEGIN);
    text.extend_from_slice(b"X-----\n");
    for line in characters.chunks(LINE) {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(END);
    text.extend_from_slice(b"X-----\n");
    let (_, bytes) = der::pem::decode_vec(&text).ok()?;
    Some(Block {
        label: label.to_owned(),
        bytes: Zeroizing::new(bytes),
        encrypted,
    })
}

/// RFC 1421 headers end with an empty line.
fn split_headers(body: &[u8]) -> (&[u8], &[u8]) {
    if !body.contains(&b':') {
        return (&[], body);
    }
    let gaps: [&[u8]; 2] = [b"\n\n", b"\r\n\r\n"];
    let gap = gaps
        .into_iter()
        .filter_map(|gap| memchr::memmem::find(body, gap))
        .min();
    gap.and_then(|at| body.split_at_checked(at))
        .unwrap_or((&[], body))
}
