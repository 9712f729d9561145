//! Every object of every file that qpdf finds sound is read without a doubt.

use std::fs;

use super::open;
use crate::{
    corpora,
    error::ErrorKind,
    pdf::{Object, ObjectId, document::Entry},
};

#[test]
fn sound_files_stay_sound_when_all_is_read() {
    let mut faults = Vec::new();
    for name in ["pdf-plain", "pdf-malformed"] {
        let Some(folder) = corpora::folder(name) else {
            continue;
        };
        let index = fs::read(folder.join("index.json")).unwrap();
        let index: Vec<serde_json::Value> = serde_json::from_slice(&index).unwrap();
        for entry in index
            .iter()
            .filter(|entry| entry["ref"]["qpdf_check_rc"] == 0)
        {
            let file = entry["file"].as_str().unwrap();
            let Ok(document) = open(fs::read(folder.join(file)).unwrap()) else {
                faults.push(format!("{file}: not read"));
                continue;
            };
            // qpdf was given no password.
            if let Some(locked) = document.locked() {
                faults.push(format!("{file}: {locked:?}"));
            }
            for (revision, all) in document.revisions().iter().enumerate() {
                for (number, entry) in &all.entries {
                    let generation = match entry {
                        Entry::InFile { generation, .. } => *generation,
                        _ => 0,
                    };
                    let id = ObjectId {
                        number: *number,
                        generation,
                    };
                    let read = document
                        .object_at(revision, id)
                        .and_then(|object| match object {
                            Object::Stream(stream) => {
                                document.stream_data_at(revision, &stream).map(drop)
                            }
                            _ => Ok(()),
                        });
                    match read {
                        Err(error) if error.kind() != ErrorKind::Unsupported => {
                            faults.push(format!("{file}: {error:?}"));
                        }
                        _ => {}
                    }
                }
            }
            if document.repaired() {
                faults.push(format!("{file}: {:?}", document.findings()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
