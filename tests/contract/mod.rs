//! Public interfaces: the contract, the catalogue, the documents.

pub(crate) mod catalogue;
mod configuration;
mod downloads;
mod embedding;
mod house_rules;
mod imports;
pub(crate) mod operations;
mod report;
mod scenarios;
mod security_claims;
mod session;
mod source;
mod world_and_types;
