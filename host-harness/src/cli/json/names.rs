//! The contract's names as JSON spells them.

use host_harness::{Effect, ErrorKind, JobState, StepStatus};

/// `not-configured`, `invalid-config` …
pub(crate) fn error_kind(kind: ErrorKind) -> &'static str {
    kind.as_str()
}

/// `read`, `change`, `disrupt`.
pub(crate) fn effect(effect: Effect) -> &'static str {
    effect.as_str()
}

/// `passed`, `failed`, `skipped`.
pub(crate) fn step_status(status: StepStatus) -> &'static str {
    status.as_str()
}

/// `pending`, `in-progress` …
pub(crate) fn job_state(state: JobState) -> &'static str {
    state.as_str()
}
