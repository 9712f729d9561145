//! What is known about a signature, gathered in rounds: `pki` says what it wants, this module has it fetched.
