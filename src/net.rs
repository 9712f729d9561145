//! Getting evidence from elsewhere: the trait. Who implements it lives in `io`, or in the host.
