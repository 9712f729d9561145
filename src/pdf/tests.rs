//! The corpora go through the reader.

use std::{fs, path::PathBuf, sync::Arc, time::Instant};

use super::{Document, field};
use crate::source::MemorySource;

fn all(folder: &std::path::Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            all(&path, out);
        } else if path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("pdf"))
        {
            out.push(path);
        }
    }
}

#[test]
fn try_all() {
    let Ok(root) = std::env::var("KYSO_CORPORA") else {
        return;
    };
    let mut files = Vec::new();
    all(std::path::Path::new(&root), &mut files);
    files.sort();
    for path in files {
        let bytes = fs::read(&path).unwrap();
        let start = Instant::now();
        let document = Document::open(Arc::new(MemorySource::new(bytes)));
        let text = match document {
            Err(error) => format!("ERR {error:?}"),
            Ok(document) => {
                let newest = document.revisions().len() - 1;
                match field::signature_fields(&document, newest) {
                    Err(error) => format!("FIELDERR {error:?}"),
                    Ok((fields, findings)) => {
                        let signed = fields.iter().filter(|f| matches!(field::signature_dictionary(&document, newest, f), Ok(Some(d)) if d.contents.is_some())).count();
                        let codes: Vec<_> = document
                            .findings()
                            .iter()
                            .chain(&findings)
                            .map(|f| f.code())
                            .collect();
                        format!(
                            "OK rep={} rev={} fields={} signed={} {codes:?}",
                            document.repaired(),
                            document.revisions().len(),
                            fields.len(),
                            signed
                        )
                    }
                }
            }
        };
        println!(
            "{} {:?} {text}",
            path.strip_prefix(&root).unwrap().display(),
            start.elapsed()
        );
    }
}
