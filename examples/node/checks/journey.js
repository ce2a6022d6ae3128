/** The example: what a host does with a connector, from `describe` to a file that is read in pieces. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { COMMENT, WAIT, refused, say } from "./expect.js";

/**
 * Signs in, isolates a machine, runs a script on it, reads the output in both ways, releases it.
 *
 * @param {import("../defender.js").Plugin} plugin
 * @param {import("../harness.js").Stub} stub
 */
export function journey(plugin, stub) {
  const connector = plugin.connector();
  const found = connector.describe();
  say("describe", `${found.id} ${found.version}, ${found.actions.length} actions`);
  refused(() => connector.execute("getAgentList"), "not-configured");
  const wrong = refused(() => connector.configure({ tenantId: "?" }, {}), "invalid-config");
  say("configure", `a wrong one is refused, with ${wrong.details.length} problems`);

  const { name, origins } = connector.configure(stub.config, stub.secrets);
  const patterns = origins.map(({ pattern }) => pattern);
  assert.deepEqual(new Set(patterns), new Set([stub.url, stub.storageUrl]));
  assert(origins.some(({ purpose, required }) => purpose === "sign-in" && required), JSON.stringify(origins));
  assert.equal(refused(() => connector.execute("getAgentList"), "denied").retry, "never");
  // This is where a host compares them with what it lets out.
  connector.allow(patterns);
  say("configure", `${name}: may call ${[...new Set(patterns)].join(", ")}, and could not before`);

  const report = connector.test();
  assert(report.passed && report.permissions.every((one) => one.granted), JSON.stringify(report));
  say("test", `${report.steps.length} checks, none failed; ${report.permissions.length} actions permitted`);

  const machines = connector.execute("getAgentList", { healthStatus: "Active" }).data.value;
  const { id, computerDnsName } = machines.find((/** @type {any} */ one) => one.osPlatform.startsWith("Windows"));
  say("getAgentList", `${machines.length} active machines; this one is ${computerDnsName}`);
  const missing = refused(() => connector.execute("isolateHost", { id: "0".repeat(40), comment: COMMENT }), "not-found");
  assert(missing.status === 404 && missing.code && missing.requestId, "code or request id of the service is lost");
  assert(missing.usage && missing.usage.requests > 0, "what a failed call cost is lost");
  say("isolateHost", `an unknown machine is refused: ${missing.kind}, ${missing.status} ${missing.code}, ${missing.requestId}`);

  const isolated = connector.execute("isolateHost", { id, comment: COMMENT, wait: WAIT });
  assert.equal(isolated.job?.state, "succeeded");
  say("isolateHost", `${isolated.job.id} succeeded, ${isolated.usage.requests} requests`);

  const script = connector.execute("runScript", { id, comment: COMMENT, parameters: { scriptName: "triage.ps1" }, wait: WAIT });
  assert(script.data.exit_code === 0 && script.data.script_output.includes("triage of"), JSON.stringify(script.data));
  say("runScript", `exit code 0, output ${JSON.stringify(script.data.script_output)}`);
  download(connector, script.job?.id, (script.data.raw ?? script.data).script_output);

  assert.equal(connector.execute("releaseHost", { id, comment: COMMENT, wait: WAIT }).job?.state, "succeeded");
  say("releaseHost", "succeeded");
  return connector;
}

/**
 * Reads the same result as a file: in small pieces, so that there are several.
 *
 * @param {import("../defender.js").Connector} connector
 * @param {string | undefined} id
 * @param {string} output
 */
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
