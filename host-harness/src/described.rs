//! What the component says of itself, and what each call may therefore send.

use plugin_egress::{Access, ReadPosts};
use tokio::sync::OnceCell;

use crate::contract::NextStep;
use crate::deadline::{TimeUp, within};
use crate::instance::Instance;
use crate::{Descriptor, HostError, Limits};

/// A component's descriptor. It is asked for once and then holds for every call: a component cannot
/// give an action one effect where it is confirmed and another where it is carried out.
pub(crate) struct Described {
    pub(crate) descriptor: Descriptor,
    /// POST requests that only read.
    read_posts: ReadPosts,
}

/// A call, by what it may send.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Call<'a> {
    /// `describe`, `configure`, `save`, `restore`, `test`, `plan`, `recover`, and the functions of
    /// a file.
    Reading,
    /// `execute` or `open`.
    Action { action: &'a str, params: &'a str },
    /// `advance`.
    Step(NextStep),
}

impl Described {
    /// Returns what a call may send. Nothing else decides this.
    pub(crate) fn access(&self, call: Call<'_>) -> Access {
        let changes = match call {
            Call::Reading => false,
            Call::Action { action, params } => !self.only_reads(action, params),
            Call::Step(next) => next == NextStep::Send,
        };
        if changes { Access::Changes } else { Access::Reads }
    }

    /// Whether a call of an action only reads. The descriptor vouches for no action that it does
    /// not have.
    pub(crate) fn only_reads(&self, action: &str, params: &str) -> bool {
        self.descriptor.action(action).is_none_or(|action| action.only_reads(params))
    }

    pub(crate) fn read_posts(&self) -> ReadPosts {
        self.read_posts.clone()
    }
}

/// The descriptor, once it was asked for.
#[derive(Default)]
pub(crate) struct Once(OnceCell<Described>);

impl Once {
    /// Returns the descriptor. It comes from an instance that has no settings and no network, so it
    /// cannot depend on the connector that asks first.
    pub(crate) async fn get(
        &self,
        limits: &Limits,
        is_trusted: bool,
        operator: &ReadPosts,
        instantiate: impl AsyncFnOnce() -> wasmtime::Result<Instance>,
    ) -> Result<&Described, HostError> {
        let describe = async || {
            let up = |TimeUp { limit, after }| HostError::OutOfTime {
                operation: "instantiate",
                limit,
                after,
            };
            let mut instance = within(limits, instantiate())
                .await
                .map_err(up)?
                .map_err(|error| HostError::Instantiate(error.into()))?;
            let Instance { store, connector, .. } = &mut instance;
            let called = within(limits, connector.call_describe(store)).await;
            let descriptor: Descriptor = instance.judge("describe", limits, called)?.into();
            let read_posts = match is_trusted {
                true => operator.and(declared(&descriptor)),
                false => operator.clone(),
            };
            Ok(Described { descriptor, read_posts })
        };
        self.0.get_or_try_init(describe).await
    }
}

fn declared(descriptor: &Descriptor) -> impl Iterator<Item = &str> {
    descriptor.actions.iter().flat_map(|action| &action.read_posts).map(String::as_str)
}
