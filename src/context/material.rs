use std::fmt;

/// Trust material as it was read: each item holds certificates or CRLs, in PEM or DER, several to an item.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Material {
    /// Trust anchors.
    pub anchors: Vec<MaterialFile>,
    /// Further certificates for path building.
    pub intermediates: Vec<MaterialFile>,
    /// Certificate revocation lists.
    pub crls: Vec<MaterialFile>,
}

/// One item: bytes, and the name by which errors call it.
#[derive(Clone)]
#[non_exhaustive]
pub struct MaterialFile {
    /// Name of the file, or whatever tells the caller which item it is.
    pub name: String,
    /// PEM or DER.
    pub bytes: Vec<u8>,
}

impl MaterialFile {
    /// Bytes and their name.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            bytes: bytes.into(),
        }
    }
}

impl fmt::Debug for MaterialFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} bytes)", self.name, self.bytes.len())
    }
}
