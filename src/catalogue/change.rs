//! Verification of changes: what the record in the response must show.

/// A change whose response is the record of what was changed.
#[derive(Debug)]
pub struct Change {
    /// The problem with a record of something else; completes "The answer …".
    pub mismatch: &'static str,
    /// The action that reads the record back.
    pub read: &'static str,
    /// What the record must show.
    pub expected: &'static [ExpectedMember],
}

/// One thing that a record must show. Members are the record's; unless another parameter is named,
/// the expected value is the parameter of the same name.
#[derive(Clone, Copy, Debug)]
pub enum ExpectedMember {
    /// The member names the machine of the parameter `id`.
    Machine(&'static str),
    /// The member names the requested subject.
    Subject(&'static str),
    /// The same, for an indicator's value, which has several spellings.
    IndicatorValue(&'static str),
    /// The member has the requested value, if any.
    Value(&'static str),
    /// The same, for a member with synonymous values.
    Synonym(&'static Synonym),
    /// The same, for a member that the service may omit.
    ValueIfPresent(&'static str),
    /// The list contains the parameter's text.
    Listed(&'static ListMember),
    /// The list does not contain the parameter's text.
    NotListed(&'static ListMember),
    /// An element of the list has the parameter's text, if given, in its member of that name.
    Among(&'static ListMember),
}

/// A list, and what it must contain.
#[derive(Debug)]
pub struct ListMember {
    /// The list's member name.
    pub list: &'static str,
    /// The parameter's name.
    pub parameter: &'static str,
}

/// A member with synonymous values.
#[derive(Debug)]
pub struct Synonym {
    /// The member's name.
    pub member: &'static str,
    /// Pairs of synonyms.
    pub pairs: &'static [[&'static str; 2]],
}
