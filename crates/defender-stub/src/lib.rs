//! A stub of Microsoft's login and Defender for Endpoint: what the connector is tested against, and
//! what the demonstration runs on.
//!
//! ```text
//!   Stub (wire: sockets, TLS) ──▶ Service::answer(&Request) ──▶ Reply
//!                                   │ hosts: which service is meant
//!                                   ├─ login:   who signs in, and the token
//!                                   ├─ api:     the order of checks ─▶ routes (rows of every family) ─▶ a handler
//!                                   │           machines, actions, live response, library, alerts, indicators,
//!                                   │           vulnerability management, hunting and incidents (at Graph), …
//!                                   │             │ odata ($filter)   action (life cycle)   records (all else)
//!                                   └─ storage: signed links to results, packages and exports
//!                                 inject (faults) · refusal (errors) · ledger · state
//! ```
//!
//! A family is a file in `api`: its rows (method, path, roles, budget) and their handlers. What it
//! serves is in [`Scenario::machines`], [`Scenario::library`] and [`Scenario::records`]; [`demo`]
//! has the demonstration's, and names for the records that tests ask for. Changes are kept for as
//! long as the [`Service`] lives.
//!
//! [`Service`] is the whole state machine and opens no socket; [`Stub`] puts it behind TLS under
//! the production names, or behind plain HTTP on a loopback address. Nothing here ever goes out to
//! the network.
//!
//! Where Microsoft's documents leave a question open, the choice made is named in a comment that
//! says *undocumented*.

mod action;
mod api;
mod clock;
mod comment;
pub mod demo;
mod external;
mod fault;
mod gzip;
mod hosts;
mod inject;
mod ledger;
mod library;
mod login;
mod machine;
mod odata;
mod rate;
mod records;
mod refusal;
mod reply;
mod request;
mod scenario;
mod service;
mod signed_link;
mod state;
mod storage;
mod template;
mod token;
mod wire;
mod zip;

pub use comment::CommentRewrite;
pub use comment::rewritten;
pub use fault::{DateForm, Fault, FaultKind, GatewayPage};
pub use ledger::Entry;
pub use library::LibraryFile;
pub use machine::{IpAddress, Machine};
pub use records::{Installation, Inventory, Linked, Records};
pub use reply::{Delivery, Reply};
pub use request::Request;
pub use scenario::{
    CapSignal, Duplicate, Ending, EndsAs, ExpiresIn, FederatedCredential, Grant, IsolateAgain,
    ListCap, NextLink, Outcome, Person, Scenario, ScenarioFileError, TokenRules,
};
pub use service::Service;
pub use template::Template;
pub use wire::Stub;

#[cfg(test)]
mod tests;
