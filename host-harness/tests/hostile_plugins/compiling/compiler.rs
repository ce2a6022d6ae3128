//! The program that compiles: one that is missing, hangs, or answers with something else.

use super::*;

#[test]
fn without_a_compiler_a_component_that_is_not_trusted_is_refused_unless_it_is_cached() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let builder = || Host::builder(hostile_plugins::HOSTILE).cache(&cache);
    let error = refused(builder());
    assert!(matches!(error, HostError::NoCompiler), "{error:?}");
    assert!(error.to_string().contains("HostBuilder::compiler"), "{error}");

    builder().compiler(COMPILER, [""; 0]).build().unwrap();
    builder().build().unwrap();
    builder().compiler(NO_PROGRAM, [""; 0]).build().unwrap();
}

#[test]
fn a_compiler_that_does_not_start_is_an_error_that_names_it() {
    let error = refused(Host::builder(hostile_plugins::HOSTILE).compiler(NO_PROGRAM, [""; 0]));
    assert!(matches!(error, HostError::Compiler(_)), "{error:?}");
    assert!(error.to_string().contains(NO_PROGRAM), "{error}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_compiler_that_never_answers_is_killed_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pid");
    // It reads nothing, so that writing to it blocks, and its child holds its pipes.
    let script = format!("sleep 1000 & echo $! > {}; wait", file.display());
    let limits = limits(|limits| limits.time = Duration::from_millis(700));
    let began = Instant::now();
    let limit = limit(with_script(&script).compile_limits(limits));
    assert_eq!(limit, CompileLimit::Time(Duration::from_millis(700)));
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let child = fs::read_to_string(file).unwrap();
    // A killed process takes a moment to end.
    while !ended(child.trim()) {
        assert!(began.elapsed() < Duration::from_secs(10), "{child}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Whether a process has ended, or is about to be collected by its parent.
#[cfg(target_os = "linux")]
fn ended(pid: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status"));
    status.is_err() || status.is_ok_and(|status| status.contains("State:\tZ"))
}

#[cfg(unix)]
#[test]
fn output_that_is_not_code_of_this_component_is_never_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    // What the compiler writes for another component.
    let other = with_compiler(&component(&[with_locals(1)])).cache(&cache);
    assert!(matches!(refused(other), HostError::NotAPlugin(_)));
    let entry = fs::read_dir(&cache).unwrap().next().unwrap().unwrap().path();
    let trials = [
        "true".to_owned(),
        "echo garbage".to_owned(),
        "printf 'host-harness.1\\r\\n'; head -c 1000 /dev/zero".to_owned(),
        format!("cat {}", entry.display()),
    ];
    for script in trials {
        let error = refused(with_script(&format!("cat > /dev/null; {script}")));
        assert!(matches!(error, HostError::Compiler(_)), "{script}: {error:?}");
    }
}

#[cfg(unix)]
#[test]
fn output_without_end_and_messages_without_end_are_cut_off() {
    let limits = limits(|limits| limits.code_bytes = 1 << 20);
    let endless = with_script("cat > /dev/null; yes").compile_limits(limits);
    assert_eq!(limit(endless), CompileLimit::CodeBytes(1 << 20));
    let error = refused(with_script("cat > /dev/null; yes | head -c 9000000 >&2; exit 1"));
    assert!(matches!(error, HostError::Compile(_)) && error.to_string().len() < 5_000);
}

#[cfg(unix)]
#[test]
fn the_compiler_gets_no_environment_of_the_host() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("environment");
    let error = refused(with_script(&format!("cat > /dev/null; env > {}", file.display())));
    assert!(matches!(error, HostError::Compiler(_)), "{error:?}");
    let environment = fs::read_to_string(file).unwrap();
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    assert!(!environment.contains("CARGO"), "{environment}");
}
