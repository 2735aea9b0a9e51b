"""Line drawings of simple things, as different hands draw them.

`clean` lines are thin and closed, as in a set of icons; those of a `mouse` are
crooked, open, thick or thin, and the drawing large or small and off centre.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image, ImageDraw

HANDS = ("clean", "mouse")
_OVERSAMPLING = 4
_POINTS = 60  # of a stroke
# Of 255: what is coloured, and what no line is on.
_COLOURED = 225
_BLANK = 250

# Points (x, y) in [0, 1], y downwards, float [N, 2].
Stroke = np.ndarray


class Drawing(NamedTuple):
    """One drawing.

    Attributes:
        pixels: uint8 [S, S, 1], black on white.
        inside: bool [S, S], what its outlines enclose, open or not.
    """

    pixels: np.ndarray
    inside: np.ndarray


def _arc(
    x: float,
    y: float,
    size: float | tuple[float, float],
    turn: tuple[float, float] = (0.0, 1.0),
) -> Stroke:
    """Returns part of an ellipse, in turns from the right, clockwise."""
    across, along = size if isinstance(size, tuple) else (size, size)
    angle = 2 * np.pi * np.linspace(*turn, _POINTS)
    return np.stack([x + across * np.cos(angle), y + along * np.sin(angle)], 1)


def _line(*points: tuple[float, float]) -> Stroke:
    """Returns straight lines from point to point."""
    corners = np.array(points, float)
    lengths = np.hypot(*np.diff(corners, axis=0).T)
    places = np.concatenate([[0.0], np.cumsum(lengths)])
    at = np.linspace(0, places[-1], _POINTS)
    return np.stack([np.interp(at, places, side) for side in corners.T], 1)


def _polygon(*points: tuple[float, float]) -> Stroke:
    return _line(*points, points[0])


def _box(left: float, top: float, right: float, bottom: float) -> Stroke:
    return _polygon((left, top), (right, top), (right, bottom), (left, bottom))


def _dome(x: float, y: float, size: tuple[float, float]) -> Stroke:
    return _polygon(*map(tuple, _arc(x, y, size, (0.5, 1.0))[::6]))


def _star(x: float, y: float, outer: float, inner: float, tips: int) -> Stroke:
    angles = np.pi * np.arange(2 * tips) / tips - np.pi / 2
    radii = np.where(np.arange(2 * tips) % 2, inner, outer)
    return _polygon(
        *zip(x + radii * np.cos(angles), y + radii * np.sin(angles))
    )


def _heart() -> Stroke:
    t = np.linspace(0, 2 * np.pi, _POINTS)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    return np.stack([0.5 + x / 36, 0.48 - y / 36], 1)


# Name -> outlines, and the lines inside and beside them.
THINGS: dict[str, tuple[list[Stroke], list[Stroke]]] = {
    "heart": ([_heart()], []),
    "face": (
        [_arc(0.5, 0.5, 0.42)],
        [
            _arc(0.36, 0.4, 0.04),
            _arc(0.64, 0.4, 0.04),
            _arc(0.5, 0.55, 0.2, (0.05, 0.45)),
        ],
    ),
    "house": (
        [
            _box(0.2, 0.45, 0.8, 0.9),
            _polygon((0.1, 0.45), (0.5, 0.1), (0.9, 0.45)),
        ],
        [_box(0.43, 0.62, 0.57, 0.9), _box(0.26, 0.55, 0.38, 0.67)],
    ),
    "tree": (
        [
            _arc(0.5, 0.35, (0.32, 0.27)),
            _box(0.43, 0.6, 0.57, 0.95),
        ],
        [],
    ),
    "apple": (
        [_arc(0.5, 0.58, (0.33, 0.32)), _arc(0.62, 0.2, (0.1, 0.05))],
        [_line((0.5, 0.3), (0.53, 0.12))],
    ),
    "fish": (
        [
            _arc(0.42, 0.5, (0.32, 0.2)),
            _polygon((0.72, 0.5), (0.93, 0.33), (0.93, 0.67)),
        ],
        [_arc(0.25, 0.45, 0.025), _arc(0.36, 0.5, 0.13, (-0.15, 0.15))],
    ),
    "car": (
        [
            _polygon(
                (0.05, 0.68),
                (0.05, 0.5),
                (0.25, 0.46),
                (0.35, 0.28),
                (0.68, 0.28),
                (0.8, 0.46),
                (0.95, 0.5),
                (0.95, 0.68),
            ),
            _arc(0.27, 0.7, 0.1),
            _arc(0.73, 0.7, 0.1),
        ],
        [_line((0.3, 0.46), (0.75, 0.46)), _line((0.52, 0.28), (0.52, 0.46))],
    ),
    "sun": (
        [_arc(0.5, 0.5, 0.22)],
        [
            _line(
                (0.5 + 0.29 * np.cos(a), 0.5 + 0.29 * np.sin(a)),
                (0.5 + 0.44 * np.cos(a), 0.5 + 0.44 * np.sin(a)),
            )
            for a in 2 * np.pi * np.arange(8) / 8
        ],
    ),
    "star": ([_star(0.5, 0.53, 0.45, 0.19, 5)], []),
    "mushroom": (
        [
            _dome(0.5, 0.5, (0.42, 0.38)),
            _polygon((0.38, 0.5), (0.62, 0.5), (0.66, 0.9), (0.34, 0.9)),
        ],
        [_arc(0.4, 0.32, 0.06), _arc(0.65, 0.36, 0.07)],
    ),
    "flower": (
        [
            _arc(0.5 + 0.19 * np.cos(a), 0.36 + 0.19 * np.sin(a), 0.12)
            for a in 2 * np.pi * np.arange(5) / 5
        ]
        + [_arc(0.5, 0.36, 0.09), _arc(0.63, 0.78, (0.12, 0.05))],
        [_line((0.5, 0.58), (0.5, 0.95))],
    ),
    "cup": (
        [
            _polygon((0.2, 0.3), (0.7, 0.3), (0.63, 0.82), (0.27, 0.82)),
            _arc(0.72, 0.5, (0.14, 0.13), (-0.28, 0.3)),
        ],
        [_arc(0.45, 0.3, (0.25, 0.05))],
    ),
    "cat": (
        [
            _arc(0.5, 0.56, (0.36, 0.32)),
            _polygon((0.19, 0.42), (0.2, 0.1), (0.4, 0.26)),
            _polygon((0.81, 0.42), (0.8, 0.1), (0.6, 0.26)),
        ],
        [
            _arc(0.37, 0.5, 0.035),
            _arc(0.63, 0.5, 0.035),
            _polygon((0.46, 0.62), (0.54, 0.62), (0.5, 0.67)),
            _line((0.04, 0.58), (0.3, 0.63)),
            _line((0.96, 0.58), (0.7, 0.63)),
        ],
    ),
    "ice cream": (
        [
            _polygon((0.3, 0.45), (0.7, 0.45), (0.5, 0.95)),
            _arc(0.5, 0.3, (0.23, 0.2)),
        ],
        [_line((0.4, 0.45), (0.57, 0.77)), _line((0.6, 0.45), (0.43, 0.77))],
    ),
    "boat": (
        [
            _polygon((0.1, 0.65), (0.9, 0.65), (0.75, 0.87), (0.25, 0.87)),
            _polygon((0.5, 0.08), (0.5, 0.56), (0.86, 0.56)),
        ],
        [_line((0.5, 0.08), (0.5, 0.65))],
    ),
    "umbrella": (
        [_dome(0.5, 0.5, (0.44, 0.4))],
        [
            _line((0.5, 0.5), (0.5, 0.88)),
            _arc(0.43, 0.88, 0.07, (0.0, 0.5)),
        ],
    ),
    "gift": (
        [_box(0.15, 0.4, 0.85, 0.9), _box(0.1, 0.28, 0.9, 0.42)],
        [
            _line((0.5, 0.28), (0.5, 0.9)),
            _arc(0.4, 0.2, (0.1, 0.08)),
            _arc(0.6, 0.2, (0.1, 0.08)),
        ],
    ),
}


def draw(name: str, hand: str, *, size: int, seed: int) -> Drawing:
    """Draws a thing.

    Args:
        name: one of `THINGS`.
        hand: one of `HANDS`.
        size: of the square drawing, px.
        seed: of what differs from drawing to drawing.
    """
    # The one generator whose numbers no later NumPy may change.
    random = np.random.RandomState([seed, *name.encode()])
    outlines, others = THINGS[name]
    scale, thickness, crookedness, gap = 0.88, 0.028, 0.0, 0.0
    shift = np.zeros(2)
    if hand == "mouse":
        scale = random.uniform(0.4, 0.95)
        thickness = random.uniform(0.018, 0.06)
        crookedness = random.uniform(0.004, 0.014)
        gap = random.uniform(0.0, 0.09)
        shift = random.uniform(-0.5, 0.5, 2) * (1.0 - scale)
    side = size * _OVERSAMPLING
    ink, area = (Image.new("L", (side, side)) for _ in range(2))
    for stroke in (*outlines, *others):
        points = stroke + crookedness * _waves(len(stroke), random)
        points = ((points - 0.5) * scale + 0.5 + shift) * side
        is_outline = any(stroke is outline for outline in outlines)
        if is_outline:
            ImageDraw.Draw(area).polygon(list(map(tuple, points)), fill=255)
        kept = points[: max(2, round(len(points) * (1.0 - gap)))]
        _paint(ink, kept, thickness * side, random if crookedness else None)
    pixels = 255 - np.asarray(ink.resize((size, size), Image.Resampling.BOX))
    inside = np.asarray(area.resize((size, size), Image.Resampling.BOX)) > 127
    return Drawing(pixels[..., None], inside)


def _waves(count: int, random: np.random.RandomState) -> np.ndarray:
    """Returns smooth displacements along a stroke, float [count, 2]."""
    knots = random.standard_normal((12, 2))
    places = np.linspace(0, len(knots) - 1, count)
    rows = [np.interp(places, np.arange(len(knots)), side) for side in knots.T]
    kernel = np.hanning(7) / np.hanning(7).sum()
    padded = [np.pad(row, 3, "edge") for row in rows]
    return np.stack([np.convolve(row, kernel, "valid") for row in padded], 1)


def _paint(
    ink: Image.Image,
    points: np.ndarray,
    thickness: float,
    random: np.random.RandomState | None,
) -> None:
    """Draws a stroke of discs and lines, uneven where `random` is given."""
    widths = np.full(len(points), thickness)
    if random is not None:
        widths *= np.exp(0.15 * _waves(len(points), random)[:, 0])
    brush = ImageDraw.Draw(ink)
    for point, following, width in zip(
        points, [*points[1:], points[-1]], widths
    ):
        brush.line([*point, *following], fill=255, width=round(width))
        corners = [*(point - width / 2), *(point + width / 2)]
        brush.ellipse(corners, fill=255)


def is_coloured(images: np.ndarray) -> np.ndarray:
    """Returns which pixels of images uint8 [N, S, S, 3] have a colour."""
    return images.min(axis=-1) < _COLOURED


def shares(
    drawings: list[Drawing], outputs: np.ndarray
) -> dict[str, np.ndarray]:
    """Returns how much of each drawing is coloured, and how much beside it.

    Args:
        drawings: N of S x S px.
        outputs: uint8 [N, S, S, 3].

    Returns:
        `filled`, of the area inside that no line covers, and `outside`, what is
        coloured outside as a share of the same area: float64 [N].
    """
    blank = np.stack([d.pixels[..., 0] for d in drawings]) > _BLANK
    inside = np.stack([d.inside for d in drawings])
    coloured = is_coloured(outputs)
    area = np.maximum((blank & inside).sum(axis=(1, 2)), 1)
    return {
        "filled": (blank & inside & coloured).sum(axis=(1, 2)) / area,
        "outside": (blank & ~inside & coloured).sum(axis=(1, 2)) / area,
    }


def measure(drawings: list[Drawing], outputs: np.ndarray) -> dict[str, float]:
    """Returns the mean shares, in percent, and the strength of the colours.

    Args:
        drawings, outputs: see `shares`.
    """
    blank = np.stack([d.pixels[..., 0] for d in drawings]) > _BLANK
    inside = np.stack([d.inside for d in drawings])
    counted = blank & inside & is_coloured(outputs)
    chroma = np.ptp(outputs, axis=-1)[counted]
    return {
        **{
            f"{name}_percent": 100.0 * of_drawings.mean()
            for name, of_drawings in shares(drawings, outputs).items()
        },
        "chroma": float(chroma.mean()) if chroma.size else 0.0,
    }
