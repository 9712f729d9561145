//! What earlier signatures permit.

use super::*;

#[test]
fn permissions_of_earlier_signatures_hold() {
    let document = base()
        .save(&[(10, FILLED), (20, VALUE), (21, LOOK)], ROOT)
        .document();
    let (mut first, last) = (placed("A", 6, 7, 0), placed("E", 10, 20, 1));
    first.locks = vec![Lock {
        action: LockAction::Include(vec!["E".into()]),
        permission: None,
    }];
    let changes = analyse(&document, &[first.clone(), last.clone()]);
    assert_eq!(codes(&changes[0])[0], "PDF-DIFF-015");
    first.locks = vec![Lock {
        action: LockAction::Exclude(vec!["E".into()]),
        permission: None,
    }];
    let changes = analyse(&document, &[first.clone(), last.clone()]);
    assert_eq!(changes[0].after, ChangeLevel::Signatures);
    first.permission = Some(1);
    let changes = analyse(&document, &[first, last]);
    assert_eq!(
        (changes[0].after, codes(&changes[0])),
        (ChangeLevel::Forbidden, vec!["PDF-DIFF-014"])
    );
}

/// ISO 32000-2 clause 12.8.2.4: all form fields, and it names no exception for those that come later; names stand for
/// the fields below them.
#[test]
fn locks_bind_later_signatures_in_new_fields_too() {
    let in_new = [(3, GROWN_PAGE), (5, GROWN_FORM), (12, NEW), (20, VALUE)];
    let new = base().save(&in_new, ROOT).document();
    let old = base()
        .save(&[(10, FILLED), (20, VALUE), (21, LOOK)], ROOT)
        .document();
    let names = |name: &str| vec![name.to_owned()];
    for (lock, in_new, in_old) in [
        (None, true, true),
        (Some(LockAction::All), false, false),
        (Some(LockAction::Include(names("B"))), false, true),
        (Some(LockAction::Include(names(""))), true, true),
        (Some(LockAction::Include(names("B.Kid"))), true, true),
        (Some(LockAction::Include(names("E"))), true, false),
        (Some(LockAction::Exclude(names("B"))), true, false),
        (Some(LockAction::Exclude(names(""))), false, false),
        (Some(LockAction::Exclude(names("E"))), false, true),
    ] {
        let mut first = placed("A", 6, 7, 0);
        let locks = lock.iter().map(|action| Lock {
            action: action.clone(),
            permission: None,
        });
        first.locks = locks.collect();
        for (document, later, allowed) in [
            (&new, placed("B", 12, 20, 1), in_new),
            (&old, placed("E", 10, 20, 1), in_old),
        ] {
            let changes = analyse(document, &[first.clone(), later]);
            let (after, codes) = (changes[0].after, codes(&changes[0]));
            let expected = match allowed {
                true => ChangeLevel::Signatures,
                false => ChangeLevel::Forbidden,
            };
            assert_eq!(after, expected, "{lock:?} {codes:?}");
            assert_eq!(
                codes.contains(&"PDF-DIFF-015"),
                !allowed,
                "{lock:?} {codes:?}"
            );
        }
    }
}

#[test]
fn a_certification_signature_is_named_by_the_permission_dictionary() {
    let document = base()
        .save(&[(10, FILLED), (20, VALUE), (21, LOOK)], ROOT)
        .document();
    let mut second = placed("E", 10, 20, 1);
    (second.certifies, second.permission) = (Some(2), Some(2));
    let changes = analyse(&document, &[placed("A", 6, 7, 0), second]);
    assert_eq!(codes(&changes[1]), ["PDF-DIFF-130"]);
}

/// An empty field that comes along with a signature is one more field, too.
#[test]
fn locks_bind_later_fields_that_nobody_signed() {
    let page = GROWN_PAGE.replace("12 0 R", "12 0 R 13 0 R");
    let form = GROWN_FORM.replace("12 0 R", "12 0 R 13 0 R");
    let empty = EMPTY.replace("(E)", "(More)");
    let objects = [
        (3, page.as_str()),
        (5, form.as_str()),
        (12, NEW),
        (13, empty.as_str()),
        (20, VALUE),
    ];
    let document = base().save(&objects, ROOT).document();
    for (free, level) in [
        (&["B", "More"][..], ChangeLevel::Signatures),
        (&["B"][..], ChangeLevel::Forbidden),
    ] {
        let mut first = placed("A", 6, 7, 0);
        first.locks = vec![Lock {
            action: LockAction::Exclude(free.iter().map(|name| (*name).to_owned()).collect()),
            permission: None,
        }];
        let changes = analyse(&document, &[first, placed("B", 12, 20, 1)]);
        assert_eq!(changes[0].after, level, "{:?}", changes[0]);
        if level == ChangeLevel::Forbidden {
            assert_eq!(codes(&changes[0])[0], "PDF-DIFF-015");
        }
    }
}

/// Only who signs first, and soundly, certifies: nobody permits afterwards what an earlier signature did not.
#[test]
fn annotations_are_permitted_by_the_first_signature_only() {
    let mark = "<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] >>";
    let page = PAGE.replace("10 0 R", "10 0 R 13 0 R");
    let document = base()
        .save(&[(10, FILLED), (20, VALUE), (21, LOOK)], ROOT)
        .save(&[(3, &page), (13, mark)], ROOT)
        .document();
    let certifying = |mut signature: Placed| {
        signature.certifies = Some(3);
        signature.permission = Some(3);
        signature
    };
    let (first, second) = (placed("A", 6, 7, 0), placed("E", 10, 20, 1));
    let refused = |first: &Placed, second: &Placed| {
        let changes = analyse(&document, &[first.clone(), second.clone()]);
        assert_eq!(changes[0].after, ChangeLevel::Annotations);
        codes(&changes[0]).contains(&"PDF-DIFF-128")
    };
    let mut broken = certifying(first.clone());
    broken.intact = false;
    assert!(!refused(&certifying(first.clone()), &second));
    assert!(refused(&first, &second));
    assert!(refused(&first, &certifying(second.clone())));
    assert!(refused(&broken, &second));
}
