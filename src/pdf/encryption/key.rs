//! From a password to the file encryption key (ISO 32000-2 clauses 7.6.4.3 and 7.6.4.4).

use sha2::{Digest as _, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::{
    Role,
    password::{Candidates, Password},
    primitives::{BLOCK, aes_decrypt, aes_encrypt, md5, rc4},
};

/// What fills up short passwords (algorithm 2, step a).
const PADDING: [u8; 32] = [
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08,
    0x2e, 0x2e, 0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
];

/// A key, wiped when it is dropped.
pub(super) type Key = Zeroizing<Vec<u8>>;

/// What the encryption dictionary says up to revision 4 (table 21).
#[derive(Debug)]
pub(super) struct Legacy {
    pub(super) revision: i64,
    pub(super) owner: [u8; 32],
    pub(super) user: [u8; 32],
    pub(super) permissions: u32,
    pub(super) metadata: bool,
    /// The first part of /ID.
    pub(super) id: Vec<u8>,
    /// Bytes of the key: the first length with which a password fits is right.
    pub(super) lengths: Vec<usize>,
}

/// The same from revision 5 on.
#[derive(Debug)]
pub(super) struct Modern {
    pub(super) revision: i64,
    pub(super) owner: [u8; 48],
    pub(super) user: [u8; 48],
    pub(super) owner_key: [u8; 32],
    pub(super) user_key: [u8; 32],
}

impl Legacy {
    /// The key, and whose password it was. The owner's is tried first: it opens more.
    pub(super) fn open(&self, password: &Password) -> Option<(Key, Role)> {
        let candidates = password.legacy();
        self.lengths.iter().find_map(|&length| {
            let as_owner = || {
                let user = candidates
                    .iter()
                    .map(|bytes| self.user_password(bytes, length));
                user.into_iter()
                    .find_map(|user| self.as_user(&user, length))
            };
            let as_user = || {
                let padded = candidates.iter().map(|bytes| padded(bytes));
                padded
                    .into_iter()
                    .find_map(|bytes| self.as_user(&bytes, length))
            };
            let owner = as_owner().map(|key| (key, Role::Owner));
            owner.or_else(|| Some((as_user()?, Role::User)))
        })
    }

    /// The user's password out of /O (algorithm 7).
    fn user_password(&self, owner: &[u8], length: usize) -> Zeroizing<[u8; 32]> {
        let mut hash = Zeroizing::new(md5(&[&*padded(owner)]));
        if self.revision >= 3 {
            for _ in 0..50 {
                *hash = md5(&[&*hash]);
            }
        }
        let key = hash.get(..length).unwrap_or(&*hash);
        let mut user = Zeroizing::new(self.owner);
        self.rounds(key, &mut *user, true);
        user
    }

    /// The key, if the padded password is the user's (algorithms 2 and 6).
    fn as_user(&self, padded: &[u8; 32], length: usize) -> Option<Key> {
        let permissions = self.permissions.to_le_bytes();
        let unencrypted: &[u8] = if self.revision >= 4 && !self.metadata {
            &[0xff; 4]
        } else {
            &[]
        };
        let parts = [padded, &self.owner, &permissions[..], &self.id, unencrypted];
        let mut hash = Zeroizing::new(md5(&parts));
        if self.revision >= 3 {
            for _ in 0..50 {
                *hash = md5(&[hash.get(..length).unwrap_or(&*hash)]);
            }
        }
        let key = Zeroizing::new(hash.get(..length).unwrap_or(&*hash).to_vec());
        let fits = if self.revision == 2 {
            let mut expected = PADDING;
            rc4(&key, &mut expected);
            expected == self.user
        } else {
            let mut expected = md5(&[&PADDING, &self.id]);
            self.rounds(&key, &mut expected, false);
            self.user.starts_with(&expected)
        };
        fits.then_some(key)
    }

    /// RC4, from revision 3 on twenty times with changed keys (algorithm 5, step e).
    fn rounds(&self, key: &[u8], data: &mut [u8], backwards: bool) {
        let last: u8 = if self.revision == 2 { 0 } else { 19 };
        for round in 0..=last {
            let mask = if backwards {
                last.saturating_sub(round)
            } else {
                round
            };
            let key: Key = Zeroizing::new(key.iter().map(|byte| byte ^ mask).collect());
            rc4(&key, data);
        }
    }
}

impl Modern {
    /// The key, and whose password it was (algorithm 2.A).
    pub(super) fn open(&self, password: &Password) -> Option<(Key, Role)> {
        let candidates = password.modern();
        let owner = self.with(&candidates, &self.owner, &self.user, &self.owner_key);
        let user = || self.with(&candidates, &self.user, &[], &self.user_key);
        let owner = owner.map(|key| (key, Role::Owner));
        owner.or_else(|| Some((user()?, Role::User)))
    }

    /// `values` is /O or /U: 32 bytes of hash, eight of salt to check with, eight to get the key with.
    fn with(
        &self,
        candidates: &Candidates,
        values: &[u8; 48],
        user: &[u8],
        wrapped: &[u8; 32],
    ) -> Option<Key> {
        let (hash, salts) = values.split_at_checked(32)?;
        let (check, key) = salts.split_at_checked(8)?;
        let right = candidates
            .iter()
            .find(|bytes| self.hash(bytes, check, user).get(..32) == Some(hash))?;
        let intermediate = self.hash(right, key, user);
        aes_decrypt(intermediate.get(..32)?, &[0; BLOCK], wrapped).map(Zeroizing::new)
    }

    /// SHA-256 in revision 5, algorithm 2.B in revision 6.
    fn hash(&self, password: &[u8], salt: &[u8], user: &[u8]) -> Key {
        let first = Sha256::new_with_prefix(password)
            .chain_update(salt)
            .chain_update(user)
            .finalize();
        let mut hash = Zeroizing::new(first.to_vec());
        if self.revision < 6 {
            return hash;
        }
        let mut last = 0;
        let mut round = 0_u16;
        // The last byte lets it end after 288 rounds at the latest.
        while round < 64 || last > round.saturating_sub(32) {
            let one = Zeroizing::new([password, &hash, user].concat());
            let data = Zeroizing::new(one.repeat(64));
            let (key, iv) = hash.split_at_checked(BLOCK).unwrap_or_default();
            let iv = iv.first_chunk().copied().unwrap_or_default();
            let data = Zeroizing::new(aes_encrypt(key, &iv, &data).unwrap_or_default());
            // The number of the first 16 bytes modulo 3 is that of their sum: 256 is 1 modulo 3.
            let sum: u16 = data.iter().take(BLOCK).map(|byte| u16::from(*byte)).sum();
            hash = Zeroizing::new(match sum % 3 {
                0 => Sha256::digest(&data).to_vec(),
                1 => Sha384::digest(&data).to_vec(),
                _ => Sha512::digest(&data).to_vec(),
            });
            last = data.last().copied().map_or(0, u16::from);
            round = round.saturating_add(1);
        }
        hash.truncate(32);
        hash
    }
}

/// The first 32 bytes of the password, filled up.
fn padded(password: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut padded = Zeroizing::new([0; 32]);
    for (to, from) in padded.iter_mut().zip(password.iter().chain(&PADDING)) {
        *to = *from;
    }
    padded
}
