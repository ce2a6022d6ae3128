/** Kibana's shape: what comes back, when to repeat, and what happens when a call does not come to its end. */

import assert from "node:assert/strict";

import { BUILD, startStub } from "../harness.js";
import { KibanaConnector } from "../kibana.js";
import { COMMENT, MACHINE, WAIT, say } from "./expect.js";
import { trapping } from "./trapping.js";

const ISOLATION = { id: MACHINE, comment: COMMENT, wait: WAIT };

/** @typedef {import("../harness.js").Stub} Stub */

const options = (/** @type {Stub} */ stub) => ({ id: "1", config: stub.config, secrets: stub.secrets, directory: BUILD });

/** @param {import("../kibana.js").Ok | import("../kibana.js").Failed} answer */
function failed(answer) {
  assert(answer.status === "error", JSON.stringify(answer));
  return answer;
}

/** A call that goes well, while the event loop goes on; and one that names no action. */
export async function outcomes(/** @type {Stub} */ stub) {
  const connector = new KibanaConnector(options(stub));
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 50);
  const isolated = await connector.execute({ subAction: "isolateHost", subActionParams: ISOLATION });
  assert(isolated.status === "ok" && isolated.data.status === "Succeeded", JSON.stringify(isolated));
  assert(ticks > 10, `the event loop stood still: ${ticks}`);
  clearInterval(ticking);
  say("kibana", `isolateHost is ok; the event loop had ${ticks} turns meanwhile`);
  const read = await connector.execute({ subAction: "getAgentDetails", subActionParams: { id: MACHINE } });
  assert(read.status === "ok" && read.usage.requests === 1, JSON.stringify(read));
  say("kibana", "the next call has another instance, and costs 1 request: no token");
  assert.equal((await connector.execute({ subAction: "testConnector" })).status, "ok");
  const unknown = failed(await connector.execute({ subAction: "isolatehost", subActionParams: null }));
  assert(unknown.retry === false && unknown.errorSource === "user", JSON.stringify(unknown));
  say("kibana", `${unknown.message}: ${unknown.serviceMessage}`);
  await connector.close();
}

/** What cannot be handed over is refused and nothing is sent; the connector goes on. */
export async function validation(/** @type {Stub} */ stub) {
  const connector = new KibanaConnector(options(stub));
  /** @type {any} */
  const ring = {};
  ring.itself = ring;
  for (const subActionParams of [ring, { id: 10n }, "text", [1]]) {
    const refused = failed(await connector.execute({ subAction: "isolateHost", subActionParams }));
    assert(refused.retry === false && refused.errorSource === "user", JSON.stringify(refused));
  }
  assert.equal((await connector.execute({ subAction: "getLibraryFiles" })).status, "ok");
  await connector.close();
  say("kibana", "parameters that are not JSON are refused, and the next call works");
}

/** 429 with a time: a date to repeat at, which JSON writes in ISO 8601. 503 to an isolation: no date, whatever the service says. */
export async function retries() {
  const seconds = 90;
  const stub = await startStub({
    faults: [
      { on: "GET /api/libraryfiles", kind: { throttle: { retryAfter: seconds } } },
      {
        on: "POST /api/machines/{id}/isolate",
        kind: { status: { status: 503, headers: [["retry-after", String(seconds)]] } },
      },
    ],
  });
  const config = { ...stub.config, limits: { callTimeoutSeconds: 5 } };
  const connector = new KibanaConnector({ ...options(stub), config });
  const before = Date.now();
  const throttled = failed(await connector.execute({ subAction: "getLibraryFiles" }));
  assert(throttled.retry instanceof Date && throttled.error?.kind === "throttled", JSON.stringify(throttled));
  const wait = (throttled.retry.getTime() - before) / 1000;
  // What was left of the time when it came back; not before the service is ready.
  assert(wait > seconds - 2 && wait < seconds + 30, `${wait} s`);
  const { retry } = JSON.parse(JSON.stringify(throttled));
  assert.match(retry, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  say("kibana", `429 with Retry-After: ${seconds} is to be repeated at ${retry}`);
  const uncertain = failed(await connector.execute({ subAction: "isolateHost", subActionParams: ISOLATION }));
  assert.equal(uncertain.retry, false, JSON.stringify(uncertain));
  say("kibana", `503 to an isolation is not to be repeated by a task manager: ${uncertain.error?.kind}`);
  await connector.close();
  await stub.stop();
}

/** Calls that are ended from outside, end in a trap, or cannot start: a clean failure each, and the next call works. */
export async function endings(/** @type {Stub} */ stub) {
  const impatient = new KibanaConnector({ ...options(stub), deadlineMs: 1500 });
  const ended = failed(await impatient.execute({ subAction: "releaseHost", subActionParams: ISOLATION }));
  assert(ended.retry === false && ended.errorSource === "framework", JSON.stringify(ended));
  say("kibana", ended.serviceMessage);
  assert.equal((await impatient.execute({ subAction: "getLibraryFiles" })).status, "ok", "the next call has another worker");
  await impatient.close();

  const { directory, remove } = trapping();
  const flawed = new KibanaConnector({ ...options(stub), directory });
  assert.equal((await flawed.execute({ subAction: "getLibraryFiles" })).status, "ok");
  const trapped = failed(await flawed.execute({ subAction: "readsThenTraps" }));
  assert(trapped.retry === false && trapped.errorSource === "framework", JSON.stringify(trapped));
  assert.match(trapped.serviceMessage, /unreachable.*may have been carried out/);
  assert(!JSON.stringify(trapped).includes(stub.secrets.clientSecret), "the secret shows");
  const next = await flawed.execute({ subAction: "getLibraryFiles" });
  // The session of the call before the trap is still there.
  assert(next.status === "ok" && next.usage.requests === 1, JSON.stringify(next));
  await flawed.close();
  remove();
  say("kibana", "a trap is a clean failure; the next call has another instance, and no new token");

  for (const broken of [{ directory: `${BUILD}/nowhere` }, { config: { name: () => "no thread takes a function" } }]) {
    const nowhere = new KibanaConnector({ ...options(stub), ...broken });
    for (let twice = 0; twice < 2; twice++) {
      assert.equal(failed(await nowhere.execute({ subAction: "getLibraryFiles" })).retry, false);
    }
    await nowhere.close();
  }
  say("kibana", "what cannot start is a failure too, and never a rejection");
}
