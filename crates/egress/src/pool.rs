//! The connections of one connector, and how many it and all connectors may have open.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use hyper_util::client::legacy::Client;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::client;
use super::dial::{Dialer, Terms};
use super::failure::DialError;
use super::pace::Paced;
use super::unread::Unread;
use super::upload::Upload;

/// How many connections may be open. Each is one of the process's open files, which run out for all
/// connectors at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Most {
    pub(crate) of_one: usize,
    pub(crate) of_all: usize,
}

/// All connections of an egress and of those derived from it.
#[derive(Debug)]
pub(crate) struct Connections {
    of_one: usize,
    free: Arc<Semaphore>,
    pools: Mutex<Vec<Weak<Inner>>>,
}

/// The connections of one connector; clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Pool(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    terms: Arc<Terms>,
    connections: Arc<Connections>,
    free: Arc<Semaphore>,
    pace: Paced,
    bodies: Unread,
    /// Replaced to close the idle connections: the client has no other means.
    client: Mutex<Client<Dialer, Upload>>,
}

/// The permission to have one connection open.
#[derive(Debug)]
pub(crate) struct Permit {
    _of_one: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
}

tokio::task_local! {
    /// Set where the current task's request can be sent again once idle connections are closed. A
    /// request holds its own pool open while it waits, and with it the idle connections.
    static COMES_AGAIN: ();
}

/// Runs a request that is sent again if there is no room for its connection.
pub(crate) async fn comes_again<T>(request: impl Future<Output = T>) -> T {
    COMES_AGAIN.scope((), request).await
}

/// Grants permissions for new connections of one pool.
#[derive(Clone, Debug)]
pub(crate) struct Gate(Weak<Inner>);

impl Connections {
    pub(crate) fn new(most: Most) -> Arc<Self> {
        let free = Arc::new(Semaphore::new(most.of_all.clamp(1, Semaphore::MAX_PERMITS)));
        Arc::new(Self { of_one: most.of_one, free, pools: Mutex::default() })
    }

    /// Creates a pool for connections on these terms.
    pub(crate) fn pool(self: &Arc<Self>, terms: &Arc<Terms>) -> Pool {
        let pool = Pool(Arc::new_cyclic(|inner| {
            let pace = Paced::default();
            let gate = Gate(Weak::clone(inner));
            Inner {
                client: Mutex::new(client::client(
                    Dialer { terms: Arc::clone(terms), gate },
                    &pace,
                )),
                terms: Arc::clone(terms),
                connections: Arc::clone(self),
                free: Arc::new(Semaphore::new(self.of_one.clamp(1, Semaphore::MAX_PERMITS))),
                pace,
                bodies: Unread::default(),
            }
        }));
        let mut pools = lock(&self.pools);
        if pools.len() == pools.capacity() {
            pools.retain(|pool| pool.strong_count() > 0);
        }
        pools.push(Arc::downgrade(&pool.0));
        pool
    }

    fn close_idle(&self) {
        let pools: Vec<_> = lock(&self.pools).iter().filter_map(Weak::upgrade).collect();
        pools.iter().for_each(Inner::close_idle);
    }
}

impl Pool {
    /// Returns another pool on the same terms, which shares no connection with this one.
    pub(crate) fn another(&self) -> Self {
        self.0.connections.pool(&self.0.terms)
    }

    pub(crate) fn connections(&self) -> &Arc<Connections> {
        &self.0.connections
    }

    pub(crate) fn client(&self) -> Client<Dialer, Upload> {
        lock(&self.0.client).clone()
    }

    /// Whether its limit is reached, so that a new connection needs the room of an idle one.
    pub(crate) fn is_full(&self) -> bool {
        self.0.free.available_permits() == 0
    }

    /// Returns the response bodies of the pool's connections.
    pub(crate) fn bodies(&self) -> &Unread {
        &self.0.bodies
    }
}

impl Inner {
    fn close_idle(self: &Arc<Self>) {
        let gate = Gate(Arc::downgrade(self));
        let fresh = client::client(Dialer { terms: Arc::clone(&self.terms), gate }, &self.pace);
        let old = std::mem::replace(&mut *lock(&self.client), fresh);
        drop(old);
    }
}

impl Gate {
    /// Waits until one more connection may be opened, but no longer than `time`. Idle connections
    /// make room.
    pub(crate) async fn enter(&self, time: Duration) -> Result<Permit, DialError> {
        // Without its pool, nobody waits for the connection any more.
        let pool = self.0.upgrade().ok_or(DialError::Full)?;
        let patient = COMES_AGAIN.try_with(|()| ()).is_err();
        let (own, all) = (Arc::clone(&pool.free), Arc::clone(&pool.connections.free));
        let entered = async {
            let of_one = permit(own, patient, || pool.close_idle()).await?;
            let of_all = permit(all, true, || pool.connections.close_idle()).await?;
            Ok(Permit { _of_one: of_one, _of_all: of_all })
        };
        tokio::time::timeout(time, entered).await.unwrap_or(Err(DialError::Full))
    }
}

async fn permit(
    free: Arc<Semaphore>,
    patient: bool,
    make_room: impl FnOnce(),
) -> Result<OwnedSemaphorePermit, DialError> {
    if let Ok(permit) = Arc::clone(&free).try_acquire_owned() {
        return Ok(permit);
    }
    make_room();
    if !patient {
        return Err(DialError::Full);
    }
    free.acquire_owned().await.map_err(|_| DialError::Full)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
