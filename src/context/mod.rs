//! What calls share: anchors, certificates, CRLs, settings. Immutable.
