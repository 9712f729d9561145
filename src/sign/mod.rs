//! Signing, as a step machine without I/O.
