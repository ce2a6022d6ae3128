//! "Did you mean": the action that a wrong name probably means.
//!
//! The rules are the connector's own, so that both say the same: never something stronger than what
//! was asked for.

#[path = "../../../src/edit_distance.rs"]
mod edit_distance;
#[path = "../../../src/actions/meant/mod.rs"]
mod meant;

use host_harness::{Action, Effect};

pub(crate) use edit_distance::distance;
use meant::synonyms::NAMES;
use meant::{Meant, Strength, in_our_words, meant, plain};

/// Advice for a name that no action has.
pub(crate) fn advice(wrong: &str, actions: &[Action]) -> String {
    let known: Vec<(&str, Strength)> =
        actions.iter().map(|action| (action.name.as_str(), strength(action.effect))).collect();
    match meant(wrong, &known) {
        Meant::One(name) => format!("did you mean `{name}`?"),
        Meant::Some(others) if others.is_empty() => {
            "`defenderctl actions` lists the actions".into()
        }
        Meant::Some(others) => {
            format!("about the same are {}; `defenderctl actions` lists all", others.join(", "))
        }
    }
}

/// The command that a wrong one probably means: never the opposite, and nothing that touches
/// machines by a slip of the hand.
pub(crate) fn command(wrong: &str, verbs: &[(&str, Effect)], others: &[&str]) -> Option<String> {
    let verbs = verbs.iter().map(|(name, effect)| (*name, strength(*effect)));
    let known: Vec<(&str, Strength)> =
        verbs.chain(others.iter().map(|name| (*name, Strength::Read))).collect();
    match meant(wrong, &known) {
        Meant::One(name) => Some(name.to_owned()),
        Meant::Some(_) => None,
    }
}

/// The actions that a text is about. Each of its words is a part of the action's name, title,
/// summary or category, of the service's own name for it, or of a synonym.
pub(crate) fn search<'a>(text: &str, actions: &'a [Action]) -> Vec<&'a Action> {
    let words: Vec<String> = text.split_whitespace().map(plain).collect();
    let is_about = |action: &&Action| {
        // The service names an operation in the address of its documentation.
        let operation = action.docs.rsplit('/').next().unwrap_or_default();
        let own = [&action.name, &action.title, &action.summary, &action.category, operation];
        let own: Vec<String> = own.iter().map(|text| plain(text)).collect();
        let name = in_our_words(&own[0]);
        words.iter().all(|word| {
            let ours = in_our_words(word);
            own.iter().any(|text| text.contains(stem(word)))
                || name.contains(&ours)
                || NAMES.iter().any(|(other, of)| *of == action.name && other.contains(&ours))
        })
    };
    actions.iter().filter(is_about).collect()
}

/// A word without its ending, so that `isolation` finds what isolates.
fn stem(word: &str) -> &str {
    ["ions", "ion", "ing", "es", "ed", "e", "s"]
        .iter()
        .find_map(|end| word.strip_suffix(end).filter(|rest| rest.len() >= 4))
        .unwrap_or(word)
}

fn strength(effect: Effect) -> Strength {
    match effect {
        Effect::Read => Strength::Read,
        Effect::Change => Strength::Change,
        Effect::Policy => Strength::Policy,
        Effect::Disrupt => Strength::Disrupt,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_action::action;

    #[test]
    fn a_search_knows_titles_categories_and_synonyms() {
        let mut actions = [
            action("isolateHost", Effect::Disrupt),
            action("releaseHost", Effect::Disrupt),
            action("getAgentList", Effect::Read),
        ];
        actions[2].category = "Machines".into();
        actions[2].docs = "https://learn.example/api/get-machines".into();
        let found = |text: &str| -> Vec<&str> {
            search(text, &actions).into_iter().map(|action| action.name.as_str()).collect()
        };
        assert_eq!(found("unisolate"), ["releaseHost"]);
        assert_eq!(found("contain machine"), ["isolateHost"]);
        assert_eq!(found("MACHINES"), ["getAgentList"]);
        assert_eq!(found("get-machines"), ["getAgentList"]);
        assert!(found("isolate teleport").is_empty());
    }

    #[test]
    fn what_touches_machines_is_never_guessed_at() {
        let actions = [
            action("isolateHost", Effect::Disrupt),
            action("releaseHost", Effect::Disrupt),
            action("offboardHost", Effect::Disrupt),
            action("getActions", Effect::Read),
            action("resolveHost", Effect::Read),
            action("deleteIndicator", Effect::Policy),
        ];
        let advice = |wrong| advice(wrong, &actions);
        assert_eq!(advice("isolatehost"), "did you mean `isolateHost`?");
        assert_eq!(advice("unisolateHost"), "did you mean `releaseHost`?");
        assert_eq!(advice("getAction"), "did you mean `getActions`?");
        assert_eq!(
            advice("onboardHost"),
            "about the same are resolveHost; `defenderctl actions` lists all"
        );
        for wrong in ["realeseHost", "offbordHost", "createIndicator", "quarantine", ""] {
            assert!(!advice(wrong).contains("did you mean"), "{wrong}: {}", advice(wrong));
        }
    }
}
