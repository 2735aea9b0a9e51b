"""Runs binaries that are asked for on standard input: see `binaries`."""

from __future__ import annotations

import importlib
import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.fuzzing import child, material


def _become(request: dict[str, Any]) -> None:
    """Turns the fork into the binary's process."""
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])
    child.redirect(Path(request["folder"]))
    sys.argv = request["arguments"]
    module = importlib.import_module(f"tfgan_zoo.cli.{request['binary']}")
    child.end(module.run)


def main() -> None:
    """Answers each request with the exit code, null if it took too long."""
    # Python 3.12 warns of forks where threads run; here none does anything.
    warnings.filterwarnings("ignore", "This process .* is multi-threaded")
    material.warm()
    for line in sys.stdin:
        request = json.loads(line)
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            _become(request)
        print(json.dumps(child.wait(pid, request["seconds"])), flush=True)


if __name__ == "__main__":
    main()
