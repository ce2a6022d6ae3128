//! The error for invalid egress settings.

/// An invalid setting of [`EgressBuilder`](crate::EgressBuilder). `value` never contains a secret.
#[derive(Clone, Debug, thiserror::Error)]
#[error("`{setting}` is {value:?}: {problem}")]
pub struct InvalidSetting {
    /// The builder method.
    pub setting: &'static str,
    /// The value that was passed.
    pub value: String,
    /// What is wrong with it and what is allowed.
    pub problem: String,
}
