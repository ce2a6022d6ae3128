//! Observables: files, addresses, domains and users.

pub(crate) mod files;
pub(crate) mod network;
pub(crate) mod users;
