//! One file a command.

mod call;
pub(crate) mod completions;
pub(crate) mod component;
#[cfg(feature = "demo")]
pub(crate) mod demo;
pub(crate) mod describe;
pub(crate) mod doctor;
pub(crate) mod download;
mod fetch;
mod forget;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod resume;
pub(crate) mod run;
#[cfg(feature = "demo")]
pub(crate) mod stub;
pub(crate) mod test;
pub(crate) mod verbs;
