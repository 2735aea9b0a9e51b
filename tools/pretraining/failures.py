"""Says what is wrong with generators that take images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import scribbles
from tfgan_zoo import sources
from tfgan_zoo.evaluation import metrics
from tfgan_zoo.pretrained.generator import Generator
from tools.pretraining import about
from tools.pretraining.translating import (
    BICUBIC,
    UNCHANGED,
    HeldOut,
    write_picture,
)

DRAWINGS = "drawings.png"
# A drawing of which less is filled is hardly coloured, an image whose pixels
# differ by less on average is hardly changed, of 255.
_FILLED, _CHANGED = 0.5, 3.0


def list_failures(
    config: dict[str, Any], evaluation: dict[str, Any], held_out: HeldOut
) -> list[str]:
    """Returns what a card says of such a generator's failures, a line each.

    Args:
        config: of its training.
        evaluation, held_out: see `translating.evaluate`.
    """
    lines = []
    if held_out.targets is None:
        lines += [_unchanged(held_out), *_farther(evaluation["scores"])]
    else:
        beside = {
            BICUBIC: "than a bicubic enlargement",
            UNCHANGED: "than the unchanged source",
        }[evaluation["protocol"]["baseline"]]
        nearer = evaluation["scores"][metrics.PSNR]["nearer_share"]
        lines.append(
            f"{100 * (1 - nearer):.1f} % of held-out outputs are no nearer to "
            f"the target (by PSNR) {beside}."
        )
        lines += _OF_SOURCES.get(config["source"], lambda _: [])(held_out)
    if not about.describe(config["dataset"])["has_network"]:
        network = evaluation["protocol"]["features"]
        lines.append(
            f"Frechet and kernel distance are by `{network['name']}`, a "
            "network that was trained on other pictures."
        )
    lines.append(
        "It was trained on such images alone; for others it produces what it "
        "learned from these."
    )
    return lines


def _unchanged(held_out: HeldOut) -> str:
    given = np.broadcast_to(held_out.sources, held_out.outputs.shape)
    difference = np.abs(given.astype(np.int16) - held_out.outputs)
    share = np.mean(difference.mean(axis=(1, 2, 3)) < _CHANGED)
    return (
        f"{100 * share:.1f} % of held-out images are hardly changed, by less "
        f"than {_CHANGED:.0f} of 255 on average. Whether their content is "
        "preserved was not measured."
    )


def _farther(scores: dict[str, Any]) -> list[str]:
    """Says by which distances outputs are no nearer than their sources."""
    names = [
        name.replace("_", " ")
        for name, score in scores.items()
        if score["value"] >= score.get("baseline", np.inf)
    ]
    if not names:
        return []
    return [
        f"By the {' and the '.join(names)}, outputs are no nearer to the "
        "target images than the unchanged sources are."
    ]


def _uncoloured(held_out: HeldOut) -> list[str]:
    """Says how much of the held-out drawings is coloured."""
    assert held_out.targets is not None
    inside = scribbles.is_coloured(held_out.targets)
    drawings = [*map(scribbles.Drawing, held_out.sources, inside)]
    shares = scribbles.shares(drawings, held_out.outputs)
    filled = 100 * shares["filled"].mean()
    few = 100 * np.mean(shares["filled"] < _FILLED)
    outside = 100 * np.median(shares["outside"])
    return [
        f"On average, {filled:.0f} % of the area that is coloured in the "
        f"target is coloured, not always correctly; in {few:.1f} % of held-out "
        f"drawings, less than half of it. The median area that is coloured "
        f"outside of it is {outside:.0f} % as large."
    ]


def _pale(held_out: HeldOut) -> list[str]:
    """Says how strong the colours are beside those of the targets."""
    assert held_out.targets is not None
    made, real = (
        np.ptp(rows, axis=-1).mean()
        for rows in (held_out.outputs, held_out.targets)
    )
    return [
        "Its colours are guesses. Their mean strength (largest minus smallest "
        f"channel, of 255) is {made:.0f}; that of the targets is {real:.0f}."
    ]


_OF_SOURCES = {sources.EDGES: _uncoloured, sources.GREY: _pale}


def color_scribbles(generator: Generator, path: Path) -> list[str]:
    """Writes what a generator makes of drawings by other hands.

    Args:
        generator: a loaded one that colours drawings.
        path: of the picture.

    Returns:
        What a card says of them.
    """
    size = generator.metadata.image_shape[0]
    drawings = [
        scribbles.draw(name, hand, size=size, seed=0)
        for hand in scribbles.HANDS
        for name in scribbles.THINGS
    ]
    pixels = np.stack([drawing.pixels for drawing in drawings])
    outputs = generator.translate(pixels)
    write_picture(path, HeldOut(pixels, outputs, None))
    crooked = len(scribbles.THINGS)
    shares = scribbles.measure(drawings[crooked:], outputs[crooked:])
    return [
        f"In crooked and open drawings ({path.name}), none of them by an "
        f"artist of its data, {shares['filled_percent']:.0f} % of the area "
        "within the outlines is coloured; the area that is coloured outside is "
        f"{shares['outside_percent']:.0f} % as large."
    ]
