//! Checking: facts are gathered once, then judged by a pure function.
