//! What OCSP responses say of a certificate (RFC 6960 clauses 3.2 and 4.2.2).

use std::sync::Arc;

use super::{
    Fault, Session,
    case::{Case, Rank, Revocation, Statement},
    policy::Issued,
};
use crate::{
    asn1::{Tag, Tlv},
    crypto::{Digest, DigestAlgorithm, VerifyError},
    report::{Finding, RevocationSource, RevocationStatus},
    text::{Rule, rules::pki},
    time::Time,
    x509::{
        Answer, AnswerStatus, Certificate, OcspResponse, Responder, ResponseStatus,
        name::names_match, oid, shortest,
    },
};

/// keyUsage (RFC 5280 clause 4.2.1.3): digitalSignature or nonRepudiation.
const SIGNS: u16 = 0b11;

impl<'a> Session<'a> {
    /// Asks every response that has an answer about the first certificate of the path.
    pub(super) fn by_ocsp(&mut self, chain: &[Arc<Certificate>], case: &mut Case<'_>) {
        let [certificate, issuer, ..] = chain else {
            return;
        };
        let query = self.query;
        let all = query.store.ocsps().iter().chain(&query.held.ocsps);
        let mut hashes = Hashes::new(certificate, issuer);
        for held in all {
            if held.status() != ResponseStatus::Successful {
                let finding = Finding::new(&pki::OCSP_STATUS).with(held.status().name());
                case.note(Rank::Refused, finding);
                continue;
            }
            for answer in held.answers() {
                if let Err((rank, finding)) = self.answer(chain, held, answer, &mut hashes, case) {
                    case.note(rank, finding);
                    if rank == Rank::Budget {
                        return;
                    }
                }
            }
        }
    }

    fn answer(
        &mut self,
        chain: &[Arc<Certificate>],
        held: &Arc<OcspResponse>,
        answer: &Answer,
        hashes: &mut Hashes<'_>,
        case: &mut Case<'_>,
    ) -> Result<(), Fault> {
        let [certificate, ..] = chain else {
            return Ok(());
        };
        let (name, key, serial) = held.certificate_id(answer);
        if shortest(serial) != shortest(certificate.serial()) {
            return Ok(());
        }
        self.spend_step()?;
        let about = |rule: &'static Rule| {
            Finding::new(rule)
                .with(answer.this_update)
                .with(certificate.subject_text())
        };
        if !hashes.are(answer.digest, name, key, &self.query) {
            return Err((Rank::Other, about(&pki::OCSP_OTHER)));
        }
        let signer = self.responder(chain, held, answer, &about)?;
        if answer.status == AnswerStatus::Unknown {
            return Err((Rank::Weak, about(&pki::OCSP_UNKNOWN)));
        }
        let revocation = match answer.status {
            AnswerStatus::Revoked { date, reason } => Some(Revocation {
                date,
                reason,
                invalidity_date: answer.invalidity_date,
            }),
            _ => None,
        };
        let usable = self
            .answer_sound(held, answer, signer, &about)
            .and_then(|()| self.fresh_answer(certificate, signer, held, answer));
        if let Err((rank, finding)) = usable {
            let against = revocation.filter(|revocation| revocation.since() <= self.query.at);
            let stands = against.is_some_and(|revocation| revocation.lasts())
                && matches!(rank, Rank::Later | Rank::Stale);
            if !stands {
                if against.is_some() {
                    case.doubt(answer.this_update, finding.clone());
                }
                return Err((rank, finding));
            }
        }
        let statement = Statement {
            source: RevocationSource::Ocsp,
            this_update: answer.this_update,
            next_update: answer.next_update,
            revocation,
        };
        case.state(statement, self.query.at);
        Ok(())
    }

    /// Who signed: the issuer itself, or one whom the issuer's key appointed (clause 4.2.2.2). So the path ends at the same anchor.
    fn responder<'c>(
        &mut self,
        chain: &'c [Arc<Certificate>],
        held: &'c Arc<OcspResponse>,
        answer: &Answer,
        about: &dyn Fn(&'static Rule) -> Finding,
    ) -> Result<&'c Arc<Certificate>, Fault>
    where
        'a: 'c,
    {
        let [_, issuer, ..] = chain else {
            return Err((Rank::Other, about(&pki::OCSP_SIGNER)));
        };
        let Some(id) = held.responder() else {
            return Err((Rank::Other, about(&pki::OCSP_SIGNER)));
        };
        let mut best: Option<Fault> = None;
        for candidate in self.responders(chain, held) {
            if !self.is_named(&id, candidate) {
                continue;
            }
            let appointed = candidate.sha256() == issuer.sha256();
            let entitled = if appointed {
                Ok(())
            } else {
                self.appointed(issuer, candidate, answer.this_update)
            };
            let told = entitled
                .and_then(|()| self.signed(held, candidate, about))
                .and_then(|()| {
                    if appointed {
                        Ok(())
                    } else {
                        self.responder_status(chain, candidate)
                    }
                });
            match told {
                Ok(()) => return Ok(candidate),
                Err(fault @ (Rank::Budget, _)) => return Err(fault),
                Err(fault) if best.as_ref().is_none_or(|best| fault.0 > best.0) => {
                    best = Some(fault)
                }
                Err(_) => {}
            }
        }
        Err(best.unwrap_or_else(|| (Rank::Other, about(&pki::OCSP_SIGNER))))
    }

    /// The issuer, then whatever certificates are at hand: in the response, with the signature, in the store.
    fn responders<'c>(
        &self,
        chain: &'c [Arc<Certificate>],
        held: &'c Arc<OcspResponse>,
    ) -> Vec<&'c Arc<Certificate>>
    where
        'a: 'c,
    {
        let mut found: Vec<_> = chain.get(1).into_iter().collect();
        let inside = held.certificates().iter();
        let with_it = self.query.held.certificates.iter();
        let stored = match held.responder() {
            Some(Responder::Name(name)) => self.query.store.named(name).iter().collect(),
            Some(Responder::Key(key)) => {
                let fits = |one: &&Arc<Certificate>| one.subject_key_id() == Some(key);
                let all = self.query.store.certificates().iter();
                all.filter(fits).collect()
            }
            None => Vec::new(),
        };
        for one in inside.chain(with_it).chain(stored) {
            if !found.iter().any(|known| known.sha256() == one.sha256()) {
                found.push(one);
            }
        }
        found
    }

    fn is_named(&self, id: &Responder<'_>, certificate: &Certificate) -> bool {
        match id {
            Responder::Name(name) => names_match(name, certificate.subject()),
            Responder::Key(hash) => {
                let key = key_octets(certificate);
                let digest = |key| self.query.provider.digest_of(DigestAlgorithm::Sha1, key);
                key.and_then(digest)
                    .is_some_and(|digest| digest.as_bytes() == *hash)
            }
        }
    }

    /// Whether the issuer's key made a certificate for OCSP, and that one may be used for it when the answer was given.
    fn appointed(
        &mut self,
        issuer: &Certificate,
        responder: &Arc<Certificate>,
        answered: Time,
    ) -> Result<(), Fault> {
        let refused = |why: &str| {
            let finding = Finding::new(&pki::OCSP_PURPOSE)
                .with(responder.subject_text())
                .with(why);
            Err((Rank::Signer, finding))
        };
        let signed = responder.signed();
        let by_issuer = names_match(responder.issuer(), issuer.subject())
            && self.verify(issuer, &signed)?.is_ok();
        if !by_issuer {
            return refused("issuer");
        }
        let purposes = responder.extended_key_usage().unwrap_or_default();
        if !purposes.contains(&oid::KP_OCSP_SIGNING) {
            return refused("extendedKeyUsage");
        }
        if responder
            .key_usage()
            .is_some_and(|usage| usage & SIGNS == 0)
        {
            return refused("keyUsage");
        }
        if !responder.refusals().is_empty() {
            return refused("critical extension");
        }
        let time = self.query.at.max(answered);
        if time < responder.not_before() || time > responder.not_after() {
            return refused("validity");
        }
        if let (Some(algorithm), Some(key)) = (signed.algorithm, issuer.public_key())
            && self
                .query
                .store
                .algorithms()
                .assess(&algorithm, key.bits(), self.query.at)
                .is_some()
        {
            return refused(&algorithm.to_string());
        }
        Ok(())
    }

    fn signed(
        &mut self,
        held: &Arc<OcspResponse>,
        signer: &Certificate,
        about: &dyn Fn(&'static Rule) -> Finding,
    ) -> Result<(), Fault> {
        match self.verify(signer, &held.signed())? {
            Ok(()) => Ok(()),
            Err(VerifyError::Invalid) => Err((Rank::Other, about(&pki::OCSP_SIGNATURE))),
            Err(VerifyError::Unsupported) => Err((Rank::Weak, about(&pki::OCSP_WEAK).with("?"))),
        }
    }

    /// A responder's own status, unless its issuer says that it needs none (id-pkix-ocsp-nocheck, clause 4.2.2.2.1).
    fn responder_status(
        &mut self,
        chain: &[Arc<Certificate>],
        responder: &Arc<Certificate>,
    ) -> Result<(), Fault> {
        if responder.extension_value(oid::OCSP_NO_CHECK).is_some() {
            return Ok(());
        }
        let above = chain.iter().skip(1).cloned();
        let path: Vec<_> = std::iter::once(responder.clone()).chain(above).collect();
        let report = self.judge(&path);
        if report.status == RevocationStatus::Good {
            return Ok(());
        }
        let finding = Finding::new(&pki::SIGNER_STATUS)
            .with(responder.subject_text())
            .with(responder.subject_text())
            .with(report.status.name());
        Err((Rank::Signer, finding))
    }

    /// Whether everything is understood, and the signature is strong enough.
    fn answer_sound(
        &self,
        held: &Arc<OcspResponse>,
        answer: &Answer,
        signer: &Certificate,
        about: &dyn Fn(&'static Rule) -> Finding,
    ) -> Result<(), Fault> {
        if held.unknown_critical() || answer.unknown_critical {
            return Err((Rank::Weak, about(&pki::OCSP_CRITICAL)));
        }
        if let (Some(algorithm), Some(key)) = (held.signed().algorithm, signer.public_key())
            && self
                .query
                .store
                .algorithms()
                .assess(&algorithm, key.bits(), self.query.at)
                .is_some()
        {
            return Err((Rank::Weak, about(&pki::OCSP_WEAK).with(algorithm)));
        }
        Ok(())
    }

    fn fresh_answer(
        &self,
        certificate: &Certificate,
        signer: &Certificate,
        held: &Arc<OcspResponse>,
        answer: &Answer,
    ) -> Result<(), Fault> {
        let issued = Issued {
            by: &|| signer.subject_text(),
            this: answer.this_update,
            next: answer.next_update,
            list: false,
            keeps_since: answer.archive_cutoff,
        };
        let query = &self.query;
        let fresh = query
            .policy
            .fresh(&issued, certificate.not_after(), query.at, query.now);
        fresh?;
        // Signed before it was true, or after now.
        let produced = held.produced_at().unwrap_or(Time::LATEST);
        let signed = Issued {
            this: produced,
            next: None,
            keeps_since: Some(Time::EARLIEST),
            ..issued
        };
        let ahead = query
            .policy
            .fresh(&signed, certificate.not_after(), query.at, query.now);
        match ahead {
            Err(fault @ (Rank::Later, _)) => Err(fault),
            _ => Ok(()),
        }
    }
}

/// The hashes by which answers name the issuer of a certificate.
struct Hashes<'a> {
    certificate: &'a Certificate,
    issuer: &'a Certificate,
    known: Vec<(DigestAlgorithm, [Option<Digest>; 3])>,
}

impl<'a> Hashes<'a> {
    fn new(certificate: &'a Certificate, issuer: &'a Certificate) -> Self {
        Self {
            certificate,
            issuer,
            known: Vec::new(),
        }
    }

    /// Whether these are the hashes of the issuer's name, as the certificate or the issuer writes it, and of its key. The key is
    /// what tells two issuers of one name apart.
    fn are(
        &mut self,
        digest: Option<DigestAlgorithm>,
        name: &[u8],
        key: &[u8],
        query: &super::Query<'_>,
    ) -> bool {
        let Some(digest) = digest else {
            return false;
        };
        let known = self.known.iter().find(|(known, _)| *known == digest);
        let hashes = if let Some((_, hashes)) = known {
            *hashes
        } else {
            let of = |bytes: &[u8]| query.provider.digest_of(digest, bytes);
            let hashes = [
                of(self.certificate.issuer()),
                of(self.issuer.subject()),
                key_octets(self.issuer).and_then(of),
            ];
            self.known.push((digest, hashes));
            hashes
        };
        let is =
            |hash: Option<Digest>, value: &[u8]| hash.is_some_and(|hash| hash.as_bytes() == value);
        (is(hashes[0], name) || is(hashes[1], name)) && is(hashes[2], key)
    }
}

/// The octets of a public key, without what says of which kind it is.
pub(super) fn key_octets(certificate: &Certificate) -> Option<&[u8]> {
    let mut fields = Tlv::parse(certificate.spki()).ok()?.children();
    fields.expect(Tag::SEQUENCE).ok()?;
    fields.expect(Tag::BIT_STRING).ok()?.bits()
}
