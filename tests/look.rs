//! The demo's page as a reader sees it: where ink of each colour lies, in millimetres (Decree 30/2020, annex I).
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_in_result,
    reason = "a test fails by panicking"
)]

#[path = "support/program.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod program;

use std::{ops::Range, path::Path, process::Command};

use program::Demo;

const DPI: f64 = 150.0;

/// A page in pixels.
struct Page {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

/// From the left and from the top, in millimetres.
#[derive(Clone, Debug)]
struct Area {
    x: Range<f64>,
    y: Range<f64>,
}

type Ink = fn([u8; 3]) -> bool;

const RED: Ink = |[r, g, b]| r > 120 && r.saturating_sub(g.max(b)) > 60;
const BLUE: Ink = |[r, g, b]| b > 90 && b.saturating_sub(r.max(g)) > 50;
const BLACK: Ink = |[r, g, b]| r.max(g).max(b) < 120;

impl Page {
    /// `None` where poppler is not there, which is said.
    fn rendered(file: &Path) -> Option<Self> {
        let Ok(shown) = Command::new("pdftoppm")
            .args(["-r", "150"])
            .arg(file)
            .output()
        else {
            assert!(std::env::var_os("CI").is_none(), "pdftoppm is missing");
            eprintln!("!!! pdftoppm is missing: THIS TEST CHECKED NOTHING");
            return None;
        };
        let mut fields = shown.stdout.splitn(4, |byte| byte.is_ascii_whitespace());
        let mut next = || String::from_utf8_lossy(fields.next().unwrap()).into_owned();
        assert_eq!(next(), "P6");
        let (width, height) = (next().parse().unwrap(), next().parse().unwrap());
        let data = fields
            .next()
            .unwrap()
            .splitn(2, |byte| *byte == b'\n')
            .nth(1)
            .unwrap();
        let pixels = data.as_chunks().0.to_vec();
        Some(Self {
            width,
            height,
            pixels,
        })
    }

    fn whole(&self) -> Area {
        let mm = |pixels: usize| pixels as f64 / DPI * 25.4;
        Area {
            x: 0.0..mm(self.width),
            y: 0.0..mm(self.height),
        }
    }

    /// The places of ink within an area.
    fn places(&self, ink: Ink, area: &Area) -> Vec<(f64, f64)> {
        let at = |index: usize| {
            let mm = |pixel: usize| (pixel as f64 + 0.5) / DPI * 25.4;
            (mm(index % self.width), mm(index / self.width))
        };
        let inked = self
            .pixels
            .iter()
            .enumerate()
            .filter(|(_, pixel)| ink(**pixel));
        let places = inked.map(|(index, _)| at(index));
        places
            .filter(|(x, y)| area.x.contains(x) && area.y.contains(y))
            .collect()
    }

    /// The smallest area around all ink of a kind.
    fn around(&self, ink: Ink, area: &Area) -> Area {
        let places = self.places(ink, area);
        assert!(!places.is_empty(), "no such ink in {area:?}");
        let reach = |of: fn(&(f64, f64)) -> f64| {
            let values = places.iter().map(of);
            values.fold(f64::MAX..f64::MIN, |r, v| r.start.min(v)..r.end.max(v))
        };
        Area {
            x: reach(|place| place.0),
            y: reach(|place| place.1),
        }
    }
}

impl Area {
    fn new(x: Range<f64>, y: Range<f64>) -> Self {
        Self { x, y }
    }

    fn width(&self) -> f64 {
        self.x.end - self.x.start
    }

    fn height(&self) -> f64 {
        self.y.end - self.y.start
    }

    fn middle(&self) -> (f64, f64) {
        (
            self.x.start.midpoint(self.x.end),
            self.y.start.midpoint(self.y.end),
        )
    }
}

fn near(is: f64, wanted: f64, slack: f64, what: &str) {
    assert!(
        (is - wanted).abs() <= slack,
        "{what}: {is:.2} mm, not {wanted:.2}"
    );
}

/// The line of boxes 3 and 4.
fn line() -> Range<f64> {
    33.0..42.0
}

#[test]
fn image_and_seal_lie_where_decree_30_puts_them() {
    let Some(page) = Page::rendered(&Demo::get().file("six.pdf")) else {
        return;
    };
    let whole = page.whole();
    near(whole.width(), 210.0, 0.3, "width of A4");
    near(whole.height(), 297.0, 0.3, "height of A4");
    let (seal, signature) = (page.around(RED, &whole), page.around(BLUE, &whole));

    // II.8.a: as large as it is.
    near(seal.width(), 36.0, 0.5, "width of the seal");
    near(seal.height(), 36.0, 0.5, "height of the seal");
    // Art. 33.1b: over a third of the image, at its left.
    let covered = (seal.x.end - signature.x.start) / signature.width();
    assert!(
        (0.30..0.37).contains(&covered),
        "{covered} of the image is covered"
    );
    assert!(seal.x.start < signature.x.start);
    near(
        seal.middle().1,
        signature.middle().1,
        1.0,
        "heights of the middles",
    );
    // Both are seen where they overlap.
    let both = Area::new(signature.x.start..seal.x.end, signature.y.clone());
    assert!(page.places(BLUE, &both).len() > 300 && page.places(RED, &both).len() > 300);

    // II.7.d: between position and name, in the middle of both. Right of the seal, so that they are whole.
    let column = 105.0..195.0;
    let position = page.around(
        BLACK,
        &Area::new(
            column.clone(),
            signature.y.start - 12.0..signature.y.start - 1.0,
        ),
    );
    let name = page.around(
        BLACK,
        &Area::new(column, signature.y.end + 1.0..signature.y.end + 15.0),
    );
    near(
        signature.middle().0,
        position.middle().0,
        2.0,
        "middle of image and position",
    );
    near(
        signature.middle().0,
        name.middle().0,
        2.0,
        "middle of image and name",
    );
    let (above, below) = (
        signature.y.start - position.y.end,
        name.y.start - signature.y.end,
    );
    assert!(
        above > 0.5 && below > 0.5 && above < 9.0 && below < 9.0,
        "{above} {below}"
    );
    // Nothing of it beyond the margins: left 30 mm, right 15 mm.
    assert!(seal.x.start > 30.0 && signature.x.end < 195.0);
}

#[test]
fn number_and_date_stand_on_their_line() {
    let demo = Demo::get();
    let (Some(base), Some(signed)) = (
        Page::rendered(&demo.file("input.pdf")),
        Page::rendered(&demo.file("six.pdf")),
    ) else {
        return;
    };
    // "Số:" ends before 52 mm. Its S and the first digit stand on one line and are of one height.
    let letter = base.around(BLACK, &Area::new(44.0..48.0, line()));
    let digit = signed.around(BLACK, &Area::new(52.2..56.0, line()));
    near(digit.y.end, letter.y.end, 0.35, "foot of the number");
    let number = signed.around(BLACK, &Area::new(52.2..90.0, line()));
    near(
        number.x.start - base.around(BLACK, &Area::new(30.0..90.0, line())).x.end,
        1.2,
        1.0,
        "space",
    );
    // The line is centred under the name of the agency (box 2).
    let agency = base.around(BLACK, &Area::new(30.0..90.0, 18.0..31.0));
    let whole = signed.around(BLACK, &Area::new(30.0..90.0, line()));
    near(
        whole.middle().0,
        agency.middle().0,
        5.0,
        "middle of number and agency",
    );

    // Three new pieces between the words of the date, on the same line.
    let blank = |x: Range<f64>| {
        let area = Area::new(x, line());
        assert!(
            base.places(BLACK, &area).is_empty(),
            "{area:?} is not blank before"
        );
        signed.around(BLACK, &area)
    };
    for x in [143.6..148.6, 160.9..166.2, 175.9..186.0] {
        near(
            blank(x).y.end,
            letter.y.end,
            0.35,
            "foot of a part of the date",
        );
    }
}

#[test]
fn nothing_else_on_the_page_is_touched() {
    let demo = Demo::get();
    let (Some(base), Some(signed)) = (
        Page::rendered(&demo.file("input.pdf")),
        Page::rendered(&demo.file("six.pdf")),
    ) else {
        return;
    };
    let (seal, image) = (
        signed.around(RED, &signed.whole()),
        signed.around(BLUE, &signed.whole()),
    );
    let inside = |x: f64, y: f64| {
        let within = |area: &Area| {
            let grown = |range: &Range<f64>| range.start - 0.5..range.end + 0.5;
            grown(&area.x).contains(&x) && grown(&area.y).contains(&y)
        };
        within(&seal) || within(&image) || line().contains(&y)
    };
    for (index, (before, after)) in base.pixels.iter().zip(&signed.pixels).enumerate() {
        let mm = |pixel: usize| (pixel as f64 + 0.5) / DPI * 25.4;
        let (x, y) = (mm(index % base.width), mm(index / base.width));
        assert!(
            before == after || inside(x, y),
            "changed at {x:.1}, {y:.1} mm"
        );
    }
}

#[test]
fn the_pictures_are_written_beside_and_serve_other_calls() {
    let demo = Demo::get();
    let images = demo.file("images");
    assert!(images.join("person.png").is_file() && images.join("seal.png").is_file());
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.pdf");
    let images = images.display().to_string();
    let ran = demo.sign(
        &demo.file("input.pdf"),
        &out,
        &["--role", "person", "--images", &images],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
    let Some(page) = Page::rendered(&out) else {
        return;
    };
    assert!(page.places(BLUE, &page.whole()).len() > 1000);
    assert!(page.places(RED, &page.whole()).is_empty());
}

#[test]
fn a_copy_bears_one_line_at_the_top_right() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.pdf");
    let ran = demo.sign(&demo.file("input.pdf"), &out, &["--role", "copy"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let Some(page) = Page::rendered(&out) else {
        return;
    };
    let line = page.around(BLACK, &Area::new(0.0..210.0, 0.0..19.0));
    near(line.x.end, 195.0, 1.0, "end of the line: the right margin");
    assert!(line.height() < 5.0 && line.x.start > 100.0, "{line:?}");
    let text = Command::new("pdftotext")
        .arg("-layout")
        .arg(&out)
        .arg("-")
        .output()
        .unwrap();
    let text = String::from_utf8(text.stdout).unwrap();
    let first = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap()
        .trim()
        .to_owned();
    assert!(
        first.starts_with("SAO Y; Nguyễn Văn An; ") && first.ends_with(" +07:00"),
        "{first}"
    );
}

#[test]
fn what_is_no_picture_or_font_is_refused_by_name() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let (out, jpeg) = (folder.path().join("out.pdf"), folder.path().join("a.jpg"));
    std::fs::write(&jpeg, b"\xff\xd8\xff\xe0\0\x10JFIF").unwrap();
    let [jpeg, none] = [&jpeg, &folder.path().join("none")].map(|path| path.display().to_string());
    let empty = folder.path().display().to_string();
    for (options, code) in [
        (["--image", jpeg.as_str()], "picture-format"),
        (["--image", &none], "io-read"),
        (["--font", &jpeg], "font-unreadable"),
        (["--images", &empty], "picture-folder"),
        (["--seal-size-mm", "4"], "option-value"),
    ] {
        let ran = demo.sign(
            &demo.file("input.pdf"),
            &out,
            &[&options[..], &["--role", "person", "--format", "json"]].concat(),
        );
        assert!([1, 64].contains(&ran.code), "{options:?}: {}", ran.err);
        assert!(
            ran.err.contains(&format!("\"{code}\"")),
            "{options:?}: {}",
            ran.err
        );
        assert!(!out.exists());
    }
}
