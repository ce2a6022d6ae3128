//! The case ID in a comment: in front, where a service that cuts comments short leaves it, and in a
//! form of its own.

use crate::response::without_html;
use crate::text::join;

/// The comment with the case ID in front of it.
pub(super) fn in_front(comment: &str, reference: &str) -> String {
    format!("{} {comment}", mark(reference))
}

/// The comment with the operation's ID in front of it.
pub(super) fn operation_in_front(comment: &str, operation: &str) -> String {
    format!("[op:{operation}] {comment}")
}

/// Whether a comment begins with the ID of this operation.
pub(super) fn is_marked_by(comment: &str, operation: &str) -> bool {
    without_html(comment).trim_start().starts_with(&format!("[op:{operation}]"))
}

/// Whether a comment begins with this case ID, however the service writes blanks and what HTML
/// escapes. A reference holds no semicolon, so that none looks like an escape.
pub(super) fn is_marked(comment: &str, reference: &str) -> bool {
    let plain = without_html(comment);
    // The ID of an operation comes before it.
    let plain = match plain.trim_start().strip_prefix("[op:").and_then(|rest| rest.split_once(']'))
    {
        Some((id, rest)) if id.len() == 8 => rest.to_owned(),
        _ => plain,
    };
    let words: Vec<&str> = plain.split_ascii_whitespace().collect();
    join(&words, " ").starts_with(&mark(reference))
}

/// A reference holds no bracket: the first that closes ends it.
fn mark(reference: &str) -> String {
    format!("[ref:{reference}]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_case_id_at_the_very_start_is_known_again() {
        for comment in ["[ref:7] scan", "  [ref:7]\r\nscan", "[ref:7]", "[ref:7]scan"] {
            assert!(is_marked(comment, "7"), "{comment}");
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
            assert!(!is_marked(comment, "7"), "{comment}");
        }
        assert!(!is_marked("[ref:SOC 7] scan", "SOC") && !is_marked("[ref:c-7] scan", "C-7"));
    }

    #[test]
    fn a_case_id_is_known_again_however_it_was_written_down() {
        for comment in ["[ref:R&D 7's] scan", "[ref:R&amp;D  7&#39;s] scan", "&#32;[ref:R"] {
            assert_eq!(is_marked(comment, "R&D 7's"), !comment.starts_with('&'), "{comment}");
        }
        let whole = in_front(&"x".repeat(4000), "C-7");
        assert!(is_marked(&whole[..100], "C-7"));
    }

    #[test]
    fn an_operation_knows_its_own_comment_again() {
        let ours = operation_in_front("[ref:C-7] case 2", "1a2b3c4d");
        for comment in [&ours[..], "  [op:1a2b3c4d] case", "&#91;op:1a2b3c4d] c", "[op:1a2b3c4d]"] {
            assert!(is_marked_by(comment, "1a2b3c4d"), "{comment}");
        }
        for comment in ["[op:1a2b3c4e] case", "case 2", "", "see [op:1a2b3c4d]"] {
            assert!(!is_marked_by(comment, "1a2b3c4d"), "{comment}");
        }
    }
}
