//! The exit status: part of the contract, so that scripts can branch on it.

use std::process::ExitCode;

use host_harness::ErrorKind;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done.
    Done,
    /// 1: the action or the test failed, or the action was not confirmed.
    Failed,
    /// 2: the command line, the settings or the parameters are wrong. Nothing was sent.
    Usage,
    /// 3: the plugin trapped or broke the sandbox's rules.
    Sandbox,
}

impl Exit {
    /// The status for a failure that the plugin reported.
    pub(crate) fn of(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::InvalidConfig | ErrorKind::InvalidParams | ErrorKind::UnknownAction => {
                Self::Usage
            }
            _ => Self::Failed,
        }
    }
}

impl Exit {
    /// The status as a number.
    pub(crate) fn status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Sandbox => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.status())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_caller_wrote_wrongly_is_usage_and_all_else_is_failure() {
        assert_eq!(Exit::of(ErrorKind::InvalidConfig), Exit::Usage);
        assert_eq!(Exit::of(ErrorKind::InvalidParams), Exit::Usage);
        assert_eq!(Exit::of(ErrorKind::UnknownAction), Exit::Usage);
        assert_eq!(Exit::of(ErrorKind::NotConfigured), Exit::Failed);
        assert_eq!(Exit::of(ErrorKind::Denied), Exit::Failed);
    }
}
