//! Keys that sign: PKCS#12 and PEM files behind one trait.
