// Reads one machine again and again with axios, as Kibana's connector does: with an agent, and so a connection, of its own for each
// call; and then with one agent that keeps its connection. `PEER` says where and how often; times in microseconds go to stdout.

import fs from "node:fs";
import https from "node:https";
import axios from "axios";

const { url, ca, login, api, tenant, client, secret, scope, machine, calls } = JSON.parse(process.env.PEER);
const tls = { ca: fs.readFileSync(ca) };

const form = new URLSearchParams({ grant_type: "client_credentials", client_id: client, client_secret: secret, scope });
const signedIn = await axios.post(`${url}/${tenant}/oauth2/v2.0/token`, form, {
  headers: { Host: login },
  httpsAgent: new https.Agent(tls),
});
const headers = { Host: api, Authorization: `Bearer ${signedIn.data.access_token}` };

async function times(agent) {
  const taken = [];
  for (let n = -calls / 10; n < calls; n++) {
    const began = process.hrtime.bigint();
    const answer = await axios.get(`${url}/api/machines/${machine}`, { headers, httpsAgent: agent() });
    const took = Number(process.hrtime.bigint() - began) / 1000;
    if (answer.data.id !== machine) throw new Error("another machine was read");
    if (n >= 0) taken.push(took);
  }
  return taken;
}

const kept = new https.Agent({ ...tls, keepAlive: true });
const newConnection = await times(() => new https.Agent(tls));
const keepAlive = await times(() => kept);
console.log(JSON.stringify({ newConnection, keepAlive }));
kept.destroy();
