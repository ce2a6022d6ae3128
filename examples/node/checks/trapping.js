/**
 * The component with a flaw, for the check of what comes of a trap: `readsThenTraps` does what `getAgentList` does, and then
 * executes an instruction that WebAssembly ends an instance for. Written beside the transpiled component as a module of its own.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { BUILD } from "../harness.js";

/** `(module (func (export "") unreachable))` */
const UNREACHABLE = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 4, 1, 0, 0, 0, 10, 5, 1, 3, 0, 0, 11];

const SOURCE = `
import { readFileSync } from "node:fs";
import { instantiate as sound } from ${JSON.stringify(pathToFileURL(join(BUILD, "connector.js")).href)};

const unreachable = new WebAssembly.Module(new Uint8Array(${JSON.stringify(UNREACHABLE)}));

export function instantiate(_, imports) {
  const module = (file) => new WebAssembly.Module(readFileSync(${JSON.stringify(BUILD)} + "/" + file));
  const { connector, ...others } = sound(module, imports);
  const execute = (action, params) => {
    if (action !== "readsThenTraps") return connector.execute(action, params);
    connector.execute("getAgentList", "{}");
    return new WebAssembly.Instance(unreachable).exports[""]();
  };
  return { ...others, connector: { ...connector, execute } };
}
`;

/** A folder to load it from, and what removes it. */
export function trapping() {
  const directory = mkdtempSync(join(BUILD, "trapping-"));
  writeFileSync(join(directory, "connector.js"), SOURCE);
  return { directory, remove: () => rmSync(directory, { recursive: true }) };
}
