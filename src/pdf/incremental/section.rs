//! Cross-reference sections as bytes: a table, or a stream. What stands in them is the editor's to say.

use std::collections::BTreeMap;

use crate::pdf::{
    document::Entry,
    object::{Dictionary, Object, Stream, StreamData},
};

/// A table (clause 7.5.4): entries of exactly 20 bytes.
pub(super) fn table(out: &mut Vec<u8>, rows: &BTreeMap<u32, Entry>, shift: u64) {
    out.extend_from_slice(b"xref\n");
    for run in subsections(rows) {
        let first = run.first().map_or(0, |(number, _)| *number);
        out.extend_from_slice(format!("{first} {}\n", run.len()).as_bytes());
        for (_, entry) in run {
            let line = match entry {
                Entry::InFile { offset, generation } => {
                    format!("{:010} {generation:05} n\r\n", offset.saturating_sub(shift))
                }
                Entry::Free { generation } => format!("{:010} {generation:05} f\r\n", 0),
                // Kept out by the choice of the form.
                Entry::InStream { .. } => format!("{:010} {:05} f\r\n", 0, 0),
            };
            out.extend_from_slice(line.as_bytes());
        }
    }
}

/// A cross-reference stream (clause 7.5.8). Not deflated: a few rows do not get smaller.
pub(super) fn stream(
    rows: &BTreeMap<u32, Entry>,
    mut dictionary: Dictionary,
    shift: u64,
) -> Stream {
    let fields: Vec<[u64; 3]> = rows
        .values()
        .map(|entry| match *entry {
            Entry::Free { generation } => [0, 0, u64::from(generation)],
            Entry::InFile { offset, generation } => {
                [1, offset.saturating_sub(shift), u64::from(generation)]
            }
            Entry::InStream { stream, index } => [2, u64::from(stream), u64::from(index)],
        })
        .collect();
    let width = |column: fn(&[u64; 3]) -> u64| {
        let highest = fields.iter().map(column).max().unwrap_or_default();
        8_u32.saturating_sub(highest.leading_zeros() / 8).max(1)
    };
    let widths = [1, width(|row| row[1]), width(|row| row[2])];
    let mut data = Vec::new();
    for row in &fields {
        for (value, width) in row.iter().zip(widths) {
            let bytes = value.to_be_bytes();
            let skipped = bytes.len().saturating_sub(width as usize);
            data.extend_from_slice(bytes.get(skipped..).unwrap_or_default());
        }
    }
    let index = subsections(rows).into_iter().flat_map(|run| {
        let first = run.first().map_or(0, |(number, _)| *number);
        [
            i64::from(first),
            i64::try_from(run.len()).unwrap_or_default(),
        ]
        .map(Object::Integer)
    });
    dictionary.set("Type", Object::name("XRef"));
    dictionary.set("Index", index.collect::<Vec<_>>());
    dictionary.set("W", widths.map(|w| Object::Integer(i64::from(w))).to_vec());
    Stream {
        dictionary,
        data: StreamData::Memory(data),
    }
}

/// Runs of numbers that follow each other: subsections.
fn subsections(rows: &BTreeMap<u32, Entry>) -> Vec<Vec<(u32, Entry)>> {
    let mut runs: Vec<Vec<(u32, Entry)>> = Vec::new();
    for (&number, &entry) in rows {
        let follows = runs
            .last()
            .and_then(|run| run.last())
            .map(|(n, _)| n.saturating_add(1));
        match runs.last_mut() {
            Some(run) if follows == Some(number) => run.push((number, entry)),
            _ => runs.push(vec![(number, entry)]),
        }
    }
    runs
}
