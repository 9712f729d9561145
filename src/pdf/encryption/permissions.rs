//! What the user's password allows (ISO 32000-2 table 22).

use super::{
    Role,
    primitives::{BLOCK, aes_decrypt},
};

/// What signing asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Permission {
    /// To fill a signature field that is there.
    FillFields,
    /// To make one.
    MakeFields,
    /// To change what is neither field nor annotation: the metadata.
    Change,
}

/// /P as it binds whoever opened the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Permissions {
    bits: u32,
    revision: i64,
    role: Role,
    metadata: bool,
    /// /Perms is there and says something else than /P, or is missing where it must stand: somebody changed one of them.
    tampered: bool,
}

impl Permissions {
    pub(super) fn new(bits: u32, revision: i64, role: Role, metadata: bool) -> Self {
        Self {
            bits,
            revision,
            role,
            metadata,
            tampered: false,
        }
    }

    /// Compares with /Perms, which is encrypted with the document's key (algorithm 13).
    pub(super) fn sealed(
        mut self,
        demanded: bool,
        sealed: Option<&[u8; BLOCK]>,
        key: &[u8],
    ) -> Self {
        // One block in CBC mode behind zeros is a block in ECB mode.
        let plain = sealed.and_then(|sealed| aes_decrypt(key, &[0; BLOCK], sealed));
        let metadata = if self.metadata { b'T' } else { b'F' };
        let agrees = plain.is_some_and(|plain| {
            plain.starts_with(&self.bits.to_le_bytes())
                && plain.get(8..12) == Some(&[metadata, b'a', b'd', b'b'])
        });
        self.tampered = demanded && !agrees;
        self
    }

    /// Whether /P was changed without the document's key.
    pub(crate) fn are_tampered(self) -> bool {
        self.tampered
    }

    /// Whose password opened the document.
    pub(crate) fn role(self) -> Role {
        self.role
    }

    /// The bit, counted from 1, that forbids something; `None` where nothing does.
    ///
    /// Bit 6 is for annotations and fields. To make a field takes bit 4, too. From revision 3 on, bit 9 allows to
    /// fill fields even where bit 6 does not.
    pub(crate) fn forbidding_bit(self, what: Permission) -> Option<u32> {
        let allows = |bit: u32| self.bits >> bit.saturating_sub(1) & 1 == 1;
        if self.role == Role::Owner {
            return None;
        }
        match what {
            Permission::FillFields if self.revision >= 3 && allows(9) => None,
            Permission::FillFields => {
                (!allows(6)).then_some(if self.revision >= 3 { 9 } else { 6 })
            }
            Permission::MakeFields => [6, 4].into_iter().find(|bit| !allows(*bit)),
            Permission::Change => (!allows(4)).then_some(4),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_read_as_the_table_says() {
        use Permission::{Change, FillFields, MakeFields};
        let of = |bits: &[u32], revision, role| {
            let bits = bits.iter().map(|bit| 1_u32 << (bit - 1)).sum();
            let permissions = Permissions::new(bits, revision, role, true);
            [FillFields, MakeFields, Change].map(|what| permissions.forbidding_bit(what))
        };
        assert_eq!(of(&[4, 6], 3, Role::User), [None, None, None]);
        assert_eq!(of(&[6], 3, Role::User), [None, Some(4), Some(4)]);
        assert_eq!(of(&[4], 3, Role::User), [Some(9), Some(6), None]);
        assert_eq!(of(&[9], 6, Role::User), [None, Some(6), Some(4)]);
        assert_eq!(of(&[9], 2, Role::User), [Some(6), Some(6), Some(4)]);
        assert_eq!(of(&[], 6, Role::Owner), [None, None, None]);
    }
}
