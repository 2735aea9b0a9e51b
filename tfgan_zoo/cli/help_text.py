"""The text of `--help`: usage, then flags by subject, with their defaults."""

from __future__ import annotations

import re
import shutil
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from absl import flags

from tfgan_zoo.cli import path_flags, usage_text
from tfgan_zoo.messages import describe_limits

MIN_WIDTH, MAX_WIDTH = 40, 100
_NO_TERMINAL = (80, 24)
# Paths by these flags may be names, such as those of `tfgan-zoo list`.
_MAY_BE_NAMES = (
    "compare",
    "dataset",
    "evaluate_features",
    "features",
    "model",
    "start_from",
)
_PLACEHOLDERS = {
    "int": "N",
    "float": "X",
    "comma separated list of strings": "A,B",
}
_PLACEHOLDERS_BY_NAME = {
    "diffaugment_policy": "A,B",
    "features_sha256": "HASH",
    "label": "A,B",
    "labels": "A,B",
    "shard": "I/N",
    "start_fingerprint": "HASH",
    "value_range": "MIN,MAX",
}
_DEFAULT = " Default: "
# These have none that is worth a word.
_WITHOUT_DEFAULT = re.compile(r"\bRequired\b|^Alias for ")
# Spaces at which no line breaks, and what stands for them meanwhile.
_UNBROKEN = re.compile(
    r"(?<=Default:) |(?<=At) (?=least \d)|(?<=At least) |(?<=One of:) "
    r"|(?<=\d) (?=to -?\d)|(?<=\d to) "
)
_GLUE = "\0"
_ABSL = {
    "flagfile=PATH": "File of further flags, one a line. Default: none.",
    "undefok=A,B": "Names of flags to ignore if they are unknown. Default: "
    "none.",
}
_FOOTER = "--helpfull also lists absl's own flags."


def terminal_width() -> int:
    """Returns the columns to fill: the terminal's, 80 where there is none."""
    columns = shutil.get_terminal_size(fallback=_NO_TERMINAL).columns
    return min(max(columns, MIN_WIDTH), MAX_WIDTH)


def describe_default(value: Any) -> str:
    """Returns a flag's default in words."""
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    return ",".join(value) if isinstance(value, list) else str(value)


def format_help(
    usage: str,
    described: Iterable[flags.Flag],
    sections: Mapping[str, Sequence[str]],
    *,
    width: int,
    with_absl: bool = False,
) -> str:
    """Returns the text that `--help` prints.

    Args:
        usage: the first paragraphs; indented lines break only where they
            are too long.
        described: the flags, in the order of the last section.
        sections: names of flags by title, in order; flags that are in none
            come last.
        width: in columns.
        with_absl: whether to describe absl's own flags as well.

    Raises:
        KeyError: a name in `sections` is of no flag, or there twice.
    """
    rest = {flag.name: flag for flag in described}
    parts = [
        usage_text.wrap_lines(text, width)
        if re.search("^( |Usage: )", text, re.MULTILINE)
        else _fill(text, width)
        for text in usage.strip().split("\n\n")
    ]
    for title, names in sections.items():
        members = [rest.pop(name) for name in names]
        parts.append(_format_section(title, _entries(members), width))
    title = "Other flags" if sections else "Flags"
    parts.append(_format_section(title, _entries(rest.values()), width))
    if with_absl:
        parts.append(_format_section("absl's flags", _ABSL, width))
    else:
        parts.append(_fill(_FOOTER, width))
    return "\n\n".join(parts)


def _entries(described: Iterable[flags.Flag]) -> dict[str, str]:
    return {_signature(flag): _describe(flag) for flag in described}


def _format_section(title: str, entries: Mapping[str, str], width: int) -> str:
    lines = [_fill(title, width), ""]
    for signature, text in entries.items():
        lines += [f"  --{signature}", _fill(text, width, 6)]
    return "\n".join(lines)


def _signature(flag: flags.Flag) -> str:
    if flag.boolean:
        return f"[no]{flag.name}"
    is_path = isinstance(flag.parser, path_flags.PathParser)
    if is_path:
        value = "NAME|PATH" if flag.name in _MAY_BE_NAMES else "PATH"
    else:
        value = _PLACEHOLDERS.get(flag.flag_type(), "NAME")
        value = _PLACEHOLDERS_BY_NAME.get(flag.name, value)
    return f"{flag.name}={value}"


def _describe(flag: flags.Flag) -> str:
    """Returns a flag's help with its choices, limits and default."""
    choices = getattr(flag.parser, "enum_values", None) or []
    # absl puts the choices before the help.
    text = flag.help.removeprefix(f"<{'|'.join(choices)}>: ")
    text, says_default, default = text.partition(_DEFAULT)
    parts = [text]
    if choices:
        parts.append(f"One of: {', '.join(choices)}.")
    low = getattr(flag.parser, "lower_bound", None)
    if low is not None:
        high = getattr(flag.parser, "upper_bound", None)
        parts.append(describe_limits(low, high))
    if says_default:
        parts.append(f"Default: {default}")
    elif not _WITHOUT_DEFAULT.search(text):
        parts.append(f"Default: {describe_default(flag.default)}.")
    return " ".join(parts)


def _fill(text: str, width: int, indent: int = 0) -> str:
    wrapper = textwrap.TextWrapper(
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
    glued = _UNBROKEN.sub(_GLUE, " ".join(text.split()))
    lines = [line.replace(_GLUE, " ") for line in wrapper.wrap(glued)]
    # What is not to be broken may be wider than the page.
    return "\n".join(wrapper.fill(line.strip()) for line in lines)
