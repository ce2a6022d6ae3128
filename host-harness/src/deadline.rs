//! Wall-clock and CPU-time limits for a call.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::{Limits, TimeLimit};

/// Runs a call into an instance within its time limits.
///
/// A computing instance yields at every tick, so both limits are checked while it computes; a
/// waiting one yields by waiting. CPU time is the time spent inside polls. After an `Err`, discard
/// the instance.
pub(crate) async fn within<T>(limits: &Limits, call: impl Future<Output = T>) -> Result<T, TimeUp> {
    let mut call = pin!(call);
    let mut computed = Duration::ZERO;
    let metered = poll_fn(|context| {
        let start = Instant::now();
        let polled = call.as_mut().poll(context);
        computed += start.elapsed();
        match polled {
            Poll::Ready(value) => Poll::Ready(Ok(value)),
            Poll::Pending if computed > limits.compute_time => {
                Poll::Ready(Err(TimeUp { limit: TimeLimit::Compute, after: limits.compute_time }))
            }
            Poll::Pending => Poll::Pending,
        }
    });
    match tokio::time::timeout(limits.call_time, metered).await {
        Ok(result) => result,
        Err(_) => Err(TimeUp { limit: TimeLimit::Call, after: limits.call_time }),
    }
}

/// A time limit was exceeded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TimeUp {
    pub(crate) limit: TimeLimit,
    pub(crate) after: Duration,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits {
            call_time: Duration::from_millis(100),
            compute_time: Duration::from_millis(20),
            ..Limits::default()
        }
    }

    #[tokio::test]
    async fn waiting_is_not_computing() {
        let call = tokio::time::sleep(Duration::from_millis(40));
        assert_eq!(within(&limits(), call).await, Ok(()));
    }

    #[tokio::test]
    async fn waiting_too_long_ends_the_call() {
        let call = std::future::pending::<()>();
        assert_eq!(within(&limits(), call).await.unwrap_err().limit, TimeLimit::Call);
    }

    #[tokio::test]
    async fn computing_too_long_ends_the_call() {
        let call = async {
            loop {
                std::thread::sleep(Duration::from_millis(5));
                tokio::task::yield_now().await;
            }
        };
        let ended: Result<(), TimeUp> = within(&limits(), call).await;
        assert_eq!(ended.unwrap_err().limit, TimeLimit::Compute);
    }
}
