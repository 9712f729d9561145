//! Pages made for the tests of placing, and eyes for what comes out.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use kyso::Key;

/// The throw-away keys that `kyso demo` makes: person and organisation.
pub(crate) fn keys() -> &'static (Key, Key) {
    static KEYS: OnceLock<(Key, Key)> = OnceLock::new();
    KEYS.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let made = Command::new(env!("CARGO_BIN_EXE_kyso"))
            .args(["demo", "--out"])
            .arg(folder.path())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&made.stderr).into_owned();
        assert!(made.status.success(), "kyso demo: {told}");
        let key = |name: &str| {
            let file = fs::read(folder.path().join(name)).unwrap();
            Key::from_pkcs12(&file, "kyso-demo").unwrap()
        };
        (key("person.p12"), key("organisation.p12"))
    })
}

/// The geometry of a page.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) media: [f64; 4],
    pub(crate) crop: Option<[f64; 4]>,
    pub(crate) rotation: u16,
    pub(crate) unit: f64,
}

impl Default for Leaf {
    fn default() -> Self {
        Self {
            media: [0.0, 0.0, 400.0, 300.0],
            crop: None,
            rotation: 0,
            unit: 1.0,
        }
    }
}

impl Leaf {
    /// Width and height as seen, in units of user space.
    pub(crate) fn seen(&self) -> (f64, f64) {
        let [left, bottom, right, top] = self.crop.unwrap_or(self.media);
        match self.rotation {
            90 | 270 => (top - bottom, right - left),
            _ => (right - left, top - bottom),
        }
    }

    /// Content that a reader sees upright, at a place counted from the bottom left of what is seen.
    pub(crate) fn upright(&self, x: f64, y: f64, content: &str) -> String {
        let [left, bottom, right, top] = self.crop.unwrap_or(self.media);
        let matrix = match self.rotation {
            90 => [0.0, 1.0, -1.0, 0.0, right, bottom],
            180 => [-1.0, 0.0, 0.0, -1.0, right, top],
            270 => [0.0, -1.0, 1.0, 0.0, left, top],
            _ => [1.0, 0.0, 0.0, 1.0, left, bottom],
        };
        let matrix = matrix.map(|number| number.to_string()).join(" ");
        // The text stands at 60, 200 by itself.
        format!(
            "q {matrix} cm 1 0 0 1 {} {} cm {content} Q",
            x - 60.0,
            y - 200.0
        )
    }

    /// A file with this page; objects of the test start at number 10.
    pub(crate) fn document_with(&self, content: &str, more: &[String]) -> Vec<u8> {
        let list = |numbers: &[f64]| {
            numbers
                .iter()
                .fold(String::new(), |all, n| all + &format!("{n} "))
        };
        let crop = self.crop.map(|crop| format!("/CropBox[{}]", list(&crop)));
        let page = format!(
            "<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X0 10 0 R>>>>/UserUnit {}>>",
            self.unit
        );
        let tree = format!(
            "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[{}]{}/Rotate {}>>",
            list(&self.media),
            crop.unwrap_or_default(),
            self.rotation
        );
        // 1 ố, 2 ộ, 3 circumflex, 4 acute, 5 Đ, 6 Ð (eth), 7 ế, 8 à, 9 á, 10 ă, 11 ứ, 12 Á, 13 Ố, 14 Ễ.
        let encoding = "<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[1/uni1ED1/uni1ED9/uni0302/uni0301/\
                        Dcroat/Eth/uni1EBF/agrave/aacute/abreve/uni1EE9/Aacute/uni1ED0/uni1EC4/Abreve]>>";
        // Each letter half as wide as it is high, the marks without width.
        let widths: String = (1..=255)
            .map(|code| if matches!(code, 3 | 4) { "0 " } else { "500 " })
            .collect();
        let font = format!(
            "<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding 6 0 R/FirstChar 1/LastChar 255/Widths[{widths}]>>"
        );
        let mut objects: Vec<Vec<u8>> = vec![
            b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
            tree.into(),
            page.into(),
            stream("", content.as_bytes()),
            font.into(),
            encoding.into(),
        ];
        objects.extend((7..10).map(|_| b"null".to_vec()));
        objects.extend(more.iter().map(|object| object.clone().into_bytes()));
        if more.is_empty() {
            objects.push(b"null".to_vec());
        }
        file("1.7", &objects)
    }
}

pub(crate) fn document(leaf: &Leaf, content: &str) -> Vec<u8> {
    leaf.document_with(content, &[])
}

/// A word of 12 points at 60, 200.
pub(crate) fn text_at(text: &str) -> String {
    format!("BT /F 12 Tf 60 200 Td ({text}) Tj ET")
}

fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("<<{entries}/Length {}>>\nstream\n", data.len()).into_bytes();
    out.extend_from_slice(data);
    out.extend_from_slice(b"\nendstream");
    out
}

fn file(version: &str, objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = format!("%PDF-{version}\n").into_bytes();
    out.extend_from_slice(b"%\xe2\xe3\xcf\xd3\n");
    let mut table = String::from("0000000000 65535 f\r\n");
    for (number, object) in (1..).zip(objects) {
        write!(table, "{:010} 00000 n\r\n", out.len()).unwrap();
        out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        out.extend_from_slice(object);
        out.extend_from_slice(b"\nendobj\n");
    }
    let (start, size, id) = (
        out.len(),
        objects.len() + 1,
        "00112233445566778899AABBCCDDEEFF",
    );
    out.extend_from_slice(
        format!(
            "xref\n0 {size}\n{table}trailer\n<</Size {size}/Root 1 0 R/ID[<{id}><{id}>]>>\nstartxref\n{start}\n%%EOF\n"
        )
        .as_bytes(),
    );
    out
}

/// An empty page that claims a part of ISO 19005; tagged where the level is A. Without an output intent.
pub(crate) fn pdf_a(part: u8, conformance: &str) -> Vec<u8> {
    let packet = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" \
         xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\"><pdfaid:part>{part}</pdfaid:part>\
         <pdfaid:conformance>{conformance}</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta>\
         <?xpacket end=\"w\"?>"
    );
    let is_tagged = conformance == "A";
    let (marks, page) = if is_tagged {
        (
            "/MarkInfo<</Marked true>>/StructTreeRoot 6 0 R",
            "/StructParents 0/Tabs/S",
        )
    } else {
        ("", "")
    };
    let mut objects = vec![
        format!("<</Type/Catalog/Pages 2 0 R/Metadata 5 0 R/Lang(vi){marks}>>").into_bytes(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.28 841.89]/Contents 4 0 R/Resources<<>>{page}>>")
            .into_bytes(),
        stream("", b"q Q"),
        stream("/Type/Metadata/Subtype/XML", packet.as_bytes()),
    ];
    if is_tagged {
        objects.push(
            b"<</Type/StructTreeRoot/K 7 0 R/ParentTree<</Nums[0[7 0 R]]>>/ParentTreeNextKey 1>>"
                .to_vec(),
        );
        objects.push(b"<</Type/StructElem/S/Document/P 6 0 R/K[]>>".to_vec());
    }
    file(if part == 1 { "1.4" } else { "1.7" }, &objects)
}

/// A tagged page with a parent tree of this shape.
pub(crate) fn tagged(tree: &str) -> Vec<u8> {
    let parents = match tree {
        "direct" => "/ParentTree<</Nums[0[6 0 R] 4 6 0 R]>>/ParentTreeNextKey 1",
        "leaf" => "/ParentTree 7 0 R/ParentTreeNextKey 5",
        "kids" => "/ParentTree 8 0 R",
        "none" => "",
        _ => "/ParentTree 3.5",
    };
    let objects: Vec<Vec<u8>> = [
        "<</Type/Catalog/Pages 2 0 R/MarkInfo<</Marked true>>/StructTreeRoot 5 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.28 841.89]/Contents 4 0 R/Resources<<>>/Tabs/S>>".to_owned(),
        "<</Length 3>>\nstream\nq Q\nendstream".to_owned(),
        format!("<</Type/StructTreeRoot/K[6 0 R]{parents}>>"),
        "<</Type/StructElem/S/Document/P 5 0 R>>".to_owned(),
        "<</Nums[0[6 0 R] 4 6 0 R]>>".to_owned(),
        "<</Kids[<</Limits[0 4]/Nums[0[6 0 R] 4 6 0 R]>> 9 0 R]>>".to_owned(),
        "<</Limits[5 11]/Kids[10 0 R]>>".to_owned(),
        "<</Limits[5 11]/Nums 11 0 R>>".to_owned(),
        "[5[6 0 R] 11[6 0 R]]".to_owned(),
    ]
    .map(String::into_bytes)
    .to_vec();
    file("1.7", &objects)
}

/// A red disc on nothing, with soft edges.
pub(crate) fn picture() -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, 64, 64);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut pixels = Vec::new();
    for y in 0..64_i32 {
        for x in 0..64_i32 {
            let far = (x - 32).pow(2) + (y - 32).pow(2);
            let alpha = match far {
                0..700 => 255,
                700..900 => 128,
                _ => 0,
            };
            pixels.extend([200, 20, 20, alpha]);
        }
    }
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&pixels).unwrap();
    writer.finish().unwrap();
    out
}

/// The box of a new field, where its first revision has it.
pub(crate) fn rect_of(bytes: &[u8], field: &str) -> [f64; 4] {
    let text = String::from_utf8_lossy(bytes);
    let at = text
        .find(&format!("/T({field})"))
        .unwrap_or_else(|| panic!("no field {field}"));
    let rest = text[at..].split("/Rect[").nth(1).unwrap();
    let numbers = rest.split(']').next().unwrap().split(' ');
    let numbers: Vec<f64> = numbers.map(|number| number.parse().unwrap()).collect();
    numbers.try_into().unwrap()
}

/// A page as pixels, one byte each.
pub(crate) struct Rendered {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pixels: Vec<u8>,
}

/// The first page as poppler shows it, 1,000 pixels along its longer side.
pub(crate) fn rendered(file: &[u8]) -> Rendered {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.pdf");
    fs::write(&path, file).unwrap();
    let done = Command::new("pdftoppm")
        .args(["-gray", "-cropbox", "-scale-to", "1000", "-singlefile"])
        .arg(&path)
        .arg(folder.path().join("page"))
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let image = fs::read(folder.path().join("page.pgm")).unwrap();
    let mut head = Vec::new();
    let mut at = 0;
    while head.len() < 4 {
        let end = at
            + image[at..]
                .iter()
                .position(u8::is_ascii_whitespace)
                .unwrap();
        head.push(String::from_utf8(image[at..end].to_vec()).unwrap());
        at = end + 1;
    }
    Rendered {
        width: head[1].parse().unwrap(),
        height: head[2].parse().unwrap(),
        pixels: image[at..].to_vec(),
    }
}

impl Rendered {
    /// Left, top, right and bottom of what is darker there than here, counted from the top left.
    pub(crate) fn ink_added(&self, other: &Self) -> [f64; 4] {
        assert_eq!(self.pixels.len(), other.pixels.len());
        let mut edges = [f64::MAX, f64::MAX, 0.0, 0.0];
        let (mut x, mut y) = (-1.0, 0.0);
        for (before, after) in self.pixels.iter().zip(&other.pixels) {
            x += 1.0;
            if x >= self.width {
                (x, y) = (0.0, y + 1.0);
            }
            if before.saturating_sub(*after) > 100 {
                edges = [
                    edges[0].min(x),
                    edges[1].min(y),
                    edges[2].max(x),
                    edges[3].max(y),
                ];
            }
        }
        assert!(edges[0] < f64::MAX, "no ink");
        edges
    }
}

/// What pyHanko does not like about the signed files of a folder, a line each.
pub(crate) fn faults_by_pyhanko(folder: &Path) -> Vec<String> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let installed = project.join("target/venv/bin/python");
    let python = env::var_os("KYSO_PYTHON").map_or(installed, PathBuf::from);
    let mut judge = Command::new(python)
        .arg(project.join("tests/support/pyhanko_judge.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a Python with pyHanko runs");
    let mut names = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        writeln!(names, "{}", entry.unwrap().path().display()).unwrap();
    }
    judge
        .stdin
        .take()
        .unwrap()
        .write_all(names.as_bytes())
        .unwrap();
    let done = judge.wait_with_output().unwrap();
    assert!(done.status.success(), "pyhanko_judge.py failed");
    let told = String::from_utf8(done.stdout).unwrap();
    told.lines().map(str::to_owned).collect()
}

/// What veraPDF does not like, where `KYSO_VERAPDF` names `scripts/verapdf.sh`.
pub(crate) fn faults_by_verapdf(folder: &Path) -> Vec<String> {
    let Some(script) = env::var_os("KYSO_VERAPDF") else {
        eprintln!("!!! KYSO_VERAPDF is not set: veraPDF was not asked");
        return Vec::new();
    };
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let judged = Command::new(script).args(files).output().unwrap();
    let told = String::from_utf8_lossy(&judged.stdout).into_owned();
    let verdicts = told
        .lines()
        .filter(|line| line.starts_with("PASS ") || line.starts_with("FAIL "));
    assert_eq!(verdicts.count(), fs::read_dir(folder).unwrap().count());
    let faults = told.lines().filter(|line| line.contains("FAIL"));
    faults.map(str::to_owned).collect()
}
