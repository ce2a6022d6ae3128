//! How the record that a change is answered with must show it.

/// A change that is answered with the record of what was changed.
#[derive(Debug)]
pub struct Change {
    /// What a record of another thing is: completes "The answer …".
    pub other: &'static str,
    /// The action that reads the record back.
    pub read: &'static str,
    /// What the record shows.
    pub shown: &'static [Shown],
}

/// One thing that a record shows. Members are the record's; what was asked for is the parameter of
/// that name, if no other is named.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    /// The member names the machine that the parameter `id` names.
    Machine(&'static str),
    /// The member names the thing that was asked for.
    Name(&'static str),
    /// The same, where the name is an indicator's value, which has several spellings.
    IndicatorValue(&'static str),
    /// The member has the value that was asked for, if any was.
    Value(&'static str),
    /// The same, where the service writes some values in two ways.
    Synonym(&'static Synonym),
    /// The same, of a member that the service may leave out.
    ValueIfThere(&'static str),
    /// The list has the text of the parameter.
    Listed(&'static In),
    /// The list does not have the text of the parameter.
    NotListed(&'static In),
    /// One record of the list has, in its member of that name, the text of the parameter, if that
    /// was given.
    Among(&'static In),
}

/// A list, and what is to be in it.
#[derive(Debug)]
pub struct In {
    /// The member that is a list.
    pub list: &'static str,
    /// The parameter.
    pub parameter: &'static str,
}

/// A member some of whose values are written in two ways.
#[derive(Debug)]
pub struct Synonym {
    /// The member.
    pub member: &'static str,
    /// The two ways.
    pub pairs: &'static [[&'static str; 2]],
}
