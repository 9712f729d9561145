//! ASN.1: BER to DER within a budget, and readers that keep the original bytes.
