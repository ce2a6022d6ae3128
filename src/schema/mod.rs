//! Shapes: what a JSON document may hold, written once as rows of data.
//!
//! The parser ([`read`]) and the JSON Schema ([`schema_text`]) are two readings of the same rows,
//! so they cannot disagree. A shape never touches the network and never sees what a value is for.

mod check;
mod integers;
mod json_schema;
mod read;
mod rules;
mod suggest;
mod unique;

pub use json_schema::schema_text;
pub use read::{Input, Problem, object_from_text, read};
pub use rules::{
    ADDRESS, BASE64, CONTENT, DEVICE_ID, DEVICE_ID_ALONE, FILE_HASH, FILE_NAME, GUID, HOST_PATTERN,
    IDENTIFIER, JWT, MACHINE_ADDRESS, MACHINE_NAME, PRIVATE_TEXT, QUERY, REFERENCE, SEGMENT, SHA1,
    TENANT, TEXT, TIMESTAMP, TOKEN, TextRule, URL_HTTP, VISIBLE, is_around, machine_name,
};
pub(crate) use unique::parse;

#[cfg(test)]
mod tests;

/// One member of a JSON object.
#[derive(Debug)]
pub struct Field {
    /// The member's name.
    pub name: &'static str,
    /// What values it takes.
    pub kind: &'static Kind,
    /// Whether it may be left out.
    pub need: Need,
    /// Where its value goes in a request.
    pub place: Place,
    /// Under which name it goes there: the service's own; empty if it has none.
    pub spelling: &'static str,
    /// One sentence for people.
    pub doc: &'static str,
}

/// The members of an object that takes no others.
#[derive(Debug)]
pub struct Shape {
    /// Members of its own.
    pub own: &'static [Field],
    /// Members that it shares with other objects, group by group.
    pub shared: &'static [&'static [Field]],
    /// Exactly one of these must be given; empty for no such rule.
    pub one_of: &'static [&'static str],
    /// Another name of a member, and the member.
    pub alias: Option<(&'static str, &'static str)>,
}

impl Shape {
    /// These members.
    pub const fn of(own: &'static [Field]) -> Self {
        Self { own, shared: &[], one_of: &[], alias: None }
    }

    /// The same and these.
    pub const fn and(mut self, shared: &'static [&'static [Field]]) -> Self {
        self.shared = shared;
        self
    }

    /// The same, of which exactly one of these must be given.
    pub const fn exactly_one_of(mut self, names: &'static [&'static str]) -> Self {
        self.one_of = names;
        self
    }

    /// The same, of which a member has another name too.
    pub const fn with_alias(mut self, alias: &'static str, name: &'static str) -> Self {
        self.alias = Some((alias, name));
        self
    }

    /// All members, its own first.
    pub fn fields(&self) -> Fields {
        Fields { now: self.own, then: self.shared }
    }

    /// Longest document, in bytes: a megabyte, and what the longest text may take.
    pub fn max_bytes(&self) -> usize {
        let longest =
            self.fields()
                .map(|field| {
                    if let Kind::Text(rule) | Kind::Label(rule) = field.kind { rule.max } else { 0 }
                })
                .max();
        1024 * 1024 + longest.unwrap_or_default()
    }

    /// The member of that name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.name == name)
    }
}

/// The members of an object, group by group.
#[derive(Debug)]
pub struct Fields {
    now: &'static [Field],
    then: &'static [&'static [Field]],
}

impl Iterator for Fields {
    type Item = &'static Field;

    // Once, not in every loop: what the standard iterators would be made of is several KB.
    #[inline(never)]
    fn next(&mut self) -> Option<&'static Field> {
        loop {
            if let Some((field, rest)) = self.now.split_first() {
                self.now = rest;
                return Some(field);
            }
            (self.now, self.then) = self.then.split_first()?;
        }
    }
}

/// Whether a member may be left out.
#[derive(Debug)]
pub enum Need {
    /// It must be given.
    Required,
    /// It may be left out, and then is absent.
    Optional,
    /// It may be left out, and then has this value.
    Text(&'static &'static str),
    /// It may be left out, and then has this value.
    Number(&'static u32),
}

/// Where a member's value goes in a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
    /// Nowhere by itself: code reads it.
    Code,
    /// Into the path, in place of `{name}`.
    Path,
    /// Into the JSON body.
    Body,
    /// Into the query.
    Query,
    /// Into `$filter`.
    Filter(Literal),
}

/// How a value is written into `$filter`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Literal {
    /// As what it is: text in quotes, numbers bare.
    Plain,
    /// As a time: bare.
    Time,
    /// As a GUID: in quotes, or bare where the input says so ([`Input::with_bare_guids`]).
    Guid,
    /// As text that one element of a collection equals.
    Element,
}

/// What values a member takes.
#[derive(Debug)]
pub enum Kind {
    /// A string that obeys a rule.
    Text(&'static TextRule),
    /// The same, or a whole number, which stands for its digits: identifiers and words are often
    /// read as numbers on their way here.
    Label(&'static TextRule),
    /// Any string, also an empty one. For results.
    AnyText,
    /// A string out of a closed list. The case of its letters does not matter; what is read has the
    /// list's.
    Choice(&'static [&'static str]),
    /// A word, and these are known. Known ones are read as [`Kind::Choice`] reads them; others
    /// pass, as the service adds to them.
    Known(&'static [&'static str]),
    /// Yes or no.
    Boolean,
    /// A whole number in a range, both ends included; it may be written as a string of digits.
    Integer {
        /// Least value.
        min: u32,
        /// Greatest value.
        max: u32,
    },
    /// Any finite number.
    Number,
    /// A list of at least `min` and at most `max` values; [`usize::MAX`] for no bound.
    List {
        /// What the values are.
        of: &'static Kind,
        /// Least length.
        min: usize,
        /// Greatest length.
        max: usize,
    },
    /// An object with these members and no others.
    Object(&'static Shape),
    /// An object with these members; others pass through. For results.
    Open(&'static [Field]),
    /// The same with members that it shares with other objects, group by group. For results.
    Groups(&'static [&'static [Field]]),
    /// Either of these kinds.
    Either(&'static [Kind]),
    /// This kind or `null`. For results.
    Nullable(&'static Kind),
    /// Anything. For results.
    Any,
}

impl Field {
    /// A member that must be given.
    pub const fn required(name: &'static str, kind: &'static Kind, doc: &'static str) -> Self {
        Self { name, kind, need: Need::Required, place: Place::Code, spelling: "", doc }
    }

    /// A member that may be left out.
    pub const fn optional(name: &'static str, kind: &'static Kind, doc: &'static str) -> Self {
        Self { name, kind, need: Need::Optional, place: Place::Code, spelling: "", doc }
    }

    /// The same member, with a text for when it is left out.
    pub const fn or_text(mut self, text: &'static &'static str) -> Self {
        self.need = Need::Text(text);
        self
    }

    /// The same member, with a number for when it is left out.
    pub const fn or_number(mut self, number: &'static u32) -> Self {
        self.need = Need::Number(number);
        self
    }

    /// The same member, sent in the path.
    pub const fn in_path(mut self) -> Self {
        self.place = Place::Path;
        self
    }

    /// The same member, sent in the query under the service's spelling.
    pub const fn in_query(mut self, spelling: &'static str) -> Self {
        (self.place, self.spelling) = (Place::Query, spelling);
        self
    }

    /// The same member, sent in the body under the service's spelling.
    pub const fn in_body(mut self, spelling: &'static str) -> Self {
        (self.place, self.spelling) = (Place::Body, spelling);
        self
    }

    /// The same member, sent in `$filter` under the service's spelling.
    pub const fn in_filter(mut self, spelling: &'static str, literal: Literal) -> Self {
        (self.place, self.spelling) = (Place::Filter(literal), spelling);
        self
    }
}
