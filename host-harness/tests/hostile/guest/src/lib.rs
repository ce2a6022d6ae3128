//! The hostile plugin: every action misbehaves in one way, and reports the result if it survives.
//!
//! `configure` also misbehaves if its config names an action, and so does `save` after
//! `poison-save`. If an action needs an address, `params` is that address as plain text.

#![feature(asm_experimental_arch)]

use std::cell::{Cell, RefCell};

use bindings::connector::plugin::types::{
    Configured, Descriptor, Error, ErrorKind, ErrorSource, Origin, Outcome, Report, Retry, Step,
    StepStatus, Usage,
};
use bindings::exports::connector::plugin::{connector, downloads, session};

mod bodies;
mod credentials;
mod crowd;
mod effects;
mod end;
mod headers;
mod hoard;
mod http;
mod results;
mod steps;
mod table;

mod bindings {
    wit_bindgen::generate!({
        path: "../../../../wit",
        world: "plugin",
        generate_all,
        pub_export_macro: false,
    });

    use super::Hostile;
    export!(Hostile);
}

thread_local! {
    static SAVE_IS_POISONED: Cell<bool> = const { Cell::new(false) };
    /// What `test` sends.
    static TESTED: RefCell<String> = const { RefCell::new(String::new()) };
    static SESSION_BYTES: Cell<usize> = const { Cell::new(0) };
}

struct Hostile;

/// Performs the named misbehaviour and reports the result.
fn misbehave(action: &str, params: &str) -> Option<String> {
    Some(match action {
        "answer" => "here".to_owned(),
        "loop" => end::run_for_ever(),
        "recurse" => end::recurse_for_ever(0).to_string(),
        "panic" => panic!("on purpose"),
        "exit" => std::process::exit(0),
        "sleep" => end::sleep_for_ever(),
        "flood-stderr" => end::flood_stderr(params),
        "poison-save" => {
            SAVE_IS_POISONED.set(true);
            "poisoned".to_owned()
        }
        "hoard-session" => {
            SESSION_BYTES.set(params.parse().expect("a size"));
            "hoarded".to_owned()
        }
        "hoard-memory" => hoard::memory(),
        "hoard-what-is-granted" => hoard::what_is_granted(),
        "hoard-fields" => hoard::fields(),
        "hoard-filled-fields" => hoard::filled_fields(),
        "hoard-paths" => hoard::paths(),
        "hoard-requests" => hoard::requests(),
        "hoard-timers" => hoard::timers(),
        "hoard-methods" => hoard::methods(),
        "hoard-authorities" => hoard::authorities(),
        "hoard-unsent-bodies" => hoard::unsent_bodies(),
        "wait-a-million-times" => hoard::waits(),
        "hoard-randomness" => hoard::randomness(),
        "hoard-table" => table::what_is_granted(),
        "grow-table-for-ever" => table::grow_for_ever(),
        "get" => http::get(params),
        "read" | "change" | "disrupt" | "unlisted" | "look" => effects::send(params),
        "refused-headers" => headers::refused(),
        "oversized-headers" => headers::oversized(),
        "sign-in" => headers::sign_in(params),
        "smuggle" => headers::smuggle(params),
        "odd-destinations" => headers::odd_destinations(),
        "promise-more" => bodies::promise_more(params),
        "promise-less" => bodies::promise_less(params),
        "never-finish" => bodies::never_finish(params),
        "upload-for-ever" => bodies::upload_for_ever(params),
        "read-for-ever" => bodies::read_for_ever(params),
        "keep-all-that-is-read" => bodies::keep_all_that_is_read(params),
        "given" => credentials::given(),
        "memory" => credentials::memory(),
        "send" => credentials::send(params),
        "hold-unread" => bodies::hold_unread(params),
        "hold-unread-for-long" => bodies::hold_unread_for_long(params),
        "get-whole" => bodies::get_whole(params),
        "get-each" => crowd::get_each(params),
        "crowd" => crowd::ask_at_once(params),
        "abandon" => crowd::ask_and_leave(params),
        "look-away" => crowd::ask_and_look_away(params),
        "nonsense-in-between" => crowd::ask_for_nonsense_in_between(params),
        "not-json" => results::not_json(),
        "not-utf8" => results::not_utf8(),
        "gigantic" => results::gigantic(),
        _ => return None,
    })
}

/// Each word is an origin, `=` and its purpose.
fn declared(origins: &str) -> Configured {
    let origin = |word: &str| {
        let (pattern, purpose) = word.rsplit_once('=').expect("an origin and its purpose");
        Origin { pattern: pattern.to_owned(), purpose: purpose.to_owned(), required: true }
    };
    let origins = origins.split(' ').map(origin).collect();
    Configured { name: "Hostile".to_owned(), origins }
}

fn error(kind: ErrorKind, action: &str) -> Error {
    Error {
        kind,
        message: format!("`{action}` is no way to misbehave"),
        source: ErrorSource::User,
        retry: Retry::Never,
        status: None,
        code: None,
        request_id: None,
        details: None,
        usage: None,
    }
}

impl connector::Guest for Hostile {
    fn describe() -> Descriptor {
        let any = || "{}".to_owned();
        Descriptor {
            id: "hostile".to_owned(),
            name: "Hostile".to_owned(),
            version: "0.0.0".to_owned(),
            config_schema: any(),
            secrets_schema: any(),
            error_details_schema: any(),
            actions: results::described(),
        }
    }

    fn configure(config: String, secrets: String) -> Result<Configured, Error> {
        credentials::keep(&config, &secrets);
        if let Some(origins) = config.strip_prefix("origins ") {
            return Ok(declared(origins));
        }
        let patterns = match config.as_str() {
            "{}" => Vec::new(),
            "more-than-there-is" => results::more_than_there_is(),
            // Sends a request, says where it signs in, and has `test` send the request too.
            config if config.starts_with('{') => {
                TESTED.replace(config.to_owned());
                let origin = |pattern, purpose: &str| {
                    Origin { pattern, purpose: purpose.to_owned(), required: false }
                };
                let sign_in = effects::member(config, "signIn");
                let origins = [
                    origin(effects::send(config), "result"),
                    origin(sign_in.unwrap_or_default(), "sign-in"),
                ];
                return Ok(Configured { name: "Hostile".to_owned(), origins: origins.into() });
            }
            action => vec![
                misbehave(action, "").ok_or_else(|| error(ErrorKind::InvalidConfig, action))?
            ],
        };
        let origin = |pattern| Origin { pattern, purpose: String::new(), required: false };
        let origins = patterns.into_iter().map(origin).collect();
        Ok(Configured { name: "Hostile".to_owned(), origins })
    }

    fn test() -> Result<Report, Error> {
        let step = |config: &String| Step {
            name: "request".to_owned(),
            status: StepStatus::Passed,
            detail: effects::send(config),
            duration_ms: 0,
            code: None,
            help: None,
        };
        let steps =
            TESTED.with_borrow(|config| (!config.is_empty()).then(|| step(config)))
                .into_iter()
                .collect();
        Ok(Report { passed: true, steps, permissions: Vec::new() })
    }

    fn execute(action: String, params: String) -> Result<Outcome, Error> {
        let data = misbehave(&action, &params).ok_or_else(
            || error(ErrorKind::UnknownAction, &action)
        )?;
        if params.contains("trapping") {
            // What would clear a terminal, ring it, colour it and turn its direction.
            panic!("on purpose \u{1b}[2J\u{7}\u{9b}31m\u{202e}");
        }
        if params.contains("lying") {
            return Err(error(ErrorKind::Rejected, &action));
        }
        let usage = no_usage();
        Ok(Outcome { data, job: None, usage, warnings: results::warnings(&params) })
    }
}

fn no_usage() -> Usage {
    Usage {
        call_id: String::new(), requests: 0, retries: 0, request_bytes: 0, response_bytes: 0,
        waited_ms: 0
    }
}

impl session::Guest for Hostile {
    fn save() -> Option<String> {
        if SAVE_IS_POISONED.get() {
            end::run_for_ever();
        }
        let size = SESSION_BYTES.get();
        (size > 0).then(|| "s".repeat(size))
    }

    fn restore(_snapshot: String) -> Result<(), Error> {
        Ok(())
    }
}

impl downloads::Guest for Hostile {
    type File = File;

    fn open(action: String, _params: String) -> Result<downloads::File, Error> {
        match action.as_str() {
            "drip" => Ok(downloads::File::new(File::Drips)),
            "stuck" => Ok(downloads::File::new(File::Sleeps)),
            _ => Err(error(ErrorKind::UnknownAction, &action)),
        }
    }
}

/// A file that never ends.
enum File {
    /// A byte comes every 20 ms.
    Drips,
    Sleeps,
}

impl downloads::GuestFile for File {
    fn name(&self) -> String {
        String::new()
    }

    fn size(&self) -> Option<u64> {
        None
    }

    fn read(&self, _max_bytes: u32) -> Result<Vec<u8>, Error> {
        match self {
            Self::Drips => {
                std::thread::sleep(std::time::Duration::from_millis(20));
                Ok(vec![b'x'])
            }
            Self::Sleeps => end::sleep_for_ever(),
        }
    }

    fn sha256(&self) -> Option<String> {
        None
    }
}
