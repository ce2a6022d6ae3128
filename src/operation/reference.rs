//! Case IDs in comments: at the start, where a service that truncates comments keeps them, and in a
//! recognisable form.

use crate::response::without_html;
use crate::text::join;

/// Puts the case ID in front of the comment.
pub(super) fn with_reference(comment: &str, reference: &str) -> String {
    format!("{} {comment}", reference_mark(reference))
}

/// Puts the mark of an operation's target in front of the comment.
pub(super) fn with_operation_mark(comment: &str, operation: &str, target: usize) -> String {
    format!("{} {comment}", operation_mark(operation, target))
}

/// Whether a comment starts with the mark of this operation's target.
pub(super) fn has_operation_mark(comment: &str, operation: &str, target: usize) -> bool {
    without_html(comment).trim_start().starts_with(&operation_mark(operation, target))
}

/// The operation's ID and, behind the first target, the target's number: a job that the service
/// shows for another machine than it was sent to is not taken for that machine's.
fn operation_mark(operation: &str, target: usize) -> String {
    match target {
        0 => format!("[op:{operation}]"),
        _ => format!("[op:{operation}/{}]", target + 1),
    }
}

/// Whether a comment starts with this case ID, ignoring changed blanks and HTML escapes. A
/// reference contains no semicolon, so it cannot look like an escape.
pub(super) fn has_reference(comment: &str, reference: &str) -> bool {
    let plain = without_html(comment);
    // The operation's ID comes before the case ID.
    let plain = match plain.trim_start().strip_prefix("[op:").and_then(|rest| rest.split_once(']'))
    {
        Some((id, rest)) if id.split('/').next().is_some_and(|id| id.len() == 8) => rest.to_owned(),
        _ => plain,
    };
    let words: Vec<&str> = plain.split_ascii_whitespace().collect();
    join(&words, " ").starts_with(&reference_mark(reference))
}

/// A reference contains no brackets: the first closing one ends it.
fn reference_mark(reference: &str) -> String {
    format!("[ref:{reference}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_case_id_at_the_very_start_is_known_again() {
        for comment in ["[ref:7] scan", "  [ref:7]\r\nscan", "[ref:7]", "[ref:7]scan"] {
            assert!(has_reference(comment, "7"), "{comment}");
        }
        for comment in [
            "scan [7]",
            "[CASE [7]]",
            "see list[7] of the runbook",
            "see [ref:7]",
            "[ref:71] scan",
            "[ref:7",
            "[REF:7] scan",
            "[ref: 7] scan",
            "[[ref:7]] scan",
            "",
        ] {
            assert!(!has_reference(comment, "7"), "{comment}");
        }
        assert!(
            !has_reference("[ref:SOC 7] scan", "SOC") && !has_reference("[ref:c-7] scan", "C-7")
        );
    }

    #[test]
    fn a_case_id_is_known_again_however_it_was_written_down() {
        for comment in ["[ref:R&D 7's] scan", "[ref:R&amp;D  7&#39;s] scan", "&#32;[ref:R"] {
            assert_eq!(has_reference(comment, "R&D 7's"), !comment.starts_with('&'), "{comment}");
        }
        let whole = with_reference(&"x".repeat(4000), "C-7");
        assert!(has_reference(&whole[..100], "C-7"));
    }

    #[test]
    fn an_operation_knows_its_own_comment_again() {
        let ours = with_operation_mark("[ref:C-7] case 2", "1a2b3c4d", 0);
        for comment in [&ours[..], "  [op:1a2b3c4d] case", "&#91;op:1a2b3c4d] c", "[op:1a2b3c4d]"] {
            assert!(has_operation_mark(comment, "1a2b3c4d", 0), "{comment}");
        }
        for comment in
            ["[op:1a2b3c4e] case", "case 2", "", "see [op:1a2b3c4d]", "[op:1a2b3c4d/2] c"]
        {
            assert!(!has_operation_mark(comment, "1a2b3c4d", 0), "{comment}");
        }
        let second = with_operation_mark("[ref:C-7] case 2", "1a2b3c4d", 1);
        assert!(has_operation_mark(&second, "1a2b3c4d", 1) && has_reference(&second, "C-7"));
        assert!(!has_operation_mark(&second, "1a2b3c4d", 11), "{second}");
    }
}
