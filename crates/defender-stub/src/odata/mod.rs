//! Parses and evaluates `$filter`. Refuses what OData refuses, with 400.
//!
//! ```text
//! text ─▶ lexer (tokens) ─▶ parser (recursive descent, typed by schema) ─▶ Filter ─▶ eval (over JSON)
//! ```
//!
//! The grammar is the part of OData 4.01 that the service has been observed to accept:
//!
//! ```text
//! or      = and *( "or" and )
//! and     = not *( "and" not )
//! not     = "not" not | primary
//! primary = "(" or ")" | call | property "/" ( "any" | "all" ) "(" [ name ":" or ] ")" | term [ op term | "in" list ]
//! call    = ( "startswith" | "endswith" | "contains" ) "(" term "," term ")"
//! op      = "eq" | "ne" | "gt" | "ge" | "lt" | "le"
//! list    = "(" literal *( "," literal ) ")"
//! ```
//!
//! Operators ignore case: Kibana sends `AND`, and the service accepts it.

mod eval;
mod filter;
mod lexer;
mod parser;
pub(crate) mod schema;

#[cfg(test)]
mod tests;

pub(crate) use eval::compare;
pub(crate) use filter::Filter;
pub(crate) use parser::parse;
