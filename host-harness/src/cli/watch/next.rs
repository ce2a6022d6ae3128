//! What can be done after an interruption, as commands.

use super::command_line::CommandLine;
use super::left::Left;
use super::seen::{Followed, Known};

/// Commands by what they are for.
pub(super) struct Next {
    /// They look at what is not known.
    pub(super) look: Vec<String>,
    /// They go on waiting.
    pub(super) wait: Vec<String>,
    /// They cancel what goes on.
    pub(super) cancel: Vec<String>,
    /// They fetch what was left, once there has been success.
    pub(super) fetch: Vec<String>,
}

impl Next {
    pub(super) fn after(left: &Left<'_>, command_line: &CommandLine) -> Self {
        let plan = left.plan;
        let named = |id: &str| plan.named.iter().any(|named| named.id.eq_ignore_ascii_case(id));
        // What is being cancelled is not waited for: its end by being cancelled would count as a failure there.
        let is_being_cancelled = |followed: &Followed| plan.cancels() && named(&followed.record.id);
        let followed = |followed: &&&Followed| !is_being_cancelled(followed);
        let ids: Vec<&str> = left.open().filter(followed).map(|followed| followed.record.id.as_str()).collect();
        // What was found may be somebody else's: whoever wants that cancelled looks first.
        let ours = |it: &&&Followed| followed(it) && it.known != Known::Found;
        let mut look: Vec<String> =
            left.open().filter(|it| !ours(it)).filter_map(|it| command_line.look(&it.record.id)).collect();
        for request in left.requests.iter().filter(|request| !request.is_refused()) {
            let command = match request.segments().as_slice() {
                ["api", "machines", machine, _] => command_line.look_at_machine(machine),
                ["api", "machineactions", id, _] => command_line.look(id),
                _ => None,
            };
            if let Some(command) = command.filter(|command| !look.contains(command)) {
                look.push(command);
            }
        }
        Self {
            look,
            wait: command_line.wait(&ids, plan).into_iter().collect(),
            cancel: left.open().filter(ours).filter_map(|it| command_line.cancel(&it.record.id, plan)).collect(),
            fetch: left.actions.iter().filter_map(|it| command_line.fetch(&it.record, plan)).collect(),
        }
    }

    /// What each of them is for, and the commands, without those of which there are none.
    pub(super) fn sections(&self) -> impl Iterator<Item = (&'static str, &Vec<String>)> {
        [
            ("to look before anything is repeated:", &self.look),
            ("to go on waiting:", &self.wait),
            ("to cancel:", &self.cancel),
            ("to fetch what was left, after success:", &self.fetch),
        ]
        .into_iter()
        .filter(|(_, commands)| !commands.is_empty())
    }
}
