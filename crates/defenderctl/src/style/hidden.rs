//! Characters that a reader does not see.

/// Unicode's `Default_Ignorable_Code_Point`: characters that are shown as nothing where a font has
/// nothing for them. Unassigned ones are among them, for what Unicode may still assign.
const IGNORABLE: [(char, char); 17] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fff8}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Whether a character is not seen, turns the direction of writing or breaks lines in a way of its
/// own. Annotations are not ignorable, and are not shown either.
pub(super) fn is_hidden(c: char) -> bool {
    let is_ignorable = || IGNORABLE.iter().any(|&(first, last)| (first..=last).contains(&c));
    !c.is_ascii()
        && (is_ignorable() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}'))
}

#[cfg(test)]
mod tests {
    use regex_syntax::hir::{Class, HirKind};

    use super::*;

    #[test]
    fn the_table_is_unicode_s_own() {
        let class = regex_syntax::parse(r"\p{Default_Ignorable_Code_Point}").expect("a class");
        let HirKind::Class(Class::Unicode(class)) = class.kind() else { panic!("{class:?}") };
        let ranges: Vec<_> = class.iter().map(|range| (range.start(), range.end())).collect();
        assert_eq!(ranges, IGNORABLE);
        assert!(IGNORABLE.iter().all(|&(first, last)| is_hidden(first) && is_hidden(last)));
    }

    #[test]
    fn letters_and_signs_are_not_hidden() {
        assert!("Zoë – 日本 … ❤ 한 ក \u{e000}\u{fffd}".chars().all(|c| !is_hidden(c)));
    }
}
