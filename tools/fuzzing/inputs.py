"""What is tried: a command or a call, and what it may do."""

from __future__ import annotations

import dataclasses
import importlib
import random
import shlex
import sys
from pathlib import Path
from typing import Any, Callable


@dataclasses.dataclass(frozen=True)
class Place:
    """Where an input is made.

    Attributes:
        random: of this input alone.
        folder: its working folder.
        material: folder of small real files to make it of.
    """

    random: random.Random
    folder: Path
    material: Path

    @property
    def inputs(self) -> Path:
        """Returns the folder of its files, `in` for its process."""
        return self.folder / "in"


@dataclasses.dataclass(frozen=True)
class Input:
    """One thing to try.

    Attributes:
        text: what does the same by hand, from the working folder.
        action: what its process does.
        may_last: whether it asks for long work.
        may_change: names in `in` that it may write to, such as a run's.
        may_crash: whether it asks to trust a damaged graph, on which
            TensorFlow itself may abort.
    """

    text: str
    action: Callable[[], Any]
    may_last: bool = False
    may_change: tuple[str, ...] = ()
    may_crash: bool = False


Subject = Callable[[Place], Input]


def command(binary: str, *arguments: str, **allowed: Any) -> Input:
    """Returns a binary's command line as an input.

    Args:
        binary: such as "sample", of tfgan-sample.
        *arguments: its flags and words.
        **allowed: as `Input` has them.
    """

    def action() -> None:
        sys.argv = [f"tfgan-{binary}", *arguments]
        importlib.import_module(f"tfgan_zoo.cli.{binary}").run()

    return Input(shlex.join([f"tfgan-{binary}", *arguments]), action, **allowed)


def call(code: str, **allowed: Any) -> Input:
    """Returns Python code as an input.

    Args:
        code: statements; NumPy, TensorFlow and the package are imported as
            `np`, `tf` and `tfgan_zoo`.
        **allowed: as `Input` has them.
    """

    def action() -> None:
        names = {
            "np": importlib.import_module("numpy"),
            "tf": importlib.import_module("tensorflow"),
            "tfgan_zoo": importlib.import_module("tfgan_zoo"),
        }
        try:
            exec(compile(code, "<input>", "exec"), names)
        except (ValueError, TypeError, OSError) as error:
            print(f"Error: {error}", file=sys.stderr)
            sys.exit(2)
        except KeyboardInterrupt:
            sys.exit(130)

    return Input(f"python -c {shlex.quote(code)}", action, **allowed)
