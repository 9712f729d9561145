//! What will be signed: by whom, into which field, and what its box shows.

use std::sync::Arc;

use crate::{
    crypto::SignatureAlgorithm,
    geometry::{Points, Rect},
    layout::Look,
    pdf::{ObjectId, appearance::Rendition, field::Lock, form::NewField},
    report::Finding,
    x509::Certificate,
};

/// Whose signature it is, and how it is made.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) certificate: Arc<Certificate>,
    /// Issuers to embed.
    pub(super) chain: Vec<Arc<Certificate>>,
    pub(super) algorithm: SignatureAlgorithm,
    /// Most bytes that a signature can have.
    pub(super) signature_len: usize,
}

/// All signatures of one call, in their order.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) signatures: Vec<Planned>,
    /// Whether nobody has signed the document yet.
    pub(super) is_unsigned: bool,
    pub(super) findings: Vec<Finding>,
    /// What appearances may hold.
    pub(super) rendition: Rendition,
}

/// One signature that will be made.
#[derive(Debug)]
pub(super) struct Planned {
    /// Index of the identity.
    pub(super) key: usize,
    pub(super) field_name: String,
    pub(super) field: Field,
    /// What its box shows. Nothing without a box.
    pub(super) look: Look,
    /// Degrees by which the page of the box is turned.
    pub(super) rotation: u16,
    /// Points in a unit of that page's user space.
    pub(super) unit: Points,
    pub(super) lock: Option<Lock>,
    /// DocMDP permission of a certification signature.
    pub(super) certify: Option<u8>,
}

/// Where a signature goes.
#[derive(Debug)]
pub(super) enum Field {
    /// Into a field that is there and empty.
    Existing {
        id: ObjectId,
        widget: Option<ObjectId>,
        rect: Option<Rect>,
    },
    /// Into one that the first revision makes.
    New(NewField),
}

impl Planned {
    /// The box, if the signature shows anything.
    pub(super) fn visible(&self) -> Option<Rect> {
        let rect = match &self.field {
            Field::Existing { rect, widget, .. } => rect.filter(|_| widget.is_some()),
            Field::New(field) => Some(field.rect),
        };
        rect.filter(|rect| rect.width() > 0.0 && rect.height() > 0.0 && !self.look.is_empty())
    }
}
