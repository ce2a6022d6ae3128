//! Failures, and what callers learn about them.

mod crashes;
mod deadline;
mod error_kinds;
mod fault_table;
mod killed_host;
mod observed_records;
mod observed_service;
mod renewed_secrets;
mod secret_leaks;
mod sign_in;
