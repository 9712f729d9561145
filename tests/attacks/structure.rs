//! Tricks with cross-reference data, object streams, headers and ends: what one reader sees and another does not.

use kyso::{ChangeLevel, FileVerdict, Format, Lang, Report, Severity, Verdict};

use crate::pdf::{Pdf, codes, forbidden, passes, stream};

const PAID: &str = "BT /F1 12 Tf 50 300 Td (Pay 900 dong) Tj ET";

/// Never passed, and the report says why, by an error.
#[track_caller]
fn said(what: &str, pdf: &Pdf) -> Report {
    let report = pdf.report();
    let json = report.to_json(Lang::En);
    assert!(
        matches!(
            report.verdict,
            FileVerdict::Failed | FileVerdict::Undetermined | FileVerdict::Unreadable
        ),
        "{what}: {json}"
    );
    let of_signatures = report.signatures.iter().flat_map(|signature| {
        let changes = signature.changes.findings.iter();
        changes.chain(&signature.findings)
    });
    let errors = report.findings.iter().chain(of_signatures);
    let errors = errors.filter(|finding| finding.severity() == Severity::Error);
    assert!(
        report.error.is_some() || errors.count() > 0,
        "{what}: {json}"
    );
    report
}

#[test]
fn one_number_twice_in_one_section() {
    let pdf = Pdf::form().signed();
    let place = pdf.first("\n4 0 obj") + 1;
    // The update lists the page's content twice: as signed, and as the attacker wants it.
    let attack = pdf
        .later()
        .table(&format!("4 1\n{place:010} 00000 n \n"))
        .set(4, &stream("", PAID))
        .done();
    said("twice", &attack);
    let attack = pdf
        .later()
        .set(4, &stream("", PAID))
        .set(4, &pdf.object(4))
        .done();
    said("twice, the signed one last", &attack);
}

/// The table is honest, but bytes that it does not name hold another definition: who rebuilds the table sees that one.
#[test]
fn a_definition_that_no_table_names() {
    let pdf = Pdf::form().signed();
    let hidden = pdf.and(&format!("4 0 obj\n{}\nendobj\n", stream("", PAID)));
    said("before an empty section", &hidden.later().done());
    let hidden = pdf.later().set(4, &pdf.object(4)).done();
    passes(&hidden, ChangeLevel::None);
    // Twice in the same update, the table names the signed one.
    let body = format!("{}\nendobj\n4 0 obj\n{}", pdf.object(4), stream("", PAID));
    said("behind the signed one", &pdf.save(&[(4, &body)]));
    forbidden(
        &pdf.save(&[(4, &body), (21, &pdf.object(21))]),
        "PDF-DIFF-051",
    );
    // Between the trailer and the end, where no table looks.
    let hidden = format!("4 0 obj\n{}\nendobj\n", stream("", PAID));
    let later = pdf.later().done();
    let at = later.last("startxref");
    let attack = [&later.0[..at], hidden.as_bytes(), &later.0[at..]].concat();
    forbidden(&Pdf(attack), "PDF-DIFF-051");
}

#[test]
fn chains_that_lead_in_a_circle() {
    let pdf = Pdf::form().signed();
    let end = pdf.0.len();
    // An empty section starts where the file ended.
    said("to itself", &pdf.later().previous(Some(end)).done());
    let twice = pdf.later().done();
    said(
        "to its successor",
        &twice.later().previous(Some(twice.0.len())).done(),
    );
    said("to nowhere", &pdf.later().previous(Some(7)).done());
    said(
        "past the end",
        &pdf.later().previous(Some(9_999_999)).done(),
    );
    // Without /Prev the section is a document of its own.
    let report = pdf
        .later()
        .previous(None)
        .set(4, &stream("", PAID))
        .done()
        .report();
    assert_ne!(report.verdict, FileVerdict::Passed);
}

/// /Prev jumps over the revision that the second signature closes.
#[test]
fn a_chain_that_skips_a_signed_revision() {
    let once = Pdf::form().signed();
    let twice = once.signed_again("Second");
    passes(&twice, ChangeLevel::Signatures);
    let attack = twice.later().previous(Some(once.startxref())).done();
    let report = attack.report();
    // The first signature is what is left of the document; the second one is not in it any more.
    assert_ne!(
        report.verdict,
        FileVerdict::Passed,
        "{}",
        report.to_json(Lang::En)
    );
    // The field's value comes back in the update, so that the second signature is there again, on a chain without its revision.
    let value = twice.number_of("/ByteRange");
    let mut save = twice.later().previous(Some(once.startxref()));
    for number in [13, value] {
        save = save.set(number, &twice.object(number));
    }
    let report = save.done().report();
    assert_eq!(
        report.verdict,
        FileVerdict::Failed,
        "{}",
        report.to_json(Lang::En)
    );
    // Only entries that lead back to the signed bytes: they are whole, but their section is not on the chain.
    let place = |number: u32| twice.last(&format!("\n{number} 0 obj")) + 1;
    let lines: String = [13, value]
        .iter()
        .map(|number| format!("{number} 1\n{:010} 00000 n \n", place(*number)))
        .collect();
    let attack = twice
        .later()
        .previous(Some(once.startxref()))
        .table(&lines)
        .done();
    let report = attack.report();
    assert_eq!(
        report.verdict,
        FileVerdict::Failed,
        "{}",
        report.to_json(Lang::En)
    );
}

#[test]
fn entries_that_lead_elsewhere() {
    let pdf = Pdf::form().signed();
    let entry = |offset: usize, generation: u16, kind: char| {
        let line = format!("4 1\n{offset:010} {generation:05} {kind} \n");
        pdf.later().table(&line).done()
    };
    let place = pdf.first("\n4 0 obj") + 1;
    passes(&entry(place, 0, 'n'), ChangeLevel::None);
    for (what, offset) in [
        ("to another object", pdf.first("\n21 0 obj") + 1),
        ("into a string", pdf.first("(Pay 100")),
        ("to the header", 0),
        ("one byte early", place - 2),
        ("one byte late", place + 1),
        ("past the end", pdf.0.len() + 9_000),
        ("to the end", pdf.0.len()),
    ] {
        let report = said(what, &entry(offset, 0, 'n'));
        assert!(
            report
                .signatures
                .iter()
                .all(|s| s.verdict != Verdict::Passed),
            "{what}"
        );
    }
    said("another generation", &entry(place, 1, 'n'));
    forbidden(&entry(0, 1, 'f'), "PDF-DIFF-003");
    // An entry of a signed section that leads behind its own end waits for what will stand there.
    let base = Pdf::form();
    let own = base.first("\n20 0 obj") + 1;
    let line = base.first(&format!("{own:010} 00000 n"));
    let room = base.signed().0.len();
    let early = base.over(line, &format!("{:010}", room));
    let signed = early.signed_with(|options| {
        options.field = Some("First".into());
        options.force_repaired = true;
    });
    let offset = signed.0.len();
    let aimed = base.over(line, &format!("{offset:010}"));
    let aimed = aimed.signed_with(|options| {
        options.field = Some("First".into());
        options.force_repaired = true;
    });
    if aimed.0.len() == offset {
        let attack = aimed.and(&format!("20 0 obj\n{}\nendobj\n", stream("", PAID)));
        said("behind its own end", &attack);
    }
}

#[test]
fn an_object_stream_that_shadows_an_older_object() {
    let pdf = Pdf::form().signed();
    let free = pdf.free();
    let page = pdf.object_but(3, "/Contents 4 0 R", "/Contents 21 0 R");
    let attack = pdf.later().compressed(free, &[(3, &page)]);
    forbidden(&attack, "PDF-DIFF-002");
    // The same page once more changes nothing.
    let again = pdf.later().compressed(free, &[(3, &pdf.object(3))]);
    passes(&again, ChangeLevel::None);
    // The stream has the object twice, and one that no section names.
    let twice = pdf
        .later()
        .compressed(free, &[(3, &pdf.object(3)), (3, &page)]);
    said("twice in a stream", &twice);
}

#[test]
fn a_hybrid_update_shows_two_readers_two_things() {
    let pdf = Pdf::form().signed();
    let free = pdf.free();
    let page = pdf.object_but(3, "/Contents 4 0 R", "/Contents 21 0 R");
    // A cross-reference stream that only readers of PDF 1.5 look at, named by /XRefStm of a table that changes nothing.
    let with_stream = pdf.later().compressed(free, &[(3, &page)]);
    let place = with_stream.startxref();
    let attack = Pdf(with_stream.0.clone())
        .later()
        .previous(Some(pdf.startxref()))
        .trailer(&format!("/XRefStm {place}"))
        .done();
    let report = said("hybrid", &attack);
    assert_ne!(report.signatures[0].verdict, Verdict::Passed);
}

/// Read as viewers do, by a search; signed only when asked; said where it comes after a signature.
#[test]
fn a_wrong_startxref_is_said() {
    let base = Pdf::form();
    let number = base.last("startxref\n") + 10;
    let end = number + base.startxref().to_string().len();
    for wrong in ["0", "7", "99999999", "-1", "here"] {
        let bent = [&base.0[..number], wrong.as_bytes(), &base.0[end..]].concat();
        let bent = Pdf(bent);
        assert_eq!(bent.refused(), "pdf-repaired", "{wrong}");
        // The new revision names every object: what was made does not need to be searched.
        let signed = bent.signed_with(|options| options.force_repaired = true);
        passes(&signed, ChangeLevel::None);
    }
    // That of a later save: readers that search find its objects, others do not.
    let later = Pdf::form().signed().save(&[(4, &stream("", PAID))]);
    let at = later.last("startxref\n") + 10;
    for wrong in ["0000000", "9999999"] {
        let right = later.startxref().to_string().len();
        said(wrong, &later.over(at, &wrong[..right.min(7)]));
    }
}

/// A byte order mark before the header, as editors leave one: every reader skips it. Said, and signed only when asked.
#[test]
fn a_bom_before_the_header_is_said() {
    let mark = b"\xef\xbb\xbf";
    let plain = Pdf([mark.as_slice(), &Pdf::form().0].concat());
    assert_eq!(plain.refused(), "pdf-repaired");
    let signed = plain.signed_with(|options| options.force_repaired = true);
    let report = passes(&signed, ChangeLevel::None);
    let json = report.to_json(Lang::En);
    assert!(json.contains("PDF-READ-002"), "{json}");
    // Put before a signed file, it moves every signed byte.
    let moved = Pdf([mark.as_slice(), &Pdf::form().signed().0].concat());
    said("before a signed file", &moved);
}

/// What a web server put before the header looks like XML, and no reader of XML takes it.
#[test]
fn a_header_behind_markup_is_that_of_a_pdf() {
    let junk = "<html><br>\n";
    let base = Pdf([junk.as_bytes(), &Pdf::form().0].concat());
    let pdf = base.signed_with(|options| options.force_repaired = true);
    let report = pdf.report();
    let json = report.to_json(Lang::En);
    assert_eq!(report.format, Format::Pdf, "{json}");
    assert_eq!(report.verdict, FileVerdict::Undetermined, "{json}");
    assert!(codes(&report.signatures[0]).contains(&"SIG-012"), "{json}");
}

#[test]
fn a_second_header_is_no_second_document() {
    let pdf = Pdf::form().signed();
    // Before: every offset is off by that.
    let shifted = Pdf([b"%PDF-1.4\n", pdf.0.as_slice()].concat());
    said("before", &shifted);
    // Behind, with objects of its own.
    let second = Pdf::form_but(&[(4, &stream("", &PAID.replace(' ', "  ")))]);
    let report = pdf
        .and("%PDF-1.7\n")
        .save(&[(4, &stream("", PAID))])
        .report();
    assert_eq!(report.verdict, FileVerdict::Failed);
    let both = Pdf([second.0.as_slice(), pdf.0.as_slice()].concat());
    said("a document before the signed one", &both);
}

#[test]
fn numbers_and_generations_do_not_come_back() {
    let pdf = Pdf::form().signed();
    let other = pdf.later().set_generation(4, 1, &stream("", PAID)).done();
    said("another generation of a signed object", &other);
    let freed = pdf.later().free(25).done();
    passes(&freed, ChangeLevel::None);
    forbidden(&pdf.later().free(9).done(), "PDF-DIFF-003");
    // A number that the signed file had freed before.
    let base = Pdf::form_but(&[(34, "(gone)")]);
    let base = base.later().free(34).done().signed();
    let attack = base.save(&[(34, "(back)")]);
    said("a freed number", &attack);
    let attack = base.later().set_generation(34, 1, "(back)").done();
    said("a freed number, next generation", &attack);
}

/// In the signed bytes themselves: a key of the trailer twice, an object stream that is not there, data that is damaged.
#[test]
fn what_reads_in_two_ways_when_it_is_signed_never_passes() {
    let signed = |base: &Pdf| {
        base.signed_with(|options| {
            options.field = Some("First".into());
            options.force_repaired = true;
        })
    };
    let twice = Pdf::form().later().trailer("/Extra 1 /Extra 2").done();
    assert_eq!(twice.refused(), "pdf-repaired");
    said("a key twice", &signed(&twice));
    let catalog = Pdf::form().object_but(1, "/Pages", "/DSS 70 0 R /Pages");
    let base = Pdf::form_but(&[(1, &catalog)]);
    let missing = base.later().streamed(80, &[(70, 2, 60, 0)]);
    said("no object stream", &signed(&missing));
    let pdf = Pdf::form().signed();
    let save = |end: &str| {
        let packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>";
        let digits: String = packet.iter().map(|byte| format!("{byte:02X}")).collect();
        let head = "/Type /Metadata /Subtype /XML /Filter /ASCIIHexDecode";
        pdf.save(&[(30, &stream(head, &(digits + end)))])
    };
    passes(&save(">"), ChangeLevel::TimestampsAndValidationData);
    said("damaged data", &save("!>"));
}

/// A section that announces more rows than it has: readers differ in what they take for the next one.
#[test]
fn a_section_that_ends_early() {
    let pdf = Pdf::form().signed();
    let row = |count: u8| format!("25 {count}\n0000000000 00001 f \n");
    passes(&pdf.later().table(&row(1)).done(), ChangeLevel::None);
    said("ends early", &pdf.later().table(&row(9)).done());
}

#[test]
fn a_size_that_takes_objects_away() {
    let sized = |pdf: &Pdf, size: u32| {
        let old = format!("/Size {}", pdf.free());
        let new = format!("{:1$}", format!("/Size {size}"), old.len());
        pdf.over(pdf.last(&old), &new)
    };
    let pdf = Pdf::form().signed();
    let (free, later) = (pdf.free(), pdf.later().done());
    for size in [3, free - 1] {
        forbidden(&sized(&later, size), "PDF-DIFF-007");
    }
    passes(&sized(&later, free), ChangeLevel::None);
    // A writer may say that there are more than there are, and the next one how many there really are.
    let more = sized(&later, free + 7);
    passes(&more, ChangeLevel::None);
    passes(&sized(&more.later().done(), free), ChangeLevel::None);
}

#[test]
fn trailers_stay_what_they_were() {
    let pdf = Pdf::form().signed();
    let (root, free) = ("/Root 1 0 R", pdf.free());
    let copy = pdf.object(1);
    let with_root = pdf
        .later()
        .set(free, &copy)
        .trailer_but(root, &format!("/Root {free} 0 R"))
        .done();
    forbidden(&with_root, "PDF-DIFF-007");
    for more in [
        "/Extra 1",
        "/Root 2 0 R",
        "/Info 4 0 R",
        "/ID [<00> <00>]",
        "/DocChecksum /x",
    ] {
        said(more, &pdf.later().trailer(more).done());
    }
    // Another information dictionary is a new one.
    let ready = Pdf::form_but(&[(50, "[(x)]"), (51, "<< /Producer (x) >>")]).signed();
    for other in ["/Info 50 0 R", "/Info 51 0 R", "/Info 30 0 R"] {
        let attack = ready.later().trailer_but("/Info 6 0 R", other).done();
        forbidden(&attack, "PDF-DIFF-007");
    }
    // Information that stands in the trailer itself is the same as long as it says the same.
    let form = Pdf::form();
    let old = "/Info 6 0 R /ID [<4B59534F> <4B59534F>]";
    let own = format!("{:1$}", "/Info<</Title(x)>>/ID[<4B><4B>]", old.len());
    let own = form.over(form.last(old), &own);
    let own = own.signed().signed_again("New");
    passes(&own, ChangeLevel::Signatures);
    let id = pdf.later().trailer_but("/ID[<", "/ID[<41").done();
    forbidden(&id, "PDF-DIFF-007");
    // What nobody but its writer knows may be left out, as Acrobat does, and may not become something else.
    let form = Pdf::form();
    let with = |entry: &str| form.over(form.last("/Info 6 0 R "), entry).signed();
    let private = with("/Source (ab)");
    let report = passes(&private.save(&[]), ChangeLevel::None);
    assert!(report.to_json(Lang::En).contains("PDF-DIFF-110"));
    let changed = private.later().trailer("/Source (cd)").done();
    forbidden(&changed, "PDF-DIFF-007");
    for entry in ["/Sourc 4 0 R", "/Source [41]"] {
        forbidden(&with(entry).save(&[]), "PDF-DIFF-007");
    }
    // Encrypted afterwards: nobody can read the signed strings as they were.
    let encryption = "<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 \
        /O <000102030405060708090A0B0C0D0E0F000102030405060708090A0B0C0D0E0F> \
        /U <000102030405060708090A0B0C0D0E0F000102030405060708090A0B0C0D0E0F> >>";
    let attack = pdf
        .later()
        .set(free, encryption)
        .trailer(&format!("/Encrypt {free} 0 R"))
        .done();
    said("encrypted later", &attack);
    // Another version in the catalog changes how the file is to be read.
    let version = pdf.object_but(1, "/Version /1.7", "/Version /1.4");
    forbidden(&pdf.save(&[(1, &version)]), "PDF-DIFF-002");
}
