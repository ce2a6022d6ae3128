/** An operation whose process ends in the middle of it: a fresh instance goes on from the journal, and nothing is sent twice. */

import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import { startStub } from "../harness.js";
import { resumeOperation, runOperation } from "../operations.js";
import { COMMENT, MACHINE, configured, say } from "./expect.js";

/** @typedef {import("../operations.js").Entry} Entry */

/** @param {import("../defender.js").Plugin} plugin */
export async function interrupted(plugin) {
  const stub = await startStub({ pendingSeconds: 0.2, runningSeconds: 0 });
  let requests = 0;
  let kept = "";
  let isAlive = true;
  /** @type {import("../operations.js").Keep} */
  const keep = (entry, operation) => {
    requests += operation?.usage.requests ?? 0;
    // The process ends when the isolation has been sent, before the journal says so.
    if (isAlive && operation?.next === "look") throw new Error("killed");
    kept = JSON.stringify(entry);
  };
  const params = { id: MACHINE, comment: COMMENT, wait: { pollSeconds: 1 } };
  await assert.rejects(runOperation(configured(plugin, stub), "isolateHost", params, keep), /killed/);
  isAlive = false;
  /** @type {Entry} */
  const entry = JSON.parse(kept);
  assert(entry.isSending && entry.next === "send", kept);
  // By then the isolation has ended: the service would take another one.
  await sleep(500);

  const outcome = await resumeOperation(configured(plugin, stub), entry, keep);
  assert(outcome?.job?.state === "succeeded" && outcome.data.status === "Succeeded", JSON.stringify(outcome));
  assert.equal(JSON.parse(kept).next, "none");
  // The machine's jobs show how often it was isolated.
  const jobs = configured(plugin, stub).execute("getActions", { machineId: MACHINE, type: "Isolate" }).data.value;
  assert.equal(jobs.length, 1, JSON.stringify(jobs));
  // One that is so already ends with its plan.
  const ensured = await runOperation(configured(plugin, stub), "isolateHost", { id: MACHINE, comment: COMMENT, ensure: true }, keep);
  assert(ensured?.job?.adopted, JSON.stringify(ensured));
  await stub.stop();
  say("operations", `killed inside a step, another instance found the isolation: sent once, ${requests} requests`);
}
