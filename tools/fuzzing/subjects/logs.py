"""Logs of trainings, with odd lines."""

from __future__ import annotations

import json
import random

from tools.fuzzing import damage, material
from tools.fuzzing.inputs import Input, Place, command

_ENDS = ("\n", "\n", "\n", "\r\n", "\r", "\u2028", "\n\n", "")
_ODD_LINES = (
    "",
    " ",
    "{}",
    "[]",
    "null",
    "1",
    '"step"',
    "{",
    '{"step": 1',
    '{"step": 1}',
    '{"step": -1}',
    '{"step": 1.0}',
    '{"step": 1.5}',
    '{"step": true}',
    '{"step": "2"}',
    '{"step": null}',
    '{"step": NaN}',
    '{"step": Infinity}',
    '{"step": 1e400}',
    '{"step": 1' + "0" * 400 + "}",
    '{"step": 1, "step": 2}',
    '{"step": 3, "note": "a\u2028b"}',
    '{"step": 3, "a": ' + "[" * 2000 + "]" * 2000 + "}",
    "{" * 100_000,
    "\ufeff",
    "\0",
)


def content(place: Place) -> bytes:
    """Returns a log in which some lines are odd."""
    rng = place.random
    lines = list(material.log_lines(place.material))
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        at = rng.randrange(len(lines) + 1)
        if rng.random() < 0.5:
            lines.insert(at, rng.choice(_ODD_LINES))
        elif lines:
            lines[at % len(lines)] = _forged(rng, lines[at % len(lines)])
    if rng.random() < 0.1:
        rng.shuffle(lines)
    if rng.random() < 0.05:
        lines *= 3_000
    end = rng.choice(_ENDS)
    text = end.join(lines) + rng.choice((end, ""))
    packed = text.encode("utf-8", "surrogatepass")
    if rng.random() < 0.15:
        packed = damage.scramble(rng, packed)
    return b"\xef\xbb\xbf" + packed if rng.random() < 0.1 else packed


def _forged(rng: random.Random, line: str) -> str:
    try:
        return json.dumps(damage.forge(rng, json.loads(line)))
    except (ValueError, RecursionError):  # one of the odd lines
        return line[: len(line) // 2]


def make(place: Place) -> Input:
    """Makes a command that reads a bad log."""
    rng = place.random
    (place.inputs / "log.jsonl").write_bytes(content(place))
    arguments = ["--log=in/log.jsonl"]
    for flag in ("--json", "--output=report.html", "--loss=hinge", "--steps=9"):
        if rng.random() < 0.3:
            arguments.append(flag)
    return command("doctor", *arguments)
