"""The commands at the top of `--help`, where they are wider than the page."""

from __future__ import annotations

import re
import textwrap

_HANGING = 4
_USAGE = "Usage: "
_CONTINUED = " \\\n"
# Of a line: its margin, a command, and after two spaces what is said of it.
_LINE = re.compile(r"( *)(\S.*?)(?:  +(\S.*))?$")


def wrap_lines(text: str, width: int) -> str:
    """Breaks commands that are too long, each by itself.

    An example goes on after a backslash, so that it can be copied; what is
    said of it goes below, each line after a `#` if there is one. The lines of
    a synopsis, which begins with "Usage:", hang.
    """
    wrap = _wrap_synopsis if text.startswith(_USAGE) else _wrap_example
    commands = re.split(r"(?<!\\)\n", text)
    return "\n".join(
        wrap(command, width)
        if max(map(len, command.splitlines())) > width
        else command
        for command in commands
    )


def _wrap_synopsis(line: str, width: int) -> str:
    margin = line[: len(_USAGE)]
    below = " " * (len(margin) + _HANGING)
    return "\n".join(_wrap(line[len(_USAGE) :], width, margin, below))


def _wrap_example(lines: str, width: int) -> str:
    match = _LINE.match(re.sub(r" \\\n *", " ", lines))
    assert match is not None, lines
    margin, command, note = match.groups()
    below = margin + " " * _HANGING
    wrapped = margin + command
    if len(wrapped) > width:
        room = width - len(_CONTINUED.rstrip("\n"))
        wrapped = _CONTINUED.join(_wrap(command, room, margin, below))
    if not note:
        return wrapped
    if note.startswith("# "):
        note, below = note[2:], f"{below}# "
    return "\n".join([wrapped, *_wrap(note, width, below, below)])


def _wrap(text: str, width: int, first: str, below: str) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=below,
        break_on_hyphens=False,
        break_long_words=False,
    )
