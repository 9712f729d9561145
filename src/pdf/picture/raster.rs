//! Pixels between reading and writing.

/// Red, green, blue, alpha; 255 is opaque.
pub(super) type Pixel = [u8; 4];

/// A picture, row by row from the top.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Raster {
    /// For messages.
    pub(super) name: String,
    pub(super) width: u32,
    pub(super) height: u32,
    /// Pixels in a metre, across and down, where the file says so.
    pub(super) density: Option<[f64; 2]>,
    pub(super) pixels: Vec<Pixel>,
}

impl Raster {
    pub(super) fn rows(&self) -> impl Iterator<Item = &[Pixel]> {
        self.pixels
            .chunks_exact(usize::try_from(self.width).unwrap_or_default().max(1))
    }

    /// Cuts off rows and columns at the edges in which nothing shows. `None` where nothing shows at all.
    pub(super) fn trimmed(mut self) -> Option<Self> {
        let shows = |pixel: &Pixel| pixel[3] != 0;
        let columns =
            |row: &[Pixel]| Some((row.iter().position(shows)?, row.iter().rposition(shows)?));
        let (mut top, mut bottom, mut left, mut right) = (None, 0, usize::MAX, 0);
        for (index, row) in self.rows().enumerate() {
            if let Some((from, to)) = columns(row) {
                top.get_or_insert(index);
                bottom = index;
                left = left.min(from);
                right = right.max(to);
            }
        }
        let top = top?;
        let (width, height) = (right.checked_sub(left)?, bottom.checked_sub(top)?);
        let (width, height) = (width.saturating_add(1), height.saturating_add(1));
        let kept = self.rows().skip(top).take(height);
        let pixels = kept
            .flat_map(|row| row.iter().skip(left).take(width).copied())
            .collect();
        self.pixels = pixels;
        self.width = u32::try_from(width).ok()?;
        self.height = u32::try_from(height).ok()?;
        Some(self)
    }

    /// Gives pixels that do not show the colour of the one before them that does: readers that scale colours and
    /// mask apart would else draw a seam of the hidden colour.
    pub(super) fn bleed(&mut self) {
        let first = self.pixels.iter().find(|pixel| pixel[3] != 0);
        let Some(&[mut r, mut g, mut b, _]) = first else {
            return;
        };
        for pixel in &mut self.pixels {
            match *pixel {
                [_, _, _, 0] => *pixel = [r, g, b, 0],
                [own_r, own_g, own_b, _] => (r, g, b) = (own_r, own_g, own_b),
            }
        }
    }

    pub(super) fn is_opaque(&self) -> bool {
        self.pixels.iter().all(|pixel| pixel[3] == u8::MAX)
    }
}
