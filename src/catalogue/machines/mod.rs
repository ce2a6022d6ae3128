//! Machines: finding them, reading and changing their records, and responding on them.

pub(crate) mod actions;
pub(crate) mod facts;
pub(crate) mod investigations;
pub(crate) mod isolation;
pub(crate) mod packages;
pub(crate) mod read;
pub(crate) mod records;
pub(crate) mod response;
pub(crate) mod search;
