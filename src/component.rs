//! Exports the contract's functions: converts between WIT values and ours. One connector per
//! instance.
//!
//! This file is long because it holds every conversion, one short function for each WIT type.

use std::cell::RefCell;

use zeroize::Zeroize;

use crate::actions::{self, CATALOGUE, report};
use crate::clock::SystemClock;
use crate::config;
use crate::connector::Connector;
use crate::download::Download;
use crate::json::to_text;
use crate::outcome::Usage;
use crate::schema::{self, Kind};
use crate::transport::wasi::WasiHttp;
use crate::{details, error, operation, outcome};
use bindings::connector::plugin::types as wit;
use bindings::exports::connector::plugin::{connector, downloads, operations, session};

#[expect(unsafe_code, reason = "generated")]
mod bindings {
    wit_bindgen::generate!({
        path: "wit",
        world: "plugin",
        generate_all,
        pub_export_macro: false,
    });

    use super::Component;
    export!(Component);
}

thread_local! {
    /// One connector is enough: an instance has one thread and serves one call at a time.
    static CONNECTOR: RefCell<Connector> = RefCell::default();
}

struct Component;

impl connector::Guest for Component {
    fn describe() -> wit::Descriptor {
        wit::Descriptor {
            id: "microsoft_defender_endpoint".to_owned(),
            name: "Microsoft Defender for Endpoint".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            config_schema: schema::schema_text(&config::CONFIG),
            secrets_schema: schema::schema_text(&config::SECRETS),
            error_details_schema: details::SCHEMA.to_owned(),
            actions: CATALOGUE.iter().map(|action| action_to_wit(action)).collect(),
        }
    }

    fn configure(config: String, mut secrets: String) -> Result<wit::Configured, wit::Error> {
        let configured = CONNECTOR.with_borrow_mut(|connector| {
            let settings = connector.configure(&config, &secrets).map_err(error_to_wit)?;
            let origins = settings.origins().into_iter().map(origin_to_wit).collect();
            Ok(wit::Configured { name: settings.name.clone(), origins })
        });
        secrets.zeroize();
        configured
    }

    fn test() -> Result<wit::Report, wit::Error> {
        let report =
            CONNECTOR.with_borrow_mut(|connector| connector.test(&WasiHttp, &SystemClock::new()));
        report.map(report_to_wit).map_err(error_to_wit)
    }

    fn execute(action: String, params: String) -> Result<wit::Outcome, wit::Error> {
        let executed = CONNECTOR.with_borrow_mut(|connector| {
            connector.execute(&action, &params, &WasiHttp, &SystemClock::new())
        });
        executed.map(outcome_to_wit).map_err(error_to_wit)
    }
}

impl operations::Guest for Component {
    fn plan(action: String, params: String) -> Result<operations::Operation, wit::Error> {
        let planned = CONNECTOR.with_borrow_mut(|connector| {
            connector.plan(&action, &params, &WasiHttp, &SystemClock::new())
        });
        planned.map(operation_to_wit).map_err(error_to_wit)
    }

    fn advance(checkpoints: Vec<String>) -> Vec<Result<operations::Operation, wit::Error>> {
        let advanced = CONNECTOR.with_borrow_mut(|connector| {
            connector.advance(&checkpoints, &WasiHttp, &SystemClock::new())
        });
        advanced
            .into_iter()
            .map(|advanced| advanced.map(operation_to_wit).map_err(error_to_wit))
            .collect()
    }

    fn recover(checkpoint: String) -> Result<operations::Operation, wit::Error> {
        let recovered = CONNECTOR.with_borrow_mut(|connector| {
            connector.recover(&checkpoint, &WasiHttp, &SystemClock::new())
        });
        recovered.map(operation_to_wit).map_err(error_to_wit)
    }
}

impl session::Guest for Component {
    fn save() -> Option<String> {
        CONNECTOR.with_borrow(Connector::save)
    }

    fn restore(mut snapshot: String) -> Result<(), wit::Error> {
        let restored = CONNECTOR.with_borrow_mut(|connector| connector.restore(&snapshot));
        snapshot.zeroize();
        restored.map_err(error_to_wit)
    }
}

impl downloads::Guest for Component {
    type File = File;

    fn open(action: String, params: String) -> Result<downloads::File, wit::Error> {
        let opened = CONNECTOR.with_borrow_mut(|connector| {
            connector.open(&action, &params, &WasiHttp, &SystemClock::new())
        });
        opened
            .map(|download| downloads::File::new(File(RefCell::new(download))))
            .map_err(error_to_wit)
    }
}

struct File(RefCell<Download>);

impl downloads::GuestFile for File {
    fn name(&self) -> String {
        self.0.borrow().name().to_owned()
    }

    fn size(&self) -> Option<u64> {
        self.0.borrow().size()
    }

    fn read(&self, max_bytes: u32) -> Result<Vec<u8>, wit::Error> {
        self.0.borrow_mut().read(max_bytes).map_err(error_to_wit)
    }

    fn sha256(&self) -> Option<String> {
        self.0.borrow().sha256().map(str::to_owned)
    }
}

fn origin_to_wit(origin: config::Origin) -> wit::Origin {
    let config::Origin { pattern, purpose, required } = origin;
    wit::Origin { pattern, purpose: purpose.to_owned(), required }
}

fn action_to_wit(action: &'static actions::Action) -> wit::Action {
    let owned = |list: &[&str]| list.iter().map(|role| (*role).to_owned()).collect();
    wit::Action {
        name: action.name.to_owned(),
        title: action.title.to_owned(),
        summary: action.summary.to_owned(),
        category: action.category.to_owned(),
        effect: match action.effect {
            actions::Effect::Read => wit::Effect::Read,
            actions::Effect::Change => wit::Effect::Change,
            actions::Effect::Policy => wit::Effect::Policy,
            actions::Effect::Disrupt => wit::Effect::Disrupt,
        },
        roles: action.roles.iter().map(|any| owned(any)).collect(),
        params_schema: schema::schema_text(&Kind::Object(action.params)),
        result_schema: schema::schema_text(action.result),
        deprecated: action.deprecated.map(str::to_owned),
        docs: action.docs(),
        file_action: actions::file_action(action).map(str::to_owned),
        read_posts: action.read_post().iter().map(|path| (*path).to_owned()).collect(),
    }
}

fn report_to_wit(report: report::Report) -> wit::Report {
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

fn operation_to_wit(progress: operation::Progress) -> operations::Operation {
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

fn outcome_to_wit((outcome, usage): (outcome::Outcome, Usage)) -> wit::Outcome {
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

fn error_to_wit(error: error::Error) -> wit::Error {
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
