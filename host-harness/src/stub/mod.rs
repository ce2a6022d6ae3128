//! A stub of Microsoft's login and Defender for Endpoint: what the connector is tested against, and what the
//! demonstration runs on.
//!
//! ```text
//!   Stub (wire: sockets, TLS) ──▶ Service::answer(&Request) ──▶ Reply
//!                                   │ hosts: which service is meant
//!                                   ├─ login:   who signs in, and the token
//!                                   ├─ api:     the order of checks ─▶ routes (rows) ─▶ machines, machine_actions, …
//!                                   │                                     │ odata ($filter)    action (life cycle)
//!                                   └─ storage: signed links to results
//!                                 fault_plan · ledger · clock · world (what it all remembers)
//! ```
//!
//! [`Service`] is the whole state machine and opens no socket; [`Stub`] puts it behind TLS under the production names, or
//! behind plain HTTP on a loopback address. Nothing here ever goes out to the network.
//!
//! Where Microsoft's documents leave a question open, the choice made is named in a comment that says *undocumented*.

mod action;
mod api;
mod clock;
pub mod demo;
mod fault;
mod fault_plan;
mod gzip;
mod hosts;
mod ledger;
mod library;
mod login;
mod machine;
mod odata;
mod reply;
mod request;
mod scenario;
mod service;
mod storage;
mod template;
mod wire;
mod world;

pub use fault::{Fault, FaultKind};
pub use ledger::Entry;
pub use library::LibraryFile;
pub use machine::{IpAddress, Machine};
pub use reply::{Delivery, Reply};
pub use request::Request;
pub use scenario::{
    Duplicate, Ending, ExpiresIn, FederatedCredential, IsolateAgain, NextLink, Outcome, Scenario, TokenRules,
};
pub use service::Service;
pub use template::Template;
pub use wire::Stub;

#[cfg(test)]
mod tests;
