//! A stub of Microsoft's login and Defender for Endpoint: what the connector is tested against, and
//! what the demonstration runs on.
//!
//! ```text
//!   Stub (wire: sockets, TLS) ──▶ Service::answer(&Request) ──▶ Reply
//!                                   │ hosts: which service is meant
//!                                   ├─ login:   who signs in, and the token
//!                                   ├─ api:     the order of checks ─▶ routes (rows of every family) ─▶ a handler
//!                                   │           machines, actions, live response, library, alerts, indicators,
//!                                   │           vulnerability management, hunting (also at Graph), …
//!                                   │             │ odata ($filter)   action (life cycle)   records (all else)
//!                                   └─ storage: signed links to results, packages and exports
//!                                 fault_plan · ledger · clock · world (what it all remembers)
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
mod corrupt;
pub mod demo;
mod external;
mod fault;
mod fault_forms;
mod fault_kind;
mod fault_names;
mod fault_plan;
mod gateway;
mod gzip;
mod hosts;
mod ledger;
mod library;
mod login;
mod machine;
mod odata;
mod records;
mod reply;
mod request;
mod scenario;
mod scenario_file;
mod schema;
mod service;
mod state;
mod storage;
mod template;
mod wire;
mod zip;

pub use action::EndsAs;
pub use comment::CommentRewrite;
pub use comment::rewritten;
pub use fault::Fault;
pub use fault_forms::{DateForm, GatewayPage};
pub use fault_kind::FaultKind;
pub use ledger::Entry;
pub use library::LibraryFile;
pub use machine::{IpAddress, Machine};
pub use records::{Installation, Inventory, Linked, Records};
pub use reply::{Delivery, Reply};
pub use request::Request;
pub use scenario::{
    CapSignal, Duplicate, Ending, ExpiresIn, FederatedCredential, Grant, IsolateAgain, ListCap,
    NextLink, Outcome, Scenario, TokenRules,
};
pub use scenario_file::ScenarioFileError;
pub use service::Service;
pub use template::Template;
pub use wire::Stub;

#[cfg(test)]
mod tests;
