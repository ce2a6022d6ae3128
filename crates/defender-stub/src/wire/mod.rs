//! The stub with its sockets: certificates, connections, and replies as they are to be delivered.

mod certificates;
mod delivery;
mod endpoint;
mod server;

pub use endpoint::Stub;
