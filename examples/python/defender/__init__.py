"""Runs a connector component (`wit/`, `connector:plugin@0.1.0`) in wasmtime-py.

    plugin = Plugin("defender_connector.wasm")              # compiles: once per process
    with plugin.connector() as connector:                   # an instance: cheap, one call at a time
        connector.configure({"tenantId": ..., "clientId": ...}, {"clientSecret": ...})
        outcome = connector.execute("isolateHost", {"id": ..., "comment": "case 1042"})

What the component reports is raised as `ConnectorError`. A `wasmtime.WasmtimeError` is a trap: that instance has ended, make a
new one. In a notebook outcomes, reports and failures show themselves as tables; `outcome.rows()` is for pandas.
"""

from .contract import (
    Action,
    Configured,
    ConnectorError,
    Descriptor,
    Job,
    Operation,
    Origin,
    Outcome,
    OutcomeWarning,
    Permission,
    Report,
    Retry,
    Step,
    Target,
    Usage,
)
from .download import Download
from .host import Connector, Plugin
from .operations import Entry, Keep, resume_operation, run_operation

__all__ = [
    "Action",
    "Configured",
    "Connector",
    "ConnectorError",
    "Descriptor",
    "Download",
    "Entry",
    "Job",
    "Keep",
    "Operation",
    "Origin",
    "Outcome",
    "OutcomeWarning",
    "Permission",
    "Plugin",
    "Report",
    "Retry",
    "Step",
    "Target",
    "Usage",
    "resume_operation",
    "run_operation",
]
