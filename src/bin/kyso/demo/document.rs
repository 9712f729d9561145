//! The document that is signed.

/// A one-page Vietnamese decision whose blanks are where the six signatures go; `date` is year, month, day.
pub(crate) fn decision(number: &str, date: (i32, u8, u8)) -> Vec<u8> {
    kyso::demo_document(number, date)
}
