//! Files: reading in blocks, writing beside and renaming, trust material.
