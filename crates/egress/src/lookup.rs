//! Name resolution.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

use super::quota::Place;

type Found = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// A resolver: the operating system's, or one supplied by a test.
pub(crate) struct Lookup(Arc<dyn Fn(String, u16) -> Found + Send + Sync>);

impl Lookup {
    /// Uses the operating system's resolver.
    pub(crate) fn system() -> Self {
        Self::by(
            |name, port| async move { Ok(tokio::net::lookup_host((name, port)).await?.collect()) },
        )
    }

    pub(crate) fn by<F>(ask: impl Fn(String, u16) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'static,
    {
        Self(Arc::new(move |name, port| Box::pin(ask(name, port))))
    }

    /// Resolves a name.
    ///
    /// The operating system's lookup blocks a thread and cannot be cancelled. A caller that stops
    /// waiting therefore keeps its request slot until the lookup finishes, so no component can
    /// block more threads with slow names than it has slots.
    pub(crate) async fn addresses(&self, name: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let place = Place::current();
        let found = self.0(name.to_owned(), port);
        let asked = tokio::spawn(async move {
            let found = found.await;
            drop(place);
            found
        });
        asked.await.map_err(io::Error::other)?
    }
}

impl std::fmt::Debug for Lookup {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Lookup")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::Semaphore;

    use super::*;
    use crate::quota::Quota;

    #[tokio::test]
    async fn who_gives_up_on_a_slow_name_has_no_place_before_its_answer_is_there() {
        let answers = Arc::new(Semaphore::new(0));
        let name_server = Arc::clone(&answers);
        let lookup = Lookup::by(move |_, _| {
            let answers = Arc::clone(&name_server);
            async move { answers.acquire().await.map(|_| Vec::new()).map_err(io::Error::other) }
        });
        let quota = Quota::new(1);
        let place = quota.take().unwrap();
        let asked = place.during(lookup.addresses("slow.example", 443));
        tokio::time::timeout(Duration::from_millis(10), asked).await.unwrap_err();
        drop(place);
        assert!(quota.take().is_none());
        answers.add_permits(1);
        while quota.take().is_none() {
            tokio::task::yield_now().await;
        }
    }
}
