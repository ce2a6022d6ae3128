//! Ctrl-C, listened for before anything depends on it.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::task::Poll;

/// Waits for Ctrl-C.
pub(crate) type Interrupt = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// Begins to listen for Ctrl-C: from when this returns the signal no longer ends the program but the future it gives.
pub(crate) async fn listen() -> Interrupt {
    let mut interrupt: Interrupt = Box::pin(tokio::signal::ctrl_c());
    // The first poll is what registers.
    match poll_fn(|context| Poll::Ready(interrupt.as_mut().poll(context))).await {
        Poll::Pending => interrupt,
        Poll::Ready(at_once) => Box::pin(std::future::ready(at_once)),
    }
}
