//! Signing as steps without I/O to keys, the same for PDF and XML: a job says what is to be signed, somebody signs
//! it, the job takes the signature. Here it is signed at once, by keys at hand.

use crate::{
    crypto::SignatureAlgorithm,
    error::{Error, ErrorKind, Result},
    signer::{Key, ToBeSigned},
    text::rules,
};

/// What happens next.
#[derive(Debug)]
pub(super) enum Step {
    /// This is to be signed.
    Sign(Prepared),
    /// All signatures are made.
    Done,
}

/// What a key has to sign.
#[derive(Debug)]
pub(super) struct Prepared {
    /// Index of the identity.
    pub(super) key: usize,
    pub(super) algorithm: SignatureAlgorithm,
    /// The message: the DER of the signed attributes of CMS, or the canonical SignedInfo.
    pub(super) to_sign: Vec<u8>,
}

/// A job between its steps.
pub(super) trait Steps {
    /// Says what is to be signed.
    fn next(&mut self) -> Result<Step>;

    /// Takes the signature over what the last step gave out.
    fn complete(&mut self, signature: &[u8]) -> Result<()>;
}

/// Goes through all steps with keys at hand, in the order of the identities.
pub(super) fn all(job: &mut impl Steps, keys: &[&Key]) -> Result<()> {
    while let Step::Sign(prepared) = job.next()? {
        let key = keys.get(prepared.key).ok_or_else(out_of_order)?;
        let message = [ToBeSigned::Message(&prepared.to_sign)];
        let mut values = key.signer().sign(&prepared.algorithm, &message);
        let value = values.pop().ok_or_else(out_of_order)??;
        job.complete(&value)?;
    }
    Ok(())
}

#[cold]
pub(super) fn out_of_order() -> Error {
    Error::new(ErrorKind::Argument, &rules::sign::STEP)
}
