//! What can be wrong with an egress's settings.

/// A setting of [`EgressBuilder`](crate::EgressBuilder) is wrong. `value` never holds a secret.
#[derive(Clone, Debug, thiserror::Error)]
#[error("`{setting}` is {value:?}: {problem}")]
pub struct InvalidSetting {
    /// The builder's method.
    pub setting: &'static str,
    /// What was given.
    pub value: String,
    /// What is wrong with it and what is allowed.
    pub problem: String,
}
