//! Where and how a call is shown while it is under way.

use std::io::{IsTerminal, stderr};
use std::pin::pin;
use std::time::{Duration, Instant};

use super::Watch;
use super::plan::Plan;
use super::rows::Row;
use super::view::{self, Lines};
use crate::output::Output;
use crate::progress::Progress;

/// How often the line on a terminal is written anew: it counts seconds.
const REFRESH: Duration = Duration::from_millis(250);

/// Shows a call.
pub(super) struct Screen {
    plan: Plan,
    place: Place,
    lines: Lines,
    rows: Vec<Row>,
    began: Instant,
    next_look: Option<Instant>,
}

enum Place {
    Nowhere,
    /// A line that changes.
    Terminal(Progress),
    /// A line for each change.
    Lines,
}

impl Screen {
    /// `has_lines`: whether changes are shown where nobody looks at a terminal.
    pub(super) fn of(watch: &Watch<'_>, has_lines: bool) -> Self {
        let place = match () {
            () if watch.watch.is_quiet() => Place::Nowhere,
            () if stderr().is_terminal() => Place::Terminal(Progress::of_watch(&watch.plan.action)),
            () if has_lines => Place::Lines,
            () => Place::Nowhere,
        };
        let (plan, lines) = (watch.plan.clone(), Lines::default());
        Self { plan, place, lines, rows: Vec::new(), began: Instant::now(), next_look: None }
    }

    /// Shows what a step has changed.
    pub(super) fn show(&mut self, rows: Vec<Row>, next_look: Instant) {
        (self.rows, self.next_look) = (rows, Some(next_look).filter(|_| self.plan.waits));
        match &self.place {
            Place::Nowhere => {}
            Place::Terminal(progress) => {
                let news = self.lines.ends(&self.rows, self.began.elapsed());
                news.iter().for_each(|line| progress.note(line));
            }
            Place::Lines => {
                let output = Output::new(false);
                self.lines
                    .changes(&self.plan, &self.rows)
                    .iter()
                    .for_each(|line| output.note(line));
            }
        }
        self.refresh();
    }

    /// Waits for something, and keeps the line up to date meanwhile.
    pub(super) async fn during<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        if !matches!(self.place, Place::Terminal(_)) {
            return work.await;
        }
        loop {
            tokio::select! {
                biased;
                done = &mut work => return done,
                () = tokio::time::sleep(REFRESH) => self.refresh(),
            }
        }
    }

    fn refresh(&self) {
        if let Place::Terminal(progress) = &self.place {
            progress.say(&view::line(
                &self.plan,
                &self.rows,
                (self.began, self.next_look),
                Instant::now(),
            ));
        }
    }
}
