//! The contract's names as JSON spells them: the WIT names themselves.

use host_harness::{Effect, ErrorKind, ErrorSource, JobState, StepStatus};

/// `not-configured`, `invalid-config` …
pub(crate) fn error_kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotConfigured => "not-configured",
        ErrorKind::InvalidConfig => "invalid-config",
        ErrorKind::UnknownAction => "unknown-action",
        ErrorKind::InvalidParams => "invalid-params",
        ErrorKind::Unauthenticated => "unauthenticated",
        ErrorKind::Forbidden => "forbidden",
        ErrorKind::NotFound => "not-found",
        ErrorKind::Ambiguous => "ambiguous",
        ErrorKind::Conflict => "conflict",
        ErrorKind::Throttled => "throttled",
        ErrorKind::Rejected => "rejected",
        ErrorKind::Unavailable => "unavailable",
        ErrorKind::Unreachable => "unreachable",
        ErrorKind::Denied => "denied",
        ErrorKind::TimedOut => "timed-out",
        ErrorKind::MalformedResponse => "malformed-response",
        ErrorKind::ActionFailed => "action-failed",
        ErrorKind::Unfinished => "unfinished",
        ErrorKind::Internal => "internal",
    }
}

/// `user`, `service`, `host`.
pub(crate) fn error_source(source: ErrorSource) -> &'static str {
    match source {
        ErrorSource::User => "user",
        ErrorSource::Service => "service",
        ErrorSource::Host => "host",
    }
}

/// `read`, `change`, `disrupt`.
pub(crate) fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::Change => "change",
        Effect::Policy => "policy",
        Effect::Disrupt => "disrupt",
    }
}

/// `passed`, `failed`, `skipped`.
pub(crate) fn step_status(status: StepStatus) -> &'static str {
    match status {
        StepStatus::Passed => "passed",
        StepStatus::Failed => "failed",
        StepStatus::Skipped => "skipped",
    }
}

/// `pending`, `in-progress` …
pub(crate) fn job_state(state: JobState) -> &'static str {
    match state {
        JobState::Pending => "pending",
        JobState::InProgress => "in-progress",
        JobState::Succeeded => "succeeded",
        JobState::Failed => "failed",
        JobState::TimedOut => "timed-out",
        JobState::Cancelled => "cancelled",
        JobState::Unknown => "unknown",
    }
}
