"""Reads one machine again and again with requests, and a token by msal, as SOAR integrations do: with a connection of its own for
each call; and then in a session that keeps its connection. `PEER` says where and how often; times in microseconds go to stdout."""

import json
import os
import time

import msal
import requests

PEER = json.loads(os.environ["PEER"])
URL, CA = PEER["url"], PEER["ca"]


class Login:
    """The login server by msal's idea of an HTTP client; it answers the discovery itself, which the stub does not have."""

    class Discovery:
        status_code = 200
        headers = {}
        text = json.dumps({
            "authorization_endpoint": "https://unused.example/authorize",
            "token_endpoint": "https://login/token",
            "issuer": f"https://{PEER['login']}/{PEER['tenant']}/v2.0",
        })

        def raise_for_status(self):
            pass

    def get(self, url, **_):
        return self.Discovery()

    def post(self, url, params=None, data=None, headers=None, **_):
        headers = {**(headers or {}), "Host": PEER["login"]}
        return requests.post(f"{URL}/{PEER['tenant']}/oauth2/v2.0/token", params=params, data=data, headers=headers, verify=CA)

    def close(self):
        pass


application = msal.ConfidentialClientApplication(
    PEER["client"],
    client_credential=PEER["secret"],
    authority=f"https://{PEER['login']}/{PEER['tenant']}",
    instance_discovery=False,
    http_client=Login(),
)


def times(get):
    taken = []
    for n in range(-PEER["calls"] // 10, PEER["calls"]):
        began = time.perf_counter_ns()
        token = application.acquire_token_for_client(scopes=[PEER["scope"]])["access_token"]
        headers = {"Host": PEER["api"], "Authorization": f"Bearer {token}"}
        answer = get(f"{URL}/api/machines/{PEER['machine']}", headers=headers, verify=CA)
        answer.raise_for_status()
        machine = answer.json()
        took = (time.perf_counter_ns() - began) / 1000
        assert machine["id"] == PEER["machine"]
        if n >= 0:
            taken.append(took)
    return taken


with requests.Session() as session:
    print(json.dumps({"newConnection": times(requests.get), "keepAlive": times(session.get)}))
