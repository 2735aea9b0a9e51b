"""Flags of every binary, with odd values and in odd company."""

from __future__ import annotations

import functools
import json
import os
import re
import sys
from collections.abc import Iterator

from tools.fuzzing import values
from tools.fuzzing.inputs import Input, Place, command
from tools.fuzzing.subjects import common
from tools.fuzzing.values import Flag

# A command of each binary that takes a moment, to be changed.
_BASES = {
    "train": (
        "--model=toy",
        "--dataset=ring8",
        "--width=2",
        "--batch_size=4",
        "--steps=2",
        "--output_dir=out",
    ),
    "sample": ("--model=in/export", "--count=3"),
    "evaluate": ("--model=in/export", "--count=60", "--repeats=1"),
    "export": ("--run_dir=in/run", "--output_dir=out"),
    "directions": (
        "--model=in/export",
        "--samples=100",
        "--trials=10",
        "--components=1",
        "--factors=1",
        "--output=out",
    ),
    "encoder": (
        "--model=in/export",
        "--dataset=none",
        "--steps=2",
        "--batch_size=4",
        "--width=2",
        "--output=out",
    ),
    "doctor": ("--run_dir=in/run",),
    "demo": ("--model=in/export", "--port=0"),
    "zoo": ("list",),
}
BINARIES = tuple(_BASES)
_WORDS = ("list", "show", "path", "copy", "verify", "gallery", "", "mlp-mnist")
_LOOSE = ("-", "--", "---x", "--nosuch", "--nosuch=1", "x", "", "--=1", "-x")
_ASKS_FOR_TRACEBACKS = {"debug", "pdb", "pdb_post_mortem", "run_with_pdb"}
# Where a number this large is work and not a mistake.
_MUCH = 40


@functools.cache
def flags_of(binary: str) -> tuple[Flag, ...]:
    """Returns a binary's flags, which a fork reads: two binaries' clash."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(reading)
            with open(writing, "w") as file:
                json.dump(list(_read_flags(binary)), file)
        finally:
            os._exit(0)  # it must not go on as its parent does
    os.close(writing)
    with open(reading) as file:
        rows = json.load(file)
    os.waitpid(pid, 0)
    return tuple(
        Flag(name, kind, tuple(choices)) for name, kind, choices in rows
    )


def _read_flags(binary: str) -> Iterator[tuple[str, str, list[str]]]:
    import importlib

    from absl import flags

    importlib.import_module(f"tfgan_zoo.cli.{binary}")
    by_module = flags.FLAGS.flags_by_module_dict()
    for module in by_module:
        if not module.startswith("tfgan_zoo.cli."):
            continue
        for flag in by_module[module]:
            choices = getattr(flag.parser, "enum_values", None) or []
            yield flag.name, flag.flag_type(), list(choices)


def make(place: Place) -> Input:
    """Makes a command line of odd flags."""
    rng = place.random
    binary = rng.choice(BINARIES)
    common.write_odd_paths(place.inputs)
    run = rng.choice(common.EXPORTS)
    arguments = list(_BASES[binary])
    if any("in/run" in one for one in arguments):
        common.copy_run(place, run)
    if any("in/export" in one for one in arguments):
        common.copy_export(place, run)
    if binary == "train" and rng.random() < 0.85:
        arguments.append("--dry_run")
    known = [
        flag
        for flag in flags_of(binary)
        if flag.name not in _ASKS_FOR_TRACEBACKS
    ]
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5))):
        arguments.append(values.format_flag(rng, rng.choice(known)))
    _disturb(place, binary, arguments)
    return command(
        binary,
        *arguments,
        may_last=_may_last(binary, arguments),
        may_change=("run", *_named(arguments[len(_BASES[binary]) :])),
    )


def _named(arguments: list[str]) -> list[str]:
    """Returns the inputs that flags name, as they may be outputs."""
    values_of = (one.partition("=")[2] for one in arguments)
    paths = [value for value in values_of if re.match("in(/|$)", value)]
    return [path.removeprefix("in").lstrip("/") for path in paths]


def _disturb(place: Place, binary: str, arguments: list[str]) -> None:
    rng = place.random
    if binary == "zoo" and rng.random() < 0.8:
        arguments[0] = rng.choice(_WORDS)
        for _ in range(rng.randrange(3)):
            arguments.insert(1, rng.choice(_WORDS + values.ODD_TEXTS))
    chance = rng.random()
    if chance < 0.1:
        arguments.pop(rng.randrange(len(arguments)))
    elif chance < 0.2:
        place_of = rng.randrange(len(arguments) + 1)
        arguments.insert(place_of, rng.choice(_LOOSE))
    elif chance < 0.25:
        cut = rng.choice(arguments).partition("=")[0]
        arguments.append(cut)
    elif chance < 0.28:
        arguments.append(f"--flagfile={rng.choice(values.ODD_PATHS)}")
    elif chance < 0.3:
        arguments.append(rng.choice(("--help", "-h", "--helpfull")))


def _may_last(binary: str, arguments: list[str]) -> bool:
    """Whether a command asks for long work or for a server."""
    if binary == "demo":
        return True
    if binary == "train" and "--dry_run" not in arguments:
        return True
    for argument in arguments:
        name, _, value = argument.partition("=")
        if re.fullmatch(r"\s*\+?\d+\s*", value) and _is_much(value):
            return True
        if name in ("--dataset", "--images") and value in ("/", "/proc"):
            return True
        if value in ("all", "stacked_digits"):  # networks to load
            return True
    return "gallery" in arguments or "--metrics=linear" in arguments


def _is_much(digits: str) -> bool:
    if len(digits) > sys.int_info.str_digits_check_threshold:
        return True
    return int(digits) > _MUCH
