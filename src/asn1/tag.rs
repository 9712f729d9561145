//! Tags of BER values.

/// Class of a tag (X.690 clause 8.1.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Class {
    Universal,
    Application,
    Context,
    Private,
}

/// A tag, with the bit for constructed values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Tag {
    pub(crate) class: Class,
    pub(crate) constructed: bool,
    pub(crate) number: u32,
}

impl Tag {
    pub(crate) const BOOLEAN: Self = Self::universal(1);
    pub(crate) const INTEGER: Self = Self::universal(2);
    pub(crate) const BIT_STRING: Self = Self::universal(3);
    pub(crate) const OCTET_STRING: Self = Self::universal(4);
    pub(crate) const NULL: Self = Self::universal(5);
    pub(crate) const OID: Self = Self::universal(6);
    pub(crate) const ENUMERATED: Self = Self::universal(10);
    pub(crate) const UTF8_STRING: Self = Self::universal(12);
    pub(crate) const SEQUENCE: Self = Self {
        constructed: true,
        ..Self::universal(16)
    };
    pub(crate) const SET: Self = Self {
        constructed: true,
        ..Self::universal(17)
    };
    pub(crate) const UTC_TIME: Self = Self::universal(23);
    pub(crate) const GENERALIZED_TIME: Self = Self::universal(24);

    /// A primitive tag of class universal.
    pub(crate) const fn universal(number: u32) -> Self {
        Self {
            class: Class::Universal,
            constructed: false,
            number,
        }
    }

    /// `[n]`, primitive: IMPLICIT over a simple type.
    pub(crate) const fn context(number: u32) -> Self {
        Self {
            class: Class::Context,
            constructed: false,
            number,
        }
    }

    /// `[n]`, constructed: EXPLICIT, or IMPLICIT over SEQUENCE and SET.
    pub(crate) const fn context_constructed(number: u32) -> Self {
        Self {
            constructed: true,
            ..Self::context(number)
        }
    }

    /// The tag that one octet is; `None` where more follow, or it begins end octets.
    pub(super) fn of_one_octet(octet: u8) -> Option<Self> {
        (octet & 0x1F != 0x1F && octet & !0x20 != 0).then(|| Self::of_first_octet(octet))
    }

    /// What the first octet says; of a number from 31 on, only 31 (X.690 clause 8.1.2).
    pub(super) fn of_first_octet(octet: u8) -> Self {
        Self {
            class: match octet >> 6 {
                0 => Class::Universal,
                1 => Class::Application,
                2 => Class::Context,
                _ => Class::Private,
            },
            constructed: octet & 0x20 != 0,
            number: u32::from(octet & 0x1F),
        }
    }

    /// Whether class and number are the same; strings may be primitive or constructed in BER.
    pub(crate) fn is_like(self, other: Self) -> bool {
        self.class == other.class && self.number == other.number
    }

    /// String types, which BER may split into segments (X.690 clause 8.6.4, 8.7.3, 8.23).
    pub(crate) fn is_string(self) -> bool {
        self.class == Class::Universal && matches!(self.number, 3 | 4 | 12 | 18..=30)
    }
}
