//! What may follow a signature: the rules for changes in later revisions. Default deny.
