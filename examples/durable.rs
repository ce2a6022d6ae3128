//! A durable host: its operation's state is in a folder. If killed at any moment and restarted, it
//! continues and sends nothing twice.
//!
//! Run it against the stub service, whose first line of output is the config:
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
    let connector = Host::builder(defender_component::COMPONENT)
        .trusted()
        .build()?
        .connect("defender", &config, &secrets)
        .await?;

    // One folder per operation. While this process runs, other processes cannot open it.
    let mut journal = FileJournal::open(folder)?;
    let mut operation = match journal.load().await {
        Ok(_) => Operation::resume(connector, journal).await?,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Operation::start(connector, "isolateHost", params, journal).await?
        }
        // An unreadable journal may belong to a running operation: starting another one could send
        // everything again.
        Err(error) => return Err(error.into()),
    };
    // After a crash, finished machines are printed again, because they may not have been printed
    // before it.
    let mut printed = HashSet::new();
    loop {
        let progress = operation.progress();
        for (n, target) in progress.targets.iter().enumerate() {
            if matches!(target.state, TargetState::Succeeded | TargetState::Failed)
                && printed.insert(n)
            {
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
