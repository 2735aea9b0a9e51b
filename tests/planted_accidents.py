"""Tries processes that end as none may: a script, as it forks.

    python tests/planted_accidents.py FOLDER

Prints a JSON object: name -> kinds of failure that were found.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.fuzzing import campaign, summary
from tools.fuzzing.campaign import Campaign
from tools.fuzzing.child import Limits
from tools.fuzzing.inputs import Input

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1"
LIMITS = Limits(seconds=1.0, long_seconds=0.3, grace_seconds=1.0)


def _say(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stderr)
    sys.exit(2)


def _write(name: str, content: bytes) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_bytes(content)


def _write_export() -> None:
    _write("export/saved_model/saved_model.pb", b"graph")
    _write("export/SHA256SUMS", b"0" * 64 + b"  saved_model/saved_model.pb\n")


def _end_on_interrupt() -> None:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        sys.exit(130)


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    time.sleep(60)


ACTIONS: dict[str, Callable[[], object]] = {
    "sound": lambda: print("Done."),
    "sound file": lambda: _write("out.json", b"{}"),
    "refused": lambda: _say("Error: `x` must be 1. Received: 2."),
    "obedient": _end_on_interrupt,
    "traceback": lambda: {}["x"],
    "hang": lambda: time.sleep(60),
    "deaf": _ignore_interrupt,
    "crash": os.abort,
    "exit code": lambda: sys.exit(1),
    "two lines": lambda: _say("Warning: odd.", "Error: `x` must be 1."),
    "short": lambda: _say("Error: 'x'"),
    "obscure": lambda: _say("Error: 'int' object is not iterable"),
    "long": lambda: _say("Error: `x` must be " + "x " * 3000),
    "half picture": lambda: _write("out.png", PNG),
    "half lines": lambda: _write("out.jsonl", b'{"a": 1}\n{"a'),
    "half export": _write_export,
    "left over": lambda: _write(".partial-x", b""),
    "outside": lambda: _write("../evil", b""),
    "inputs": lambda: _write("in/x", b""),
}


def _subject(name: str) -> Callable[..., Input]:
    may_last = name in ("obedient", "deaf")
    return lambda place: Input("tfgan-x", ACTIONS[name], may_last=may_last)


def main(folder: Path) -> None:
    """Tries each once."""
    names = list(ACTIONS)
    planted = Campaign(
        {name: _subject(name) for name in names}, 0, folder, folder, LIMITS
    )
    counted = summary.Summary()
    found = {}
    for result in campaign.run(
        planted, range(len(names)), seconds=60.0, jobs=4
    ):
        counted.add(result)
        found[result.subject] = [one.kind for one in result.failures]
    found["failures"] = [str(counted.failures)]
    print(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
