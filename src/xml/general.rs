//! The general path: node sets by XPath and XPath Filter 2.

use super::{Canonical, Document, ElementId, Target};
use crate::{
    error::{Error, ErrorKind, Result},
    text::rules::xml as rules,
};

/// One transform on a node set; elements are those of the transforms, in the document that holds the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NodeSetStep {
    /// enveloped-signature: this signature is taken out.
    Enveloped(ElementId),
    /// XPath 1.0: this XPath element's expression.
    XPath(ElementId),
    /// XPath Filter 2: these XPath elements, one after the other.
    Filter2(Vec<ElementId>),
}

/// Canonicalises what transforms leave of a target; `holder` is the document that holds the signature.
///
/// # Errors
/// `Unsupported` for expressions that cannot be evaluated, `Limit`.
pub(crate) fn canonicalise_set(
    _document: &Document,
    _holder: &Document,
    _target: Target,
    _steps: &[NodeSetStep],
    _method: &Canonical,
    _sink: &mut dyn FnMut(&[u8]),
) -> Result<()> {
    Err(Error::new(ErrorKind::Unsupported, &rules::XPATH).with("XPath"))
}
