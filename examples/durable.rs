//! A durable host: the state of its operation is in a folder. Killed at any moment and started again, it goes on, and sends nothing twice.
//!
//! Against the stub service, whose first line says how it is reached:
//!
//! ```sh
//! cargo run -p defenderctl -- stub > stub.json &
//! cargo run --example durable -- stub.json case-1042 \
//!     '{"hosts": [{"computerDnsName": "ws-ops-014"}, {"computerDnsName": "srv-web-003"}], "comment": "case 1042", "wait": {}}'
//! ```

use std::collections::HashSet;
use std::io::ErrorKind;
use std::{env, fs};

use host_harness::Host;
use host_harness::operation::{FileJournal, Journal, NextStep, Operation, TargetState};
use serde_json::Value;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [settings, folder, params] = &arguments[..] else {
        return Err("usage: durable SETTINGS FOLDER PARAMS".into());
    };
    let settings: Value = serde_json::from_str(&fs::read_to_string(settings)?)?;
    let (config, secrets) = (settings["config"].to_string(), settings["secrets"].to_string());
    let connector =
        Host::builder(defender_component::COMPONENT).trusted().build()?.connect("defender", &config, &secrets).await?;

    // A folder is one operation. While this process lives, another that opens it is refused.
    let mut journal = FileJournal::open(folder)?;
    let mut operation = match journal.load().await {
        Ok(_) => Operation::resume(connector, journal).await?,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Operation::start(connector, "isolateHost", params, journal).await?
        }
        // What cannot be read may be an operation under way: starting another one could send everything again.
        Err(error) => return Err(error.into()),
    };
    // After a crash, machines that had ended are printed again: the crash may have come before they were.
    let mut printed = HashSet::new();
    loop {
        let progress = operation.progress();
        for (n, target) in progress.targets.iter().enumerate() {
            if matches!(target.state, TargetState::Succeeded | TargetState::Failed) && printed.insert(n) {
                println!("{:?}: {}", target.state, target.name);
            }
        }
        if progress.next == NextStep::None {
            break;
        }
        operation.step().await?;
    }
    println!("{}", operation.finish().await?.data);
    Ok(())
}
