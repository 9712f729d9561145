use std::sync::Arc;

use super::fonts::{Face, Fonts, SystemFonts};
use crate::{error::Result, pdf::picture::Picture};

/// Pictures and fonts for what signatures show. Prepared once, when they are given; then kept across documents and
/// shared by any number of threads. Cheap to clone.
///
/// Decree 30/2020, annex I asks for PNG with a transparent background: the person's handwritten signature in blue,
/// the seal in red and as large as it really is. Where there is no picture, the signer's name is shown.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use kyso::{Assets, load_context, Options};
///
/// let assets = Assets::new()
///     .person(&std::fs::read("person.png")?)?
///     .seal(&std::fs::read("seal.png")?)?;
/// let context = load_context(Options::default())?.with_assets(assets);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Assets {
    pub(super) person: Option<Arc<Picture>>,
    pub(super) seal: Option<Arc<Picture>>,
    pub(crate) image: Option<Arc<Picture>>,
    pub(super) fonts: Arc<Fonts>,
}

impl Assets {
    /// No pictures, and the bundled font: Liberation Serif, whose widths are those of Times New Roman.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the image of the competent person's signature.
    ///
    /// # Errors
    /// Of kind `Argument` when it is no PNG, is damaged or shows nothing; `Limit` when it is too large.
    pub fn person(self, png: &[u8]) -> Result<Self> {
        self.person_named("person.png", png)
    }

    /// With the image of the organisation's seal. A resolution that the file gives (pHYs) says how large it is, else
    /// it is 36 mm high or wide; the setting `seal-size-mm` goes before both.
    ///
    /// # Errors
    /// As [`Assets::person`].
    pub fn seal(self, png: &[u8]) -> Result<Self> {
        self.seal_named("seal.png", png)
    }

    /// With an image for single signatures of [`sign_pdf`](crate::sign_pdf), in place of all others.
    ///
    /// # Errors
    /// As [`Assets::person`].
    pub fn image(self, png: &[u8]) -> Result<Self> {
        self.image_named("image", png)
    }

    /// With a TrueType font for upright text. It is used where it has all letters that are needed.
    ///
    /// # Errors
    /// Of kind `Argument` when it is no TrueType font; `Refused` when its licence bits (fsType) forbid to embed it.
    pub fn font(self, ttf: &[u8]) -> Result<Self> {
        self.font_named(Face::Upright, "font", ttf.to_vec())
    }

    /// With a TrueType font for italic text, as the parts of the date are set in.
    ///
    /// # Errors
    /// As [`Assets::font`].
    pub fn italic_font(self, ttf: &[u8]) -> Result<Self> {
        self.font_named(Face::Italic, "font", ttf.to_vec())
    }

    pub(crate) fn person_named(mut self, name: &str, png: &[u8]) -> Result<Self> {
        self.person = Some(Arc::new(Picture::from_png(name, png)?));
        Ok(self)
    }

    pub(crate) fn seal_named(mut self, name: &str, png: &[u8]) -> Result<Self> {
        self.seal = Some(Arc::new(Picture::from_png(name, png)?));
        Ok(self)
    }

    pub(crate) fn image_named(mut self, name: &str, png: &[u8]) -> Result<Self> {
        self.image = Some(Arc::new(Picture::from_png(name, png)?));
        Ok(self)
    }

    pub(crate) fn font_named(mut self, face: Face, name: &str, ttf: Vec<u8>) -> Result<Self> {
        self.fonts = Arc::new(self.fonts.with_named(face, name, ttf)?);
        Ok(self)
    }

    /// With the fonts of the system, looked for when the first text is set.
    pub(crate) fn system_fonts(mut self, system: SystemFonts) -> Self {
        self.fonts = Arc::new(self.fonts.with_system(system));
        self
    }

    /// The fonts alone.
    pub(crate) fn without_pictures(&self) -> Self {
        Self {
            fonts: self.fonts.clone(),
            ..Self::default()
        }
    }

    /// For a single signature: its own image goes before those of person and seal.
    pub(crate) fn for_single(&self) -> Self {
        let own = |other: &Option<Arc<Picture>>| self.image.clone().or_else(|| other.clone());
        Self {
            person: own(&self.person),
            seal: own(&self.seal),
            ..self.clone()
        }
    }

    pub(crate) fn fonts(&self) -> &Fonts {
        &self.fonts
    }
}
