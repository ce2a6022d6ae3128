//! The file that an action yields, from the job that leaves it to the disk.

use std::path::PathBuf;

use host_harness::{Download, ErrorKind, Operation};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::begun::Begun;
use crate::audit::End;
use crate::calls::{Keep, Plan, Wanted};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::file::Partial;
use crate::json;
use crate::output::Output;
use crate::progress::Progress;
use crate::session::Session;
use crate::watch::{Driven, LeftOf, Planned, Watch};

/// How much to ask for at once: large enough that calls into the plugin cost nothing, small enough
/// to show progress.
const PIECE_BYTES: u32 = 256 * 1024;

/// A file that is to be fetched.
pub(super) struct Fetch {
    pub(super) path: PathBuf,
    /// Whether one that is there already is replaced.
    pub(super) force: bool,
    pub(super) quiet: bool,
}

/// What was written.
pub(super) struct Written {
    bytes: u64,
    sha256: String,
}

impl Fetch {
    /// Refuses to replace a file that was not to be replaced.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if !self.force && self.path.symlink_metadata().is_ok() {
            Err(Failure::exists(&self.path))
        } else {
            Ok(())
        }
    }

    /// The same for another process.
    pub(super) fn wanted(&self, wait: &str) -> Wanted {
        Wanted::File { path: self.path.clone(), force: self.force, wait: wait.to_owned() }
    }

    /// Takes an operation to its end, follows the job that it has started, and fetches its file
    /// with this action. `wait` is how it is followed.
    pub(super) async fn after(
        &self,
        watch: &mut Watch<'_>,
        operation: &mut Operation<Keep>,
        (again, wait): (&str, &str),
        target: &mut Partial,
    ) -> Driven<Written> {
        let started = watch.finish(operation).await;
        let may_be_carried_out = started.may_be_carried_out;
        let ended =
            |result, has_ended| Driven { result, may_be_carried_out, has_ended, is_hurried: false };
        let outcome = match started.result {
            Ok(outcome) => outcome,
            Err(failure) => {
                return Driven {
                    is_hurried: started.is_hurried,
                    ..ended(Err(failure), started.has_ended)
                };
            }
        };
        let Some(id) = outcome.job.map(|job| job.id) else {
            return ended(
                Err(Failure::contract("the component does not name what it has started")),
                true,
            );
        };
        let left = watch.left_of(operation);
        let followed = self.follow(watch, &left, (&id, wait)).await;
        if let Err(failure) = followed.result {
            let goes_on = !followed.has_ended || failure.error().kind == ErrorKind::Unfinished;
            let failure = match () {
                () if failure.is_interruption() => left.interrupted(watch),
                () if goes_on => left.added_to(Failure::from(failure.error().clone()), watch),
                () => failure,
            };
            return Driven { is_hurried: followed.is_hurried, ..ended(Err(failure), !goes_on) };
        }
        let fetched = self.directly(watch, (again, &json!({ "id": id }).to_string()), target).await;
        // What the action did is done by now, and a failure here says nothing of it.
        let result = fetched.result.map_err(|failure| match failure.is_interruption() {
            true => left.interrupted(watch),
            false => left.added_to(failure, watch),
        });
        let has_ended = result.is_ok();
        ended(result, has_ended)
    }

    /// Follows a job to its end.
    async fn follow(&self, watch: &Watch<'_>, left: &LeftOf, (id, wait): (&str, &str)) -> Driven {
        let Some(wait_action) = watch.command_line.wait_action() else {
            let failure =
                Failure::contract("the component has no action that follows a job to its end");
            return Driven { has_ended: false, ..Driven::whole(Err(failure), false) };
        };
        let name = left.label().unwrap_or_else(|| id.to_owned());
        let mut follow = Watch {
            session: watch.session,
            output: watch.output,
            plan: Plan {
                action: watch.plan.action.clone(),
                changes: false,
                waits: true,
                file: None,
                ..watch.plan.clone()
            },
            command_line: watch.command_line.clone(),
            watch: watch.watch,
            call: None,
            found: Vec::new(),
            names: watch.names.clone().with(id, name),
            left_out: 0,
            prints_output: false,
        };
        let wait: Value = serde_json::from_str(wait).unwrap_or_else(|_| json!({}));
        let params = json!({ "id": id, "wait": wait }).to_string();
        match follow.planned(wait_action, &params, Keep::nothing()).await {
            Planned::Ready(mut operation) => follow.finish(&mut operation).await,
            Planned::Over(driven) => driven,
            Planned::NotOffered => {
                follow.whole(follow.session.connector.execute(wait_action, &params)).await
            }
        }
    }

    /// Fetches the file of an action. What the action has to start for it, if anything, is not
    /// seen.
    pub(super) async fn directly(
        &self,
        watch: &Watch<'_>,
        (action, params): (&str, &str),
        target: &mut Partial,
    ) -> Driven<Written> {
        let fetched = async {
            let opened = watch
                .session
                .connector
                .open(action, params)
                .await
                .map_err(|error| watch.failure(error))?;
            self.copy(watch, action, opened, target).await
        };
        watch.until_interrupted(fetched).await
    }

    /// Writes the file as it comes. After a failure the partial file is removed: see [`Partial`].
    async fn copy(
        &self,
        watch: &Watch<'_>,
        action: &str,
        mut source: Download,
        target: &mut Partial,
    ) -> Result<Written, Failure> {
        let (mut digest, mut bytes) = (Sha256::new(), 0);
        let take = |piece: &[u8]| {
            digest.update(piece);
            bytes += piece.len() as u64;
            target.write(piece).map_err(|error| self.unwritable(&error))
        };
        let copied = self.pieces(watch, action, &mut source, take).await;
        copied.map_err(|failure| {
            let path = self.path.display();
            failure.with_aside(format!(
                "{bytes} bytes were received and removed again: {path} was not written"
            ))
        })?;
        let to_failure = |error| watch.session.failure(error);
        let sha256 = format!("{:x}", digest.finalize());
        let claimed = source.sha256().await.map_err(to_failure)?;
        if claimed.as_ref().is_some_and(|claimed| *claimed != sha256) {
            return Err(Failure::contract(
                "the component announced another SHA-256 than the file has; the file was not kept",
            ));
        }
        Ok(Written { bytes, sha256 })
    }

    /// Reads the file to its end, piece by piece.
    async fn pieces(
        &self,
        watch: &Watch<'_>,
        action: &str,
        source: &mut Download,
        mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let to_failure = |error| watch.session.failure(error);
        let size = source.size().await.map_err(to_failure)?;
        let progress = (!self.quiet).then(|| Progress::of_bytes(action, size));
        loop {
            let piece = source.read(PIECE_BYTES).await.map_err(to_failure)?;
            if piece.is_empty() {
                return Ok(());
            }
            take(&piece)?;
            progress.iter().for_each(|progress| progress.advance(piece.len() as u64));
        }
    }

    /// Writes down how a call ended that was to give the file, and shows what it is. `document` is
    /// what the call has done on its way there, as JSON text.
    pub(super) async fn conclude(
        &self,
        mut begun: Begun,
        (driven, document): (Driven<Written>, &str),
        partial: Partial,
        watch: &Watch<'_>,
    ) -> Result<Exit, Failure> {
        let end = match &driven.result {
            Ok(_) => End::Fetched(document),
            Err(failure) => End::Failed { failure, may_be_carried_out: driven.may_be_carried_out },
        };
        begun.written_down(end, &driven).await;
        let shown = self.show(driven.result, partial, watch.session, watch.output);
        begun.ended(driven.has_ended);
        shown
    }

    /// Gives the file its name, and says what it is.
    fn show(
        &self,
        result: Result<Written, Failure>,
        partial: Partial,
        session: &Session,
        output: &Output,
    ) -> Result<Exit, Failure> {
        let written = result?;
        partial.keep(self.force).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => Failure::exists(&self.path),
            _ => self.unwritable(&error),
        })?;
        if output.is_json() {
            let id = Some(session.connector.id());
            output.result(&json::file_document(id, &self.path, written.bytes, &written.sha256))?;
        } else {
            output.result(&format!("{}  {}", written.sha256, self.path.display()))?;
            output.note(&format!("{} bytes", written.bytes));
        }
        Ok(Exit::Done)
    }

    pub(super) fn unwritable(&self, error: &std::io::Error) -> Failure {
        Failure::unwritable(&self.path, error)
    }
}
