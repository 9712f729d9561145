//! The order in which the parties of a document sign, as its profile has it.

use crate::{
    report::Finding,
    text::rules::xmldsig as rules,
    xmldsig::{profile::Place, time::Claimed},
};

/// Seconds that two clocks may be apart.
const SLACK: i64 = 300;

/// One signature among the others.
pub(super) struct Party {
    pub(super) place: Option<Place>,
    /// Digest and value hold.
    pub(super) intact: bool,
    pub(super) claimed: Option<Claimed>,
}

/// What is odd, with the number of the signature. The times are what the parties claim, so they prove nothing; a
/// document whose parties contradict each other is worth a look all the same.
pub(super) fn findings(parties: &[Party]) -> Vec<(usize, Finding)> {
    let mut findings = Vec::new();
    for (index, party) in parties.iter().enumerate() {
        let Some(place) = &party.place else { continue };
        for name in place.slot.after {
            let mut before = parties
                .iter()
                .filter(|other| other.intact && other.stands_in(place, name));
            let finding = match before.clone().next() {
                None if place.slot.needs.contains(name) => {
                    Some(Finding::new(&rules::ORDER).with(place.slot.name).with(name))
                }
                None => None,
                Some(_) => before.find_map(|other| party.precedes(other, place, name)),
            };
            findings.extend(finding.map(|finding| (index, finding)));
        }
    }
    findings
}

impl Party {
    /// In the slot of this name of the same document.
    fn stands_in(&self, place: &Place, name: &str) -> bool {
        let own = self.place.as_ref();
        own.is_some_and(|own| own.slot.name == name && own.container == place.container)
    }

    /// Where it claims an earlier time than one that signs before it.
    fn precedes(&self, other: &Self, place: &Place, name: &str) -> Option<Finding> {
        let (own, others) = (self.claimed?, other.claimed?);
        let early = own.time.unix().saturating_add(SLACK) < others.earliest.unix();
        early.then(|| {
            Finding::new(&rules::ORDER_TIME)
                .with(place.slot.name)
                .with(name)
                .with(own.time)
                .with(others.time)
        })
    }
}
