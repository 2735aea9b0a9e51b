"""The steps that all plots of a page share, and what is shaded there."""

from __future__ import annotations

import dataclasses

from tfgan_zoo.training.report import text


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


def svg(content: str, frame: Frame, height: int, description: str) -> str:
    """Returns an SVG over the frame's steps, said so to those who see none."""
    width = max(frame.last - frame.first, 1)
    return (
        f'<svg viewBox="{frame.first} 0 {width} {height}" '
        f'preserveAspectRatio="none" role="img" aria-label="{description}">'
        f"{content}</svg>"
    )


def steps_axis(frame: Frame) -> str:
    """Returns the first and the last step, to write below a time axis."""
    return (
        f'<div class="x" aria-hidden="true"><span>{text.step(frame.first)}'
        f"</span><span>{text.step(frame.last)}</span></div>"
    )


def shade(span: Span, height: int) -> str:
    """Returns the shade of a span in an SVG of that height."""
    kind = "sure" if span.is_sure else "likely"
    width = max(span.last - span.first, 0)
    return (
        f'<rect class="span {kind}" x="{span.first}" y="0" width="{width}" '
        f'height="{height}"/>'
        f'<path class="edge" d="M{span.first},0V{height}"/>'
    )
