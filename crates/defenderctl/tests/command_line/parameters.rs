//! Parameters as people write them: files, spans of time, names of machines.

use serde_json::Value;

use crate::world::{MACHINE, World};

/// The request that an isolation would be, to this machine.
fn request(world: &World, arguments: &str) -> Value {
    let call = format!("run isolateHost -c prod.json --json -p dryRun=true {arguments}");
    world.call(&call).succeeds()["data"].clone()
}

#[test]
fn a_machine_is_named_as_people_write_it() {
    let world = World::new();
    let one = request(&world, "-p host=ws-ops-014 -p comment=c");
    assert_eq!(one["target"]["id"], MACHINE, "{one}");
    let many =
        request(&world, "-p hosts=ws-ops-014, -p hosts=ws-ops-014.example.test -p comment=c");
    assert_eq!(many["results"][0]["data"]["target"]["id"], MACHINE, "{many}");
    let device = format!("run isolateHost -c prod.json --json -p host={MACHINE} -p comment=c");
    let refused = world.call(&device).fails(2, "invalid-params");
    let message = refused["error"]["message"].as_str().expect("a message");
    assert!(message.contains(&format!("-p id={MACHINE}")), "{message}");
}

#[test]
fn a_value_may_be_a_file_s() {
    let world = World::new();
    world.folder.write("why.txt", "case 1042");
    let comment = |from: &str| {
        request(&world, &format!("-p id={MACHINE} -p comment={from}"))["request"]["body"]["Comment"]
            .clone()
    };
    assert_eq!(comment("@why.txt"), "case 1042");
    assert_eq!(comment("@@why.txt"), "@why.txt");
    let call = format!("run isolateHost -c prod.json --json -p id={MACHINE} -p comment=@gone.txt");
    world.call(&call).fails(2, "invalid-params");
}

#[test]
fn a_time_may_be_a_span() {
    let world = World::new();
    let alerts = |since: &str| {
        let call = format!("run getAlerts -c prod.json --json -p alertCreationTime.ge={since}");
        world.call(&call).succeeds()["data"]["value"].as_array().map(Vec::len)
    };
    let all = world.call("run getAlerts -c prod.json --json").succeeds();
    assert_eq!(alerts("5000d"), all["data"]["value"].as_array().map(Vec::len));
    assert_eq!(alerts("1m"), Some(0));
    let never = "run getAlerts -c prod.json --json -p alertCreationTime.ge=0m";
    world.call(never).fails(2, "invalid-params");
    let soon = "run getAlerts -c prod.json --json -p alertCreationTime.ge=soon";
    world.call(soon).fails(2, "invalid-params");
}
