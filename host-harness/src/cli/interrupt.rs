//! Ctrl-C and SIGTERM, listened for before anything depends on them.

use std::future::{pending, poll_fn};
use std::io;
use std::pin::Pin;
use std::process;
use std::task::Poll;

/// Waits for Ctrl-C or, on Unix, SIGTERM.
pub(crate) type Interrupt = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// Begins to listen: from when this returns the signals no longer end the program but the future it gives.
pub(crate) async fn listen() -> Interrupt {
    let mut interrupt: Interrupt = Box::pin(signal());
    // The first poll is what registers.
    match poll_fn(|context| Poll::Ready(interrupt.as_mut().poll(context))).await {
        Poll::Pending => interrupt,
        Poll::Ready(at_once) => Box::pin(std::future::ready(at_once)),
    }
}

/// Waits for the signal itself: that none can be listened for is none.
pub(crate) async fn came(interrupt: Interrupt) {
    if interrupt.await.is_err() {
        pending::<()>().await;
    }
}

/// Lets the next signal end the program at once, whatever it is busy with.
pub(crate) async fn end_on_next() {
    let next = listen().await;
    tokio::spawn(async {
        came(next).await;
        process::exit(ENDED);
    });
}

/// As shells report the end by Ctrl-C.
const ENDED: i32 = 130;

#[cfg(unix)]
async fn signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn signal() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
