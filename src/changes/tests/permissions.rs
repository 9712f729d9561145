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
