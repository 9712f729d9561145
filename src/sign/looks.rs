//! What the boxes of one call show. Fonts stand once in the file, in the first revision: later ones only refer to them.

use super::planned::Planned;
use crate::{
    error::{Error, ErrorKind, Result},
    layout::Look,
    pdf::{
        ObjectId, Stream, appearance,
        font::{SERIF, Subset},
        incremental::Editor,
    },
    text::rules,
};

/// What appearances refer to, embedded.
#[derive(Debug, Default)]
pub(super) struct Looks {
    font: Option<(Subset, ObjectId)>,
}

impl Looks {
    /// Embeds what the boxes need.
    ///
    /// # Errors
    /// `Unsupported` when a font cannot be read.
    pub(super) fn embed(editor: &mut Editor, planned: &[Planned]) -> Result<Self> {
        let mut looks = Self::default();
        let characters: String = planned
            .iter()
            .filter(|planned| planned.visible().is_some())
            .map(|planned| match &planned.look {
                Look::Line(line) => line.text.as_str(),
            })
            .collect();
        if !characters.is_empty() {
            let subset = Subset::new(SERIF, characters.chars())
                .ok_or_else(|| Error::new(ErrorKind::Unsupported, &rules::sign::FONT))?;
            let id = subset.embed(&mut |object| editor.add(object));
            looks.font = Some((subset, id));
        }
        Ok(looks)
    }

    /// The appearance of one box; `None` where it shows nothing.
    pub(super) fn form(&self, planned: &Planned) -> Option<Stream> {
        let rect = planned.visible()?;
        match &planned.look {
            Look::Line(line) => {
                let (subset, font) = self.font.as_ref()?;
                Some(appearance::line(
                    subset,
                    *font,
                    &line.text,
                    &rect,
                    planned.rotation,
                    line.align,
                ))
            }
        }
    }
}
