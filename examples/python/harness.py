"""`defenderctl` as the examples use it: it has the component inside, and the stub service."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from defender import Plugin

ROOT = Path(__file__).resolve().parent.parent.parent


def harness(arguments: list[str]) -> str:
    """The path that the command line names, or one that is built by cargo."""
    if len(arguments) > 2:
        sys.exit(f"usage: {arguments[0]} [PATH-OF-HOST-HARNESS]")
    if len(arguments) == 2:
        return arguments[1]
    subprocess.run(["cargo", "build", "--locked", "-p", "defenderctl"], cwd=ROOT, check=True)
    name = "defenderctl.exe" if sys.platform == "win32" else "defenderctl"
    return str(ROOT / os.environ.get("CARGO_TARGET_DIR", "target") / "debug" / name)


def plugin(harness: str) -> tuple[Plugin, int]:
    """The component, and how many bytes it has."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory, "defender_connector.wasm")
        subprocess.run([harness, "component", "export", "-o", str(path)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return Plugin(path), path.stat().st_size


class Stub:
    """A running stub service, to be used in a `with`; `stop` says how many requests it served."""

    def __init__(self, harness: str, scenario: Mapping[str, Any] | None = None) -> None:
        self._directory = tempfile.TemporaryDirectory()
        path = Path(self._directory.name, "scenario.json")
        path.write_text(json.dumps(scenario or {}))
        command = [harness, "stub", "--listen", "127.0.0.1:0", "--scenario", str(path)]
        self._server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self._server.stdout.readline() if self._server.stdout else ""
        if not line:
            raise RuntimeError(f"the stub did not start: {self._server.communicate()[1]}")
        said = json.loads(line)
        self.config: dict[str, Any] = said["config"]
        self.secrets: dict[str, Any] = said["secrets"]
        self.origins = {said["url"], said["storageUrl"]}
        self._served: int | None = None

    def stop(self) -> int:
        if self._served is None:
            self._server.send_signal(signal.SIGINT)
            _, said = self._server.communicate()
            self._directory.cleanup()
            found = re.search(r"(\d+) requests served", said)
            self._served = int(found[1]) if found else -1
        return self._served

    def __enter__(self) -> Stub:
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()
