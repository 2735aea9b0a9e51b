"""Starts programs that are asked for on standard input: see `binaries`."""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import sys
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.fuzzing import child, material


def _become(request: dict[str, Any]) -> None:
    """Turns the fork into the program's process."""
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])
    child.redirect(Path(request["folder"]))
    sys.argv = request["arguments"]
    child.end(lambda: _run(request))


def _run(request: dict[str, Any]) -> None:
    if "script" in request:
        runpy.run_path(request["script"], run_name="__main__")
        return
    module = importlib.import_module(f"tfgan_zoo.cli.{request['binary']}")
    module.run()


def _start(request: dict[str, Any]) -> int:
    """Returns the process's number; it goes on until it is waited for."""
    pid = os.fork()
    if not pid:
        _become(request)
    return pid


def main() -> None:
    """Answers each request: to start a process, or to wait for one's end.

    The answers are the process's number, and its exit code, null if it takes
    too long.
    """
    # Python 3.12 warns of forks where threads run; here none does anything.
    warnings.filterwarnings("ignore", "This process .* is multi-threaded")
    material.warm()
    # Collections in the forks would copy the memory's pages, and last.
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    for line in sys.stdin:
        request = json.loads(line)
        if "pid" in request:
            answer = child.wait(request["pid"], request["seconds"])
        else:
            answer = _start(request)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
