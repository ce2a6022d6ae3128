//! `download`: streams the file that an action yields to disk.

use std::path::PathBuf;

use clap::Args;
use host_harness::{Download as Source, Effect};
use sha2::{Digest, Sha256};

use crate::cli::args::{CallArgs, PluginArgs, SettingsArgs};
use crate::cli::audit::End;
use crate::cli::disruption::DisruptionArgs;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::file::Partial;
use crate::cli::interrupt;
use crate::cli::json;
use crate::cli::output::Output;
use crate::cli::params::params;
use crate::cli::progress::Progress;
use crate::cli::session::{Session, find};
use crate::cli::watch::{CommandLine, Plan, Watch, WatchArgs};

/// How much to ask for at once: large enough that calls into the plugin cost nothing, small enough to show progress.
const PIECE_BYTES: u32 = 256 * 1024;

/// Arguments of `download`.
#[derive(Debug, Args)]
pub(crate) struct Download {
    #[command(flatten)]
    call: CallArgs,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,

    /// Where to write the file; the service's own name for it is never used
    #[arg(short, long, value_name = "PATH")]
    output: PathBuf,

    /// Replace the file if it exists
    #[arg(long)]
    force: bool,

    #[command(flatten)]
    disruption: DisruptionArgs,
    #[command(flatten)]
    plugin: PluginArgs,
    #[command(flatten)]
    watch: WatchArgs,
}

/// What was written.
struct Written {
    bytes: u64,
    sha256: String,
}

impl Download {
    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        // Before anything is sent: the file may be a machine's only copy of something.
        if !self.force && self.output.symlink_metadata().is_ok() {
            return Err(self.exists());
        }
        let session = Session::open(&self.plugin, &self.settings, output).await?;
        let descriptor = session.describe().await?;
        let action = find(&descriptor, &self.call.action)?;
        let params = params(&self.call, &action.params_schema)?;
        let approved = self.disruption.approve(&session, &descriptor, action, params).await?;
        let interrupt = interrupt::listen().await;
        let given = (&self.settings, &self.plugin, &self.disruption);
        let command_line = CommandLine::new(given, output.is_json(), &descriptor);
        let watch = Watch::new(
            &session,
            output,
            Plan::of(action, &approved.params).for_file(&self.output),
            command_line,
            self.watch,
        );
        let mut partial = Partial::private(&self.output).map_err(|error| self.unwritable(&error))?;
        let entry = approved.record()?;
        let written = tokio::select! {
            written = self.fetch(&session, &watch, (&action.name, &approved.params), &mut partial) => Some(written),
            () = interrupt::came(interrupt) => None,
        };
        let Some(written) = written else {
            // Ending here, and not by the signal, removes what was written so far.
            drop(partial);
            let failure = match action.effect {
                Effect::Read => Failure::local("interrupted; nothing was kept"),
                _ => watch.left().await,
            };
            entry.finish(End::Failed { failure: &failure, may_be_carried_out: watch.may_be_carried_out() });
            interrupt::end_on_next().await;
            return Err(failure);
        };
        match &written {
            Ok(_) => entry.finish(End::Fetched(&watch.document())),
            Err(failure) => {
                entry.finish(End::Failed { failure, may_be_carried_out: watch.may_be_carried_out() });
            }
        }
        let kept = match written {
            Ok(written) => self.keep(partial).map(|()| written),
            Err(failure) => {
                drop(partial);
                Err(failure)
            }
        };
        // Not before: neither half a line nor half a file is to be left.
        interrupt::end_on_next().await;
        let written = kept?;
        self.tell(&session, &written, output)?;
        Ok(Exit::Done)
    }

    async fn fetch(
        &self,
        session: &Session,
        watch: &Watch<'_>,
        (action, params): (&str, &str),
        target: &mut Partial,
    ) -> Result<Written, Failure> {
        let source = watch.shown(session.connector.open(action, params)).await?;
        // What the action did is done by now, and a failure here says nothing of it.
        self.copy(session, action, source, target).await.map_err(|failure| watch.with_what_is_left(failure))
    }

    async fn copy(
        &self,
        session: &Session,
        action: &str,
        mut source: Source,
        target: &mut Partial,
    ) -> Result<Written, Failure> {
        let size = source.size().await.map_err(|error| session.failure(error))?;
        let progress = (!self.watch.is_quiet()).then(|| Progress::of_bytes(action, size));
        let mut digest = Sha256::new();
        let mut bytes = 0;
        loop {
            let piece = source.read(PIECE_BYTES).await.map_err(|error| session.failure(error))?;
            if piece.is_empty() {
                break;
            }
            target.write(&piece).map_err(|error| self.unwritable(&error))?;
            digest.update(&piece);
            bytes += piece.len() as u64;
            progress.iter().for_each(|progress| progress.advance(piece.len() as u64));
        }
        let sha256 = format!("{:x}", digest.finalize());
        let claimed = source.sha256().await.map_err(|error| session.failure(error))?;
        if claimed.as_ref().is_some_and(|claimed| *claimed != sha256) {
            return Err(Failure::contract("the plugin's SHA-256 is not that of the bytes it gave; nothing was kept"));
        }
        Ok(Written { bytes, sha256 })
    }

    fn tell(&self, session: &Session, written: &Written, output: &Output) -> Result<(), Failure> {
        if !output.is_json() {
            output.result(&format!("{}  {}", written.sha256, self.output.display()))?;
            output.note(&format!("{} bytes", written.bytes));
            return Ok(());
        }
        let id = Some(session.connector.id());
        output.result(&json::file_document(id, &self.output, written.bytes, &written.sha256))
    }

    fn keep(&self, partial: Partial) -> Result<(), Failure> {
        partial.keep(self.force).map_err(|error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => self.exists(),
            _ => self.unwritable(&error),
        })
    }

    fn exists(&self) -> Failure {
        Failure::settings(format!("{} exists already; --force replaces it", self.output.display()))
    }

    fn unwritable(&self, error: &std::io::Error) -> Failure {
        Failure::local(format!("{} cannot be written: {error}", self.output.display()))
    }
}
