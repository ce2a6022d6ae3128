//! A request in progress and its response: the future that the component waits for.

use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use http::Response;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::Pollable;
use wasmtime_wasi::runtime::spawn;
use wasmtime_wasi_http::{Error, WasiBody};

/// The result of a request.
pub(crate) type Answer = Result<Response<WasiBody>, Error>;

type Answering = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// The concrete type behind a `wasi:http/types.future-incoming-response`.
///
/// The runtime (48) runs each request in one task and each response in another. Polling the request
/// from the guest's own wait avoids waking another worker thread, which is a third of what a call
/// costs. Connecting, and the connection's sending and receiving, still run independently.
pub(crate) enum Exchange {
    /// Makes progress only while the component waits for it.
    Waited(Answering),
    /// Runs in its own task. Dropping it aborts the request.
    Detached(Answering),
    /// The response has arrived.
    Answered(Answer),
    /// The component has taken the response.
    Taken,
}

/// A flag in a request's extensions that says whether it has its connection; from then on the
/// connection drives the request.
#[derive(Clone, Debug, Default)]
pub(crate) struct OnItsWay(Arc<AtomicBool>);

impl OnItsWay {
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Exchange {
    /// Starts a request and continues it only while the component waits for it.
    pub(crate) fn waited(answering: impl Future<Output = Answer> + Send + 'static) -> Self {
        let mut answering: Answering = Box::pin(answering);
        // A later waiter polls it again with its own waker.
        match answering.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => Self::Answered(answer),
            Poll::Pending => Self::Waited(answering),
        }
    }

    /// Starts a request that continues whatever the component does.
    pub(crate) fn detached(answering: impl Future<Output = Answer> + Send + 'static) -> Self {
        Self::Detached(Box::pin(spawn(answering)))
    }

    /// Lets a request continue whatever the component does.
    pub(crate) fn detach(&mut self) {
        if let Self::Waited(_) = self
            && let Self::Waited(answering) = mem::replace(self, Self::Taken)
        {
            *self = Self::detached(answering);
        }
    }

    /// Returns the response once it has arrived. It can be taken once; after that this returns
    /// `Err`.
    pub(crate) fn take(&mut self) -> Option<Result<Answer, ()>> {
        match self {
            Self::Waited(_) | Self::Detached(_) => None,
            Self::Taken => Some(Err(())),
            Self::Answered(_) => match mem::replace(self, Self::Taken) {
                Self::Answered(answer) => Some(Ok(answer)),
                _ => Some(Err(())),
            },
        }
    }
}

#[async_trait]
impl Pollable for Exchange {
    async fn ready(&mut self) {
        if let Self::Waited(answering) | Self::Detached(answering) = self {
            *self = Self::Answered(answering.as_mut().await);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::Arc;

    use bytes::Bytes;
    use http_body_util::{BodyExt, Empty};
    use tokio::sync::Notify;

    use super::*;

    fn answer() -> Answer {
        Ok(Response::new(Empty::<Bytes>::new().map_err(|never| match never {}).boxed_unsync()))
    }

    #[tokio::test]
    async fn a_request_begins_at_once_and_goes_on_when_it_is_waited_for() {
        let (begun, answered) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (tell, wait) = (Arc::clone(&begun), Arc::clone(&answered));
        let mut exchange = Exchange::waited(async move {
            tell.notify_one();
            wait.notified().await;
            answer()
        });
        begun.notified().await;
        assert!(exchange.take().is_none());
        answered.notify_one();
        tokio::task::yield_now().await;
        assert!(exchange.take().is_none(), "nobody has waited");
        exchange.ready().await;
        assert!(matches!(exchange.take(), Some(Ok(Ok(_)))));
        assert!(matches!(exchange.take(), Some(Err(()))), "an answer is taken once");
    }

    #[tokio::test]
    async fn a_detached_request_goes_on_by_itself_until_it_is_dropped() {
        let done = Arc::new(Notify::new());
        let tell = Arc::clone(&done);
        let mut exchange = Exchange::waited(async move {
            tokio::task::yield_now().await;
            tell.notify_one();
            answer()
        });
        exchange.detach();
        done.notified().await;
        exchange.ready().await;
        assert!(matches!(exchange.take(), Some(Ok(Ok(_)))));
        exchange.detach();
        assert!(matches!(exchange.take(), Some(Err(()))));

        let kept = Arc::new(());
        let held = Arc::clone(&kept);
        let exchange = Exchange::detached(async move {
            let _held = held;
            pending::<Answer>().await
        });
        tokio::task::yield_now().await;
        drop(exchange);
        while Arc::strong_count(&kept) > 1 {
            tokio::task::yield_now().await;
        }
    }
}
