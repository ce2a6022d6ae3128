//! Why a command failed. Whether plugin, sandbox or command line noticed it, it has the form of
//! the contract's error.

mod next;

use std::fmt;
use std::io;
use std::path::Path;

use host_harness::egress::InvalidSetting;
use host_harness::{CallError, ErrorKind, ErrorSource, HostError, PluginError, Retry};
use serde_json::Value;

use super::exit::Exit;
use super::json;
pub(crate) use next::DEFECT;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Boxed: it is by far the larger half of most results.
    error: Box<PluginError>,
    /// What it is about, where the message does not say it: an action, a settings file.
    subject: Option<String>,
    /// Whether the connector reported it, and not the command line.
    is_connector_s: bool,
    /// What is for the person at the terminal alone.
    aside: Option<String>,
    /// The details that nothing says in words.
    unrendered_details: Option<String>,
    /// Whether stdout has its one document already.
    on_stderr_alone: bool,
    /// Whether who called interrupted it.
    interruption: bool,
    exit: Exit,
}

impl Failure {
    /// The command line or the settings are wrong.
    pub(crate) fn settings(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidConfig, ErrorSource::User, message, Exit::Usage)
    }

    /// The parameters of an action are wrong.
    pub(crate) fn params(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidParams, ErrorSource::User, message, Exit::Usage)
    }

    /// There is no action of that name.
    pub(crate) fn unknown_action(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::UnknownAction, ErrorSource::User, message, Exit::Usage)
    }

    /// The user at the terminal declined.
    pub(crate) fn declined(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Denied, ErrorSource::User, message, Exit::Failed)
    }

    /// A confirmation is needed, and there is no terminal to ask on.
    pub(crate) fn unasked(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Denied, ErrorSource::User, message, Exit::Usage)
    }

    /// Something on this machine is in the way: a file that cannot be written, an address in use.
    pub(crate) fn local(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, ErrorSource::Host, message, Exit::Failed)
    }

    /// A file is in the way that was not to be replaced.
    pub(crate) fn exists(path: &Path) -> Self {
        Self::settings(format!("{} exists already; --force replaces it", path.display()))
    }

    /// A file cannot be written.
    pub(crate) fn unwritable(path: &Path, error: &io::Error) -> Self {
        Self::local(format!("{} cannot be written: {error}", path.display()))
    }

    /// Something that was named is not there.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, ErrorSource::User, message, Exit::Failed)
    }

    /// What was named may be any of several.
    pub(crate) fn ambiguous(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Ambiguous, ErrorSource::User, message, Exit::Failed)
    }

    /// The service or the plugin answered, and not as it should.
    #[cfg(feature = "demo")]
    pub(crate) fn unexpected(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::ActionFailed, ErrorSource::Service, message, Exit::Failed)
            .with_aside(format!("hint: {DEFECT}"))
    }

    /// The plugin broke the contract.
    pub(crate) fn contract(message: impl Into<String>) -> Self {
        Self::sandbox(message).with_aside(format!("hint: {DEFECT}"))
    }

    /// The plugin was ended, or could not be started.
    fn sandbox(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Internal, ErrorSource::Host, message, Exit::Sandbox)
    }

    /// Who called interrupted it.
    pub(crate) fn interrupted(kind: ErrorKind, retry: Retry, message: impl Into<String>) -> Self {
        let mut failure = Self::new(kind, ErrorSource::User, message, Exit::Failed);
        failure.error.retry = retry;
        failure.interruption = true;
        failure
    }

    fn new(kind: ErrorKind, source: ErrorSource, message: impl Into<String>, exit: Exit) -> Self {
        let error = PluginError {
            kind,
            message: message.into(),
            source,
            retry: Retry::Never,
            status: None,
            code: None,
            request_id: None,
            details: None,
            usage: None,
            refused: Vec::new(),
        };
        Self::of(error, exit)
    }

    fn of(error: PluginError, exit: Exit) -> Self {
        Self {
            unrendered_details: error.details.clone(),
            error: Box::new(error),
            subject: None,
            is_connector_s: false,
            aside: None,
            on_stderr_alone: false,
            interruption: false,
            exit,
        }
    }

    /// Says what it is about: an action, or a settings file.
    pub(crate) fn about(self, subject: impl Into<String>) -> Self {
        Self { subject: Some(subject.into()), ..self }
    }

    /// Adds what is shown at the terminal only.
    pub(crate) fn with_aside(mut self, aside: impl Into<String>) -> Self {
        let aside = aside.into();
        self.aside = Some(match self.aside {
            Some(before) => format!("{before}\n{aside}"),
            None => aside,
        });
        self
    }

    /// Adds what was wrong where, as `[{"pointer", "problem"}]`.
    pub(crate) fn details(mut self, details: String) -> Self {
        self.unrendered_details = Some(details.clone());
        self.error.details = Some(details);
        self
    }

    /// Adds these members to the details in JSON and in the audit file; the text for users does not
    /// change. Details that have no members stay as they are.
    pub(crate) fn more_details(mut self, members: &str) -> Self {
        let parsed =
            (json::parse(self.error.details.as_deref().unwrap_or("{}")), json::parse(members));
        if let (Some(Value::Object(mut details)), Some(Value::Object(members))) = parsed {
            details.extend(members);
            self.error.details = Some(Value::Object(details).to_string());
        }
        self
    }

    /// Adds the details once more, as the person at the terminal reads them.
    pub(crate) fn with_hint(self, words: impl Into<String>) -> Self {
        Self { unrendered_details: None, ..self.with_aside(words) }
    }

    /// The same for stderr alone: stdout has the result, and a program there reads one document.
    pub(crate) fn beside_the_result(self) -> Self {
        Self { on_stderr_alone: true, ..self }
    }

    /// Whether it is for stderr alone.
    pub(crate) fn is_beside_the_result(&self) -> bool {
        self.on_stderr_alone
    }

    /// The details that neither message nor aside says.
    pub(crate) fn unrendered_details(&self) -> Option<&str> {
        self.unrendered_details.as_deref()
    }

    /// What it is about, if it says so.
    pub(crate) fn subject(&self) -> Option<&str> {
        self.subject.as_deref()
    }

    /// Whether the connector reported it, and not the command line.
    pub(crate) fn is_connector_s(&self) -> bool {
        self.is_connector_s
    }

    /// Whether who called interrupted it.
    pub(crate) fn is_interruption(&self) -> bool {
        self.interruption
    }

    /// The exit status it leads to.
    pub(crate) fn exit(&self) -> Exit {
        self.exit
    }

    /// The error in the contract's shape.
    pub(crate) fn error(&self) -> &PluginError {
        &self.error
    }

    /// What is shown at the terminal only.
    pub(crate) fn aside(&self) -> Option<&str> {
        self.aside.as_deref()
    }
}

impl From<PluginError> for Failure {
    fn from(error: PluginError) -> Self {
        let exit = Exit::of(error.kind);
        Self { is_connector_s: true, ..Self::of(error, exit) }
    }
}

impl From<HostError> for Failure {
    fn from(error: HostError) -> Self {
        let mut failure = match error {
            HostError::InvalidSetting { .. } | HostError::Credentials { .. } => {
                Self::settings(error.to_string())
            }
            HostError::SlowDownload { .. } => Self::local(error.to_string()),
            _ => Self::sandbox(error.to_string()),
        };
        if let Some(hint) = next::of_host(&error) {
            failure = failure.with_aside(format!("hint: {hint}"));
        }
        let (name, kind, retry) = json::host_error(&error);
        failure.error.kind = kind;
        failure.error.retry = retry;
        failure.more_details(&json::Document::new().member("host", name).finish())
    }
}

impl From<InvalidSetting> for Failure {
    fn from(error: InvalidSetting) -> Self {
        HostError::from(error).into()
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Plugin(error) => (*error).into(),
            CallError::Host(error) => error.into(),
            other => Self::contract(other.to_string()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error.message)
    }
}
