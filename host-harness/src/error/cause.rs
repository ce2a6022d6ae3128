//! The underlying cause of an error.

use std::error::Error;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// The underlying cause of an error, of any type: use `downcast_ref` to get it back. Clones share
/// it.
///
/// `Display` shows the whole chain of causes.
#[derive(Clone)]
pub struct Cause(Arc<dyn Error + Send + Sync>);

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for Cause {
    fn from(cause: E) -> Self {
        Self(Arc::from(cause.into()))
    }
}

impl Deref for Cause {
    type Target = dyn Error + Send + Sync;

    fn deref(&self) -> &Self::Target {
        &*self.0
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.0)?;
        let mut behind = self.0.source();
        while let Some(error) = behind {
            write!(formatter, ": {error}")?;
            behind = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::HostError;

    #[derive(Debug, thiserror::Error)]
    #[error("the outer")]
    struct Outer(#[source] std::io::Error);

    #[test]
    fn an_error_shows_all_that_lies_behind_it_and_gives_it_back() {
        let inner = std::io::Error::other("the inner");
        let error = HostError::Compile(Outer(inner).into());
        assert_eq!(error.to_string(), "the component could not be compiled: the outer: the inner");
        let source = error.source().expect("a source");
        assert!(
            source.downcast_ref::<Outer>().is_some_and(|outer| outer.0.to_string() == "the inner")
        );
    }
}
