//! Sets the SONAME of the C library.

fn main() {}
