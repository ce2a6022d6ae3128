//! A parsed filter.

use time::OffsetDateTime;

use super::schema::Property;

/// A condition on an entity.
#[derive(Debug)]
pub(crate) enum Filter {
    /// All of them hold.
    All(Vec<Filter>),
    /// At least one holds.
    Any(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A comparison of two terms.
    Compare(Term, Comparison, Term),
    /// A term among literals.
    In(Term, Vec<Literal>),
    /// A text function of two terms.
    Function(Function, Term, Term),
    /// A condition on the items of a collection. Without one, holds if there are any items.
    Items(&'static Property, Quantifier, Option<Box<Filter>>),
    /// A term that is a condition by itself.
    Holds(Term),
}

/// A value in a condition.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    /// The entity's property.
    Property(&'static Property),
    /// The item of the innermost [`Filter::Items`].
    Item,
    /// A fixed value.
    Literal(Literal),
}

/// A fixed value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Literal {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Guid(String),
    Date(OffsetDateTime),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Eq,
    Ne,
    Gt,
    Ge,
    Lt,
    Le,
}

impl Comparison {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "eq" => Self::Eq,
            "ne" => Self::Ne,
            "gt" => Self::Gt,
            "ge" => Self::Ge,
            "lt" => Self::Lt,
            "le" => Self::Le,
            _ => return None,
        })
    }
}

/// A text function that returns a Boolean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    StartsWith,
    EndsWith,
    Contains,
}

impl Function {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "startswith" => Self::StartsWith,
            "endswith" => Self::EndsWith,
            "contains" => Self::Contains,
            _ => return None,
        })
    }
}

/// How many items of a collection must match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Any,
    All,
}
