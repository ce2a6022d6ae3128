//! Jobs by the beginning of their IDs, as a terminal shows them.

use std::collections::BTreeMap;

use host_harness::operation::Journal;
use serde_json::Value;

use super::hashes::is_whole;
use crate::calls::Calls;
use crate::failure::Failure;
use crate::json;
use crate::known_actions::JOBS;
use crate::output::Output;
use crate::session::Session;
use crate::style::clean_line;

/// A beginning that is shorter would be of too many.
const SHORTEST: usize = 8;

/// An ID in full.
const WHOLE: usize = 36;

/// Whether a text is the beginning of an ID and not an ID.
pub(super) fn is_short(id: &str) -> bool {
    id.len() < WHOLE && id.chars().all(|c| c.is_ascii_hexdigit() || c == '-')
}

/// The whole IDs. `is_disruptive`: what the user's own calls started does not suffice, the
/// service's list must have no other that begins so.
///
/// # Errors
///
/// A beginning is of no job or of several, or it is not certain that it is of one alone.
pub(super) async fn whole(
    session: &Session,
    given: Vec<String>,
    is_disruptive: bool,
    output: &Output,
) -> Result<Vec<String>, Failure> {
    let own = own_jobs().await;
    let mut listed = None;
    let mut ids = Vec::new();
    for id in given {
        if !is_short(&id) {
            ids.push(id);
            continue;
        }
        if id.len() < SHORTEST {
            return Err(Failure::params(format!(
                "`{id}` is too short for a job: write {SHORTEST} characters of its ID at least; \
                 nothing was sent"
            )));
        }
        let mut known = begin_so(&own, &id);
        let mut is_certain = true;
        if is_disruptive || known.len() != 1 {
            if listed.is_none() {
                listed = Some(listed_jobs(session).await?);
            }
            let (jobs, is_all) = listed.as_ref().unwrap_or(&(BTreeMap::new(), false)).clone();
            known.extend(begin_so(&jobs, &id));
            is_certain = is_all;
        }
        let (whole, about) = chosen(&id, known, is_certain || !is_disruptive)?;
        output.note(&format!("{id} is {whole}: {about}"));
        ids.push(whole);
    }
    Ok(ids)
}

/// The only job that is known to begin so. `is_certain`: there is no other that is not known.
fn chosen(
    id: &str,
    known: BTreeMap<String, String>,
    is_certain: bool,
) -> Result<(String, String), Failure> {
    if known.len() > 1 {
        let line = |(whole, about): (&String, &String)| format!("  {whole}  {about}");
        let lines: Vec<String> = known.iter().map(line).collect();
        let message = format!("`{id}` is the beginning of {} jobs; nothing was sent", known.len());
        return Err(
            Failure::params(message).with_aside(format!("choose one:\n{}", lines.join("\n")))
        );
    }
    match known.into_iter().next() {
        Some(job) if is_certain => Ok(job),
        Some(_) => Err(Failure::params(format!(
            "not all jobs could be listed, so `{id}` may be of several: write the whole ID; \
             nothing was sent"
        ))),
        None => Err(Failure::not_found(format!(
            "no job's ID begins with `{id}`; `defenderctl jobs` lists them; nothing was sent"
        ))),
    }
}

fn begin_so(jobs: &BTreeMap<String, String>, beginning: &str) -> BTreeMap<String, String> {
    let beginning = beginning.to_ascii_lowercase();
    let found = jobs.iter().filter(|(id, _)| id.starts_with(&beginning));
    found.map(|(id, about)| (id.clone(), about.clone())).collect()
}

/// The jobs of the user's own calls, with the action and the machine of each.
async fn own_jobs() -> BTreeMap<String, String> {
    let mut jobs = BTreeMap::new();
    for call in Calls::of_user().and_then(|calls| calls.all()).unwrap_or_default() {
        // A cancellation, or a wait, does not say what the job does: the service's list does.
        if call.record.plan.cancels || !call.record.plan.changes {
            continue;
        }
        // One that another process has is in the service's list.
        let Ok(mut journal) = call.journal() else { continue };
        let Ok(entry) = journal.load().await else { continue };
        for target in &entry.progress.targets {
            if let Some(job) = &target.job {
                let machine = call.record.names.of(target);
                let about = format!("{} of {machine}", call.record.plan.action);
                jobs.insert(job.id.to_ascii_lowercase(), about);
            }
        }
    }
    jobs
}

/// The service's jobs, and whether these are all.
async fn listed_jobs(session: &Session) -> Result<(BTreeMap<String, String>, bool), Failure> {
    let listed = session.connector.execute(JOBS, r#"{"all":true}"#).await;
    let outcome = listed.map_err(|error| session.failure(error))?;
    let data = json::parse(&outcome.data).unwrap_or_default();
    let list = data["value"].as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |job: &Value, name: &str| clean_line(job[name].as_str().unwrap_or_default());
    let about = |job: &Value| {
        let (kind, machine) = (text(job, "type"), text(job, "computerDnsName"));
        format!("{kind} of {machine}, {}", text(job, "status"))
    };
    let jobs =
        list.iter().filter_map(|job| Some((job["id"].as_str()?.to_ascii_lowercase(), about(job))));
    Ok((jobs.collect(), is_whole(&data, list.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ambiguous_or_may_be_is_not_chosen() {
        let jobs = [("19c92371-aa", "Isolate of a"), ("19c92371-ab", "Unisolate of b")];
        let jobs: BTreeMap<String, String> =
            jobs.iter().map(|(id, about)| ((*id).to_owned(), (*about).to_owned())).collect();
        let both = chosen("19c92371", begin_so(&jobs, "19C92371"), true).expect_err("two");
        assert!(both.error().message.contains("2 jobs; nothing was sent"), "{both}");
        let candidates = both.aside().unwrap_or_default();
        assert!(candidates.contains("19c92371-ab  Unisolate of b"), "{candidates}");
        let one = begin_so(&jobs, "19c92371-aa");
        assert_eq!(chosen("x", one.clone(), true).expect("one").1, "Isolate of a");
        assert!(chosen("x", one, false).is_err(), "there may be others");
        assert!(chosen("77777777", begin_so(&jobs, "77777777"), true).is_err());
        assert!(is_short("19c92371") && !is_short("nonsense") && !is_short(&"a".repeat(36)));
    }
}
