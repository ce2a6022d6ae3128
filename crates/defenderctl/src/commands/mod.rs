//! One file a command.

pub(crate) mod actions;
mod begun;
mod call;
pub(crate) mod completions;
pub(crate) mod component;
pub(crate) mod config;
#[cfg(feature = "demo")]
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod download;
mod fetch;
mod forget;
mod init;
mod left_out;
pub(crate) mod man;
mod not_found;
pub(crate) mod resume;
pub(crate) mod run;
#[cfg(feature = "demo")]
pub(crate) mod stub;
mod test;
mod unfinished;
pub(crate) mod verbs;
pub(crate) mod whoami;
