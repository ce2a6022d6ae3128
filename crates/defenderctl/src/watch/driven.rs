//! What a call came to.

use host_harness::Outcome;

use crate::failure::Failure;

/// What a call came to.
pub(crate) struct Driven<T = Outcome> {
    pub(crate) result: Result<T, Failure>,
    /// Whether anything that it has sent may have been carried out.
    pub(crate) may_be_carried_out: bool,
    /// Whether nothing is left to be gone on with.
    pub(crate) has_ended: bool,
    /// Whether the user wants the program to end at once.
    pub(crate) is_hurried: bool,
}

impl<T> Driven<T> {
    /// A call that was over before it was begun.
    pub(crate) fn unplanned(failure: Failure) -> Self {
        Self::whole(Err(failure), false)
    }

    /// A call that came to its end.
    pub(crate) fn whole(result: Result<T, Failure>, may_be_carried_out: bool) -> Self {
        Self { result, may_be_carried_out, has_ended: true, is_hurried: false }
    }
}

impl Driven {
    /// The same for a call that would have given something else, had it been made.
    pub(crate) fn without_result<T>(self) -> Driven<T> {
        let Self { result, may_be_carried_out, has_ended, is_hurried } = self;
        let result = Err(result
            .err()
            .unwrap_or_else(|| Failure::contract("a plan that failed has a result")));
        Driven { result, may_be_carried_out, has_ended, is_hurried }
    }
}
