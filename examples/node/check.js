/**
 * Example and check: isolates, runs a script on and releases a machine of the stub service, acts by instances that come and go,
 * carries an operation out across a crash, and does it once more in Kibana's shape. Whatever is not as it should be ends it with exit status 1.
 *
 *     npm run check
 */

import { say } from "./checks/expect.js";
import { journey } from "./checks/journey.js";
import { endings, outcomes, retries, validation } from "./checks/kibana.js";
import { interrupted } from "./checks/operations.js";
import { estranged, slow, stateless } from "./checks/sessions.js";
import { Plugin } from "./defender.js";
import { BUILD, startStub } from "./harness.js";

const began = performance.now();
const plugin = await Plugin.load(BUILD);
plugin.connector();
say("load", `compiled in ${((performance.now() - began) / 1000).toFixed(1)} s`);
const stub = await startStub();
try {
  estranged(plugin, stub, journey(plugin, stub));
  await stateless(plugin);
  await slow(plugin);
  await interrupted(plugin);
  await outcomes(stub);
  await validation(stub);
  await retries();
  await endings(stub);
} finally {
  await stub.stop();
}
console.log("all as it should be");
