//! Certification paths (RFC 5280 clause 6) and revocation. Never fetches: all evidence is handed in.
