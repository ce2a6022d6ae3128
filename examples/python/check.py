"""Example and check: isolates, runs a script on and releases a machine of the stub service, then acts by instances that come and go, and
carries an operation out across a crash.

    python examples/python/check.py [PATH-OF-HOST-HARNESS]

The stub and the component come from `defenderctl`, which is built if no path is given. Whatever is not as it should be ends it with
an exception and exit status 1.
"""

from __future__ import annotations

import sys
import time

from checks.expect import say
from checks.journey import journey
from checks.operations import operations
from checks.sessions import sessions
from checks.tables import tables
from harness import Stub, harness, plugin


def main(harness: str) -> None:
    began = time.monotonic()
    component, size = plugin(harness)
    say("load", f"{size} bytes, compiled in {time.monotonic() - began:.1f} s")
    with Stub(harness) as stub, component.connector() as connector:
        journey(connector, stub.config, stub.secrets, stub.origins)
        tables(connector)
    with Stub(harness) as stub:
        sessions(component, stub)
    operations(component, harness)


if __name__ == "__main__":
    main(harness(sys.argv))
    print("all as it should be")
