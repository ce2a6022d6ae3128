//! "Did you mean": the known name nearest to a mistyped one.

use strsim::levenshtein;

/// The nearest of `names`, if it is near enough to be what was meant.
pub(crate) fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wrong = wrong.to_lowercase();
    // One slip in three letters is a typing mistake; more is another word.
    let limit = (wrong.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|name| (levenshtein(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 4] = ["isolateHost", "releaseHost", "getActions", "getAgentList"];

    #[test]
    fn slips_and_wrong_case_are_forgiven() {
        assert_eq!(nearest("isolatehost", NAMES), Some("isolateHost"));
        assert_eq!(nearest("getAction", NAMES), Some("getActions"));
        assert_eq!(nearest("realeseHost", NAMES), Some("releaseHost"));
    }

    #[test]
    fn another_word_is_not_guessed_at() {
        assert_eq!(nearest("quarantine", NAMES), None);
        assert_eq!(nearest("", NAMES), None);
    }
}
