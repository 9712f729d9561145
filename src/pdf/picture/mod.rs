//! Pictures for appearances (ISO 32000-1 clause 8.9): read from PNG once, then written into any number of documents
//! as they stand here.

mod decode;
mod raster;
mod samples;

use std::collections::BTreeMap;

use self::{raster::Raster, samples::Samples};
use super::{
    appearance::Rendition,
    object::{Dictionary, Object, ObjectId, PdfString, Stream},
};
use crate::{
    error::{Error, ErrorKind, Result},
    geometry::Points,
    text::rules,
};

/// A picture, ready to be written.
#[derive(Debug, PartialEq)]
pub(crate) struct Picture {
    /// For messages.
    pub(crate) name: String,
    width: u32,
    height: u32,
    density: Option<[f64; 2]>,
    image: Stream,
    colours: Colours,
    /// Alpha, and the same cut at a half; `None` where everything is opaque.
    masks: Option<Masks>,
}

#[derive(Debug, PartialEq)]
struct Masks {
    soft: Stream,
    hard: Stream,
}

#[derive(Clone, Debug, PartialEq)]
enum Colours {
    Gray,
    Rgb,
    /// Red, green, blue of each index.
    Palette(Vec<u8>),
}

impl Picture {
    /// Reads a PNG file; edges that show nothing are cut off. `name` is for errors.
    ///
    /// # Errors
    /// `Argument` when it is no PNG, is damaged or shows nothing; `Limit` when it is too large.
    pub(crate) fn from_png(name: &str, bytes: &[u8]) -> Result<Self> {
        let raster = decode::read(name, bytes)?;
        let nothing = || Error::new(ErrorKind::Argument, &rules::picture::EMPTY).with(name);
        Ok(Self::new(raster.trimmed().ok_or_else(nothing)?))
    }

    fn new(mut raster: Raster) -> Self {
        let masks = (!raster.is_opaque()).then(|| Masks::new(&raster));
        raster.bleed();
        let (colours, image) = colours(&raster);
        Self {
            name: raster.name,
            width: raster.width,
            height: raster.height,
            density: raster.density,
            image,
            colours,
            masks,
        }
    }

    /// Width by height.
    pub(crate) fn aspect(&self) -> f64 {
        f64::from(self.width) / f64::from(self.height.max(1))
    }

    /// Width and height by the resolution that the file gives, in millimetres.
    pub(crate) fn millimetres(&self) -> Option<(Points, Points)> {
        let [x, y] = self.density?;
        Some((
            f64::from(self.width) / x * 1000.0,
            f64::from(self.height) / y * 1000.0,
        ))
    }

    /// Whether what lies below it shows through somewhere.
    pub(crate) fn is_transparent(&self) -> bool {
        self.masks.is_some()
    }

    /// Makes its objects; gives the id of the image XObject.
    pub(crate) fn embed(
        &self,
        rendition: Rendition,
        add: &mut dyn FnMut(Object) -> ObjectId,
    ) -> ObjectId {
        let mut image = self.image.clone();
        image
            .dictionary
            .set("ColorSpace", self.colours.space(rendition));
        match &self.masks {
            Some(masks) if !rendition.pdf_a1 => {
                image
                    .dictionary
                    .set("SMask", add(masks.soft.clone().into()));
            }
            Some(masks) => {
                image.dictionary.set("Mask", add(masks.hard.clone().into()));
            }
            None => {}
        }
        add(image.into())
    }
}

impl Masks {
    fn new(raster: &Raster) -> Self {
        let mask = |bits, value: fn(u8) -> u8| Samples {
            width: raster.width,
            height: raster.height,
            channels: 1,
            bits,
            values: raster.pixels.iter().map(|pixel| value(pixel[3])).collect(),
        };
        let mut soft = mask(8, |alpha| alpha).stream();
        soft.dictionary
            .set("ColorSpace", Object::name("DeviceGray"));
        // 1 stands for what is not painted (clause 8.9.6.3).
        let mut hard = mask(1, |alpha| u8::from(alpha < 128)).stream();
        hard.dictionary.set("ImageMask", Object::Boolean(true));
        Self { soft, hard }
    }
}

impl Colours {
    fn space(&self, rendition: Rendition) -> Object {
        match self {
            Self::Gray => gray(rendition),
            Self::Rgb => rgb(rendition),
            Self::Palette(colours) => {
                let highest = (colours.len() / 3).saturating_sub(1);
                vec![
                    Object::name("Indexed"),
                    rgb(rendition),
                    Object::Integer(i64::try_from(highest).unwrap_or_default()),
                    Object::String(PdfString {
                        bytes: colours.clone(),
                        hex: true,
                        span: None,
                        malformed: false,
                    }),
                ]
                .into()
            }
        }
    }
}

/// The colours in as few bits as they need. Alpha is not looked at.
fn colours(raster: &Raster) -> (Colours, Stream) {
    let samples = |channels, bits, values| Samples {
        width: raster.width,
        height: raster.height,
        channels,
        bits,
        values,
    };
    if let Some(palette) = palette(raster) {
        let bits = match palette.len() {
            0..=2 => 1,
            3..=4 => 2,
            5..=16 => 4,
            _ => 8,
        };
        let index = |[r, g, b, _]: &raster::Pixel| palette.get(&[*r, *g, *b]).copied();
        let values = raster
            .pixels
            .iter()
            .map(|pixel| index(pixel).unwrap_or_default());
        let image = samples(1, bits, values.collect()).stream();
        return (
            Colours::Palette(palette.into_keys().flatten().collect()),
            image,
        );
    }
    if raster.pixels.iter().all(|[r, g, b, _]| r == g && g == b) {
        let values = raster.pixels.iter().map(|pixel| pixel[0]).collect();
        return (Colours::Gray, samples(1, 8, values).stream());
    }
    let values = raster
        .pixels
        .iter()
        .flat_map(|&[r, g, b, _]| [r, g, b])
        .collect();
    (Colours::Rgb, samples(3, 8, values).stream())
}

/// The colours with their indexes, in the order of their values; `None` where there are more than 256.
/// As many as 256 greys have no need of it.
fn palette(raster: &Raster) -> Option<BTreeMap<[u8; 3], u8>> {
    let mut palette = BTreeMap::new();
    let mut last = None;
    for &[r, g, b, _] in &raster.pixels {
        if last != Some([r, g, b]) {
            last = Some([r, g, b]);
            palette.insert([r, g, b], 0);
        }
        if palette.len() > 256 {
            return None;
        }
    }
    let only_grey = palette.keys().all(|[r, g, b]| r == g && g == b);
    if only_grey && palette.len() > 16 {
        return None;
    }
    for (index, slot) in (0..=u8::MAX).zip(palette.values_mut()) {
        *slot = index;
    }
    Some(palette)
}

/// Shades of grey.
pub(super) fn gray(rendition: Rendition) -> Object {
    if !rendition.calibrated {
        return Object::name("DeviceGray");
    }
    let mut parameters = Dictionary::default();
    parameters.set("WhitePoint", reals(&[0.9505, 1.0, 1.089]));
    parameters.set("Gamma", Object::Real(2.2));
    vec![Object::name("CalGray"), parameters.into()].into()
}

/// Device colours, or those of sRGB (IEC 61966-2-1) with the power that comes nearest to its curve.
fn rgb(rendition: Rendition) -> Object {
    if !rendition.calibrated {
        return Object::name("DeviceRGB");
    }
    let mut parameters = Dictionary::default();
    parameters.set("WhitePoint", reals(&[0.9505, 1.0, 1.089]));
    parameters.set("Gamma", reals(&[2.2, 2.2, 2.2]));
    let matrix = [
        0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505,
    ];
    parameters.set("Matrix", reals(&matrix));
    vec![Object::name("CalRGB"), parameters.into()].into()
}

fn reals(values: &[f64]) -> Object {
    values
        .iter()
        .map(|&value| Object::Real(value))
        .collect::<Vec<_>>()
        .into()
}

#[cfg(test)]
mod tests;
