//! Hosts a component that is not trusted: `host COMPONENT ACTION PARAMS ORIGIN…`. Its configuration
//! and secrets are JSON in the variables `CONFIG` and `SECRETS`.

use std::env;
use std::error::Error;
use std::process::ExitCode;

use host_harness::egress::Egress;
use host_harness::{Host, compile_child, forbid_core_dumps};

const COMPILE: &str = "compile-component";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == COMPILE) {
        return Ok(compile_child());
    }
    forbid_core_dumps()?;
    let [component, action, params, origins @ ..] = &arguments[..] else {
        return Err("usage: host COMPONENT ACTION PARAMS ORIGIN…".into());
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(call(component, action, params, origins))?;
    Ok(ExitCode::SUCCESS)
}

async fn call(
    component: &str,
    action: &str,
    params: &str,
    origins: &[String],
) -> Result<(), Box<dyn Error>> {
    let egress = origins.iter().fold(Egress::builder(), |egress, origin| egress.allow(origin));
    let host = Host::builder(&std::fs::read(component)?)
        .compiler(env::current_exe()?, [COMPILE])
        .egress(egress.build()?)
        .build()?;
    let connector = host.connector("example");
    let configured = connector.configure(&env::var("CONFIG")?, &env::var("SECRETS")?).await?;
    for origin in configured.origins.iter().filter(|origin| !host.egress().covers(&origin.pattern))
    {
        eprintln!("not allowed: {} ({})", origin.pattern, origin.purpose);
    }
    println!("{}", connector.execute(action, params).await?.data);
    Ok(())
}
