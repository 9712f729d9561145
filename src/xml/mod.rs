//! XML: read with positions kept, canonicalised as a stream (Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization).
