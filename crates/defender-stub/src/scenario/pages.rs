//! The pages of lists.

use serde::{Deserialize, Serialize};

/// Where the link to a list's next page leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum NextLink {
    /// It leads to the next page of the same query, and the last page has none.
    Faithful,
    /// It drops the filter and leads to the first page again.
    Looping,
    /// It points to another origin, as links of the service have been seen to name another of
    /// Microsoft's hosts.
    Foreign,
}

/// A limit of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ListCap {
    /// The most records in a page, whatever `$top` is.
    pub records: usize,
    /// How the service shows it.
    pub signal: CapSignal,
}

/// How the service shows that a page is shorter than requested although there are more records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CapSignal {
    /// By nothing but the page itself: no count, no link.
    Nothing,
    /// By `@odata.count`.
    Count,
    /// By `@odata.nextLink`, without a count.
    NextLink,
    /// By `@odata.nextLink`, while `@odata.count` counts the records of the page alone.
    WrongCount,
    /// A larger `$top` is refused with 400, as by `/api/vulnerabilities`.
    Refusal,
}
