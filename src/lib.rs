//! Microsoft Defender for Endpoint connector as a WebAssembly component.
//!
//! The modules are in the order in which a call passes through them: `component` (the contract's
//! functions, in the component only), [`connector`] (configure, test, execute …), [`config`] and
//! [`schema`] (checked input), [`catalogue`] (what the actions are: data), `operation` (one action
//! on several machines, followed to its end), [`actions`] (how an action is carried out),
//! [`request`] (pure), [`client`] with [`auth`] and [`transport`] (the network), [`response`]
//! (pure), [`outcome`] and [`error`].

#[cfg(target_family = "wasm")]
mod component;
pub mod connector;
#[cfg(not(target_family = "wasm"))]
pub mod details;
mod dispatch;
mod session;

pub mod config;
pub mod schema;

pub mod catalogue;

pub mod actions;
pub mod download;
pub mod operation;

pub mod request;

pub mod auth;
pub mod client;
mod method;
pub mod transport;

pub mod response;

pub mod error;
pub mod outcome;

pub mod clock;
pub mod described;
mod digest;
mod edit_distance;
mod hex;
mod json;
mod random;
mod text;
