//! Object schemas: what a JSON document may contain, written once as rows of data.
//!
//! The parser ([`read`]) and the JSON Schema ([`schema_text`]) interpret the same rows, so they
//! cannot disagree. A schema never touches the network and does not know what a value is for.

mod check;
mod read;
mod suggest;
mod unique;

mod integers;
mod rules;

#[cfg(not(target_family = "wasm"))]
mod json_schema;

#[cfg(not(target_family = "wasm"))]
pub use json_schema::schema_text;
pub use read::{Params, Problem, object_from_text, read};
pub use rules::{
    ADDRESS, BASE64, CONTENT, DEVICE_ID, DEVICE_ID_ALONE, FILE_HASH, FILE_NAME, GUID, HOST_PATTERN,
    IDENTIFIER, JWT, MACHINE_ADDRESS, MACHINE_NAME, PRIVATE_TEXT, QUERY, REFERENCE, SEGMENT, SHA1,
    TENANT, TEXT, TIMESTAMP, TOKEN, TextRule, URL_HTTP, VISIBLE, is_padding, machine_name,
};
pub(crate) use unique::parse;

use crate::described::{Described, described};

#[cfg(test)]
mod tests;

/// One member of a JSON object.
#[derive(Debug)]
pub struct Field {
    /// The member's name.
    pub name: &'static str,
    /// Which values it accepts.
    pub kind: &'static Kind,
    /// Whether the member may be omitted.
    pub presence: Presence,
    /// Where its value goes in a request.
    pub location: ParamLocation,
    /// Its name in a request: the service's own; empty if it is not sent.
    pub wire_name: &'static str,
    /// One sentence of documentation.
    pub doc: Described<&'static str>,
}

/// The members of an object; others are rejected.
#[derive(Debug)]
pub struct ObjectSchema {
    /// The object's own members.
    pub own: &'static [Field],
    /// Members shared with other objects, in groups.
    pub shared: &'static [&'static [Field]],
    /// Exactly one of these must be given; empty if there is no such rule.
    pub one_of: &'static [&'static str],
    /// An alias, and the member that it stands for.
    pub alias: Option<(&'static str, &'static str)>,
}

impl ObjectSchema {
    /// A schema with these members.
    pub const fn new(own: &'static [Field]) -> Self {
        Self { own, shared: &[], one_of: &[], alias: None }
    }

    /// Adds groups of shared members.
    pub const fn and(mut self, shared: &'static [&'static [Field]]) -> Self {
        self.shared = shared;
        self
    }

    /// Requires exactly one of these members.
    pub const fn exactly_one_of(mut self, names: &'static [&'static str]) -> Self {
        self.one_of = names;
        self
    }

    /// Adds an alias for a member.
    pub const fn with_alias(mut self, alias: &'static str, name: &'static str) -> Self {
        self.alias = Some((alias, name));
        self
    }

    /// All members, its own first.
    pub fn fields(&self) -> Fields {
        Fields { now: self.own, then: self.shared }
    }

    /// Maximum size of a document in bytes: a megabyte plus the longest allowed text.
    pub fn max_bytes(&self) -> usize {
        let longest =
            self.fields()
                .map(|field| {
                    if let Kind::Text(rule) | Kind::Label(rule) = field.kind { rule.max } else { 0 }
                })
                .max();
        1024 * 1024 + longest.unwrap_or_default()
    }

    /// Finds a member by name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields().find(|field| field.name == name)
    }
}

/// Iterates over the members of an object, group by group.
#[derive(Debug)]
pub struct Fields {
    now: &'static [Field],
    then: &'static [&'static [Field]],
}

impl Iterator for Fields {
    type Item = &'static Field;

    // Not inlined: standard iterators would add several KB.
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

/// Whether a member may be omitted.
#[derive(Debug)]
pub enum Presence {
    /// It must be given.
    Required,
    /// It may be omitted, and is then absent.
    Optional,
    /// It may be omitted, and then has this value.
    DefaultText(&'static &'static str),
    /// It may be omitted, and then has this value.
    DefaultNumber(&'static u32),
}

/// Where a member's value goes in a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ParamLocation {
    /// Nowhere automatically: code reads it.
    Code,
    /// Into the path, replacing `{name}`.
    Path,
    /// Into the JSON body.
    Body,
    /// Into the query.
    Query,
    /// Into `$filter`.
    Filter(Literal),
}

/// How a value is written in `$filter`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Literal {
    /// As its JSON type: text in quotes, numbers bare.
    Plain,
    /// As a time: bare.
    Time,
    /// As a GUID: in quotes, or bare if [`Params::with_bare_guids`] was called.
    Guid,
    /// As text that one element of a collection must equal.
    Element,
}

/// Which values a member accepts.
#[derive(Debug)]
pub enum Kind {
    /// A string that follows a rule.
    Text(&'static TextRule),
    /// The same, or an integer, which is read as its digits: identifiers are often turned into
    /// numbers before they get here.
    Label(&'static TextRule),
    /// Any string, including an empty one. For results.
    AnyText,
    /// A string from a closed list. Case is ignored; the parsed value is spelled as in the list.
    Choice(&'static [&'static str]),
    /// A word from an open list. Known words are parsed like [`Kind::Choice`]; others pass, because
    /// the service adds new ones.
    Known(&'static [&'static str]),
    /// Yes or no.
    Boolean,
    /// An integer in an inclusive range; a string of digits is accepted too.
    Integer {
        /// Minimum.
        min: u32,
        /// Maximum.
        max: u32,
    },
    /// Any finite number.
    Number,
    /// A list of `min` to `max` values; [`usize::MAX`] means no limit.
    List {
        /// Kind of each value.
        of: &'static Kind,
        /// Minimum length.
        min: usize,
        /// Maximum length.
        max: usize,
    },
    /// An object with these members and no others.
    Object(&'static ObjectSchema),
    /// An object with these members; others pass through. For results.
    Open(&'static [Field]),
    /// The same, with groups of shared members. For results.
    Groups(&'static [&'static [Field]]),
    /// Any of these kinds.
    Either(&'static [Kind]),
    /// This kind or `null`. For results.
    Nullable(&'static Kind),
    /// Anything. For results.
    Any,
}

impl Field {
    /// A member that must be given.
    pub const fn required(name: &'static str, kind: &'static Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            presence: Presence::Required,
            location: ParamLocation::Code,
            wire_name: "",
            doc: described(doc),
        }
    }

    /// A member that may be omitted.
    pub const fn optional(name: &'static str, kind: &'static Kind, doc: &'static str) -> Self {
        Self {
            name,
            kind,
            presence: Presence::Optional,
            location: ParamLocation::Code,
            wire_name: "",
            doc: described(doc),
        }
    }

    /// Sets the default text.
    pub const fn or_text(mut self, text: &'static &'static str) -> Self {
        self.presence = Presence::DefaultText(text);
        self
    }

    /// Sets the default number.
    pub const fn or_number(mut self, number: &'static u32) -> Self {
        self.presence = Presence::DefaultNumber(number);
        self
    }

    /// Sends the member in the path.
    pub const fn in_path(mut self) -> Self {
        self.location = ParamLocation::Path;
        self
    }

    /// Sends the member in the query under this name.
    pub const fn in_query(mut self, wire_name: &'static str) -> Self {
        (self.location, self.wire_name) = (ParamLocation::Query, wire_name);
        self
    }

    /// Sends the member in the body under this name.
    pub const fn in_body(mut self, wire_name: &'static str) -> Self {
        (self.location, self.wire_name) = (ParamLocation::Body, wire_name);
        self
    }

    /// Sends the member in `$filter` under this name.
    pub const fn in_filter(mut self, wire_name: &'static str, literal: Literal) -> Self {
        (self.location, self.wire_name) = (ParamLocation::Filter(literal), wire_name);
        self
    }
}
