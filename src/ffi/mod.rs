//! The C ABI. The only place with unsafe code.
