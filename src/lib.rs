//! Microsoft Defender for Endpoint connector as a WebAssembly component.
//!
//! The modules are in the order in which a call passes through them: `component` (the contract's
//! functions, in the component only), [`connector`] (configure, test, execute …), [`config`] and
//! [`schema`] (checked input), [`catalogue`] (what the actions are: data), `operation` (one action
//! on several machines, followed to its end), [`actions`] (how an action is carried out),
//! [`request`] (pure), [`client`] with [`auth`] and [`transport`] (the network), [`response`]
//! (pure), [`outcome`] and [`error`].

pub mod actions;
pub mod auth;
pub mod catalogue;
pub mod client;
pub mod clock;
#[cfg(target_family = "wasm")]
mod component;
pub mod config;
pub mod connector;
pub mod details;
mod digest;
mod dispatch;
pub mod download;
mod edit_distance;
pub mod error;
mod hex;
mod json;
mod method;
pub mod operation;
pub mod outcome;
mod random;
pub mod request;
pub mod response;
pub mod schema;
mod session;
mod text;
pub mod transport;
