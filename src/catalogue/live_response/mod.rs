//! Live response: commands on machines, their output, and the library of files for them.

pub(crate) mod library;
pub(crate) mod results;
pub(crate) mod sessions;
pub(crate) mod upload;
