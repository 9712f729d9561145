//! Holds the place of `x509::Crl` until it is there: there is no value of this type.

use crate::{crypto::SignatureAlgorithm, time::Time};

#[derive(Debug)]
pub(crate) enum Crl {}
#[derive(Clone, Copy, Debug)]
pub(crate) struct RevokedEntry {
    pub(crate) date: Time,
    pub(crate) reason: Option<u8>,
}
impl Crl {
    pub(crate) fn issuer(&self) -> &[u8] {
        match *self {}
    }
    pub(crate) fn this_update(&self) -> Time {
        match *self {}
    }
    pub(crate) fn next_update(&self) -> Option<Time> {
        match *self {}
    }
    pub(crate) fn lookup(&self, _: &[u8]) -> Option<RevokedEntry> {
        match *self {}
    }
    pub(crate) fn tbs(&self) -> &[u8] {
        match *self {}
    }
    pub(crate) fn signature(&self) -> (&[u8], Option<SignatureAlgorithm>) {
        match *self {}
    }
    pub(crate) fn unknown_critical(&self) -> bool {
        match *self {}
    }
    pub(crate) fn authority_key_id(&self) -> Option<&[u8]> {
        match *self {}
    }
    pub(crate) fn crl_number(&self) -> Option<&[u8]> {
        match *self {}
    }
    pub(crate) fn is_delta(&self) -> bool {
        match *self {}
    }
    pub(crate) fn issuing_distribution_point(&self) -> Option<&[u8]> {
        match *self {}
    }
}
