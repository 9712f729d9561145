//! XML signatures: XMLDSig (W3C Recommendation, second edition and 1.1) and XAdES (ETSI EN 319 132-1).
