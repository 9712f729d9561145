//! Things that act or switch, added after the signature: scripts, programs, links, layers; and looks that several fields share.

use kyso::{ChangeLevel, FileVerdict, Lang};

use crate::pdf::{LOOK, Pdf, codes, forbidden, level, passes, stream};

const SCRIPT: &str = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";

#[track_caller]
fn refused(what: &str, pdf: &Pdf) {
    let report = pdf.report();
    let json = report.to_json(Lang::En);
    assert_eq!(report.verdict, FileVerdict::Failed, "{what}: {json}");
    let after = report.signatures[0].changes.after;
    assert_eq!(after, ChangeLevel::Forbidden, "{what}: {json}");
}

#[test]
fn scripts_programs_and_links_are_not_added() {
    let pdf = Pdf::form().signed();
    let free = pdf.free();
    for action in [
        SCRIPT,
        "<< /S /Launch /F (cmd.exe) >>",
        "<< /S /URI /URI (http://example.org/) >>",
        "<< /S /GoToR /F (other.pdf) /D [0 /Fit] >>",
        "<< /S /SubmitForm /F (http://example.org/) >>",
        "<< /S /ImportData /F (data.fdf) >>",
        "<< /S /Hide /T (Sum) >>",
        "<< /S /SetOCGState /State [/OFF 4 0 R] >>",
        "<< /S /Named /N /Print >>",
    ] {
        let catalog = |what: &str| pdf.object_but(1, "/Pages", &format!("{what} /Pages"));
        for key in [
            format!("/OpenAction {free} 0 R"),
            format!("/AA << /WC {free} 0 R >>"),
            format!("/Names << /JavaScript << /Names [(a) {free} 0 R] >> >>"),
            format!("/URI << /Base {free} 0 R >>"),
        ] {
            let attack = pdf.save(&[(1, &catalog(&key)), (free, action)]);
            refused(&format!("{key}: {action}"), &attack);
        }
        let page = pdf.object_but(
            3,
            "/Contents",
            &format!("/AA << /O {free} 0 R >> /Contents"),
        );
        refused(action, &pdf.save(&[(3, &page), (free, action)]));
        let field = pdf.object_but(10, "/FT", &format!("/A {free} 0 R /FT"));
        refused(action, &pdf.save(&[(10, &field), (free, action)]));
        let field = pdf.object_but(10, "/FT", &format!("/AA << /K {free} 0 R >> /FT"));
        refused(action, &pdf.save(&[(10, &field), (free, action)]));
        // A link over the page.
        let (link, act) = (free + 1, free);
        let page = pdf.object_and(3, link);
        let body = format!("<< /Type /Annot /Subtype /Link /Rect [0 0 400 400] /A {act} 0 R >>");
        refused(
            action,
            &pdf.save(&[(3, &page), (act, action), (link, &body)]),
        );
    }
}

/// An action that the signed document has gets another text.
#[test]
fn actions_that_are_there_do_not_change() {
    let catalog = Pdf::form().object_but(1, "/Pages", "/OpenAction 50 0 R /Pages");
    let pdf = Pdf::form_but(&[
        (1, &catalog),
        (50, "<< /S /JavaScript /JS 51 0 R >>"),
        (51, "(a)"),
    ])
    .signed();
    passes(&pdf, ChangeLevel::None);
    refused("text", &pdf.save(&[(51, "(b)")]));
    refused("kind", &pdf.save(&[(50, "<< /S /Launch /F 51 0 R >>")]));
    // A new text for a script that was empty of purpose.
    let catalog = Pdf::form().object_but(
        1,
        "/Pages",
        "/OpenAction << /S /JavaScript /JS 52 0 R >> /Pages",
    );
    let pdf = Pdf::form_but(&[(1, &catalog)]).signed();
    refused("dangling", &pdf.save(&[(52, "(b)")]));
}

#[test]
fn layers_are_not_added() {
    let pdf = Pdf::form().signed();
    let free = pdf.free();
    let layers =
        format!("/OCProperties << /OCGs [{free} 0 R] /D << /OFF [{free} 0 R] >> >> /Pages");
    let catalog = pdf.object_but(1, "/Pages", &layers);
    let layer = "<< /Type /OCG /Name (L) >>";
    refused("catalog", &pdf.save(&[(1, &catalog), (free, layer)]));
    // The look of the signature, or of a field, is put into a layer that is off.
    let look = pdf.number_of("/Subtype/Form");
    let hidden = pdf.object_but(
        look,
        "/Subtype/Form",
        &format!("/OC {free} 0 R/Subtype/Form"),
    );
    refused("look", &pdf.save(&[(look, &hidden), (free, layer)]));
    let field = pdf.object_but(11, "/FT", &format!("/OC {free} 0 R /FT"));
    refused("field", &pdf.save(&[(11, &field), (free, layer)]));
}

/// Two fields show one object. Who fills the one in redraws the other.
#[test]
fn a_shared_look_is_nobodys_to_redraw() {
    let shared = Pdf::form().object_but(10, "/N 20 0 R", "/N 21 0 R");
    let pdf = Pdf::form_but(&[(10, &shared)]).signed();
    let free = pdf.free();
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 100 20]";
    let nine = stream(form, "BT 2 5 Td (900) Tj ET");
    let filled = pdf.object_but(10, "/FT", "/V (900) /FT");
    refused("both", &pdf.save(&[(10, &filled), (21, &nine)]));
    // With a look of its own, only the one field changes.
    let own = filled.replacen("/N 21 0 R", &format!("/N {free} 0 R"), 1);
    passes(
        &pdf.save(&[(10, &own), (free, &nine)]),
        ChangeLevel::FormFilling,
    );
    // The page shows the look itself.
    let page = Pdf::form().object_but(3, "/Font <<", "/XObject << /X 20 0 R >> /Font <<");
    let pdf = Pdf::form_but(&[(3, &page), (4, &stream("", "/X Do"))]).signed();
    let filled = pdf.object_but(10, "/FT", "/V (900) /FT");
    refused("page", &pdf.save(&[(10, &filled), (20, &nine)]));
}

/// What a filled field may do, and what not.
#[test]
fn fields_are_filled_and_nothing_else() {
    let pdf = Pdf::form().signed();
    let free = pdf.free();
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 100 20]";
    let nine = stream(form, "BT 2 5 Td (900) Tj ET");
    let filled = pdf.object_but(10, "/FT", "/V (900) /FT").replacen(
        "/N 20 0 R",
        &format!("/N {free} 0 R"),
        1,
    );
    let report = passes(
        &pdf.save(&[(10, &filled), (free, &nine)]),
        ChangeLevel::FormFilling,
    );
    assert!(codes(&report.signatures[0]).contains(&"PDF-DIFF-131"));
    let checked = pdf
        .object_but(12, "/V /Off", "/V /Yes")
        .replacen("/AS /Off", "/AS /Yes", 1);
    passes(&pdf.save(&[(12, &checked)]), ChangeLevel::FormFilling);
    let inner = pdf
        .object_but(15, "/T (Inner)", "/T (Inner) /V (x)")
        .replacen("/N 24 0 R", &format!("/N {free} 0 R"), 1);
    passes(
        &pdf.save(&[(15, &inner), (free, LOOK)]),
        ChangeLevel::FormFilling,
    );
    for (what, number, old, new) in [
        ("moved", 10, "[50 200", "[50 300"),
        ("renamed", 10, "(Name)", "(Other)"),
        ("another type", 10, "/FT /Tx", "/FT /Ch"),
        ("hidden", 10, "/F 4", "/F 2"),
        ("another page", 10, "/P 3 0 R", "/P 2 0 R"),
        ("a child", 10, "/FT", "/Kids [11 0 R] /FT"),
        (
            "a default look with another font",
            10,
            "/FT",
            "/DA (/F3 99 Tf) /FT",
        ),
        ("rich text", 10, "/FT", "/RV (<b>900</b>) /FT"),
        ("another kind of annotation", 10, "/Widget", "/FreeText"),
        ("of another group", 15, "/Parent 14 0 R", "/Parent 10 0 R"),
        ("the group", 14, "/FT /Tx", "/FT /Btn"),
    ] {
        let changed = pdf.object_but(number, old, new);
        let after = level(&pdf.save(&[(number, &changed)]));
        assert_eq!(after, ChangeLevel::Forbidden, "{what}");
    }
}

/// Beside another value, too, everything else stays what it is.
#[test]
fn another_value_does_not_bring_more_along() {
    let button = "<< /Type /Annot /Subtype /Widget /FT /Btn /Ff 65536 /T (Push) /Rect [9 9 50 50] /P 3 0 R \
        /AP << /N 72 0 R >> >>";
    let stray = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Stray) /Rect [9 60 50 90] /P 3 0 R \
        /AP << /N 74 0 R >> >>";
    let page = Pdf::form().object_but(3, "15 0 R", "15 0 R 71 0 R 73 0 R");
    let form = Pdf::form().object_but(5, "14 0 R", "14 0 R 71 0 R");
    let pdf = Pdf::form_but(&[
        (3, &page),
        (5, &form),
        (71, button),
        (72, LOOK),
        (73, stray),
        (74, LOOK),
    ])
    .signed();
    let free = pdf.free();
    let drawn = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 100 20]",
        "BT 2 5 Td (900) Tj ET",
    );
    let filled = |number: u32, look: u32, value: &str| {
        let body = pdf.object_but(number, &format!("/N {look} 0 R"), &format!("/N {free} 0 R"));
        let body = body.replacen("/FT", &format!("{value} /FT"), 1);
        pdf.save(&[(number, &body), (free, &drawn)])
    };
    passes(&filled(10, 20, "/V (900)"), ChangeLevel::FormFilling);
    for value in [
        "/V 5",
        "/V (900) /Ff 4096",
        "/V (900) /TI (x)",
        "/V (900) /AS (x)",
        "/V (900) /M 5",
        "/V (900) /I 4",
        "/V (900) /RV 4",
    ] {
        forbidden(&filled(10, 20, value), "PDF-DIFF-122");
    }
    forbidden(&filled(71, 72, "/V (900)"), "PDF-DIFF-002");
    // A widget that the form does not reach is no field.
    forbidden(&filled(73, 74, "/V (900)"), "PDF-DIFF-002");
    let image = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray";
    let image = stream(image, "1");
    let value = pdf.object_but(11, "/V (100)", "/V (900)");
    passes(
        &pdf.save(&[(11, &value), (21, &drawn)]),
        ChangeLevel::FormFilling,
    );
    refused("an image", &pdf.save(&[(11, &value), (21, &image)]));
    for look in ["7 0 R", "4 0 R", "null"] {
        let other = value.replacen("/N 21 0 R", &format!("/N {look}"), 1);
        forbidden(&pdf.save(&[(11, &other)]), "PDF-DIFF-122");
    }
    let elsewhere = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Ref << /F (x.pdf) /Page 0 >>";
    let other = value.replacen("/N 21 0 R", &format!("/N {free} 0 R"), 1);
    let elsewhere = stream(elsewhere, "");
    forbidden(
        &pdf.save(&[(11, &other), (free, &elsewhere)]),
        "PDF-DIFF-122",
    );
    // What fields are drawn with is not what was drawn just now.
    let form = pdf.object_but(5, "/DR<<", "/DR<</XObject<</X 21 0 R>>");
    refused(
        "resources",
        &pdf.save(&[(11, &value), (21, &drawn), (5, &form)]),
    );
}

/// A group that says twice what it is belongs to nobody.
#[test]
fn a_field_below_an_unclear_group_is_not_filled() {
    let save = |group: &str| {
        let pdf = Pdf::form_but(&[(14, group)]).signed();
        let look = pdf.free();
        let body = pdf.object_but(15, "/N 24 0 R", &format!("/N {look} 0 R"));
        let body = body.replacen("/T (Inner)", "/T (Inner) /V (x)", 1);
        pdf.save(&[(15, &body), (look, LOOK)])
    };
    let group = "<< /FT /Tx /T (Group) /Kids [15 0 R] >>";
    passes(&save(group), ChangeLevel::FormFilling);
    let unclear = "<< /FT /Sig /FT /Tx /T (Group) /Kids [15 0 R] >>";
    refused("a type twice", &save(unclear));
}
