//! Converts the generated types to the library's types.

use std::time::Duration;

use super::{
    Action, Configured, Descriptor, Effect, ErrorKind, ErrorSource, Job, JobState, Origin, Outcome,
    Permission, PluginError, Report, Retry, Step, StepStatus, Usage, Warning,
};
use crate::bindings::types as wit;

/// Converts enumerations whose values have the same names.
macro_rules! values {
    ($($type:ident { $($value:ident)* })*) => {
        $(impl From<wit::$type> for $type {
            fn from(from: wit::$type) -> Self {
                match from {
                    $(wit::$type::$value => Self::$value,)*
                }
            }
        })*
    };
}

values! {
    Effect { Read Change Policy Disrupt }
    JobState { Pending InProgress Succeeded Failed TimedOut Cancelled Unknown }
    StepStatus { Passed Failed Skipped }
    ErrorSource { User Service Host }
    ErrorKind {
        NotConfigured InvalidConfig UnknownAction InvalidParams Unauthenticated Forbidden NotFound
        Ambiguous Conflict Throttled Rejected Unavailable Unreachable Denied TimedOut
        MalformedResponse ActionFailed
        Unfinished Internal
    }
}

impl From<wit::Retry> for Retry {
    fn from(from: wit::Retry) -> Self {
        match from {
            wit::Retry::Never => Self::Never,
            wit::Retry::AfterMs(time) => Self::After(Duration::from_millis(time)),
            wit::Retry::Unknown => Self::Unknown,
        }
    }
}

fn all<T, U: From<T>>(list: Vec<T>) -> Vec<U> {
    list.into_iter().map(U::from).collect()
}

impl From<wit::Configured> for Configured {
    fn from(from: wit::Configured) -> Self {
        Self { name: from.name, origins: all(from.origins) }
    }
}

impl From<wit::Origin> for Origin {
    fn from(from: wit::Origin) -> Self {
        Self { pattern: from.pattern, purpose: from.purpose, required: from.required }
    }
}

impl From<wit::Descriptor> for Descriptor {
    fn from(from: wit::Descriptor) -> Self {
        Self {
            id: from.id,
            name: from.name,
            version: from.version,
            config_schema: from.config_schema,
            secrets_schema: from.secrets_schema,
            error_details_schema: from.error_details_schema,
            actions: all(from.actions),
        }
    }
}

impl From<wit::Action> for Action {
    fn from(from: wit::Action) -> Self {
        Self {
            name: from.name,
            title: from.title,
            summary: from.summary,
            effect: from.effect.into(),
            roles: from.roles,
            params_schema: from.params_schema,
            result_schema: from.result_schema,
            deprecated: from.deprecated,
            docs: from.docs,
            category: from.category,
            file_action: from.file_action,
            read_posts: from.read_posts,
        }
    }
}

impl From<wit::Outcome> for Outcome {
    fn from(from: wit::Outcome) -> Self {
        Self {
            data: from.data,
            job: from.job.map(Into::into),
            usage: from.usage.into(),
            warnings: all(from.warnings),
        }
    }
}

impl From<wit::Warning> for Warning {
    fn from(from: wit::Warning) -> Self {
        Self { code: from.code, message: from.message, details: from.details }
    }
}

impl From<wit::Job> for Job {
    fn from(from: wit::Job) -> Self {
        Self { id: from.id, state: from.state.into(), adopted: from.adopted }
    }
}

impl From<wit::Usage> for Usage {
    fn from(from: wit::Usage) -> Self {
        Self {
            call_id: from.call_id,
            requests: from.requests,
            retries: from.retries,
            request_bytes: from.request_bytes,
            response_bytes: from.response_bytes,
            waited: Duration::from_millis(from.waited_ms),
        }
    }
}

impl From<wit::Report> for Report {
    fn from(from: wit::Report) -> Self {
        Self { passed: from.passed, steps: all(from.steps), permissions: all(from.permissions) }
    }
}

impl From<wit::Step> for Step {
    fn from(from: wit::Step) -> Self {
        Self {
            name: from.name,
            status: from.status.into(),
            detail: from.detail,
            duration: Duration::from_millis(from.duration_ms),
            code: from.code,
            help: from.help,
        }
    }
}

impl From<wit::Permission> for Permission {
    fn from(from: wit::Permission) -> Self {
        Self { action: from.action, granted: from.granted, missing: from.missing }
    }
}

impl From<wit::Error> for PluginError {
    fn from(from: wit::Error) -> Self {
        Self {
            kind: from.kind.into(),
            message: from.message,
            source: from.source.into(),
            retry: from.retry.into(),
            status: from.status,
            code: from.code,
            request_id: from.request_id,
            details: from.details,
            usage: from.usage.map(Into::into),
            refused: Vec::new(),
        }
    }
}
