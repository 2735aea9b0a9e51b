"""From a command line to flags; what is wrong with it is said in a line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from absl import flags

from tfgan_zoo.messages import shorten

# Python's words for a value of the wrong type -> what it must be.
_RULES = {
    r"invalid literal for int\(\)": "an integer",
    "Exceeds the limit": "an integer of fewer digits",
    "could not convert string to float": "a number",
    r"\('Non-boolean argument": "true or false",
}
_ILLEGAL = re.compile(r"flag --(\w+)=(.*): ", re.DOTALL)
# Its flags come with it, and set up logs that no command writes.
_WITHOUT_EFFECT = "absl.logging"


def parse(argv: Sequence[str], *, takes_words: bool) -> list[str]:
    """Parses the flags; returns the command's name and the words.

    Args:
        argv: the command line.
        takes_words: whether there may be words beside the flags, which may
            come before them.

    Raises:
        ValueError: an unknown flag, a value that it cannot have, or a word.
    """
    try:
        words = flags.FLAGS(argv)
    except flags.Error as error:
        raise ValueError(_reword(str(error))) from None
    _refuse_flags_without_effect()
    if len(words) > 1 and not takes_words:
        raise ValueError(
            "Settings must be flags, as --name=value. "
            f"Received: {' '.join(words[1:])}."
        )
    return words


def _reword(message: str) -> str:
    for words, rule in _RULES.items():
        match = re.match(_ILLEGAL.pattern + words, message, re.DOTALL)
        if match:
            value = shorten(match[2]) or "nothing"
            return f"--{match[1]} must be {rule}. Received: {value}."
    return message.removeprefix("ERROR:: ")


def _refuse_flags_without_effect() -> None:
    defined = flags.FLAGS.flags_by_module_dict().get(_WITHOUT_EFFECT, ())
    for flag in defined:
        if flag.present:
            raise ValueError(f"Unknown command line flag '{flag.name}'.")
