//! Octets outside the signed document: files and parts of messages that the caller gives, attachments of a package.

use std::sync::Arc;

use crate::{
    context::Context,
    crypto::{Digest, DigestAlgorithm},
    error::{Error, ErrorKind, Result},
    progress::{Stage, Watch},
    sign::signed::for_each_block,
    source::{MemorySource, Source},
    text::rules,
    xml::Document,
    xmldsig::package,
};

/// What a URI names. An attachment of the package itself comes before what the caller gives, as readers look for it.
///
/// # Errors
/// `Argument` where nobody gives it; as the caller's resolver.
pub(super) fn open(
    context: &Context,
    document: Option<&Document>,
    uri: &str,
) -> Result<Arc<dyn Source>> {
    if let (Some(document), true) = (document, uri.starts_with("cid:"))
        && let Some(octets) = package::attachment(document, uri, context.options().cid_octets)?
    {
        return Ok(Arc::new(MemorySource::new(octets)));
    }
    if let Some(references) = context.references()
        && let Some(source) = references.open(uri)?
    {
        return Ok(source);
    }
    Err(Error::new(ErrorKind::Argument, &rules::xml_sign::OUTSIDE).with(uri))
}

/// The digest of a source, read once.
pub(super) fn digest(
    context: &Context,
    source: &dyn Source,
    algorithm: DigestAlgorithm,
    watch: &Watch,
) -> Result<Digest> {
    let missing = || {
        Error::new(ErrorKind::Unsupported, &rules::key::DIGEST_UNSUPPORTED).with(algorithm.name())
    };
    let mut state = context.provider().digest(algorithm).ok_or_else(missing)?;
    let mut meter = watch.stage(Stage::Digesting, source.len())?;
    for_each_block(source, &mut meter, &mut |block| {
        state.update(block);
        Ok(())
    })?;
    source.unchanged()?;
    Ok(state.finish())
}
