//! One test for each thing that attackers and real documents do. All signatures here are sound unless a test breaks them.

mod attacks;
mod evidence;
mod forms;
mod input;
mod signer;
mod workshop;
