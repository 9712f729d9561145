//! Elements by their ids.

use std::{collections::hash_map::RandomState, hash::BuildHasher};

use super::{Document, ElementId};
use crate::{
    limits::MAX_XML_ALIKE,
    xml::{names::split, scan::Attribute, values},
};

/// Stands for every name of an id; no attribute is called so.
const ANY: &str = "*";

/// Attributes by the name of `Id`, in any letter case and namespace: a digest of name and value, in order, and the element. A
/// document of 20 MB may have a million of them, so there is no more.
#[derive(Debug, Default)]
pub(super) struct Ids {
    list: Vec<(u64, ElementId)>,
    hashing: RandomState,
}

impl Ids {
    /// Whether it counts among them.
    pub(super) fn has(one: &Attribute<'_>) -> bool {
        matches!(one.name.as_bytes(), [.., b'i' | b'I', b'd' | b'D'])
            && one.local().len() == 2
            && one.declares().is_none()
    }

    pub(super) fn note(&mut self, one: &Attribute<'_>, element: ElementId) {
        let value = values::of_attribute(one.value);
        self.list.push((self.digest(one.name, &value), element));
        if matches!(one.local(), "Id" | "ID" | "id") {
            self.list.push((self.digest(ANY, &value), element));
        }
    }

    /// All are noted.
    pub(super) fn finish(&mut self) {
        self.list.sort_unstable();
        self.list.shrink_to_fit();
    }

    /// What they are found by. Nobody can foresee it, so nobody can make many alike.
    fn digest(&self, name: &str, value: &str) -> u64 {
        self.hashing.hash_one((name, value))
    }

    /// Elements with this attribute and value, in the order in which they were noted, more than are told of.
    fn alike(&self, name: &str, value: &str) -> impl Iterator<Item = ElementId> + '_ {
        let digest = self.digest(name, value);
        let from = self.list.partition_point(|(one, _)| *one < digest);
        let alike = self.list.get(from..).unwrap_or_default().iter();
        let alike = alike.take_while(move |(one, _)| *one == digest);
        // One element may have three such attributes.
        let most = MAX_XML_ALIKE.saturating_mul(4);
        alike.map(|(_, id)| *id).take(most)
    }
}

impl Document {
    /// The first elements that have an attribute of one of these qualified names and this value, with the name of the attribute, in
    /// document order: [`MAX_XML_ALIKE`] of them, as two are too many already.
    pub(crate) fn by_id(&self, value: &str, names: &[&str]) -> Vec<(ElementId, String)> {
        let is_noted = |name: &&str| split(name).1.eq_ignore_ascii_case("id");
        let mut found: Vec<(usize, ElementId, String)> = Vec::new();
        for name in names.iter().filter(|name| is_noted(name)) {
            let alike = self.ids.alike(name, value);
            found.extend(alike.map(|id| (self.record(id).start, id, (*name).to_owned())));
        }
        let others: Vec<&str> = names.iter().copied().filter(|it| !is_noted(it)).collect();
        if !others.is_empty() {
            let mut attributes = Vec::new();
            let elements = self.below(self.root(), None, &mut |scanner, _| {
                let one = scanner.attributes().iter().find(|one| {
                    others.contains(&one.name) && values::of_attribute(one.value) == value
                });
                attributes.extend(one.map(|one| one.name.to_owned()));
                one.is_some() && attributes.len() <= MAX_XML_ALIKE
            });
            let both = elements.into_iter().zip(attributes);
            found.extend(both.map(|(id, name)| (self.record(id).start, id, name)));
        }
        found.sort_unstable();
        found.truncate(MAX_XML_ALIKE);
        found.into_iter().map(|(_, id, name)| (id, name)).collect()
    }

    /// The first elements with this value in an attribute whose local name is an id's, of whatever namespace: `Id`, `ID`, `id`.
    /// [`MAX_XML_ALIKE`] of them, as two are too many already.
    pub(crate) fn by_any_id(&self, value: &str) -> Vec<ElementId> {
        let mut elements: Vec<ElementId> = self.ids.alike(ANY, value).collect();
        elements.dedup();
        elements.truncate(MAX_XML_ALIKE);
        elements
    }
}
