//! What the boxes of one call show. Fonts and pictures stand once in the file, in the first revision: later ones only
//! refer to them and stay small.

use std::{collections::BTreeMap, sync::Arc};

use super::planned::{Plan, Planned};
use crate::{
    error::Result,
    layout::{Assets, Face, Look},
    pdf::{
        ObjectId, Stream,
        appearance::{self, Frame, Rendition, Text},
        font::Subset,
        incremental::Editor,
        picture::Picture,
    },
    report::Finding,
    text::rules,
};

/// What appearances refer to, embedded.
#[derive(Debug, Default)]
pub(super) struct Looks {
    fonts: BTreeMap<Face, (Arc<Subset>, ObjectId)>,
    pictures: Vec<(Arc<Picture>, ObjectId)>,
    rendition: Rendition,
}

impl Looks {
    /// Embeds what the boxes need. Letters that no font has are a finding.
    ///
    /// # Errors
    /// `Unsupported` when a font cannot be read.
    pub(super) fn embed(editor: &mut Editor, assets: &Assets, plan: &mut Plan) -> Result<Self> {
        let mut looks = Self {
            rendition: plan.rendition,
            ..Self::default()
        };
        let mut texts: BTreeMap<Face, String> = BTreeMap::new();
        let visible = plan
            .signatures
            .iter()
            .filter(|planned| planned.visible().is_some());
        for planned in visible {
            match &planned.look {
                Look::Line(line) => texts.entry(line.face).or_default().push_str(&line.text),
                Look::Picture(picture) => {
                    if looks.picture(picture).is_none() {
                        let id = picture.embed(plan.rendition, &mut |object| editor.add(object));
                        looks.pictures.push((picture.clone(), id));
                    }
                }
            }
        }
        for (face, text) in texts {
            let subset = assets.fonts().subset(face, &text)?;
            let missing: String = subset.missing(&text).collect();
            if !missing.is_empty() {
                plan.findings
                    .push(Finding::new(&rules::picture::LETTERS).with(missing));
            }
            let id = subset.embed(plan.rendition, &mut |object| editor.add(object));
            looks.fonts.insert(face, (subset, id));
        }
        Ok(looks)
    }

    /// The appearance of one box; `None` where it shows nothing.
    pub(super) fn form(&self, planned: &Planned) -> Option<Stream> {
        let frame = Frame {
            rect: planned.visible()?,
            rotation: planned.rotation,
            rendition: self.rendition,
        };
        match &planned.look {
            Look::Line(line) => {
                let (subset, font) = self.fonts.get(&line.face)?;
                let text = Text {
                    subset,
                    font: *font,
                    text: &line.text,
                    size: line.size / planned.unit,
                    align: line.align,
                };
                Some(appearance::line(&text, &frame))
            }
            Look::Picture(picture) => {
                let id = self.picture(picture)?;
                Some(appearance::image(id, picture.aspect(), &frame))
            }
        }
    }

    fn picture(&self, picture: &Arc<Picture>) -> Option<ObjectId> {
        let mut known = self.pictures.iter();
        known
            .find(|(known, _)| Arc::ptr_eq(known, picture))
            .map(|(_, id)| *id)
    }
}
