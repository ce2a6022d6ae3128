//! Where and how a call is shown while it is under way.

use std::io::{IsTerminal, stderr};
use std::pin::pin;
use std::time::{Duration, Instant};

use super::Watch;
use super::rows::Row;
use super::view::{self, Lines};
use crate::calls::Plan;
use crate::output::Output;
use crate::progress::Progress;

/// How often the line on a terminal is written anew: it counts seconds.
const REFRESH: Duration = Duration::from_millis(250);

/// A request that waits longer than this is held back by the service's limit of calls.
const HELD_BACK: Duration = Duration::from_secs(2);

/// Shows a call.
pub(super) struct Screen {
    plan: Plan,
    place: Place,
    lines: Lines,
    rows: Vec<Row>,
    began: Instant,
    next_look: Option<Instant>,
    /// When the next request is sent, if it waits for the service's limit of calls.
    next_send: Option<Instant>,
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
        let (rows, began) = (Vec::new(), Instant::now());
        Self { plan, place, lines, rows, began, next_look: None, next_send: None }
    }

    /// Shows what a step has changed.
    pub(super) fn show(&mut self, rows: Vec<Row>, next_step: Instant, sends: bool) {
        self.rows = rows;
        self.next_look = Some(next_step).filter(|_| self.plan.waits && !sends);
        let is_held_back = sends && next_step > Instant::now() + HELD_BACK;
        self.next_send = Some(next_step).filter(|_| is_held_back);
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
                let held_back = self.next_send.and_then(|next| {
                    view::held_back(&self.rows, next.saturating_duration_since(Instant::now()))
                });
                held_back.iter().for_each(|line| {
                    output.note(&format!("{}: {line}", self.plan.action));
                });
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

    /// Prints something else: the line on a terminal makes room for it.
    pub(super) fn aside<T>(&self, print: impl FnOnce() -> T) -> T {
        match &self.place {
            Place::Terminal(progress) => progress.suspended(print),
            Place::Nowhere | Place::Lines => print(),
        }
    }

    fn refresh(&self) {
        if let Place::Terminal(progress) = &self.place {
            let now = Instant::now();
            let line = view::line(&self.plan, &self.rows, (self.began, self.next_look), now);
            let held_back = self.next_send.and_then(|next| next.checked_duration_since(now));
            match held_back.and_then(|wait| view::held_back(&self.rows, wait)) {
                Some(wait) => progress.say(&format!("{}: {wait}; {line}", self.plan.action)),
                None => progress.say(&line),
            }
        }
    }
}
