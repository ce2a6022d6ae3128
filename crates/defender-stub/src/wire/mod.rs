//! The stub with its sockets: certificates, connections and delivery of replies.

mod certificates;
mod delivery;
mod endpoint;
mod server;

pub use endpoint::Stub;
