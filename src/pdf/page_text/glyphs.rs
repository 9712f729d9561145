//! Which glyphs a page shows: the one place that knows the library `hayro`.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, OnceLock},
};

use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, RenderContent, SoftMask,
    font::{Glyph as Drawn, GlyphRun},
    hayro_cmap::BfString,
    interpret_page,
    kurbo::{Affine, BezPath, Point, Rect, Vec2},
};
use hayro_syntax::Pdf;

use crate::limits::{MAX_TEXT_GLYPHS, MAX_TEXT_STEPS};

/// What a form or a clip counts: it costs as much as so many glyphs.
const FORM_STEPS: usize = 50;

/// A glyph in default user space.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    /// The characters that it stands for; empty where nothing says.
    pub(super) text: String,
    /// Where it starts on its baseline.
    pub(super) x: f64,
    pub(super) y: f64,
    /// To where the next one starts.
    pub(super) advance: (f64, f64),
    /// From the baseline upwards, as long as the size.
    pub(super) up: (f64, f64),
}

/// The glyphs of the first page of a file, in the order of its contents, visible or not: scanned pages have their
/// text as an invisible layer. Empty where the file cannot be interpreted; what was read before a limit or a
/// panic of the library counts.
pub(super) fn shown_by(file: Vec<u8>) -> Vec<Glyph> {
    let mut collector = Collector::default();
    // A foreign library interprets hostile bytes here. A panic of it must not reach the caller, and spoils
    // nothing: its whole state lives in this call, and the list of glyphs is valid after each of them. It is
    // also how the collector ends the work (see `Collector::step`).
    let ended = catch_unwind(AssertUnwindSafe(|| collect(file, &mut collector)));
    drop(ended);
    collector.glyphs
}

fn collect(file: Vec<u8>, collector: &mut Collector) {
    let Ok(pdf) = Pdf::new(file) else {
        return;
    };
    let Some(page) = pdf.pages().first() else {
        return;
    };
    let face: Arc<dyn AsRef<[u8]> + Send + Sync> = Arc::new(blank_face());
    let settings = InterpreterSettings {
        // Glyphs are never drawn. Those without width are not stretched, either: then places come from the file.
        font_resolver: Arc::new(move |_| Some((face.clone(), 0))),
        render_content: RenderContent::PAGE,
        ..InterpreterSettings::default()
    };
    let cache = InterpreterCache::new();
    let mut context = Context::new(
        Affine::IDENTITY,
        Rect::new(0.0, 0.0, 1.0, 1.0),
        &cache,
        pdf.xref(),
        settings,
    );
    interpret_page(page, &mut context, collector);
}

/// Takes the glyphs and lets everything else go.
#[derive(Default)]
struct Collector {
    glyphs: Vec<Glyph>,
    steps: usize,
}

impl Collector {
    /// Ends the work when it was enough: the library has no other way to be stopped. This unwinds without the
    /// panic hook, so nothing is printed.
    fn step(&mut self, weight: usize) {
        self.steps = self.steps.saturating_add(weight);
        if self.steps > MAX_TEXT_STEPS || self.glyphs.len() > MAX_TEXT_GLYPHS {
            resume_unwind(Box::new("enough"));
        }
    }
}

#[expect(
    clippy::arithmetic_side_effects,
    reason = "points and matrices of floating-point numbers"
)]
impl<'a> Device<'a> for Collector {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            self.step(1);
            let text = match glyph.as_unicode() {
                Some(BfString::Char(character)) => character.to_string(),
                Some(BfString::String(text)) => text,
                None => String::new(),
            };
            let width = match &**glyph {
                Drawn::Outline(outline) => outline.advance_width(),
                Drawn::Type3(type3) => type3.advance_width(),
            };
            // Thousandths of the text size to default user space.
            let transform = props.transform * glyph.transform();
            let origin = transform * Point::ZERO;
            let along = transform * Point::new(f64::from(width.unwrap_or_default()), 0.0) - origin;
            let up = transform * Point::new(0.0, 1000.0) - origin;
            let is_finite = |v: Vec2| v.x.is_finite() && v.y.is_finite();
            if is_finite(origin.to_vec2()) && is_finite(along) && is_finite(up) {
                self.glyphs.push(Glyph {
                    text,
                    x: origin.x,
                    y: origin.y,
                    advance: (along.x, along.y),
                    up: (up.x, up.y),
                });
            }
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.step(1);
    }

    /// Comes with every form, which is read again each time.
    fn push_clip_path(&mut self, _: &ClipPath) {
        self.step(FORM_STEPS);
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.step(1);
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.step(1);
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

/// A face with one empty glyph without width (OpenType: `head`, `hhea`, `hmtx`, `maxp`).
fn blank_face() -> &'static [u8] {
    static FACE: OnceLock<Vec<u8>> = OnceLock::new();
    FACE.get_or_init(|| {
        // Version 1.0, magic number, 1,000 units per em; all else zero.
        let head = [
            &[0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x5f, 0x0f, 0x3c, 0xf5][..],
            &[0, 0, 0x03, 0xe8],
            &[0; 34],
        ]
        .concat();
        // Version 1.0, one metric in hmtx.
        let hhea = [&[0, 1, 0, 0][..], &[0; 30], &[0, 1]].concat();
        // Version 0.5, one glyph.
        let maxp = vec![0, 0, 0x50, 0, 0, 1];
        let tables = [
            (b"head", head),
            (b"hhea", hhea),
            (b"hmtx", vec![0; 4]),
            (b"maxp", maxp),
        ];
        let mut file = vec![0, 1, 0, 0, 0, 4, 0, 64, 0, 2, 0, 0];
        let mut offset = 12_u32.saturating_add(16 * 4);
        for (tag, table) in &tables {
            let length = u32::try_from(table.len()).unwrap_or_default();
            file.extend_from_slice(*tag);
            file.extend_from_slice(&[0; 4]);
            file.extend_from_slice(&offset.to_be_bytes());
            file.extend_from_slice(&length.to_be_bytes());
            offset = offset.saturating_add(length.next_multiple_of(4));
        }
        for (_, table) in &tables {
            file.extend_from_slice(table);
            file.resize(file.len().next_multiple_of(4), 0);
        }
        file
    })
}
