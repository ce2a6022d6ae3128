//! Explains errors to a user at the terminal: `details` says what the error is about, `hints` what
//! to do next.

mod details;
mod hints;
#[cfg(test)]
mod tests;

pub(crate) use details::{lines as details, message, script_of as script};
pub(crate) use hints::hints;
