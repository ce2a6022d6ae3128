//! Observables: files, addresses, domains and users, and where they were seen.

pub(crate) mod files;
pub(crate) mod network;
pub(crate) mod users;
