//! Kinds of errors, and who can fix each.

/// The kind of a failure; matches the contract's `error-kind` one to one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "documented in wit/types.wit, one for one")]
pub enum Kind {
    NotConfigured,
    InvalidConfig,
    UnknownAction,
    InvalidParams,
    Unauthenticated,
    Forbidden,
    NotFound,
    Ambiguous,
    Conflict,
    Throttled,
    Rejected,
    Unavailable,
    Unreachable,
    Denied,
    TimedOut,
    MalformedResponse,
    ActionFailed,
    Unfinished,
    Internal,
}

/// Who can fix a failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Source {
    /// The caller: settings, parameters, permissions.
    User,
    /// The service, or the network path to it.
    Service,
    /// The host program.
    Host,
}

impl Kind {
    /// All kinds.
    const ALL: [Self; 19] = [
        Self::NotConfigured,
        Self::InvalidConfig,
        Self::UnknownAction,
        Self::InvalidParams,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Ambiguous,
        Self::Conflict,
        Self::Throttled,
        Self::Rejected,
        Self::Unavailable,
        Self::Unreachable,
        Self::Denied,
        Self::TimedOut,
        Self::MalformedResponse,
        Self::ActionFailed,
        Self::Unfinished,
        Self::Internal,
    ];

    /// The kind's name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotConfigured => "not-configured",
            Self::InvalidConfig => "invalid-config",
            Self::UnknownAction => "unknown-action",
            Self::InvalidParams => "invalid-params",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::Ambiguous => "ambiguous",
            Self::Conflict => "conflict",
            Self::Throttled => "throttled",
            Self::Rejected => "rejected",
            Self::Unavailable => "unavailable",
            Self::Unreachable => "unreachable",
            Self::Denied => "denied",
            Self::TimedOut => "timed-out",
            Self::MalformedResponse => "malformed-response",
            Self::ActionFailed => "action-failed",
            Self::Unfinished => "unfinished",
            Self::Internal => "internal",
        }
    }

    /// Finds the kind by its name in the contract.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Who can fix a failure of this kind.
    pub fn source(self) -> Source {
        match self {
            Self::NotConfigured
            | Self::InvalidConfig
            | Self::UnknownAction
            | Self::InvalidParams
            | Self::Unauthenticated
            | Self::Forbidden
            | Self::NotFound
            | Self::Ambiguous
            | Self::Conflict
            | Self::Throttled
            | Self::Rejected => Source::User,
            Self::Unavailable
            | Self::Unreachable
            | Self::TimedOut
            | Self::MalformedResponse
            | Self::ActionFailed
            | Self::Unfinished
            | Self::Internal => Source::Service,
            Self::Denied => Source::Host,
        }
    }
}
