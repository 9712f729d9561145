use crate::{error::ErrorKind, report::FileVerdict};

/// What a call came to. Numbers are never changed or used again, only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum Status {
    /// Done. Outputs are written only with this status.
    Ok = 0,
    /// A fault inside the library, now or in an earlier call with the same handle. Free the handle; nothing else works with it.
    Panic = 1,
    /// A pointer that must not be NULL is NULL.
    Null = 2,
    /// An argument or option is missing, out of range, unknown, or contradicts another one.
    Argument = 3,
    /// A text is not UTF-8.
    Utf8 = 4,
    /// Reading or writing failed in the operating system.
    Io = 5,
    /// The file cannot be read as what it claims to be.
    Unreadable = 6,
    /// It could be done but must not be: the document forbids it, or the output exists.
    Refused = 7,
    /// A key, its file or its certificate is wrong for the purpose.
    Key = 8,
    /// A PIN or password is missing or wrong.
    Pin = 9,
    /// Something that this version does not support.
    Unsupported = 10,
    /// A budget was used up.
    Limit = 11,
    /// The progress callback has cancelled the call.
    Cancelled = 12,
}

impl From<ErrorKind> for Status {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Argument => Self::Argument,
            ErrorKind::Io => Self::Io,
            ErrorKind::Unreadable => Self::Unreadable,
            ErrorKind::Refused => Self::Refused,
            ErrorKind::Key => Self::Key,
            ErrorKind::Pin => Self::Pin,
            ErrorKind::Unsupported => Self::Unsupported,
            ErrorKind::Limit => Self::Limit,
            ErrorKind::Cancelled => Self::Cancelled,
        }
    }
}

/// What a job is doing. Numbers are never changed or used again, only appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum StageNumber {
    /// A damaged file is searched for its objects. In bytes.
    Repairing = 0,
    /// The file is digested, to sign it or to check its signatures. In bytes.
    Digesting = 1,
    /// A private key is about to be used. In signatures.
    Signing = 2,
    /// What was signed is read again and checked. In bytes.
    Confirming = 3,
    /// The result is written. In bytes.
    Writing = 4,
    /// What each revision changed is looked at (`kyso inspect` only). In revisions.
    Inspecting = 5,
}

/// The verdict of a file; the numbers are the exit statuses of `kyso verify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum VerdictNumber {
    /// Every signature passed.
    Passed = 0,
    /// At least one signature failed.
    Failed = 1,
    /// None failed, at least one could not be judged.
    Undetermined = 2,
    /// There is no signature.
    NoSignature = 3,
    /// The file could not be read.
    Unreadable = 4,
}

impl From<FileVerdict> for VerdictNumber {
    fn from(verdict: FileVerdict) -> Self {
        match verdict {
            FileVerdict::Passed => Self::Passed,
            FileVerdict::Failed => Self::Failed,
            FileVerdict::Undetermined => Self::Undetermined,
            FileVerdict::NoSignature => Self::NoSignature,
            FileVerdict::Unreadable => Self::Unreadable,
        }
    }
}
