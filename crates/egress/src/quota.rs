//! Limits the number of concurrent requests of one instance.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime_wasi_http::{Error, WasiBody};

/// The request slots of one instance. Each connection uses one of the host's file descriptors,
/// which all instances share.
#[derive(Debug)]
pub(crate) struct Quota(Arc<Semaphore>);

impl Quota {
    pub(crate) fn new(requests: usize) -> Self {
        Self(Arc::new(Semaphore::new(requests.min(Semaphore::MAX_PERMITS))))
    }

    /// Takes a slot if one is free. Requests are not queued: a flood would fill the queue.
    pub(crate) fn take(&self) -> Option<Place> {
        Arc::clone(&self.0)
            .try_acquire_owned()
            .ok()
            .map(|permit| Place { _permit: Arc::new(permit) })
    }
}

/// A request's slot, released when it and its clones are dropped.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    _permit: Arc<OwnedSemaphorePermit>,
}

tokio::task_local! {
    /// The slot of the current task's request. A task-local, because connections are made deep
    /// inside the client, which only passes on the destination.
    static CURRENT: Place;
}

impl Place {
    /// Runs a future with this slot as the current one.
    pub(crate) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self.clone(), work).await
    }

    /// Returns the slot of the request being sent, if any.
    pub(crate) fn current() -> Option<Self> {
        CURRENT.try_with(Self::clone).ok()
    }

    /// Holds the slot until the response body is finished.
    pub(crate) fn hold(self, response: Response<WasiBody>) -> Response<WasiBody> {
        response.map(|body| Placed { body, _place: self }.boxed_unsync())
    }
}

/// A response body that holds a slot.
struct Placed {
    body: WasiBody,
    _place: Place,
}

impl Body for Placed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;

    use super::*;

    #[test]
    fn a_place_is_free_again_when_the_body_of_its_answer_is_dropped() {
        let quota = Quota::new(1);
        let place = quota.take().unwrap();
        assert!(quota.take().is_none());
        let body: WasiBody = Full::new(Bytes::new()).map_err(|never| match never {}).boxed_unsync();
        let response = place.hold(Response::new(body));
        assert!(quota.take().is_none());
        drop(response);
        assert!(quota.take().is_some());
    }
}
