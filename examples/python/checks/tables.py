"""What notebooks show: tables, in which nothing that a machine says is markup."""

from __future__ import annotations

from defender import Connector, Job, Outcome, Usage

from .expect import expect, say

HOSTILE = "<script>alert('ws-014')</script>"
USAGE = Usage(call_id="1", requests=1, retries=0, request_bytes=0, response_bytes=0, waited_ms=0)


def tables(connector: Connector) -> None:
    machines = connector.execute("getAgentList")
    shown = machines._repr_html_()
    expect(len(machines.rows()) > 1 and shown.count("<tr>") == len(machines.rows()) + 1, shown)
    expect(all(machine["computerDnsName"] in shown for machine in machines.rows()), "a machine is missing")
    expect("isolateHost" in connector.describe()._repr_html_(), "an action is missing")
    expect("<table>" in connector.test()._repr_html_(), "no table")
    say("notebook", f"{len(machines.rows())} machines as a table of {len(shown)} characters")

    job = Job(id="1", state="succeeded", adopted=False)
    for data in ({"value": [{"computerDnsName": HOSTILE}, {HOSTILE: 1}]}, {"script_output": HOSTILE}, HOSTILE, [[HOSTILE]], None):
        shown = Outcome(data, job, USAGE)._repr_html_()
        expect("<script" not in shown, shown)
    many = Outcome({"value": [{"id": number} for number in range(1000)]}, None, USAGE)
    expect("950 more" in many._repr_html_() and len(many.rows()) == 1000, "a table without end")
    say("notebook", "no text of a machine is markup there")
