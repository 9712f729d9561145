//! Where elements stand: those that were asked for, or will be.

use std::collections::HashMap;

use crate::xml::scan::Scanner;

/// An element of one document; of no meaning in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ElementId(pub(super) u32);

/// Where an element stands, in the text.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::xml) struct Record {
    pub(in crate::xml) start: usize,
    /// Behind the start tag.
    pub(super) open_end: usize,
    /// Before the end tag.
    pub(super) close: usize,
    pub(in crate::xml) end: usize,
    pub(super) parent: Option<ElementId>,
}

/// The same as it is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) start: u32,
    pub(super) open_end: u32,
    pub(super) close: u32,
    pub(super) end: u32,
    /// The root is its own.
    pub(super) parent: ElementId,
}

impl Kept {
    pub(super) fn close(&mut self, scanner: &Scanner<'_>) {
        (self.close, self.end) = (short(scanner.start()), short(scanner.end()));
    }
}

/// Texts are no longer than this.
pub(super) fn short(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

pub(super) fn long(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[derive(Debug, Default)]
pub(super) struct Records {
    list: Vec<Kept>,
    pub(super) by_start: HashMap<u32, ElementId>,
    /// Child elements that were asked for, or will be.
    pub(super) children: HashMap<ElementId, Vec<ElementId>>,
}

impl Records {
    pub(super) fn note(&mut self, record: Kept) -> ElementId {
        *self.by_start.entry(record.start).or_insert_with(|| {
            self.list.push(record);
            ElementId(short(self.list.len()).saturating_sub(1))
        })
    }

    pub(super) fn get(&self, id: ElementId) -> Option<&Kept> {
        self.list.get(long(id.0))
    }

    pub(super) fn get_mut(&mut self, id: ElementId) -> Option<&mut Kept> {
        self.list.get_mut(long(id.0))
    }
}

/// An element that is open while the document is read.
pub(super) struct Open {
    pub(super) record: Kept,
    pub(super) id: Option<ElementId>,
}

impl Open {
    pub(super) fn of(scanner: &Scanner<'_>, id: Option<ElementId>) -> Self {
        let end = short(scanner.end());
        Self {
            record: Kept {
                start: short(scanner.start()),
                open_end: end,
                close: end,
                end,
                parent: ElementId(0),
            },
            id,
        }
    }
}

/// Notes the innermost open element, and those around it first.
pub(super) fn note(open: &mut [Open], records: &mut Records) -> ElementId {
    let mut parent = None;
    for one in open {
        let id = *one.id.get_or_insert_with(|| {
            one.record.parent = parent.unwrap_or(ElementId(0));
            records.note(one.record)
        });
        parent = Some(id);
    }
    parent.unwrap_or(ElementId(0))
}
