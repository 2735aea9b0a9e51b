"""What is wrong with how an input ended."""

from __future__ import annotations

import dataclasses
import os
import re
from pathlib import Path

from tools.fuzzing import integrity, snapshot
from tools.fuzzing.child import Outcome
from tools.fuzzing.inputs import Input

# 3: a training failed; 129, 130, 143: SIGHUP, SIGINT, SIGTERM; 141: no reader.
_CODES = {0, 2, 3, 129, 130, 141, 143}
_BAD_INPUT = 2
_LONGEST_LINE = 3_000
_HALF_MADE = (".partial-", ".old-")
# A cache holds what an archive held, be it whole or not.
_NOT_OURS = re.compile(r"(^|/)(\.partial-|\.old-|cache/)")
# Of Python, NumPy and TensorFlow: they help a programmer, not a user.
_OBSCURE = re.compile(
    r"object is not|object has no|not supported between|unsupported operand"
    r"|argument must be|argument after|invalid literal|could not convert"
    r"|index out of range|out of bounds|indices must|NoneType"
    r"|unexpected keyword|required positional|positional arguments?"
    r"|sequence element|Attempt to convert|could not be broadcast"
    r"|broadcast together|cannot reshape|__\w+__|math (range|domain) error"
    r"|too large to convert|cannot convert|embedded null|can't encode"
    r"|can't decode|Graph execution error|unhashable|not callable"
    r"|too many values|not enough values|truth value|inhomogeneous"
    r"|recursion depth|bad_alloc|check failed|python int|numpy\.\w+\("
    r"|<class |0x[0-9a-f]{9,}|\{\{|\[Op:|ufunc|divide by zero|division by zero"
)
_RAISED = re.compile(r"^([A-Za-z_.]*[A-Z]\w*)(?::|$)", re.MULTILINE)
_FRAME = re.compile(r'File "([^"]+)", line (\d+), in (\S+)')


@dataclasses.dataclass(frozen=True)
class Failure:
    """What went wrong.

    Attributes:
        kind: of failure, and where: equal ones are one defect.
        detail: the last lines about it.
    """

    kind: str
    detail: str


def failures(
    tried: Input,
    outcome: Outcome,
    folder: Path,
    before: dict[str, str],
) -> list[Failure]:
    """Returns what is wrong with how an input ended.

    Args:
        tried: the input.
        outcome: of its process.
        folder: its working folder; the one above is its alone, too.
        before: snapshot of the one above from before it ran.
    """
    binary = tried.text.split(" ", 1)[0]
    found = _of_end(tried, outcome, binary)
    after = snapshot.take(folder.parent, but=_OURS)
    changed = snapshot.changes(before, after)
    found += _of_changes(tried, folder, changed, binary)
    if not (outcome.is_hung or outcome.code < 0):
        found += _of_files(folder, changed, binary)
    return found


# Beside the working folder: what the process may always write to.
_OURS = ("stdout", "stderr", "home", "tmp")


def before(folder: Path) -> dict[str, str]:
    """Returns the snapshot that `failures` takes."""
    return snapshot.take(folder.parent, but=_OURS)


def _of_end(tried: Input, outcome: Outcome, binary: str) -> list[Failure]:
    last = outcome.errors.strip()[-1500:]
    if outcome.is_hung:
        text = f"killed after {outcome.seconds:.0f} s; {last}"
        return [Failure(f"hang: {binary}", text)]
    for text in (outcome.errors, outcome.output):
        if "Traceback (most recent call last)" in text:
            return [Failure(f"traceback: {_place(text)}", text[-1500:])]
    if outcome.code < 0:
        if tried.may_crash:
            return []
        return [Failure(f"signal {-outcome.code}: {binary}", last)]
    if outcome.code not in _CODES:
        return [Failure(f"exit code {outcome.code}: {binary}", last)]
    if outcome.code == _BAD_INPUT:
        return _of_message(outcome.errors, binary)
    return []


def _of_message(errors: str, binary: str) -> list[Failure]:
    lines = errors.rstrip("\n").split("\n")
    lines = [line for line in lines if not line.startswith("Note: ")] or [""]
    message = lines[-1].removeprefix("Error: ")
    shape = re.sub(r"`\w+`", "`_`", message)
    shape = re.sub(r"[\d'\"/].*", "", shape)[:60]
    # What is received may be anything, and absl words errors of flags.
    rule = (
        "" if message.startswith("flag --") else message.split("Received:")[0]
    )
    kind = ""
    if len(lines) > 1 or not lines[0].startswith("Error: "):
        kind = "not one line of error"
    elif len(lines[0]) > _LONGEST_LINE:
        kind = f"error of more than {_LONGEST_LINE} characters"
    elif len(message.split()) < 3:
        kind = "error that says too little"
    elif found := _OBSCURE.search(rule):
        kind = f"obscure error ({found[0]})"
    if not kind:
        return []
    return [Failure(f"{kind}: {binary}: {shape}", errors.strip()[-1500:])]


def _place(text: str) -> str:
    """Returns exception class and the last frame of the package."""
    frames = _FRAME.findall(text)
    own = [one for one in frames if "/tfgan_zoo/" in one[0]] or frames
    name = (_RAISED.findall(text) or ["?"])[-1]
    if not own:
        return name
    path, line, function = own[-1]
    short = path[max(path.rfind("tfgan_zoo/"), 0) :]
    return f"{name} at {short}:{line} {function}"


def _of_changes(
    tried: Input, folder: Path, changed: list[str], binary: str
) -> list[Failure]:
    allowed = tuple(f"{folder.name}/in/{name}" for name in tried.may_change)
    own = f"{folder.name}/"
    inputs = f"{own}in"
    wrong = [
        path
        for path in changed
        if not path.startswith(own)
        or (
            (path == inputs or path.startswith(f"{inputs}/"))
            and not path.startswith(allowed or ("\0",))
        )
    ]
    if not wrong:
        return []
    text = ", ".join(wrong[:5])
    return [Failure(f"wrote to its inputs or outside: {binary}", text)]


def _of_files(folder: Path, changed: list[str], binary: str) -> list[Failure]:
    found = []
    for name in changed:
        path = folder.parent / name
        if not os.path.lexists(path) or path.is_symlink():
            continue
        if path.name.startswith(_HALF_MADE):
            kind = f"half-made file left: {binary}"
            found.append(Failure(kind, name))
        elif not _NOT_OURS.search(name):
            fault = integrity.find_fault(path)
            if fault:
                kind = f"file that is not whole: {binary}: {path.suffix}"
                found.append(Failure(kind, f"{name}: {fault}"))
    return found
