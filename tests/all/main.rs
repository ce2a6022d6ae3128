//! The real component in the real host against the stub, over real sockets and TLS. One binary:
//! wasmtime links once.
//!
//! Modules in the order in which a call runs: contract, settings, sign-in, requests, lists,
//! answers, failures, results, report; then what goes across all of them: secrets, the sandbox,
//! other hosts' settings.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics fails, which is what it is for"
)]

mod authority;
mod catalogue;
mod certificates;
mod clock;
mod clouds;
mod configuration;
mod conformance;
mod contract;
mod deadline;
mod downloads;
mod durable;
mod egress;
mod embedding;
mod empty_frames;
mod ensure;
mod failures;
mod families;
mod family_rows;
mod fault_table;
mod filters;
mod fresh_secrets;
mod gzip;
mod idle;
mod isolation;
mod left;
mod library;
mod lists;
mod live_response;
mod live_response_session;
mod names;
mod observed;
mod observed_records;
mod observed_service;
mod operations;
mod pace;
mod parallel;
mod properties;
mod proxy;
mod proxy_server;
mod report;
mod requests;
mod sandbox;
mod scenarios;
mod secrets;
mod security;
mod session;
mod sign_in;
mod simulation;
mod soak;
mod source;
mod steps;
mod struck;
mod tls_server;
mod waiting;
mod whole_lists;
mod world;
