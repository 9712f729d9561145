//! Committed ledgers of known deviations: `name <tab> reason` a line, `#` for comments.
//!
//! A deviation that is not in the ledger fails; an entry that no longer deviates fails, too.

use std::collections::BTreeMap;

/// Holds what was found (`name -> what went wrong`) against a ledger.
pub(crate) fn hold(ledger: &str, found: &BTreeMap<String, String>) {
    let known: BTreeMap<&str, &str> = ledger
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| {
            line.split_once('\t')
                .expect("a ledger line is: name, tab, reason")
        })
        .collect();
    let mut faults = Vec::new();
    for (name, what) in found {
        if !known.contains_key(name.as_str()) {
            faults.push(format!("{name}: {what}"));
        }
    }
    for name in known.keys() {
        if !found.contains_key(*name) {
            faults.push(format!(
                "{name}: stands in the ledger, but is right now: take it out"
            ));
        }
    }
    assert!(
        faults.is_empty(),
        "{} deviations:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
