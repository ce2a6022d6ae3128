//! Misuse that must be refused without sending anything: a second owner, a damaged checkpoint, an
//! invalid list, an operation that has ended.

use defender_connector::operation::Next;

use super::Hosts;
use super::steps::is_refused;
use crate::judge::Did;
use crate::schedule::Host;

/// Bytes to damage a checkpoint with.
const SPOILT: &[u8] = b"0129.+ \"{}ax\n";

impl Hosts<'_, '_> {
    /// Tries a random kind of misuse on an operation in flight.
    pub(super) fn tricks(&mut self, n: usize) -> Result<(), String> {
        match self.random.u32(0..12) {
            0 => self.second_owner(n),
            1 => self.damaged(n),
            2 => self.wrong_list(n),
            _ => Ok(()),
        }
    }

    /// Another process takes the checkpoint of one that is alive. If it gets it, it continues like
    /// the owner.
    fn second_owner(&mut self, n: usize) -> Result<(), String> {
        let (slot, intruder) = (self.flights[n].slot, u32::MAX);
        let owner = self.processes[slot].number;
        let Some(journal) = &mut self.flights[n].journal else { return Ok(()) };
        if !journal.own(intruder) {
            return Ok(());
        }
        if self.host() != Host::SharesCheckpoints {
            return Err("two processes own one checkpoint".to_owned());
        }
        let Some(journal) = &mut self.flights[n].journal else { return Ok(()) };
        journal.release(intruder);
        journal.own(owner);
        let (text, did) = (
            journal.checkpoint.clone(),
            if journal.next == Next::Send { Did::Send } else { Did::Look },
        );
        let (_, sent) = self.measured(slot, did, |connector, network| {
            connector.advance(&[text], network, network)
        })?;
        self.flights[n].calls.push(super::flight::Call { sent, is_shared: false });
        Ok(())
    }

    fn damaged(&mut self, n: usize) -> Result<(), String> {
        let Some(journal) = &self.flights[n].journal else { return Ok(()) };
        let good = journal.checkpoint.clone();
        let mut bytes = good.clone().into_bytes();
        // Damage the short fields at the front as often as the state.
        let most = if self.random.bool() { bytes.len() } else { bytes.len().min(60) };
        let at = self.random.usize(0..most);
        let with = SPOILT[self.random.usize(0..SPOILT.len())];
        match self.random.u32(0..4) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, with),
            2 => _ = bytes.remove(at),
            _ => bytes[at] = with,
        }
        let corrupted = String::from_utf8_lossy(&bytes).into_owned();
        if corrupted == good {
            return Ok(());
        }
        self.nothing_is_sent(n, std::slice::from_ref(&corrupted))
            .map_err(|words| format!("damaged: {words}: {corrupted}"))
    }

    /// Passes a checkpoint twice, or batches a send with another operation.
    fn wrong_list(&mut self, n: usize) -> Result<(), String> {
        let text =
            |n: usize| self.flights[n].journal.as_ref().map(|journal| journal.checkpoint.clone());
        let other =
            (0..self.flights.len()).find(|other| *other != n && !self.flights[*other].has_ended());
        let is_send = |n: usize| {
            self.flights[n].journal.as_ref().is_some_and(|journal| journal.next == Next::Send)
        };
        let Some(one) = text(n) else { return Ok(()) };
        let texts = match other.filter(|other| is_send(n) || is_send(*other)).and_then(text) {
            Some(other) => vec![one, other],
            None => vec![one.clone(), one],
        };
        self.nothing_is_sent(n, &texts).map_err(|words| format!("a wrong list: {words}"))
    }

    /// Checks that an operation that has ended cannot be advanced again.
    pub(super) fn refuses_an_end(&mut self, n: usize) -> Result<(), String> {
        let Some(journal) = &self.flights[n].journal else { return Ok(()) };
        let text = journal.checkpoint.clone();
        self.nothing_is_sent(n, &[text]).map_err(|words| format!("ended: {words}"))
    }

    fn nothing_is_sent(&mut self, n: usize, texts: &[String]) -> Result<(), String> {
        let (slot, recovers) = (self.flights[n].slot, texts.len() == 1 && self.random.bool());
        let (answers, sent) =
            self.measured(slot, Did::Look, |connector, network| match recovers {
                true => vec![connector.recover(&texts[0], network, network)],
                false => connector.advance(texts, network, network),
            })?;
        if !sent.is_empty() {
            return Err(format!("{} requests", sent.len()));
        }
        if answers.len() != texts.len() || !answers.iter().all(is_refused) {
            return Err(format!("taken: {answers:?}"));
        }
        Ok(())
    }
}
