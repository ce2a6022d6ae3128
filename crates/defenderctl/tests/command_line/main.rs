//! The binary from outside: arguments and settings in; exit status, stdout, stderr and files out.
//! It runs as a process of its own against its own `stub`; only where a test has to move the clock
//! or read the ledger is the stub inside of the test.
//!
//! Modules in order: the commands, then what concerns all of them: settings, the sandbox, secrets.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that panics fails, which is what it is for"
)]

mod actions;
mod audit;
mod bad_ends;
#[cfg(unix)]
mod completed;
mod completeness;
mod completions;
mod component;
#[cfg(unix)]
mod confirm;
mod credentials;
mod demo;
mod doctor;
mod download;
#[cfg(unix)]
mod each_output;
mod effects;
mod egress_log;
mod encrypted_keys;
mod file_actions;
#[cfg(unix)]
mod findings;
#[cfg(unix)]
mod first_isolation;
#[cfg(unix)]
mod gateway;
#[cfg(unix)]
mod goes_on;
mod init;
#[cfg(unix)]
mod init_terminal;
#[cfg(unix)]
mod inside;
#[cfg(unix)]
mod interrupted;
#[cfg(unix)]
mod interrupted_files;
#[cfg(unix)]
mod interrupted_sending;
#[cfg(unix)]
mod interrupted_signals;
mod left_out;
#[cfg(unix)]
mod local_times;
mod no_pointers;
mod parameters;
mod plugin_credentials;
mod proxies;
mod ran;
mod render;
mod report;
#[cfg(unix)]
mod resumed;
#[cfg(unix)]
mod resumed_calls;
mod run;
mod run_action;
mod run_failures;
mod sandbox;
mod secrets;
mod settings;
mod shape;
#[cfg(unix)]
mod short_ids;
#[cfg(unix)]
mod stalled;
mod stub;
#[cfg(unix)]
mod tasks;
#[cfg(unix)]
mod tenant_wide;
#[cfg(unix)]
mod terminal;
mod tls_front;
mod tls_refused;
#[cfg(unix)]
mod to_look;
#[cfg(unix)]
mod token_command;
mod usage;
mod verbs;
mod warnings;
#[cfg(unix)]
mod watched;
mod whoami;
mod world;
