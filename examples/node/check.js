/**
 * Example and check: isolates, runs a script on and releases a machine of the stub service, restores the sign-in in a fresh
 * instance, and does it once more in Kibana's shape. Whatever is not as it should be ends it with exit status 1.
 *
 *     npm run check
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { ConnectorError, Plugin } from "./defender.js";
import { BUILD, startStub } from "./harness.js";
import { KibanaConnector } from "./kibana.js";

/** The stub's workstation. */
const MACHINE = "9a3f0c51be7724d06e1188f2c4d53aa07be61d92";
const COMMENT = "example in Node";
const WAIT = { timeoutSeconds: 60, pollSeconds: 1 };

const say = (step, detail) => console.log(`${step.padEnd(18)} ${detail}`);

/** @returns {ConnectorError} */
function refused(call, kind) {
  try {
    call();
  } catch (error) {
    assert(error instanceof ConnectorError, error);
    assert.equal(error.kind, kind, error.message);
    return error;
  }
  throw new Error(`should have been refused as ${kind}`);
}

/** An instance with the stub's settings in force, which may call what they need. */
function configured(plugin, stub, limits = {}) {
  const connector = plugin.connector();
  const { origins } = connector.configure({ ...stub.config, limits }, stub.secrets);
  connector.allow(origins);
  return connector;
}

/** Signs in, isolates a machine, runs a script on it, reads the output in both ways, releases it. */
function journey(plugin, stub) {
  const connector = plugin.connector();
  const found = connector.describe();
  say("describe", `${found.id} ${found.version}, ${found.actions.length} actions`);
  refused(() => connector.execute("getAgentList"), "not-configured");
  const wrong = refused(() => connector.configure({ tenantId: "?" }, {}), "invalid-config");
  say("configure", `a wrong one is refused, with ${wrong.details.length} problems`);

  const { name, origins } = connector.configure(stub.config, stub.secrets);
  assert.deepEqual(new Set(origins), new Set([stub.url, stub.storageUrl]));
  assert.equal(refused(() => connector.execute("getAgentList"), "denied").retry, "never");
  // This is where a host compares them with what it lets out.
  connector.allow(origins);
  say("configure", `${name}: may call ${origins.join(", ")}, and could not before`);

  const report = connector.test();
  assert(report.passed && report.permissions.every((one) => one.granted), JSON.stringify(report));
  say("test", `${report.steps.length} checks, none failed; ${report.permissions.length} actions permitted`);

  const machines = connector.execute("getAgentList", { healthStatus: "Active" }).data.value;
  const { id, computerDnsName } = machines.find((one) => one.osPlatform.startsWith("Windows"));
  say("getAgentList", `${machines.length} active machines; this one is ${computerDnsName}`);
  const missing = refused(() => connector.execute("isolateHost", { id: "0".repeat(40), comment: COMMENT }), "not-found");
  assert(missing.status === 404 && missing.code && missing.requestId, "code or request id of the service is lost");
  say("isolateHost", `an unknown machine is refused: ${missing.kind}, ${missing.status} ${missing.code}, ${missing.requestId}`);

  const isolated = connector.execute("isolateHost", { id, comment: COMMENT, wait: WAIT });
  assert.equal(isolated.machineAction?.state, "succeeded");
  say("isolateHost", `${isolated.machineAction.id} succeeded, ${isolated.usage.requests} requests`);

  const script = connector.execute("runScript", { id, comment: COMMENT, parameters: { scriptName: "triage.ps1" }, wait: WAIT });
  assert(script.data.exit_code === 0 && script.data.script_output.includes("triage of"), JSON.stringify(script.data));
  say("runScript", `exit code 0, output ${JSON.stringify(script.data.script_output)}`);
  download(connector, script.machineAction?.id, (script.data.raw ?? script.data).script_output);

  assert.equal(connector.execute("releaseHost", { id, comment: COMMENT, wait: WAIT }).machineAction?.state, "succeeded");
  say("releaseHost", "succeeded");
  return connector;
}

/** Reads the same result as a file: in small pieces, so that there are several. */
function download(connector, id, output) {
  const file = connector.open("getActionResults", { id });
  assert.equal(file.sha256, undefined, "a sum before the end");
  const pieces = [];
  for (let piece = file.read(64); piece.length > 0; piece = file.read(64)) pieces.push(piece);
  const content = Buffer.concat(pieces);
  assert(pieces.length > 1 && [undefined, content.length].includes(file.size), `${file.size} bytes promised`);
  assert.equal(file.sha256, createHash("sha256").update(content).digest("hex"));
  assert.equal(JSON.parse(content.toString()).script_output, output);
  say("open", `${JSON.stringify(file.name)}, ${content.length} bytes, sha256 ${file.sha256}`);
  file.close();
  const left = connector.open("getActionResults", { id });
  left.read(1);
  left.close();
  say("open", "again, and left after one byte");
}

/** The stateless way: a fresh instance, configured and given the session, acts with one request. Without it there is a token too. */
function sessions(plugin, stub, connector) {
  const snapshot = connector.save();
  const began = performance.now();
  const restored = configured(plugin, stub);
  restored.restore(snapshot);
  const ms = (performance.now() - began).toFixed(1);
  const counts = [configured(plugin, stub), restored].map((one) => one.execute("getAgentList", { pageSize: 1 }).usage.requests);
  assert.deepEqual(counts, [2, 1], "requests without the session, and with it");
  say("save, restore", `a fresh instance, ready after ${ms} ms, sends 1 request for its first read, and 2 without the session`);
  const stranger = plugin.connector();
  stranger.configure({ ...stub.config, clientId: "somebody-else" }, stub.secrets);
  refused(() => stranger.restore(snapshot), "invalid-params");
  say("restore", "under other settings it is refused");
}

/** An answer that takes longer than connecting may: left to itself, the shim has the isolation sent again. */
async function slow(plugin) {
  const fault = { on: "POST /api/machines/{id}/isolate", carriedOut: true, kind: { delay: { ms: 2500 } } };
  const stub = await startStub({ faults: [fault] });
  const connector = configured(plugin, stub, { connectTimeoutSeconds: 1 });
  const { usage } = connector.execute("isolateHost", { id: MACHINE, comment: COMMENT });
  assert.equal(usage.retries, 0);
  assert.equal(await stub.stop(), 2, "a token and one isolation");
  say("isolateHost", "an answer that takes longer than connecting may is waited for: sent once");
}

/** Kibana's shape; meanwhile the event loop goes on. */
async function kibana(stub) {
  const start = { id: "1", config: stub.config, secrets: stub.secrets, directory: BUILD };
  const connector = new KibanaConnector(start);
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 50);
  const params = { id: MACHINE, comment: COMMENT, wait: WAIT };
  const isolated = await connector.execute({ subAction: "isolateHost", subActionParams: params });
  assert(isolated.status === "ok" && isolated.data.status === "Succeeded", JSON.stringify(isolated));
  assert(ticks > 10, `the event loop stood still: ${ticks}`);
  say("kibana", `isolateHost is ok; the event loop had ${ticks} turns meanwhile`);
  const read = await connector.execute({ subAction: "getAgentDetails", subActionParams: { id: MACHINE } });
  assert(read.status === "ok" && read.usage.requests === 1, JSON.stringify(read));
  say("kibana", "the next call has another instance, and costs 1 request: no token");
  assert.equal((await connector.execute({ subAction: "testConnector" })).status, "ok");
  const unknown = await connector.execute({ subAction: "isolatehost", subActionParams: null });
  assert(unknown.status === "error" && unknown.retry === false && unknown.errorSource === "user", JSON.stringify(unknown));
  say("kibana", `${unknown.message}: ${unknown.serviceMessage}`);
  clearInterval(ticking);
  await connector.close();

  const impatient = new KibanaConnector({ ...start, deadlineMs: 1500 });
  const ended = await impatient.execute({ subAction: "releaseHost", subActionParams: params });
  assert(ended.status === "error" && ended.retry === false, JSON.stringify(ended));
  say("kibana", ended.serviceMessage);
  assert.equal((await impatient.execute({ subAction: "getLibraryFiles" })).status, "ok", "the next call has another worker");
  await impatient.close();
}

const began = performance.now();
const plugin = await Plugin.load(BUILD);
plugin.connector();
say("load", `compiled in ${((performance.now() - began) / 1000).toFixed(1)} s`);
const stub = await startStub();
try {
  sessions(plugin, stub, journey(plugin, stub));
  await slow(plugin);
  await kibana(stub);
} finally {
  await stub.stop();
}
console.log("all as it should be");
