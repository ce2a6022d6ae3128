//! Which answer lets a call go on: yes, or a name or a number that nobody types by habit.

use host_harness::Action;

use super::subject::Subject;
use crate::known_actions;

/// More machines than this are confirmed by their number.
const MOST_BY_YES: usize = 10;

fn wants_name(action: &str) -> bool {
    known_actions::row(action).is_some_and(|row| row.wants_name)
}

/// Whether a yes, or `--yes`, is enough for an action on that many machines.
pub(crate) fn is_yes_enough(action: &str, machines: usize) -> bool {
    !wants_name(action) && machines <= MOST_BY_YES
}

/// What has to be answered.
#[derive(Debug, PartialEq)]
pub(crate) enum Expected {
    /// y or yes.
    Yes,
    /// The name of the only machine, whole or its first label; where it has none, its device ID.
    Name(String),
    /// How many machines there are.
    Number(usize),
}

impl Expected {
    /// What an action on these machines asks for.
    pub(super) fn of(action: &Action, subjects: &[Subject]) -> Self {
        let machines = subjects.iter().filter(|subject| subject.device.is_some());
        let names: Vec<&str> = machines.map(|machine| machine.name.as_str()).collect();
        Self::of_machines(&action.name, &names)
    }

    /// What an action of that name asks for on machines of these names.
    pub(crate) fn of_machines(action: &str, names: &[&str]) -> Self {
        match names {
            [name] if wants_name(action) => Self::Name((*name).to_owned()),
            [] | [_] => Self::Yes,
            many if !is_yes_enough(action, many.len()) => Self::Number(many.len()),
            _ => Self::Yes,
        }
    }

    /// What to type, as the question says it.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Yes => "yes".into(),
            Self::Name(name) => first_label(name).to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }

    /// Whether a text is that.
    pub(crate) fn is(&self, text: &str) -> bool {
        let text = text.trim();
        if text.is_empty() {
            return false;
        }
        match self {
            Self::Yes => ["y", "yes"].iter().any(|yes| text.eq_ignore_ascii_case(yes)),
            Self::Name(name) => [name.as_str(), first_label(name)]
                .iter()
                .any(|name| text.eq_ignore_ascii_case(name)),
            Self::Number(number) => text == number.to_string(),
        }
    }
}

fn first_label(name: &str) -> &str {
    name.split('.').next().filter(|label| !label.is_empty()).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use host_harness::Effect;

    use super::*;
    use crate::test_action::action;

    fn machines(count: usize) -> Vec<Subject> {
        let machine = |n| Subject {
            device: Some(format!("{n:040x}")),
            name: format!("ws-{n}.contoso.example"),
            ..Subject::default()
        };
        (0..count).map(machine).collect()
    }

    #[test]
    fn an_offboarding_wants_the_name_and_many_machines_their_number() {
        let isolate = action("isolateHost", Effect::Disrupt);
        let offboard = action("offboardHost", Effect::Disrupt);
        assert_eq!(Expected::of(&isolate, &machines(1)), Expected::Yes);
        assert_eq!(Expected::of(&isolate, &machines(10)), Expected::Yes);
        assert_eq!(Expected::of(&isolate, &machines(11)), Expected::Number(11));
        assert_eq!(Expected::of(&offboard, &machines(2)), Expected::Number(2));
        let name = Expected::of(&offboard, &machines(1));
        assert_eq!(name, Expected::Name("ws-0.contoso.example".into()));
        for right in ["ws-0", "WS-0.contoso.example\n"] {
            assert!(name.is(right), "{right}");
        }
        assert!(!Expected::Name(String::new()).is(""), "an empty answer is never a yes");
        for wrong in ["y", "yes", "", "ws-00", "ws"] {
            assert!(!name.is(wrong), "{wrong}");
        }
        assert!(Expected::Number(11).is("11\r\n") && !Expected::Number(11).is("y"));
    }
}
