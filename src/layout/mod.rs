//! Which signatures a document must have, where they stand and what they say. Pure geometry and text.
