//! Who signed a CRL, and whether that one may: a path of its own to the same anchor (RFC 5280 clause 6.3.3 (f)).

use std::sync::Arc;

use super::{Fault, Session, case::Rank, crl::dated, wanted};
use crate::{
    crypto::VerifyError,
    pki::path::{self, Demands, Purpose},
    report::{Finding, PathStatus, RevocationStatus},
    text::{Lang, rules::pki},
    x509::{Certificate, Crl, SignedObject, name::names_match},
};

/// keyUsage cRLSign (RFC 5280 clause 4.2.1.3).
const CRL_SIGN: u16 = 1 << 6;

impl<'a> Session<'a> {
    /// The certificate whose key signed a list. Issuers of the path come first: their own status is judged with the path. Any other
    /// has to have a path to the same anchor, and a status that is good.
    pub(super) fn crl_signer<'c>(
        &mut self,
        chain: &'c [Arc<Certificate>],
        list: &Arc<Crl>,
    ) -> Result<&'c Arc<Certificate>, Fault>
    where
        'a: 'c,
    {
        let mut best: Option<Fault> = None;
        let of_path = chain.iter().skip(1);
        for candidate in of_path.filter(|one| names_match(one.subject(), list.issuer())) {
            match self.may_sign(chain, list, candidate) {
                Ok(()) => return Ok(candidate),
                Err(fault @ (Rank::Budget, _)) => return Err(fault),
                Err(fault) => best = Some(more_telling(best, fault)),
            }
        }
        for candidate in self.other_crl_signers(chain, list) {
            match self.may_sign(chain, list, candidate) {
                Ok(()) => return Ok(candidate),
                Err(fault @ (Rank::Budget, _)) => return Err(fault),
                Err(fault) => best = Some(more_telling(best, fault)),
            }
        }
        // Another key of the authority, or one of somebody else whom it may name, is not at hand.
        wanted::add_signers(list, chain, &mut self.wanted);
        Err(best.unwrap_or_else(|| (Rank::Other, dated(&pki::CRL_SIGNATURE, list))))
    }

    /// Whether a certificate's key made a list, and may.
    fn may_sign(
        &mut self,
        chain: &[Arc<Certificate>],
        list: &Arc<Crl>,
        candidate: &Arc<Certificate>,
    ) -> Result<(), Fault> {
        if candidate
            .key_usage()
            .is_some_and(|usage| usage & CRL_SIGN == 0)
        {
            let finding = Finding::new(&pki::NO_CRL_SIGN).with(candidate.subject_text());
            return Err((Rank::Other, finding));
        }
        self.signed_by(list, candidate)?;
        self.entitled(chain, candidate)
    }

    /// The certificates outside the path above that may have signed a list, likely ones first.
    fn other_crl_signers<'c>(
        &self,
        chain: &'c [Arc<Certificate>],
        list: &Arc<Crl>,
    ) -> Vec<&'c Arc<Certificate>>
    where
        'a: 'c,
    {
        let name = list.issuer();
        let named = |one: &&Arc<Certificate>| names_match(one.subject(), name);
        let mut others: Vec<_> = self.query.store.named(name).iter().collect();
        others.extend(self.query.held.certificates.iter().filter(named));
        // It may be the very certificate that is asked for: an issuer of CRLs that is listed in its own.
        others.extend(chain.first().filter(named));
        others.sort_by_key(
            |one| match (list.authority_key_id(), one.subject_key_id()) {
                (Some(wanted), Some(has)) if wanted == has => 0,
                (Some(_), Some(_)) => 2,
                _ => 1,
            },
        );
        let mut found: Vec<&Arc<Certificate>> = Vec::new();
        for other in others {
            // The same certificate again tells nothing new.
            let mut known = found.iter().copied().chain(chain.iter().skip(1));
            if !known.any(|one| one.sha256() == other.sha256()) {
                found.push(other);
            }
        }
        found
    }

    /// Whether a list is signed with the key of a certificate.
    pub(super) fn signed_by(&mut self, list: &Arc<Crl>, signer: &Certificate) -> Result<(), Fault> {
        match self.verify(signer, &list.signed())? {
            Ok(()) => Ok(()),
            Err(VerifyError::Invalid) => Err((Rank::Other, dated(&pki::CRL_SIGNATURE, list))),
            Err(VerifyError::Unsupported) => Err((Rank::Weak, dated(&pki::CRL_ALGORITHM, list))),
        }
    }

    /// Checks a signature, through the memo of the store.
    pub(super) fn verify(
        &mut self,
        signer: &Certificate,
        object: &SignedObject<'_>,
    ) -> Result<Result<(), VerifyError>, Fault> {
        let links = self.query.store.links();
        let spend = || self.spend_check();
        links.check(signer, object, spend)
    }

    /// Whether a signer of CRLs has a path to the anchor of `chain`, and nothing on it is revoked.
    fn entitled(
        &mut self,
        chain: &[Arc<Certificate>],
        signer: &Arc<Certificate>,
    ) -> Result<(), Fault> {
        let same = |one: &Arc<Certificate>, other: &Certificate| one.sha256() == other.sha256();
        if chain.iter().skip(1).any(|one| same(one, signer)) {
            return Ok(());
        }
        let query = self.query;
        let demands = Demands {
            purpose: Purpose::CrlSign,
            anchor: chain.last().map(|anchor| *anchor.sha256()),
            ..Demands::default()
        };
        let held = &query.held.certificates;
        let outcome = path::evaluate_for(signer, held, query.store, query.at, &demands);
        if outcome.status != PathStatus::Valid {
            let why = outcome.reason.map(|reason| reason.message(Lang::En));
            let finding = Finding::new(&pki::CRL_SIGNER_PATH)
                .with(signer.subject_text())
                .with(why.unwrap_or_default());
            return Err((Rank::Signer, finding));
        }
        for index in 0..outcome.chain.len().saturating_sub(1) {
            let rest = outcome.chain.get(index..).unwrap_or_default();
            let Some(one) = rest.first() else {
                break;
            };
            // A list may say of its own signer that it is good: nobody else could say it better. What is on the path is judged with it.
            if chain.iter().any(|known| same(known, one)) {
                continue;
            }
            let report = self.judge(rest);
            if report.status != RevocationStatus::Good {
                let finding = Finding::new(&pki::SIGNER_STATUS)
                    .with(signer.subject_text())
                    .with(one.subject_text())
                    .with(report.status.name());
                return Err((Rank::Signer, finding));
            }
        }
        Ok(())
    }
}

/// The more telling of two faults; the first where they are alike.
fn more_telling(known: Option<Fault>, new: Fault) -> Fault {
    match known {
        Some(known) if known.0 >= new.0 => known,
        _ => new,
    }
}
