//! Guesses the action that a wrong name was meant to be. Never something stronger than what was
//! requested, nor its opposite.
//!
//! The command line compiles this file too, for any component, so it does not depend on the
//! catalogue.

pub(super) mod synonyms;

use super::edit_distance::distance;
use synonyms::{NAMES, NOUNS, OPPOSITES, VERBS};

/// What an action affects, weakest first.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Strength {
    /// It only reads.
    Read,
    /// It changes records.
    Change,
    /// It changes what happens on every machine.
    Policy,
    /// It affects machines.
    Disrupt,
}

/// What a name may have meant.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Meant<'a> {
    /// This action.
    One(&'a str),
    /// No single action; these are similar.
    Some(Vec<&'a str>),
}

/// Longer texts are not names.
const MOST: usize = 64;

/// Maximum number of similar actions to list.
const LISTED: usize = 12;

/// Guesses what a name meant, among these actions.
pub(crate) fn meant<'a>(wrong: &str, actions: &[(&'a str, Strength)]) -> Meant<'a> {
    let typed = plain(wrong);
    if typed.is_empty() || wrong.len() > MOST {
        return Meant::Some(Vec::new());
    }
    // The same name with other case or separators, or with synonyms.
    let by = |same: &dyn Fn(&(&'a str, Strength)) -> bool| {
        let mut found = actions.iter().filter(|action| same(action)).map(|(name, _)| *name);
        found.next().filter(|_| found.next().is_none())
    };
    if let Some(name) = by(&|(name, _)| plain(name) == typed) {
        return Meant::One(name);
    }
    let singular = typed.strip_suffix('s').unwrap_or(&typed);
    for typed in [typed.as_str(), singular] {
        let words = in_our_words(typed);
        let is_alias = |aliases: &str| aliases.split(' ').any(|alias| alias == words);
        let listed = NAMES.iter().find(|(_, aliases)| is_alias(aliases)).map(|(name, _)| *name);
        // Listing files is not fetching one from a machine.
        let fits = |strength: Strength| strength < Strength::Disrupt || !words.starts_with("get");
        let same = |(name, strength): &(&str, Strength)| {
            fits(*strength) && in_our_words(&plain(name)) == words
        };
        if let Some(name) = by(&|(name, _)| listed == Some(name)).or_else(|| by(&same)) {
            return Meant::One(name);
        }
    }
    match slip(wrong, actions) {
        Some(name) => Meant::One(name),
        None => Meant::Some(about_the_same(wrong, actions)),
    }
}

/// Finds the closest name, with at most one wrong letter in four. Actions that affect machines are
/// never guessed; and the verb may have one letter too few or too many, but must not be another
/// word.
fn slip<'a>(wrong: &str, actions: &[(&'a str, Strength)]) -> Option<&'a str> {
    let verb = split(wrong).0;
    let is_word =
        OPPOSITES.contains(&verb.as_str()) || actions.iter().any(|(name, _)| split(name).0 == verb);
    let far = |name: &str, strength: Strength| {
        let (own, rest) = split(name);
        // In a name without capitals, the first word ends where it ends in the other name.
        let typed =
            if verb.len() < plain(wrong).len() { split(wrong) } else { split_after(&verb, &own) };
        let is_slip = !is_word
            && (own.len() > 3 || strength == Strength::Read)
            && distance(&own, &typed.0) == 1;
        let far = distance(&rest, &typed.1);
        (strength < Strength::Disrupt
            && (own == typed.0 || is_slip)
            && far <= typed.1.len().div_ceil(4))
        .then_some(far)
    };
    let guesses =
        actions.iter().filter_map(|(name, strength)| Some((far(name, *strength)?, *name)));
    guesses.min_by_key(|(far, _)| *far).map(|(_, name)| name)
}

/// Lists actions with the same noun: reads, and those with the same verb. Actions that affect
/// machines are left out, because nothing shows that one was meant.
fn about_the_same<'a>(wrong: &str, actions: &[(&'a str, Strength)]) -> Vec<&'a str> {
    let verb = split(wrong).0;
    let at =
        wrong.rfind(|c: char| c.is_ascii_uppercase() || c == '-' || c == '_').unwrap_or_default();
    let noun = in_our_words(&plain(&wrong[at..]));
    let noun = noun.strip_suffix('s').unwrap_or(&noun);
    if noun.len() < 3 {
        return Vec::new();
    }
    let is_about = |(name, strength): &&(&str, Strength)| {
        let (own, rest) = split(name);
        let fits = *strength == Strength::Read || (*strength < Strength::Disrupt && own == verb);
        fits && in_our_words(&rest).contains(noun)
    };
    actions.iter().filter(is_about).map(|(name, _)| *name).take(LISTED).collect()
}

/// Lower-cases a name and removes separators.
pub(super) fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '-' | '_' | '.' | '/' | ' '))
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Replaces synonyms by the words that names are compared in.
pub(super) fn in_our_words(plain: &str) -> String {
    let verb = VERBS.iter().find_map(|(theirs, ours)| Some((*ours, plain.strip_prefix(theirs)?)));
    let mut words = verb.map_or_else(|| plain.to_owned(), |(verb, rest)| format!("{verb}{rest}"));
    for (theirs, ours) in NOUNS {
        if words.contains(theirs) {
            words = words.replace(theirs, ours);
        }
    }
    words
}

/// Splits a name into its first word and the rest, in lower case.
fn split(name: &str) -> (String, String) {
    let is_end =
        |(_, c): &(usize, char)| c.is_ascii_uppercase() || matches!(c, '-' | '_' | '.' | '/' | ' ');
    let at = name.char_indices().skip(1).find(is_end).map_or(name.len(), |(at, _)| at);
    (plain(&name[..at]), plain(&name[at..]))
}

/// Splits a one-word name after this verb, if it starts with it.
fn split_after(name: &str, verb: &str) -> (String, String) {
    name.strip_prefix(verb)
        .map_or_else(|| (name.to_owned(), String::new()), |rest| (verb.to_owned(), rest.to_owned()))
}
