//! What CRLs say of a certificate (RFC 5280 clause 6.3.3).

use std::{cmp::Ordering, sync::Arc};

use super::{
    Fault, Session,
    case::{Case, Rank, Revocation, Statement},
    policy::Issued,
    scope, wanted,
};
use crate::{
    report::{Finding, RevocationSource},
    text::rules::pki,
    x509::{
        ALL_REASONS, Certificate, Crl, DistributionPoint, REMOVE_FROM_CRL, RevokedEntry,
        compare_numbers, name::names_match,
    },
};

/// What the lists have said so far.
#[derive(Debug, Default)]
struct Asked<'a> {
    /// The reasons that are covered.
    covered: u16,
    good: Vec<Statement>,
    /// The deltas that were taken together with their list.
    combined: Vec<&'a Arc<Crl>>,
}

impl<'a> Session<'a> {
    /// Asks the lists that are about the first certificate of the path, the newest first, until all reasons are covered.
    pub(super) fn by_crls(&mut self, chain: &[Arc<Certificate>], case: &mut Case<'_>) {
        let Some(certificate) = chain.first() else {
            return;
        };
        let points = scope::points(certificate);
        let mut asked = Asked::default();
        // A list for one place is not for certificates that name another place, be it the name of the issuer (BSI CRL_13).
        let implied = points.len() == 1;
        for point in &points {
            let lists = self.lists_of(certificate, point);
            for &list in lists.iter().filter(|list| !list.is_delta()) {
                // Newer evidence has said so already, or nothing can change any more, but by what lasts.
                let known =
                    asked.covered == ALL_REASONS || case.is_settled_since(list.this_update());
                if known && !self.revokes(list, certificate) {
                    continue;
                }
                if let Err((rank, finding)) =
                    self.ask(chain, (point, implied), list, &lists, &mut asked, case)
                {
                    case.note(rank, finding);
                }
            }
            self.ask_deltas_alone(chain, (point, implied), &lists, &asked, case);
        }
        // Only lists that cover all reasons together say that a certificate is good (clause 6.3.3, last paragraph but one).
        match (
            asked.covered,
            asked.good.into_iter().min_by_key(|good| good.this_update),
        ) {
            (ALL_REASONS, Some(oldest)) => case.state(oldest, self.query.at),
            (_, Some(_)) => case.note(
                Rank::Partial,
                Finding::new(&pki::CRL_REASONS).with(certificate.subject_text()),
            ),
            (_, None) => {}
        }
    }

    /// The lists that a distribution point may mean, deltas among them: the newest first.
    fn lists_of(
        &self,
        certificate: &Certificate,
        point: &DistributionPoint<'_>,
    ) -> Vec<&'a Arc<Crl>> {
        let signers: Vec<&[u8]> = if point.crl_issuer.is_empty() {
            vec![certificate.issuer()]
        } else {
            let names = point.crl_issuer.iter();
            names.filter_map(|name| name.directory()).collect()
        };
        let mut lists = Vec::new();
        for name in signers {
            lists.extend(self.query.store.crls_of(name));
            let held = self.query.held.crls.iter();
            lists.extend(held.filter(|crl| names_match(crl.issuer(), name)));
        }
        lists.sort_by(|a: &&Arc<Crl>, b| {
            let dates = b.this_update().cmp(&a.this_update());
            dates.then_with(|| compare_numbers(number(b), number(a)))
        });
        lists
    }

    /// What one complete list, with its newest delta, says.
    fn ask(
        &mut self,
        chain: &[Arc<Certificate>],
        (point, implied): (&DistributionPoint<'_>, bool),
        list: &'a Arc<Crl>,
        all: &[&'a Arc<Crl>],
        asked: &mut Asked<'a>,
        case: &mut Case<'_>,
    ) -> Result<(), Fault> {
        self.spend_step()?;
        let Some(certificate) = chain.first() else {
            return Ok(());
        };
        let reasons = scope::reasons(certificate, point, implied, list)?;
        if reasons & !asked.covered == 0 && !self.revokes(list, certificate) {
            return Ok(());
        }
        let signer = self.crl_signer(chain, list)?;
        let entry = list.lookup(certificate.issuer(), certificate.serial());
        let sound = self.sound(list, signer);
        let delta = match &sound {
            Ok(()) => self.delta_of(list, signer, all),
            Err(_) => None,
        };
        let (newest, entry) = match delta {
            Some(delta) => {
                asked.combined.push(delta);
                let change = delta.lookup(certificate.issuer(), certificate.serial());
                let entry = match change {
                    Some(change) if change.reason == Some(REMOVE_FROM_CRL) => None,
                    Some(change) => Some(change),
                    None => entry,
                };
                (delta, entry)
            }
            None => (list, entry),
        };
        let usable = sound.and_then(|()| self.fresh(newest, certificate));
        let revocation = entry.map(Revocation::from);
        if let Err((rank, finding)) = usable {
            if rank == Rank::Stale {
                wanted::add_deltas(list, chain, &mut self.wanted);
            }
            let against = revocation.filter(|revocation| revocation.since() <= self.query.at);
            match against {
                // A revocation stands for ever, however old or young the list is that tells it.
                Some(revocation)
                    if revocation.lasts() && matches!(rank, Rank::Later | Rank::Stale) => {}
                // It is not overruled by an older list.
                Some(_) => {
                    case.doubt(newest.this_update(), finding.clone());
                    return Err((rank, finding));
                }
                None => return Err((rank, finding)),
            }
        }
        let statement = statement(newest, revocation);
        if revocation.is_some_and(|revocation| revocation.since() <= self.query.at) {
            asked.covered = ALL_REASONS;
            case.state(statement, self.query.at);
        } else {
            asked.covered |= reasons;
            asked.good.push(statement);
        }
        Ok(())
    }

    /// What a delta says against a certificate counts without the list that it belongs to.
    fn ask_deltas_alone(
        &mut self,
        chain: &[Arc<Certificate>],
        (point, implied): (&DistributionPoint<'_>, bool),
        all: &[&'a Arc<Crl>],
        asked: &Asked<'a>,
        case: &mut Case<'_>,
    ) {
        let Some(certificate) = chain.first() else {
            return;
        };
        let alone = |list: &&&Arc<Crl>| {
            let combined = asked.combined.iter().any(|crl| Arc::ptr_eq(crl, list));
            list.is_delta() && !combined
        };
        for &list in all.iter().filter(alone) {
            if case.is_settled_since(list.this_update()) && !self.revokes(list, certificate) {
                continue;
            }
            let signer = self
                .spend_step()
                .and_then(|()| scope::reasons(certificate, point, implied, list))
                .and_then(|_| self.crl_signer(chain, list));
            let signer = match signer {
                Ok(signer) => signer,
                Err((rank, finding)) => {
                    case.note(rank, finding);
                    continue;
                }
            };
            let at = self.query.at;
            let entry = list.lookup(certificate.issuer(), certificate.serial());
            let against = entry.map(Revocation::from).filter(|r| r.since() <= at);
            let (rank, finding) = match (self.sound(list, signer), against) {
                (Ok(()), Some(revocation)) if revocation.lasts() => {
                    case.state(statement(list, Some(revocation)), at);
                    continue;
                }
                (Ok(()), _) => (Rank::Delta, dated(&pki::CRL_DELTA, list)),
                (Err(fault), _) => fault,
            };
            // Suspended, or no longer, counts only together with its list; what is not understood counts never. An older list does not
            // overrule it.
            if against.is_some() {
                case.doubt(list.this_update(), finding);
            } else {
                case.note(rank, finding);
            }
        }
    }

    /// The newest delta that goes with a list: of the same scope and key, counted from a list no younger than it, and younger
    /// than it (clauses 5.2.4 and 6.3.3 (c)).
    fn delta_of(
        &mut self,
        base: &Arc<Crl>,
        signer: &Arc<Certificate>,
        all: &[&'a Arc<Crl>],
    ) -> Option<&'a Arc<Crl>> {
        let number = base.crl_number()?;
        for &list in all {
            let crl = list;
            let (Some(counted_from), Some(own)) = (crl.base_number(), crl.crl_number()) else {
                continue;
            };
            let fits = compare_numbers(counted_from, number) != Ordering::Greater
                && compare_numbers(number, own) == Ordering::Less
                && crl.issuing_distribution_point() == base.issuing_distribution_point()
                && crl.authority_key_id() == base.authority_key_id();
            if !fits || self.spend_step().is_err() {
                continue;
            }
            let genuine = self
                .signed_by(list, signer)
                .and_then(|()| self.sound(list, signer));
            if genuine.is_ok() && self.fresh_dates(list, None).is_ok() {
                return Some(list);
            }
        }
        None
    }

    /// Whether a list, if it is genuine, revokes a certificate for good: no newer list or answer takes that back (clause 5.3.1: only a
    /// hold can be lifted).
    fn revokes(&self, list: &Crl, certificate: &Certificate) -> bool {
        let entry = list.lookup(certificate.issuer(), certificate.serial());
        entry
            .map(Revocation::from)
            .is_some_and(|revocation| revocation.lasts() && revocation.since() <= self.query.at)
    }

    /// Whether everything in a genuine list is understood, and its signature is strong enough.
    fn sound(&self, list: &Arc<Crl>, signer: &Arc<Certificate>) -> Result<(), Fault> {
        if list.unknown_critical() {
            return Err((Rank::Weak, dated(&pki::CRL_CRITICAL, list)));
        }
        if let (Some(algorithm), Some(key)) = (list.signed().algorithm, signer.public_key())
            && let Some(weakness) =
                self.query
                    .store
                    .algorithms()
                    .assess(&algorithm, key.bits(), self.query.at)
        {
            let finding = dated(&pki::CRL_WEAK, list)
                .with(algorithm)
                .with(key.bits())
                .with(weakness.since);
            return Err((Rank::Weak, finding));
        }
        Ok(())
    }

    fn fresh(&self, list: &Arc<Crl>, certificate: &Certificate) -> Result<(), Fault> {
        self.fresh_dates(list, Some(certificate))
    }

    fn fresh_dates(&self, list: &Arc<Crl>, certificate: Option<&Certificate>) -> Result<(), Fault> {
        let issued = Issued {
            by: &|| list.issuer_text(),
            this: list.this_update(),
            next: list.next_update(),
            list: true,
            keeps_since: list.expired_since(),
        };
        let end = certificate.map_or(crate::time::Time::LATEST, |one| one.not_after());
        let query = &self.query;
        query.policy.fresh(&issued, end, query.at, query.now)
    }
}

/// cRLNumber; empty where there is none.
fn number(list: &Crl) -> &[u8] {
    list.crl_number().unwrap_or_default()
}

fn statement(list: &Crl, revocation: Option<Revocation>) -> Statement {
    Statement {
        source: RevocationSource::Crl,
        this_update: list.this_update(),
        next_update: list.next_update(),
        revocation,
    }
}

impl From<RevokedEntry> for Revocation {
    fn from(entry: RevokedEntry) -> Self {
        Self {
            date: entry.date,
            reason: entry.reason,
            invalidity_date: entry.invalidity_date,
        }
    }
}

pub(super) fn dated(rule: &'static crate::text::Rule, crl: &Crl) -> Finding {
    Finding::new(rule)
        .with(crl.issuer_text())
        .with(crl.this_update())
}
