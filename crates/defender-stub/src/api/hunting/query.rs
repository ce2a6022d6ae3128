//! A small part of the query language: a table, and after it any of
//!
//! ```text
//! | where Column == "text"     (also != and =~)
//! | project Column, Column
//! | take N                     (also limit)
//! | count
//! ```
//!
//! Everything else is a syntax error: a stub that guesses would hide mistakes.

use serde_json::json;
use time::OffsetDateTime;

use super::tables::{self, Answer, Column};
use crate::state::ServiceState;

/// Runs a query. The error is the service's message.
pub(super) fn run(
    query: &str,
    state: &ServiceState,
    now: OffsetDateTime,
) -> Result<Answer, String> {
    let lines: Vec<&str> =
        query.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let text = lines.join("\n");
    let mut stages = stages(text.trim().trim_end_matches(';')).into_iter().map(str::trim);
    let table = stages.next().unwrap_or_default();
    let is_name =
        !table.is_empty() && table.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        return Err(syntax(table));
    }
    let answer = tables::named(table, state, now).ok_or_else(|| {
        format!(
            "'take' operator: Failed to resolve table or column expression named '{table}'. Fix semantic errors in your query."
        )
    })?;
    stages.try_fold(answer, stage)
}

/// The text between pipes that are in no quotes.
fn stages(text: &str) -> Vec<&str> {
    let mut quote = None;
    text.split(|character| {
        match quote {
            Some(open) if open == character => quote = None,
            None if matches!(character, '"' | '\'') => quote = Some(character),
            _ => {}
        }
        character == '|' && quote.is_none()
    })
    .collect()
}

fn stage(answer: Answer, text: &str) -> Result<Answer, String> {
    let (operator, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    match operator {
        "take" | "limit" => take(answer, rest),
        "where" => filter(answer, rest),
        "project" => project(&answer, rest),
        "count" if rest.is_empty() => Ok(count(&answer)),
        _ => Err(syntax(text)),
    }
}

fn take(mut answer: Answer, rest: &str) -> Result<Answer, String> {
    answer.rows.truncate(rest.parse().map_err(|_| syntax(rest))?);
    Ok(answer)
}

fn filter(mut answer: Answer, rest: &str) -> Result<Answer, String> {
    let operator = ["==", "!=", "=~"]
        .into_iter()
        .filter_map(|operator| Some((rest.find(operator)?, operator)))
        .min();
    let (at, operator) = operator.ok_or_else(|| syntax(rest))?;
    let index = index(&answer, rest[..at].trim())?;
    let wanted = literal(rest[at + operator.len()..].trim()).ok_or_else(|| syntax(rest))?;
    answer.rows.retain(|row| {
        let found = row[index].as_str().map_or_else(|| row[index].to_string(), str::to_owned);
        match operator {
            "==" => found == wanted,
            "!=" => found != wanted,
            _ => found.eq_ignore_ascii_case(&wanted),
        }
    });
    Ok(answer)
}

fn project(answer: &Answer, rest: &str) -> Result<Answer, String> {
    let indexes =
        rest.split(',').map(|name| index(answer, name.trim())).collect::<Result<Vec<_>, _>>()?;
    let columns = indexes.iter().map(|index| answer.columns[*index].clone()).collect();
    let rows = answer
        .rows
        .iter()
        .map(|row| indexes.iter().map(|index| row[*index].clone()).collect())
        .collect();
    Ok(Answer { columns, rows })
}

fn count(answer: &Answer) -> Answer {
    let column = Column { name: "Count".to_owned(), kind: "Int64" };
    Answer { columns: vec![column], rows: vec![vec![json!(answer.rows.len())]] }
}

fn index(answer: &Answer, name: &str) -> Result<usize, String> {
    answer.columns.iter().position(|column| column.name == name).ok_or_else(|| {
        format!(
            "Failed to resolve column or scalar expression named '{name}'. Fix semantic errors in your query."
        )
    })
}

/// A text in either kind of quotes, or a number.
fn literal(text: &str) -> Option<String> {
    let quoted =
        ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
    match quoted {
        Some(inner) => (!inner.contains(['"', '\''])).then(|| inner.to_owned()),
        None => text.parse::<i64>().ok().map(|number| number.to_string()),
    }
}

fn syntax(at: &str) -> String {
    format!("Query could not be parsed at '{at}'. Fix syntax errors in your query.")
}
