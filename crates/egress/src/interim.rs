//! Counts interim (1xx) responses: a server may send any number of them, and none is passed on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use http::Request;
use tokio::sync::Notify;

/// How many interim responses a request may get. Servers send one or two (100, 103).
pub(crate) const MOST: u32 = 16;

/// The interim responses of one request. HTTP/1.1 only: hyper has no such hook for HTTP/2, where
/// [`Frames`](super::frames::Frames) counts them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interim(Arc<State>);

#[derive(Debug, Default)]
struct State {
    count: AtomicU32,
    exceeded: Notify,
}

impl Interim {
    /// Counts those of a request that is about to be sent.
    pub(crate) fn of<B>(request: &mut Request<B>) -> Self {
        let interim = Self::default();
        let counter = interim.clone();
        hyper::ext::on_informational(request, move |_| {
            if counter.0.count.fetch_add(1, Ordering::Relaxed) == MOST {
                counter.0.exceeded.notify_one();
            }
        });
        interim
    }

    /// Waits until there are too many.
    pub(crate) async fn exceeded(&self) {
        self.0.exceeded.notified().await;
    }
}
