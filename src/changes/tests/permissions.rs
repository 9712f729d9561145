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
