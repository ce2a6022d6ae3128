//! The contract's names as JSON spells them: the WIT names themselves.

use host_harness::{Effect, ErrorKind, ErrorSource, MachineActionState, StepStatus};

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
pub(crate) fn machine_action_state(state: MachineActionState) -> &'static str {
    match state {
        MachineActionState::Pending => "pending",
        MachineActionState::InProgress => "in-progress",
        MachineActionState::Succeeded => "succeeded",
        MachineActionState::Failed => "failed",
        MachineActionState::TimedOut => "timed-out",
        MachineActionState::Cancelled => "cancelled",
        MachineActionState::Unknown => "unknown",
    }
}
