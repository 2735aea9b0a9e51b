"""What all plots of a page share: the steps, and what is shaded."""

from __future__ import annotations

import dataclasses

from tfgan_zoo.training.report import text
from tfgan_zoo.training.report.axis import Axis


@dataclasses.dataclass(frozen=True)
class Span:
    """Steps that are shaded.

    Attributes:
        first, last: of them.
        is_sure: whether what was found there is sure.
    """

    first: int
    last: int
    is_sure: bool


@dataclasses.dataclass(frozen=True)
class Frame:
    """What all plots of a page share.

    Attributes:
        first, last: steps at the ends.
        spans: to shade.
        class_names: by label, empty if unknown.
    """

    first: int
    last: int
    spans: tuple[Span, ...] = ()
    class_names: tuple[str, ...] = ()

    def percent(self, step: float) -> float:
        """Returns how far from the left a step is."""
        width = max(self.last - self.first, 1)
        return min(max(100.0 * (step - self.first) / width, 0.0), 100.0)

    def ticks(self) -> list[int]:
        """Returns round steps."""
        ends = Axis(self.first, max(self.last, self.first + 1))
        return sorted({round(tick) for tick in ends.ticks(4)})


def svg(content: str, frame: Frame, height: int, said: str) -> str:
    """Returns an SVG over the frame's steps, said so to those who see none."""
    width = max(frame.last - frame.first, 1)
    return (
        f'<svg viewBox="{frame.first} 0 {width} {height}" '
        f'preserveAspectRatio="none" role="img" aria-label="{said}">'
        f"{content}</svg>"
    )


def steps_axis(frame: Frame) -> str:
    """Returns the steps to write below a plot."""
    ticks = ""
    for tick in frame.ticks():
        left = frame.percent(tick)
        # Those at the ends are to stay within the page.
        kind = "start" if left < 3.0 else "end" if left > 97.0 else ""
        ticks += (
            f'<span class="{kind}" style="left:{left:.2f}%">'
            f"{text.short_step(tick)}</span>"
        )
    return f'<div class="x" aria-hidden="true">{ticks}</div>'


def shade(span: Span, height: int) -> str:
    """Returns the shade of a span in an SVG of that height."""
    kind = "sure" if span.is_sure else "likely"
    width = max(span.last - span.first, 0)
    return (
        f'<rect class="span {kind}" x="{span.first}" y="0" width="{width}" '
        f'height="{height}"/>'
        f'<path class="edge" d="M{span.first},0V{height}"/>'
    )
