#!/usr/bin/env python3
"""Records `config init`, `config test` and an isolation that is interrupted and resumed:
isolate.cast, isolate.txt and isolate.svg.

    python docs/record.py target/debug/defenderctl --to DIR  # writes them into this folder
    python docs/record.py target/debug/defenderctl           # plays it to its end and writes nothing

It starts the stub itself, types into a real terminal, and needs `pyte` (docs/requirements.txt) and bash.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import tempfile

from terminal import Terminal

# Slow enough for the wait to be seen, and to be interrupted.
SCENARIO = {"pendingSeconds": 2.0, "runningSeconds": 8.0}

LONGEST_SECONDS = 40

CTRL_C = "\x03"

ISOLATE = 'defenderctl isolate ws-ops-014 -m "case 1042"'


def play(terminal, config, secret):
    """What is typed and what has to be shown. Gives the command that resumes."""
    terminal.pause(0.5)
    flags = [("tenant", "tenantId"), ("client-id", "clientId"), ("api-url", "apiUrl"),
             ("oauth-server-url", "oAuthServerUrl"), ("graph-url", "graphUrl")]
    terminal.types("defenderctl config init " + " ".join(f"--{flag} {config[key]}" for flag, key in flags))
    terminal.answers("Client secret (not shown", secret + "\r")
    terminal.shows("to check it:")
    terminal.shows("\n$ ")
    terminal.pause(1.5)

    terminal.types("defenderctl config test")
    terminal.shows("passed")
    terminal.shows("\n$ ")
    terminal.pause(1.0)

    terminal.types(ISOLATE)
    terminal.shows("[y/N] ")
    terminal.pause(2.0)
    terminal.sends("y\r")
    terminal.shows("in-progress")
    terminal.pause(1.2)
    terminal.sends(CTRL_C)
    said = terminal.shows("\n$ ")
    terminal.pause(2.0)

    resume = re.search(r"\n  (defenderctl resume [^\r\n]*)", said).group(1)
    terminal.pastes(resume)
    # The line's end by way of the terminal: what was typed is not what is waited for.
    ended = terminal.shows("\n$ ")
    if not re.search(r"status +(\x1b\[[0-9;]*m)*Succeeded", ended):
        raise SystemExit(f"the isolation did not succeed:\n{ended}")
    terminal.pause(1.5)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("binary", type=pathlib.Path)
    arguments.add_argument("--to", type=pathlib.Path, metavar="DIR", help="write the recording into this folder")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name in ("bin", "home", "demo"):
            (folder / name).mkdir()
        (folder / "bin" / "defenderctl").symlink_to(given.binary.resolve(strict=True))
        path = f"{folder / 'bin'}:{os.environ.get('PATH', os.defpath)}"
        record(folder, {"PATH": path, "HOME": str(folder / "home"), "LANG": "C.UTF-8"}, given.to)


def record(folder, environment, to):
    """Plays it in this folder."""
    check = to is None
    within = {"cwd": folder / "demo", "env": environment}
    # Compiled before: what is waited for is to be the service.
    subprocess.run(["defenderctl", "actions"], **within, check=True, stdout=subprocess.DEVNULL)
    scenario = folder / "scenario.json"
    scenario.write_text(json.dumps(SCENARIO))
    listen = "127.0.0.1:0" if check else "127.0.0.1:8765"
    command = ["defenderctl", "stub", "--listen", listen, "--scenario", str(scenario)]
    with subprocess.Popen(command, **within, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as stub:
        try:
            first_line = json.loads(stub.stdout.readline())
            secret = first_line["secrets"]["clientSecret"]
            terminal = Terminal(folder / "demo", environment, haste=0.2 if check else 1.0)
            play(terminal, first_line["config"], secret)
            terminal.close()
            actions = ["defenderctl", "run", "getActions", "-c", "defender.toml", "--output", "json"]
            sent = json.loads(subprocess.run(actions, **within, check=True, capture_output=True).stdout)["value"]
        finally:
            stub.terminate()
    cast = terminal.cast("Isolate a machine: init, test, run, Ctrl-C, resume")
    lasted = terminal.events[-1][0]
    problems = [
        (len(sent) != 1, f"{len(sent)} machine actions, and not one"),
        (lasted > LONGEST_SECONDS, f"it lasts {lasted} s, more than {LONGEST_SECONDS}"),
        (secret in cast, "the secret is in it"),
        (str(folder) in cast, "a path of this machine is in it"),
    ]
    for is_so, problem in problems:
        if is_so:
            raise SystemExit(problem)
    if not check:
        (to / "isolate.cast").write_text(cast, encoding="utf-8")
        (to / "isolate.txt").write_text(terminal.text(), encoding="utf-8")
        picture = terminal.picture("$ defenderctl isolate", "$ defenderctl resume")
        (to / "isolate.svg").write_text(picture, encoding="utf-8")
    print(f"played to its end in {lasted:.0f} s; one isolation was sent")


if __name__ == "__main__":
    main()
