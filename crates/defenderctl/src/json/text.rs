//! JSON text as people read it.

use serde::de::IgnoredAny;

/// Whether the text is one JSON document.
pub(crate) fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// The same document with line breaks and indentation. Members keep their order and numbers their
/// spelling; control characters inside strings are escaped, so that nothing a machine reported can
/// steer the terminal.
pub(crate) fn pretty(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    let mut opened = false;
    for c in json.chars() {
        if in_string {
            push_visible(&mut out, c);
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        if c.is_ascii_whitespace() {
            continue;
        }
        let closes = matches!(c, '}' | ']');
        if closes {
            depth = depth.saturating_sub(1);
        }
        // Empty lists and objects stay on one line.
        if opened != closes {
            new_line(&mut out, depth);
        }
        out.push(c);
        opened = matches!(c, '{' | '[');
        match c {
            '{' | '[' => depth += 1,
            ',' => new_line(&mut out, depth),
            ':' => out.push(' '),
            '"' => in_string = true,
            _ => {}
        }
    }
    out
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

fn push_visible(out: &mut String, c: char) {
    if c.is_control() {
        out.push_str(&format!("\\u{:04x}", u32::from(c)));
    } else {
        out.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_document_stays_the_same_and_empty_containers_stay_on_one_line() {
        let json = r#"{"a":[1,{"b":"x{,\"]\\"},[]],"c":{},"d":null}"#;
        assert_eq!(
            pretty(json),
            "{\n  \"a\": [\n    1,\n    {\n      \"b\": \"x{,\\\"]\\\\\"\n    },\n    []\n  ],\n  \"c\": {},\n  \"d\": null\n}"
        );
        assert_eq!(pretty(r#""text""#), r#""text""#);
        assert_eq!(pretty(" [ ] "), "[]");
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(pretty("\"\u{9b}31m\u{7f}\""), r#""\u009b31m\u007f""#);
    }

    #[test]
    fn only_one_document_is_json() {
        assert!(is_json(" {\"a\": 1} "));
        assert!(!is_json("{} {}"));
        assert!(!is_json(""));
    }
}
