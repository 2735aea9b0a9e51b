"""Progress on the terminal: a bar, or a line now and then."""

from __future__ import annotations

import sys
import time
from typing import Any, Callable

from tqdm import tqdm

_SECONDS_BETWEEN_LINES = 15.0


class Progress:
    """Shows how far a training is, with losses, speed and time left.

    Args:
        first_step: steps already done.
        last_step: steps to be done in all.
        log: prints a line where the output is no terminal.
    """

    def __init__(
        self, first_step: int, last_step: int, log: Callable[[str], None]
    ) -> None:
        self._last_step = last_step
        self._log = log
        self._first_step = first_step
        self._started = time.monotonic()
        self._last_line = -_SECONDS_BETWEEN_LINES
        self._bar: tqdm | None = None
        if sys.stderr is not None and sys.stderr.isatty():
            self._bar = tqdm(
                total=last_step,
                initial=first_step,
                unit="step",
                dynamic_ncols=True,
            )

    def report(self, record: dict[str, Any]) -> None:
        """Shows a record of metrics.jsonl."""
        if self._bar is not None:
            self._bar.set_postfix_str(_figures(record), refresh=False)
            self._bar.update(record["step"] - self._bar.n)
            return
        now = time.monotonic()
        last = record["step"] >= self._last_step
        if last or now - self._last_line >= _SECONDS_BETWEEN_LINES:
            self._last_line = now
            self._log(self._line(record, now - self._started))

    def _line(self, record: dict[str, Any], elapsed: float) -> str:
        step = record["step"]
        done = max(step - self._first_step, 1)
        left = int(elapsed / done * (self._last_step - step))
        return (
            f"step {step}/{self._last_step}  {_figures(record)}  "
            f"{left // 60}:{left % 60:02d} left"
        )

    def close(self) -> None:
        """Ends the bar's line."""
        if self._bar is not None:
            self._bar.close()


def _figures(record: dict[str, Any]) -> str:
    return (
        f"loss D {record['discriminator_loss']:.3f} "
        f"G {record['generator_loss']:.3f}  "
        f"{record['images_per_second']:.0f} images/s"
    )
