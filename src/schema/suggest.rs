//! "Did you mean": finds the known name closest to a mistyped one, and never one that means the
//! opposite.

use crate::edit_distance::distance;

/// A longer name cannot be a typing mistake of any name here.
const MAX_LENGTH: usize = 64;

/// Returns the closest of `names` if it is plausible: one wrong letter in three, ignoring case.
/// `None` if two are equally close.
pub(super) fn closest_match<'a>(wrong: &str, names: &[&'a str]) -> Option<&'a str> {
    if wrong.len() > MAX_LENGTH {
        return None;
    }
    if let Some(name) = names.iter().find(|name| name.eq_ignore_ascii_case(wrong)) {
        return Some(name);
    }
    let (mut nearest, mut least) = (None, wrong.len() / 3 + 1);
    for name in
        names.iter().filter(|name| !is_opposite(wrong, name) && has_similar_words(wrong, name))
    {
        let distance = distance(wrong, name);
        if distance < least {
            (nearest, least) = (Some(*name), distance);
        } else if distance == least {
            nearest = None;
        }
    }
    nearest
}

/// Whether one name is the other with a negating prefix.
fn is_opposite(left: &str, right: &str) -> bool {
    let negates = |long: &str, short: &str| {
        ["un", "de", "dis", "no", "non", "not", "dont", "off", "on", "in"].iter().any(|prefix| {
            let (start, rest) = long.split_at_checked(prefix.len()).unwrap_or_default();
            start.eq_ignore_ascii_case(prefix) && distance(rest, short) <= 1
        })
    };
    negates(left, right) || negates(right, left)
}

/// Whether each word is close to its counterpart: `minTargets` is not a typo of `maxTargets`. With
/// a different number of words, a capital is missing or a word has the typo.
fn has_similar_words(left: &str, right: &str) -> bool {
    let (first, second) = (split_words(left), split_words(right));
    let is_near = |(a, b): (&&str, &&str)| distance(a, b) <= (a.len() / 3).max(1);
    match first.len() == second.len() {
        true => first.len() == 1 || first.iter().zip(&second).all(is_near),
        false => distance(left, right) <= 1,
    }
}

fn split_words(name: &str) -> Vec<&str> {
    let starts =
        name.char_indices().filter(|(at, c)| *at == 0 || c.is_ascii_uppercase()).map(|(at, _)| at);
    let starts: Vec<usize> = starts.collect();
    let ends = starts.iter().skip(1).copied().chain([name.len()]);
    starts.iter().zip(ends).map(|(start, end)| &name[*start..end]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_wrong_case_are_forgiven_and_other_words_are_not() {
        let names = ["comment", "id", "host", "pollSeconds"];
        for (wrong, meant) in [
            ("coment", Some("comment")),
            ("Comment", Some("comment")),
            ("ID", Some("id")),
            ("pollseconds", Some("pollSeconds")),
            ("pollSecond", Some("pollSeconds")),
            ("polSecnds", Some("pollSeconds")),
            ("ix", None),
            ("", None),
            ("quarantine", None),
        ] {
            assert_eq!(closest_match(wrong, &names), meant, "{wrong}");
        }
        assert_eq!(closest_match(&"x".repeat(1000), &names), None);
    }

    #[test]
    fn the_opposite_is_no_slip() {
        let names =
            ["dryRun", "ensure", "wait", "maxTargets", "gt", "ge", "lt", "le", "startsWith"];
        for wrong in [
            "noDryRun",
            "notDryRun",
            "nodryrun",
            "unensure",
            "noWait",
            "minTargets",
            "gte",
            "lte",
            "endsWith",
        ] {
            assert_eq!(closest_match(wrong, &names), None, "{wrong}");
        }
        assert_eq!(closest_match("ryRun", &["onDryRun"]), None);
    }
}
