"""Why a file of unknown origin is not loaded."""

from __future__ import annotations

from pathlib import Path


class Refusal(Exception):
    """A rule that a file breaks.

    Args:
        rule: what must hold, as in "hold one graph".
        received: what was found instead, as in "which holds two".
        damaged: whether TensorFlow itself could not load it either.
    """

    def __init__(
        self, rule: str, received: str, *, damaged: bool = False
    ) -> None:
        super().__init__(rule, received)
        self.rule = rule
        self.received = received
        self.damaged = damaged

    def error(self, saved_model: Path) -> ValueError:
        """Returns the error for the caller, with a message in one line."""
        hint = "" if self.damaged else "; --trust loads it all the same"
        text = (
            f"A model must {self.rule}{hint}. "
            f"Received: {saved_model}, {self.received}."
        )
        # A name may hold anything, line breaks and control codes included.
        return ValueError(
            "".join(char if char.isprintable() else "?" for char in text)
        )
