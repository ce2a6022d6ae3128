use super::*;

const JWT: &str = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";

#[test]
fn a_token_is_found_bare_or_in_json() {
    for printed in [
        JWT.to_owned(),
        format!("\n{JWT}\r\n"),
        format!("\"{JWT}\"\n"),
        format!(r#"{{"accessToken": "{JWT}", "expiresOn": "2026-01-01", "expires_on": 5}}"#),
        format!(r#"{{"access_token": "{JWT}", "expires_in": "3599"}}"#),
    ] {
        assert_eq!(find(&printed).as_deref().map(String::as_str), Some(JWT), "{printed}");
    }
    for printed in [
        "",
        " \n",
        "two words",
        "{}",
        "{",
        r#"{"accessToken": ""}"#,
        r#"{"accessToken": 5}"#,
        "[]x y",
        "\"",
        "é",
    ] {
        assert!(find(printed).is_none(), "{printed}");
    }
}

#[test]
fn a_complaint_is_shown_without_tokens_and_control_characters() {
    let base64 = "q8Zk/3Lw0vXbT1/uYh5NnRcE7aPd9sGjKfIo2MxWyQzAeB4t/6CvDl+UiOpSrHgJ1w==";
    let stderr = format!(
        "ERROR: \u{1b}[31mno\u{1b}[0m\n  {JWT} at https://login.example/x token={base64} 'short-one'\n"
    );
    let shown = complaint(stderr.as_bytes(), b"short-one\n");
    assert!(
        !shown.contains("eyJ") && !shown.contains("short-one") && !shown.contains('\u{1b}'),
        "{shown}"
    );
    assert!(base64.split('/').all(|part| !shown.contains(part)), "{shown}");
    assert!(shown.starts_with("ERROR: ") && shown.contains("https://login.example/x"), "{shown}");
    let kept = "No subscription: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 in /usr/lib/python3/dist-packages/azure/cli/core";
    assert_eq!(complaint(kept.as_bytes(), b""), kept);
    assert_eq!(complaint(b"", b""), "it said nothing on stderr");
    assert_eq!(complaint("word ".repeat(900).as_bytes(), b"").chars().count(), MAX_WORDS + 1);
}

#[cfg(unix)]
mod run {
    use super::*;

    fn command(words: &[&str], environment: &[&str]) -> TokenCommand {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        TokenCommand { words: owned(words), environment: owned(environment) }
    }

    fn run(script: &str, limit: Duration) -> Result<Zeroizing<String>, String> {
        token(&command(&["/bin/sh", "-c", script], &[]), Path::new("/"), limit)
    }

    #[test]
    fn a_program_that_prints_a_token_succeeds_however_much_it_says_in_addition() {
        let talks = format!("yes | head -c 300000 >&2; echo {JWT}");
        assert_eq!(*run(&talks, LIMIT).expect("a token"), JWT);
    }

    #[test]
    fn a_program_that_goes_wrong_is_reported_by_its_name_and_not_by_its_output() {
        let started = Instant::now();
        for (script, limit, words) in [
            (
                "echo hunter2-on-stdout; echo because >&2; exit 3",
                LIMIT,
                "failed (exit status: 3): because",
            ),
            ("echo hunter2 on stdout", LIMIT, "neither a token nor JSON"),
            ("echo '{\"accessToken\": {\"hunter2\": 1}}'", LIMIT, "neither a token nor JSON"),
            ("yes hunter2 | head -c 300000", LIMIT, "more than 65536 bytes"),
            ("exec sleep 60", Duration::from_millis(50), "did not end within 50ms"),
            ("sleep 60 & echo hunter2", Duration::from_millis(500), "did not end within 500ms"),
            ("kill -9 $$", LIMIT, "failed (signal: 9"),
        ] {
            let problem = run(script, limit).expect_err("a problem");
            assert!(
                problem.starts_with("command `/bin/sh` ") && problem.contains(words),
                "{problem}"
            );
            assert!(!problem.contains("hunter2"), "{problem}");
        }
        assert!(started.elapsed() < LIMIT);
        let missing = token(&command(&["./nowhere", "hunter2"], &[]), Path::new("/"), LIMIT);
        let missing = missing.expect_err("no program");
        assert!(missing.contains("cannot be started") && !missing.contains("hunter2"), "{missing}");
    }

    #[test]
    fn it_gets_what_every_program_needs_and_what_is_listed_and_nothing_else() {
        // Cargo sets variables for its tests: one is listed, the others are not passed on.
        let script = "env | sed 's/=.*//' | grep -v -e ^PWD -e ^SHLVL -e ^_ -e ^OLDPWD | tr '\n' ,";
        let listed = command(&["sh", "-c", script], &["CARGO_PKG_NAME", "NOT_SET_ANYWHERE"]);
        let names = token(&listed, Path::new("/"), LIMIT).expect("names");
        for name in names.split_terminator(',') {
            assert!(ENVIRONMENT.contains(&name) || name == "CARGO_PKG_NAME", "{}", *names);
        }
        assert!(names.contains("PATH,") && names.contains("CARGO_PKG_NAME,"), "{}", *names);
    }

    #[test]
    fn what_a_program_has_started_ends_with_it_at_the_deadline() {
        let folder = tempfile::tempdir().expect("a folder");
        let started = folder.path().join("started");
        let shown = started.display();
        for wait in ["wait", "exit 0"] {
            let script = format!("sleep 60 & echo $! > {shown}; {wait}");
            let problem = run(&script, Duration::from_millis(500)).expect_err("no end");
            assert!(problem.contains("did not end"), "{problem}");
            let pid = std::fs::read_to_string(&started).expect("a number");
            let deadline = Instant::now() + LIMIT;
            while is_running(pid.trim()) {
                assert!(Instant::now() < deadline, "{wait}: it goes on");
                std::thread::sleep(Duration::from_millis(10));
            }
        }
    }

    /// A process that was killed, and that nobody has waited for yet, is a zombie.
    fn is_running(pid: &str) -> bool {
        let state = std::process::Command::new("ps").args(["-o", "stat=", "-p", pid]).output();
        let state = state.expect("`ps` starts").stdout;
        !state.is_empty() && !state.starts_with(b"Z")
    }
}
