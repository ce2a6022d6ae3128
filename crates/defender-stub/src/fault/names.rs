//! The names of faults, as scenarios and the ledger write them, and which of them strike beside
//! another.

use super::FaultKind;

impl FaultKind {
    /// The names of all kinds.
    pub const NAMES: &[&str] = &[
        "status",
        "html",
        "page",
        "entra",
        "apiManagement",
        "empty",
        "throttle",
        "unauthorized",
        "notFound",
        "redirect",
        "resetBefore",
        "resetAfter",
        "truncate",
        "garbage",
        "bytes",
        "oversize",
        "gzip",
        "endless",
        "endlessPages",
        "partial",
        "cutShort",
        "delay",
        "slowBody",
        "emptyFrames",
        "replace",
        "strayByte",
        "edit",
        "header",
        "date",
        "twice",
        "byAnother",
    ];

    /// The name under which the ledger records the fault.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Status { .. } => "status",
            Self::Html { .. } => "html",
            Self::Page { .. } => "page",
            Self::Entra { .. } => "entra",
            Self::ApiManagement { .. } => "apiManagement",
            Self::Empty { .. } => "empty",
            Self::Throttle { .. } => "throttle",
            Self::Unauthorized => "unauthorized",
            Self::NotFound => "notFound",
            Self::Redirect { .. } => "redirect",
            Self::ResetBefore => "resetBefore",
            Self::ResetAfter => "resetAfter",
            Self::Truncate { .. } => "truncate",
            Self::Garbage { .. } => "garbage",
            Self::Bytes { .. } => "bytes",
            Self::Oversize { .. } => "oversize",
            Self::Gzip => "gzip",
            Self::Endless => "endless",
            Self::EndlessPages => "endlessPages",
            Self::Partial { .. } => "partial",
            Self::CutShort { .. } => "cutShort",
            Self::Delay { .. } => "delay",
            Self::SlowBody { .. } => "slowBody",
            Self::EmptyFrames { .. } => "emptyFrames",
            Self::Replace { .. } => "replace",
            Self::StrayByte { .. } => "strayByte",
            Self::Edit { .. } => "edit",
            Self::Header { .. } => "header",
            Self::Date { .. } => "date",
            Self::Twice => "twice",
            Self::ByAnother { .. } => "byAnother",
        }
    }

    /// Whether it strikes beside another fault.
    pub(super) fn is_joint(&self) -> bool {
        matches!(
            self,
            Self::Delay { .. }
                | Self::SlowBody { .. }
                | Self::EmptyFrames { .. }
                | Self::Replace { .. }
                | Self::StrayByte { .. }
                | Self::Edit { .. }
                | Self::Header { .. }
                | Self::Date { .. }
                | Self::Twice
                | Self::ByAnother { .. }
        )
    }
}
