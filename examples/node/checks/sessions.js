/** Instances that come and go: what a fresh one needs from the one before, and what it costs. */

import assert from "node:assert/strict";

import { startStub } from "../harness.js";
import { COMMENT, MACHINE, configured, refused, say } from "./expect.js";

const CALLS = 5;

/**
 * The stateless way: for each call a fresh instance, configured and given the session of the call before. The stub counts what
 * that costs: nothing but the calls themselves.
 *
 * @param {import("../defender.js").Plugin} plugin
 */
export async function stateless(plugin) {
  const stub = await startStub();
  const first = configured(plugin, stub);
  assert.equal(first.execute("getAgentList", { pageSize: 1 }).usage.requests, 2, "a token and a read");
  const kept = timed(() => first.execute("getAgentDetails", { id: MACHINE }));
  let session = first.save() ?? "";
  const fresh = timed(() => {
    const connector = configured(plugin, stub);
    connector.restore(session);
    assert.equal(connector.execute("getAgentDetails", { id: MACHINE }).usage.requests, 1, "the read alone");
    session = connector.save() ?? "";
  });
  const tokens = (await stub.stop() ?? 0) - 2 - 2 * CALLS;
  assert.equal(tokens, 0);
  say("save, restore", `${CALLS} calls by ${CALLS} fresh instances: ${tokens} requests for tokens; ${fresh} a call, ${kept} by one that is kept`);
}

/** What each of the calls takes. @param {() => void} call */
function timed(call) {
  const began = performance.now();
  for (let count = 0; count < CALLS; count++) call();
  return `${((performance.now() - began) / CALLS).toFixed(1)} ms`;
}

/**
 * A session belongs to its settings.
 *
 * @param {import("../defender.js").Plugin} plugin
 * @param {import("../harness.js").Stub} stub
 * @param {import("../defender.js").Connector} connector one that has signed in
 */
export function estranged(plugin, stub, connector) {
  const stranger = plugin.connector();
  stranger.configure({ ...stub.config, clientId: "00000000-1111-2222-3333-444444444444" }, stub.secrets);
  refused(() => stranger.restore(connector.save() ?? ""), "invalid-params");
  say("restore", "under other settings it is refused");
}

/**
 * An answer that takes longer than connecting may: left to itself, the shim has the isolation sent again.
 *
 * @param {import("../defender.js").Plugin} plugin
 */
export async function slow(plugin) {
  const fault = { on: "POST /api/machines/{id}/isolate", carriedOut: true, kind: { delay: { ms: 2500 } } };
  const stub = await startStub({ faults: [fault] });
  const connector = configured(plugin, stub, { connectTimeoutSeconds: 1 });
  const { usage } = connector.execute("isolateHost", { id: MACHINE, comment: COMMENT });
  assert.equal(usage.retries, 0);
  assert.equal(await stub.stop(), 3, "a token, one isolation, a look at what may undo it");
  say("isolateHost", "an answer that takes longer than connecting may is waited for: sent once");
}
