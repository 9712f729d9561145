//! What is left of canonical octets when their markup is taken away.

/// The text in canonical octets: markup taken away, references undone as far as base64 can have any.
pub(super) fn text_of(octets: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(octets.len());
    let mut rest = octets;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest) {
        let (before, markup) = rest.split_at_checked(at).unwrap_or((rest, &[]));
        text.extend_from_slice(before);
        rest = if markup.starts_with(b"<?") {
            behind(markup, b"?>")
        } else if markup.starts_with(b"<") {
            behind_tag(markup)
        } else {
            // &#xD; is white space; what else needs a reference is no base64.
            match markup.strip_prefix(b"&#xD;") {
                Some(after) => after,
                None => {
                    text.push(b'&');
                    markup.get(1..).unwrap_or_default()
                }
            }
        };
    }
    text.extend_from_slice(rest);
    text
}

fn behind<'b>(text: &'b [u8], mark: &[u8]) -> &'b [u8] {
    memchr::memmem::find(text, mark)
        .and_then(|at| text.get(at.checked_add(mark.len())?..))
        .unwrap_or_default()
}

/// Behind a tag, whose attributes may hold `>`.
fn behind_tag(tag: &[u8]) -> &[u8] {
    let mut quote = None;
    for (at, byte) in tag.iter().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            (None, b'>') => return tag.get(at.saturating_add(1)..).unwrap_or_default(),
            _ => {}
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_stands_between_tags() {
        assert_eq!(
            text_of(b"<a b=\"x>y\">Zm<c>9</c><?p <q> ?>v&#xD;\n</a>"),
            b"Zm9v\n"
        );
        assert_eq!(text_of(b"plain"), b"plain");
        assert_eq!(text_of(b"<a b='>"), b"");
    }
}
