"""The grids of samples: which are shown, and the slider through them."""

from __future__ import annotations

import base64
import dataclasses
import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from PIL import Image

from tfgan_zoo.training.report import text

MOST = 40
LIMIT_BYTES = 8_000_000
_T = TypeVar("_T")
_NAME = re.compile(r"step_(\d+)\.png")
_WIDE_PX, _WIDEST_PX = 640, 960
_JPEG_QUALITY = 90


@dataclasses.dataclass(frozen=True)
class Grid:
    """A picture of samples.

    Attributes:
        step: of it.
        content: of a PNG or JPEG file.
    """

    step: int
    content: bytes

    def size_px(self) -> tuple[int, int]:
        """Returns width and height."""
        with Image.open(io.BytesIO(self.content)) as image:
            return image.size


@dataclasses.dataclass(frozen=True)
class Grids:
    """What is shown of the samples.

    Attributes:
        selected: in the order of their steps.
        note: what was left out or changed, "" if nothing was.
    """

    selected: tuple[Grid, ...] = ()
    note: str = ""


def of_folder(
    folder: Path, *, most: int = MOST, limit_bytes: int = LIMIT_BYTES
) -> Grids:
    """Chooses among a folder's grids.

    The first and the newest are among them. Where their PNG files are too
    large, they are compressed with a loss; where that is not enough, there are
    fewer.

    Args:
        folder: of files step_*.png.
        most: grids to show.
        limit_bytes: of all of them, in the page.
    """
    paths = sorted(
        (int(match[1]), path)
        for path in folder.glob("step_*.png")
        for match in [_NAME.fullmatch(path.name)]
        if match
    )
    grids = [
        Grid(step, path.read_bytes()) for step, path in _evenly(paths, most)
    ]
    grids = [grid for grid in grids if _is_whole(grid)]
    note = []
    if _bytes(grids) > limit_bytes:
        grids = [_compressed(grid) for grid in grids]
        note.append("They are compressed here; the files are exact.")
    while len(grids) > 1 and _bytes(grids) > limit_bytes:
        grids = _evenly(grids, len(grids) - 1)
    if len(grids) < len(paths):
        note.insert(0, f"{len(grids)} of the {len(paths)} grids are shown.")
    return Grids(tuple(grids), " ".join(note))


def slider(grids: Grids) -> str:
    """Returns the grids; without JavaScript only the newest is to be seen."""
    if not grids.selected:
        return "<p>There are no samples yet.</p>"
    last = len(grids.selected) - 1
    frames = "".join(
        _frame(grid, is_visible=place == last)
        for place, grid in enumerate(grids.selected)
    )
    newest = text.step(grids.selected[-1].step)
    controls = (
        '<div class="controls" hidden><button type="button" id="play">Play'
        '</button><label><span class="hidden">Step of the grid</span>'
        f'<input type="range" id="slider" min="0" max="{last}" '
        f'value="{last}" aria-valuetext="Step {newest}"></label></div>'
        if last
        else ""
    )
    note = text.escaped(grids.note)
    return (
        f'<div class="grids" style="--wide:{_wide_px(grids.selected[-1])}px">'
        f'<div class="frames">{frames}</div>'
        f'<div class="beside"><p class="step">Step <output id="shown">{newest}'
        f'</output></p>{controls}<p class="quiet">The same inputs at each '
        f"step. {note}</p></div></div>"
    )


def _frame(grid: Grid, *, is_visible: bool) -> str:
    width, height = grid.size_px()
    kind = "png" if grid.content.startswith(b"\x89PNG") else "jpeg"
    content = base64.b64encode(grid.content).decode()
    return (
        f'<img src="data:image/{kind};base64,{content}" width="{width}" '
        f'height="{height}" data-step="{grid.step}" decoding="sync" '
        f'alt="Grid of samples at step {grid.step}"'
        f"{'' if is_visible else ' hidden'}>"
    )


def _wide_px(grid: Grid) -> int:
    """Whole pixels, but for very large grids and small screens."""
    width, _ = grid.size_px()
    return min(width * max(_WIDE_PX // width, 1), _WIDEST_PX)


def _evenly(items: Sequence[_T], count: int) -> list[_T]:
    if len(items) <= count:
        return list(items)
    if count == 1:
        return [items[-1]]
    last = len(items) - 1
    return [items[round(last * n / (count - 1))] for n in range(count)]


def _is_whole(grid: Grid) -> bool:
    """Whether it is a picture; a full disk may have cut it."""
    try:
        with Image.open(io.BytesIO(grid.content)) as image:
            image.load()
    except (OSError, SyntaxError):
        return False
    return True


def _compressed(grid: Grid) -> Grid:
    with Image.open(io.BytesIO(grid.content)) as image:
        kind = "L" if image.mode == "L" else "RGB"
        into = io.BytesIO()
        image.convert(kind).save(
            into, "JPEG", quality=_JPEG_QUALITY, subsampling=0
        )
    content = min(grid.content, into.getvalue(), key=len)
    return dataclasses.replace(grid, content=content)


def _bytes(grids: Sequence[Grid]) -> int:
    """In base64."""
    return sum(len(grid.content) for grid in grids) * 4 // 3
