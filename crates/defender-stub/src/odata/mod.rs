//! `$filter`, parsed and evaluated: what OData would refuse is refused here, with 400.
//!
//! ```text
//!   text ─▶ lexer (tokens) ─▶ parser (recursive descent, typed by schema) ─▶ Filter ─▶ eval (over JSON)
//! ```
//!
//! The grammar is the part of OData 4.01 that the service has been seen to take:
//!
//! ```text
//!   or      = and *( "or" and )
//!   and     = not *( "and" not )
//!   not     = "not" not | primary
//!   primary = "(" or ")" | call | property "/" ( "any" | "all" ) "(" [ name ":" or ] ")" | term [ op term | "in" list ]
//!   call    = ( "startswith" | "endswith" | "contains" ) "(" term "," term ")"
//!   op      = "eq" | "ne" | "gt" | "ge" | "lt" | "le"
//!   list    = "(" literal *( "," literal ) ")"
//! ```
//!
//! Operators are taken in any letter case: Kibana sends `AND` and the service takes it.

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
