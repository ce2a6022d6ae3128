//! One file a command.

pub(crate) mod bench;
pub(crate) mod completions;
pub(crate) mod component;
pub(crate) mod demo;
pub(crate) mod describe;
pub(crate) mod doctor;
pub(crate) mod download;
pub(crate) mod execute;
mod fetch;
mod forget;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod resume;
#[cfg(feature = "simulation")]
pub(crate) mod simulate;
pub(crate) mod stub;
pub(crate) mod test;
