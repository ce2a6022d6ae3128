//! The compiler of a host that has no program of its own for it: see
//! [`HostBuilder::compiler`](host_harness::HostBuilder::compiler).

use std::process::ExitCode;

fn main() -> ExitCode {
    host_harness::compile_child()
}
