//! Converts our values into those of the contract: one short function for each WIT type.

use super::{operations, wit};
use crate::actions::{self, report};
use crate::json::to_text;
use crate::outcome::Usage;
use crate::{config, error, operation, outcome};

pub(super) fn origin_to_wit(origin: config::Origin) -> wit::Origin {
    let config::Origin { pattern, purpose, required } = origin;
    wit::Origin { pattern, purpose: purpose.to_owned(), required }
}

/// Takes what the row leaves out from `next`, in the order of the build script.
pub(super) fn action_to_wit(
    action: &'static actions::Action,
    next: &mut impl FnMut() -> String,
) -> wit::Action {
    let owned = |list: &[&str]| list.iter().map(|role| (*role).to_owned()).collect();
    wit::Action {
        name: action.name.to_owned(),
        title: next(),
        summary: next(),
        category: next(),
        deprecated: Some(next()).filter(|reason| !reason.is_empty()),
        effect: match action.effect {
            actions::Effect::Read => wit::Effect::Read,
            actions::Effect::Change => wit::Effect::Change,
            actions::Effect::Policy => wit::Effect::Policy,
            actions::Effect::Disrupt => wit::Effect::Disrupt,
        },
        roles: action.roles.iter().map(|any| owned(any)).collect(),
        params_schema: next(),
        result_schema: next(),
        docs: next(),
        file_action: actions::file_action(action).map(str::to_owned),
        read_posts: action.read_post().iter().map(|path| (*path).to_owned()).collect(),
    }
}

pub(super) fn report_to_wit(report: report::Report) -> wit::Report {
    let passed = report.passed();
    let step = |step: report::Step| wit::Step {
        name: step.name.to_owned(),
        status: match step.status {
            report::Status::Passed => wit::StepStatus::Passed,
            report::Status::Failed => wit::StepStatus::Failed,
            report::Status::Skipped => wit::StepStatus::Skipped,
        },
        detail: step.detail,
        duration_ms: step.duration_ms,
        code: step.code,
        help: step.help,
    };
    let permission = |permission: report::Permission| wit::Permission {
        action: permission.action.to_owned(),
        granted: permission.granted,
        missing: permission.missing,
    };
    wit::Report {
        passed,
        steps: report.steps.into_iter().map(step).collect(),
        permissions: report.permissions.into_iter().map(permission).collect(),
    }
}

pub(super) fn operation_to_wit(progress: operation::Progress) -> operations::Operation {
    operations::Operation {
        checkpoint: progress.checkpoint,
        next: match progress.next {
            operation::Next::Look => operations::NextStep::Look,
            operation::Next::Send => operations::NextStep::Send,
            operation::Next::None => operations::NextStep::None,
        },
        wait_ms: progress.wait_ms,
        targets: progress.targets.into_iter().map(target_to_wit).collect(),
        trouble: progress.trouble.map(error_to_wit),
        outcome: progress.outcome.map(|outcome| match outcome {
            Ok(outcome) => Ok(outcome_to_wit((outcome, progress.usage))),
            Err(error) => Err(error_to_wit(error)),
        }),
        usage: usage_to_wit(&progress.usage),
    }
}

fn target_to_wit(target: operation::Target) -> operations::Target {
    operations::Target {
        name: to_text(&target.name),
        state: match target.state {
            operation::TargetState::Unsent => operations::TargetState::Unsent,
            operation::TargetState::InDoubt => operations::TargetState::InDoubt,
            operation::TargetState::Running => operations::TargetState::Running,
            operation::TargetState::Succeeded => operations::TargetState::Succeeded,
            operation::TargetState::Failed => operations::TargetState::Failed,
        },
        job: target.job.map(job_to_wit),
        data: target.data,
        error: target.error.map(error_to_wit),
    }
}

pub(super) fn outcome_to_wit((outcome, usage): (outcome::Outcome, Usage)) -> wit::Outcome {
    let warnings = outcome.warnings.into_iter().map(warning_to_wit).collect();
    wit::Outcome {
        data: outcome.data,
        job: outcome.job.map(job_to_wit),
        usage: usage_to_wit(&usage),
        warnings,
    }
}

fn job_to_wit(job: outcome::Job) -> wit::Job {
    wit::Job {
        id: job.id,
        state: match job.state {
            outcome::State::Pending => wit::JobState::Pending,
            outcome::State::InProgress => wit::JobState::InProgress,
            outcome::State::Succeeded => wit::JobState::Succeeded,
            outcome::State::Failed => wit::JobState::Failed,
            outcome::State::TimedOut => wit::JobState::TimedOut,
            outcome::State::Cancelled => wit::JobState::Cancelled,
            outcome::State::Unknown => wit::JobState::Unknown,
        },
        adopted: job.adopted,
    }
}

fn usage_to_wit(usage: &Usage) -> wit::Usage {
    let Usage { requests, retries, request_bytes, response_bytes, waited_ms, .. } = *usage;
    wit::Usage {
        call_id: usage.call_id(),
        requests,
        retries,
        request_bytes,
        response_bytes,
        waited_ms,
    }
}

fn warning_to_wit(warning: outcome::Warning) -> wit::Warning {
    let details = warning.details.as_ref().map(to_text);
    wit::Warning { code: warning.code.to_owned(), message: warning.message, details }
}

pub(super) fn error_to_wit(error: error::Error) -> wit::Error {
    let error = error.into_parts();
    wit::Error {
        kind: kind_to_wit(error.kind),
        source: match error.kind.source() {
            error::Source::User => wit::ErrorSource::User,
            error::Source::Service => wit::ErrorSource::Service,
            error::Source::Host => wit::ErrorSource::Host,
        },
        message: error.message,
        retry: match error.retry {
            error::Retry::Never => wit::Retry::Never,
            error::Retry::After(milliseconds) => wit::Retry::AfterMs(milliseconds),
            error::Retry::Unknown => wit::Retry::Unknown,
        },
        status: error.status,
        code: error.code,
        request_id: error.request_id,
        details: error.details.as_ref().map(to_text),
        usage: error.usage.as_ref().map(usage_to_wit),
    }
}

fn kind_to_wit(kind: error::Kind) -> wit::ErrorKind {
    match kind {
        error::Kind::NotConfigured => wit::ErrorKind::NotConfigured,
        error::Kind::InvalidConfig => wit::ErrorKind::InvalidConfig,
        error::Kind::UnknownAction => wit::ErrorKind::UnknownAction,
        error::Kind::InvalidParams => wit::ErrorKind::InvalidParams,
        error::Kind::Unauthenticated => wit::ErrorKind::Unauthenticated,
        error::Kind::Forbidden => wit::ErrorKind::Forbidden,
        error::Kind::NotFound => wit::ErrorKind::NotFound,
        error::Kind::Ambiguous => wit::ErrorKind::Ambiguous,
        error::Kind::Conflict => wit::ErrorKind::Conflict,
        error::Kind::Throttled => wit::ErrorKind::Throttled,
        error::Kind::Rejected => wit::ErrorKind::Rejected,
        error::Kind::Unavailable => wit::ErrorKind::Unavailable,
        error::Kind::Unreachable => wit::ErrorKind::Unreachable,
        error::Kind::Denied => wit::ErrorKind::Denied,
        error::Kind::TimedOut => wit::ErrorKind::TimedOut,
        error::Kind::MalformedResponse => wit::ErrorKind::MalformedResponse,
        error::Kind::ActionFailed => wit::ErrorKind::ActionFailed,
        error::Kind::Unfinished => wit::ErrorKind::Unfinished,
        error::Kind::Internal => wit::ErrorKind::Internal,
    }
}
