//! A realistic one-page decision, as the program's demonstration and the tests sign it. Its blanks are where
//! [`plan`](super::plan()) puts the signatures. Form and sizes follow Decree 30/2020, annex I.

use super::boxes::{A4, DAY, MONTH, NUMBER, PERSON, YEAR};
use crate::{
    geometry::{POINTS_PER_MM, Points},
    pdf::{
        Dictionary, Object, ObjectId, Stream,
        appearance::{Rendition, numbers},
        font::{SERIF, SERIF_ITALIC, Subset},
        object::StreamData,
        write,
    },
};

static BOLD: &[u8] = include_bytes!("../../assets/fonts/LiberationSerif-Bold.ttf");

/// Margins of annex I, part I.1: left 30 mm, right 15 mm.
const LEFT: Points = 30.0 * POINTS_PER_MM;
const RIGHT: Points = A4.0 - 15.0 * POINTS_PER_MM;
/// First line of a paragraph: 1 cm.
const INDENT: Points = 10.0 * POINTS_PER_MM;
/// Middles of the two columns of the head.
const LEFT_COLUMN: Points = 167.0;
const RIGHT_COLUMN: Points = 411.0;
/// The baseline of boxes 3 and 4, on which the signatures set their text.
const DATE_LINE: Points = NUMBER.bottom + 1.0 + 13.0 * 0.25;

const TITLE: &str = "Về việc ban hành Quy chế quản lý và sử dụng chữ ký số";
const GROUNDS: [&str; 5] = [
    "Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
    "Căn cứ Luật Giao dịch điện tử ngày 22 tháng 6 năm 2023;",
    "Căn cứ Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư;",
    "Căn cứ Nghị định số 68/2024/NĐ-CP ngày 25 tháng 6 năm 2024 của Chính phủ quy định về chữ ký số chuyên dùng công vụ;",
    "Theo đề nghị của Giám đốc Sở Nội vụ.",
];
const ARTICLES: [(&str, &str); 3] = [
    (
        "Điều 1.",
        "Ban hành kèm theo Quyết định này Quy chế quản lý và sử dụng chữ ký số trong hoạt động của các cơ quan nhà nước trên địa bàn tỉnh.",
    ),
    ("Điều 2.", "Quyết định này có hiệu lực kể từ ngày ký."),
    (
        "Điều 3.",
        "Chánh Văn phòng Ủy ban nhân dân tỉnh, Giám đốc các sở, Thủ trưởng các ban, ngành, Chủ tịch Ủy ban nhân dân các xã, phường và các tổ chức, cá nhân có liên quan chịu trách nhiệm thi hành Quyết định này./.",
    ),
];
const RECIPIENTS: [&str; 4] = [
    "- Như Điều 3;",
    "- Văn phòng Chính phủ;",
    "- TT. Tỉnh ủy, TT. HĐND tỉnh;",
    "- Lưu: VT, NC.",
];
/// The name under the signature.
const SIGNER: &str = "Nguyễn Văn An";

/// The one-page decision that `kyso demo` signs, as a PDF 1.7 file; `date` is year, month, day.
///
/// Number and date are not printed on it, since they are signed onto it.
#[must_use]
#[cfg_attr(
    not(feature = "demo"),
    expect(
        unreachable_pub,
        reason = "public with the demo, for the tests without it"
    )
)]
pub fn demo_document(number: &str, date: (i32, u8, u8)) -> Vec<u8> {
    // The bundled fonts can be read: a test holds that.
    decision(number, date).unwrap_or_default()
}

/// The decision as a PDF 1.7 file. Number and date are not on its page, since they are signed onto it; they
/// stand in its metadata. `None` where the bundled fonts cannot be read.
fn decision(number: &str, date: (i32, u8, u8)) -> Option<Vec<u8>> {
    let page = Page::drawn()?;
    let mut objects = vec![Object::Null; 3];
    let mut add = |object: Object| {
        objects.push(object);
        ObjectId {
            number: u32::try_from(objects.len()).unwrap_or(u32::MAX),
            generation: 0,
        }
    };
    let mut fonts = Dictionary::default();
    for (name, subset) in FONT_NAMES.into_iter().zip(&page.fonts) {
        fonts.set(name, subset.embed(Rendition::default(), &mut add));
    }
    // Plain, so that anybody can look into it, and so that the demo can change one letter of it.
    let contents = Stream {
        dictionary: Dictionary::default(),
        data: StreamData::Memory(page.content.clone()),
    };
    let contents = add(contents.into());
    let (year, month, day) = date;
    let mut info = Dictionary::default();
    let title = format!("Quyết định {number}. {TITLE}");
    let utf16 = title.encode_utf16().flat_map(u16::to_be_bytes);
    info.set(
        "Title",
        Object::string([0xfe, 0xff].into_iter().chain(utf16).collect::<Vec<u8>>()),
    );
    info.set("Producer", Object::string(*b"kyso"));
    let created = format!("D:{year:04}{month:02}{day:02}080000+07'00'");
    info.set("CreationDate", Object::string(created.clone()));
    let info = add(info.into());

    let [catalog, pages, leaf] = [1, 2, 3].map(|number| ObjectId {
        number,
        generation: 0,
    });
    let mut resources = Dictionary::default();
    resources.set("Font", fonts);
    let mut page_object = Dictionary::default();
    page_object.set("Type", Object::name("Page"));
    page_object.set("Parent", pages);
    page_object.set("MediaBox", numbers(&[0.0, 0.0, A4.0, A4.1]));
    page_object.set("Resources", resources);
    page_object.set("Contents", contents);
    let mut tree = Dictionary::default();
    tree.set("Type", Object::name("Pages"));
    tree.set("Kids", vec![leaf.into()]);
    tree.set("Count", 1);
    let mut root = Dictionary::default();
    root.set("Type", Object::name("Catalog"));
    root.set("Pages", pages);
    root.set("Lang", Object::string(*b"vi-VN"));
    for (slot, object) in objects.iter_mut().zip([root, tree, page_object]) {
        *slot = object.into();
    }
    let mut trailer = Dictionary::default();
    trailer.set("Root", catalog);
    trailer.set("Info", info);
    // The same text gives the same file: no clock and no chance in it.
    let id: Vec<u8> = format!("{number}{created}")
        .bytes()
        .cycle()
        .take(16)
        .collect();
    Some(write::file(&objects, trailer, &id))
}

const FONT_NAMES: [&str; 3] = ["R", "B", "I"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Regular,
    Bold,
    Italic,
    /// Italic with its outlines drawn: there is no bundled bold italic face.
    BoldItalic,
}

struct Page {
    /// Regular, bold, italic.
    fonts: [Subset; 3],
    content: Vec<u8>,
}

impl Page {
    fn drawn() -> Option<Self> {
        // Each face takes all characters of the page: simpler, and some kilobytes more.
        let fixed = "ỦY BAN NHÂN DÂN TỈNH AN BÌNH CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM Độc lập - Tự do - Hạnh phúc Số: \
                     An Bình, ngày tháng năm QUYẾT ĐỊNH: trong hoạt động của cơ quan nhà nước Nơi nhận: TM. CHỦ TỊCH";
        let all: String = [fixed, TITLE, SIGNER]
            .into_iter()
            .chain(GROUNDS)
            .chain(RECIPIENTS)
            .chain(ARTICLES.into_iter().flat_map(|(head, text)| [head, text]))
            .collect();
        let subset = |face| Subset::new(face, all.chars());
        let fonts = [subset(SERIF)?, subset(BOLD)?, subset(SERIF_ITALIC)?];
        let mut page = Self {
            fonts,
            content: Vec::new(),
        };
        page.head();
        let end = page.body();
        page.foot(end);
        Some(page)
    }

    /// Boxes 1 to 4.
    fn head(&mut self) {
        let rows = [772.0, 757.0];
        self.centred(LEFT_COLUMN, rows[0], Style::Bold, 13.0, "ỦY BAN NHÂN DÂN");
        self.centred(LEFT_COLUMN, rows[1], Style::Bold, 13.0, "TỈNH AN BÌNH");
        self.centred(
            RIGHT_COLUMN,
            rows[0],
            Style::Bold,
            12.5,
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        );
        let motto = "Độc lập - Tự do - Hạnh phúc";
        self.centred(RIGHT_COLUMN, rows[1], Style::Bold, 13.0, motto);
        // Under the agency a third to a half of the line, under the motto all of it.
        self.rule(LEFT_COLUMN, rows[1] - 5.0, 45.0);
        self.rule(
            RIGHT_COLUMN,
            rows[1] - 5.0,
            self.width(Style::Bold, 13.0, motto),
        );

        self.right(NUMBER.left - 3.25, DATE_LINE, Style::Regular, 13.0, "Số:");
        self.right(
            DAY.left - 2.0,
            DATE_LINE,
            Style::Italic,
            13.0,
            "An Bình, ngày",
        );
        self.right(MONTH.left - 2.0, DATE_LINE, Style::Italic, 13.0, "tháng");
        self.right(YEAR.left - 2.0, DATE_LINE, Style::Italic, 13.0, "năm");
    }

    /// Boxes 5a and 6. Gives the baseline below which nothing stands yet.
    fn body(&mut self) -> Points {
        let middle = (LEFT + RIGHT) / 2.0;
        self.centred(middle, 692.0, Style::Bold, 14.0, "QUYẾT ĐỊNH");
        self.centred(middle, 674.0, Style::Bold, 14.0, TITLE);
        self.centred(
            middle,
            657.0,
            Style::Bold,
            14.0,
            "trong hoạt động của cơ quan nhà nước",
        );
        self.rule(middle, 650.0, 90.0);
        self.centred(
            middle,
            624.0,
            Style::Bold,
            14.0,
            "ỦY BAN NHÂN DÂN TỈNH AN BÌNH",
        );
        let mut y = 600.0;
        for ground in GROUNDS {
            y = self.paragraph(y, &[(Style::Italic, ground)]) - 4.0;
        }
        y -= 6.0;
        self.centred(middle, y, Style::Bold, 14.0, "QUYẾT ĐỊNH:");
        y -= 24.0;
        for (head, text) in ARTICLES {
            y = self.paragraph(y, &[(Style::Bold, head), (Style::Regular, text)]) - 4.0;
        }
        y
    }

    /// Boxes 7a, 7b and 9b.
    fn foot(&mut self, end: Points) {
        let top = (PERSON.top + 30.0).min(end - 8.0);
        let middle = (PERSON.left + PERSON.right) / 2.0;
        self.centred(middle, top, Style::Bold, 14.0, "TM. ỦY BAN NHÂN DÂN");
        self.centred(middle, top - 17.0, Style::Bold, 14.0, "CHỦ TỊCH");
        self.centred(middle, PERSON.bottom - 26.0, Style::Bold, 14.0, SIGNER);
        self.text(LEFT, top, Style::BoldItalic, 12.0, "Nơi nhận:", 0.0);
        for (row, recipient) in (1..).zip(RECIPIENTS) {
            self.text(
                LEFT,
                top - 2.0 - 13.0 * f64::from(row),
                Style::Regular,
                11.0,
                recipient,
                0.0,
            );
        }
    }

    /// Words set in lines between the margins; all lines but the last are filled. Gives the next baseline.
    fn paragraph(&mut self, mut y: Points, parts: &[(Style, &str)]) -> Points {
        const SIZE: Points = 14.0;
        const LEADING: Points = 17.5;
        let words: Vec<(Style, &str)> = parts
            .iter()
            .flat_map(|&(style, text)| text.split(' ').map(move |word| (style, word)))
            .collect();
        let space = self.width(Style::Regular, SIZE, " ");
        let mut rest = words.as_slice();
        let mut x = LEFT + INDENT;
        while !rest.is_empty() {
            let mut used = 0.0;
            let mut count = 0;
            for &(style, word) in rest {
                let width = self.width(style, SIZE, word);
                let gap = if count > 0 { space } else { 0.0 };
                if count > 0 && x + used + gap + width > RIGHT {
                    break;
                }
                used += gap + width;
                count += 1;
            }
            let (line, later) = rest.split_at(count);
            let gaps = f64::from(u32::try_from(count.saturating_sub(1)).unwrap_or_default());
            let extra = if later.is_empty() || gaps == 0.0 {
                0.0
            } else {
                (RIGHT - x - used) / gaps
            };
            // Runs of one style, so that each is one string with its spaces: readers copy it as words.
            for (index, run) in line.chunk_by(|a, b| a.0 == b.0).enumerate() {
                let style = run[0].0;
                let text = run
                    .iter()
                    .map(|(_, word)| *word)
                    .collect::<Vec<_>>()
                    .join(" ");
                if index > 0 {
                    x += space + extra;
                }
                self.text(x, y, style, SIZE, &text, extra);
                let spaces = f64::from(u32::try_from(run.len() - 1).unwrap_or_default());
                x += self.width(style, SIZE, &text) + extra * spaces;
            }
            rest = later;
            x = LEFT;
            y -= LEADING;
        }
        y
    }

    fn centred(&mut self, middle: Points, y: Points, style: Style, size: Points, text: &str) {
        let x = middle - self.width(style, size, text) / 2.0;
        self.text(x, y, style, size, text, 0.0);
    }

    /// Ends at `right`, with a space in between.
    fn right(&mut self, right: Points, y: Points, style: Style, size: Points, text: &str) {
        let x = right - self.width(style, size, text);
        self.text(x, y, style, size, text, 0.0);
    }

    /// One line; `extra` is added to each space.
    fn text(
        &mut self,
        x: Points,
        y: Points,
        style: Style,
        size: Points,
        text: &str,
        extra: Points,
    ) {
        let font = FONT_NAMES[face(style)];
        let stroke = if style == Style::BoldItalic {
            "2 Tr 0.35 w"
        } else {
            "0 Tr"
        };
        let start = format!("BT /{font} {size} Tf {stroke} {x:.2} {y:.2} Td [");
        self.content.extend_from_slice(start.as_bytes());
        for (index, word) in text.split(' ').enumerate() {
            if index > 0 {
                let space = self.fonts[face(style)].encode(" ");
                write::object(&mut self.content, &Object::String(space));
                self.content
                    .extend_from_slice(format!("{:.1}", -extra * 1000.0 / size).as_bytes());
            }
            write::object(
                &mut self.content,
                &Object::String(self.fonts[face(style)].encode(word)),
            );
        }
        self.content.extend_from_slice(b"] TJ ET\n");
    }

    fn rule(&mut self, middle: Points, y: Points, width: Points) {
        let (from, to) = (middle - width / 2.0, middle + width / 2.0);
        self.content
            .extend_from_slice(format!("0.6 w {from:.2} {y:.2} m {to:.2} {y:.2} l S\n").as_bytes());
    }

    fn width(&self, style: Style, size: Points, text: &str) -> Points {
        self.fonts[face(style)].width(text, size)
    }
}

fn face(style: Style) -> usize {
    match style {
        Style::Regular => 0,
        Style::Bold => 1,
        Style::Italic | Style::BoldItalic => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_each_time_and_small() {
        let make = || decision("12/QĐ-UBND", (2026, 3, 5)).unwrap();
        let bytes = make();
        assert_eq!(bytes, make());
        assert!(bytes.starts_with(b"%PDF-1.7") && bytes.ends_with(b"%%EOF\n"));
        assert!(bytes.len() < 200_000, "{}", bytes.len());
    }

    #[test]
    fn the_body_leaves_room_for_the_signatures() {
        let mut page = Page::drawn().unwrap();
        page.content.clear();
        let end = page.body();
        assert!(end - 8.0 >= PERSON.top + 30.0, "the text ends at {end}");
    }
}
