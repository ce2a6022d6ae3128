//! Response bodies that nobody reads: they are dropped after a time, which frees their connection.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use http_body::Body;
use hyper::body::Incoming;
use tokio::task::AbortHandle;
use tokio::time::Instant;

/// A body as it comes from its connection, until it has gone unread for too long.
#[derive(Clone)]
pub(crate) struct Source(Arc<Mutex<State>>);

/// A body and its time.
pub(crate) struct State {
    /// `None` once it has been dropped.
    pub(crate) body: Option<Incoming>,
    /// When it counts as unread, unless it is read before.
    pub(crate) expires: Instant,
}

impl Source {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.0)
    }
}

/// The bodies of one connector, looked through by one task while there are any: a task for each
/// would wake another processor with each response.
#[derive(Clone, Default)]
pub(crate) struct Unread(Arc<List>);

#[derive(Default)]
struct List(Mutex<Watched>);

#[derive(Default)]
struct Watched {
    bodies: Vec<Weak<Mutex<State>>>,
    task: Option<AbortHandle>,
}

impl Unread {
    /// Returns the body, to be dropped when it has not been read for this time.
    pub(crate) fn watch(&self, body: Incoming, time: Duration) -> Source {
        let is_over = body.is_end_stream();
        let state = State { body: Some(body), expires: Instant::now() + time };
        let source = Source(Arc::new(Mutex::new(state)));
        if is_over {
            return source;
        }
        let mut watched = lock(&self.0.0);
        if watched.bodies.len() == watched.bodies.capacity() {
            watched.bodies.retain(|body| body.strong_count() > 0);
        }
        watched.bodies.push(Arc::downgrade(&source.0));
        if watched.task.as_ref().is_none_or(AbortHandle::is_finished) {
            let rounds = rounds(Arc::downgrade(&self.0), time / 4);
            watched.task = Some(tokio::spawn(rounds).abort_handle());
        }
        source
    }
}

impl std::fmt::Debug for Unread {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("unread bodies")
    }
}

impl Drop for List {
    fn drop(&mut self) {
        if let Some(task) = lock(&self.0).task.take() {
            task.abort();
        }
    }
}

/// Drops what has expired, again and again until there are no bodies.
async fn rounds(list: Weak<List>, pause: Duration) {
    loop {
        tokio::time::sleep(pause.max(Duration::from_millis(1))).await;
        let Some(list) = list.upgrade() else { return };
        let mut watched = lock(&list.0);
        watched.bodies.retain(|body| body.upgrade().is_some_and(|body| !expire(&body)));
        if watched.bodies.is_empty() {
            watched.task = None;
            return;
        }
    }
}

fn expire(body: &Mutex<State>) -> bool {
    let mut state = lock(body);
    let expired = state.expires <= Instant::now();
    if expired {
        state.body = None;
    }
    expired
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
