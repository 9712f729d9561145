//! The document of most tests.

use super::LOOK;

/// Objects of the document of most tests; a tilde parts the dictionary of a stream from its data.
pub(super) const FORM: &[(u32, &str)] = &[
    // The document: catalog, pages, a page and what it shows.
    (
        1,
        "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Metadata 30 0 R /Version /1.7 >>",
    ),
    (
        2,
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 400 400] >>",
    ),
    (
        3,
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R \
         /Annots [10 0 R 11 0 R 12 0 R 13 0 R 15 0 R] \
         /Resources << /Font << /F1 7 0 R /F3 31 0 R >> >> >>",
    ),
    (4, " ~ BT /F1 12 Tf 50 300 Td (Pay 100 dong) Tj ET"),
    (
        5,
        "<< /Fields [10 0 R 11 0 R 12 0 R 13 0 R 14 0 R] \
         /DR << /Font << /F1 7 0 R >> >> /DA (/F1 10 Tf) >>",
    ),
    (6, "<< /Title (Lenh chi) /Producer (test) >>"),
    (
        7,
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding 8 0 R /ToUnicode 9 0 R >>",
    ),
    (8, "<< /Type /Encoding /BaseEncoding /WinAnsiEncoding >>"),
    (9, " ~ begincmap endcmap"),
    // The form: an empty text, a filled one, a check box, an empty signature, and a group with one text.
    (
        10,
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Name) /Rect [50 200 150 220] /P 3 0 R \
         /F 4 /AP << /N 20 0 R >> >>",
    ),
    (
        11,
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Sum) /V (100) /Rect [50 170 150 190] \
         /P 3 0 R /F 4 /AP << /N 21 0 R >> >>",
    ),
    (
        12,
        "<< /Type /Annot /Subtype /Widget /FT /Btn /T (Agree) /V /Off /AS /Off \
         /Rect [50 140 70 160] /P 3 0 R /F 4 /AP << /N << /Yes 22 0 R /Off 23 0 R >> >> >>",
    ),
    (
        13,
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Second) /Rect [200 10 300 40] /P 3 0 R /F 4 >>",
    ),
    (14, "<< /FT /Tx /T (Group) /Kids [15 0 R] >>"),
    (
        15,
        "<< /Type /Annot /Subtype /Widget /Parent 14 0 R /T (Inner) /Rect [50 110 150 130] \
         /P 3 0 R /F 4 /AP << /N 24 0 R >> >>",
    ),
    (20, LOOK),
    (
        21,
        "/Type /XObject /Subtype /Form /BBox [0 0 100 20] ~ BT 2 5 Td (100) Tj ET",
    ),
    (22, LOOK),
    (23, LOOK),
    (24, LOOK),
    // Metadata, and a Type 3 font with its only glyph.
    (
        30,
        "/Type /Metadata /Subtype /XML ~ <x:xmpmeta xmlns:x='adobe:ns:meta/'><a>1</a></x:xmpmeta>",
    ),
    (
        31,
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [.1 0 0 .1 0 0] \
         /CharProcs << /a 32 0 R >> /Encoding << /Type /Encoding /Differences [97 /a] >> \
         /FirstChar 97 /LastChar 97 /Widths [9] >>",
    ),
    (32, " ~ 9 0 0 0 9 9 d1"),
];
