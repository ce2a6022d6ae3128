//! What a row of the table of actions says.

use host_harness::Effect;

/// An action of the catalogue, in a responder's words.
#[derive(Debug)]
pub(crate) struct Row {
    /// The verb: one word, or two (`script run`); empty if it has none.
    pub(crate) verb: &'static str,
    pub(crate) about: &'static str,
    pub(crate) action: &'static str,
    /// The action's effect: the help says whether it asks first.
    pub(crate) effect: Effect,
    pub(crate) hosts: Hosts,
    pub(crate) arguments: &'static [Argument],
    pub(crate) waits: Waits,
    pub(crate) special: Special,
    /// What is so of a machine once it has succeeded there: `ws-014 is isolated`; empty if there is
    /// no such sentence.
    pub(crate) done: &'static str,
    /// The command that shows whether it was carried out, and the option or parameter of that
    /// command that takes the ID of what it was about; empty for a read.
    pub(crate) look: (&'static str, &'static str),
    /// What a change for the whole tenant is about, so that it can be shown before it is made, and
    /// the action that lists what the service has of that.
    pub(crate) subject: Option<(Subject, Option<&'static str>)>,
    /// The word of its question that takes machines as its object: `Isolate 2 machines?`.
    pub(crate) question: Option<&'static str>,
    /// What of the isolation of its machines is to be noticed.
    pub(crate) isolation: Isolation,
    /// Whether it wants the machine's name typed: only the machine's administrator can undo it.
    pub(crate) wants_name: bool,
}

/// What a change for the whole tenant is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Subject {
    /// The indicator that the parameters describe.
    NewIndicator,
    /// The indicators that they list.
    NewIndicators,
    /// Indicators that the service has, by their IDs.
    StoredIndicators,
    /// The file that they hold, by its name.
    NewFile,
    /// A file that the service has, by its name.
    StoredFile,
}

/// What a responder should notice of the isolation of a machine that is acted upon.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Isolation {
    /// That it is isolated: there is nothing to do, or the machine may not be reached as usual.
    Is,
    /// That it is not: there is nothing to release.
    IsNot,
}

/// Which machines a verb takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Hosts {
    None,
    /// At least one.
    Some,
    /// None means what the verb says.
    Any,
}

/// Whether a verb follows its jobs to their end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Waits {
    /// It starts none, or always does.
    Never,
    /// At a terminal.
    AtTerminal,
    /// Wherever it runs: its result is what it is for.
    Always,
    /// Its action does nothing else.
    Itself,
}

/// What a verb does in addition to putting its arguments into parameters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Special {
    None,
    /// Makes one indicator for each value.
    Block,
    /// Looks the indicators up by their values.
    Unblock,
    /// Takes the beginnings of jobs' IDs, and shows those of its list so at a terminal.
    Jobs,
    /// Wants `--to`: the file is what it is for.
    File,
    /// Without hosts, looks up the machines that have the file.
    Quarantine,
}

/// An argument of a verb.
#[derive(Debug)]
pub(crate) struct Argument {
    /// `NAME`, `NAME…`, `--flag` or `-f, --flag`.
    pub(crate) name: &'static str,
    /// The parameter that it becomes; a dot leads into an object.
    pub(crate) param: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    pub(crate) help: &'static str,
}

/// How an argument's text becomes a parameter's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// As it is, by the parameter's schema.
    Text,
    /// `true`.
    Flag,
    /// This value.
    Sets(&'static str),
    /// A list, of all values.
    List,
    /// What is later than this time, or than this long ago.
    Since,
    /// The text of this file.
    File,
    /// The bytes of this file, in Base64; its name is another parameter.
    Upload,
    /// What follows `--`, in one text as a shell would take it.
    Words,
    /// The verb itself reads it.
    Special,
}

impl Argument {
    /// What clap calls it.
    pub(crate) fn id(&self) -> &'static str {
        self.name.rsplit("--").next().unwrap_or(self.name).trim_end_matches('…')
    }
}
