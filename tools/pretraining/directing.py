"""Named directions of the generators that ship: the best of what is found."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

from tfgan_zoo import directions
from tfgan_zoo.directions.measures import Measure
from tfgan_zoo.directions.results import MEASURE, Direction
from tfgan_zoo.export.file_names import CARD_NAME
from tfgan_zoo.inputs import LABEL, LATENTS
from tools.pretraining import face_measures, writing

MAX_DIRECTIONS = 6

_SEARCH = directions.Search(components=0, factors=0, trials=1000)
FACE_MEASURES: dict[str, Measure] = {
    "eyes": face_measures.eyes,
    "mouth": face_measures.mouth,
}
_BRIGHTNESS = dataclasses.replace(
    _SEARCH, measures=("brightness",), independent=("classes",)
)
# On black, contrast is the brightness of the clothes: what is larger at the
# same brightness of the whole image looks darker, and no larger.
_SIZE = dataclasses.replace(
    _SEARCH,
    measures=("size",),
    independent=("classes", "contrast"),
    classes=False,
)
_ASPECT_RATIO = dataclasses.replace(_SIZE, measures=("aspect_ratio",))
SEARCHES = {
    "mnist": (
        dataclasses.replace(
            _SEARCH,
            measures=("slant", "stroke_width", "size", "aspect_ratio"),
            independent=("classes",),
        ),
    ),
    "fashion_mnist": (_BRIGHTNESS, _SIZE, _ASPECT_RATIO),
    "cifar10": (
        dataclasses.replace(
            _SEARCH,
            measures=("brightness", "contrast", "saturation", "warmth"),
            independent=("classes",),
        ),
    ),
    # A mouth that is open already hardly changes, which lowers the mean
    # correlation.
    "smileys": (
        dataclasses.replace(
            _SEARCH,
            measures=(),
            independent=(*FACE_MEASURES,),
            min_correlation=0.4,
        ),
    ),
}
# A label decides what is drawn, so size may move what classes differ in.
CONDITIONAL_SEARCHES = {
    "fashion_mnist": (
        _BRIGHTNESS,
        dataclasses.replace(_SIZE, independent=("contrast",)),
        _ASPECT_RATIO,
    ),
}
_OWN_MEASURES: dict[str, dict[str, Measure]] = {"smileys": FACE_MEASURES}


def add_directions(folder: Path) -> None:
    """Finds the directions of a generator, and writes the best into it.

    Args:
        folder: of a generator that ships; one that takes images has none.
    """
    model = json.loads((folder / "model.json").read_text("utf-8"))
    if model["inputs"][0]["kind"] != LATENTS:
        print(f"{folder.name}: it takes no latents")
        return
    card = json.loads((folder / CARD_NAME).read_text("utf-8"))
    recipe = json.loads((folder / "recipe.json").read_text("utf-8"))
    if recipe["dataset"] not in SEARCHES:
        print(f"{folder.name}: no measure names what its latents change")
        return
    others = _OWN_MEASURES.get(recipe["dataset"], {})
    searches = SEARCHES[recipe["dataset"]]
    if any(entry["kind"] == LABEL for entry in model["inputs"]):
        searches = CONDITIONAL_SEARCHES.get(recipe["dataset"], searches)
    found: list[Direction] = []
    for search in searches:
        result = directions.find(folder, search, others=others, log=print)
        found += result.directions
    best = choose(found)
    if not best:
        print(f"{folder.name}: none is reliable")
        return
    directions.write(dataclasses.replace(result, directions=best), folder)
    card["directions"] = [
        {
            "name": one.name,
            "correlation": one.effect.correlation,
            "class_kept": one.effect.class_kept,
        }
        for one in best
    ]
    writing.write(folder, card)


def choose(found: Sequence[Direction]) -> tuple[Direction, ...]:
    """Returns those that move best what they name, in their order."""
    ranked = sorted(range(len(found)), key=lambda place: -_score(found[place]))
    return tuple(found[place] for place in sorted(ranked[:MAX_DIRECTIONS]))


def _score(direction: Direction) -> float:
    """Returns r; of a measure, times the share of unchanged classes."""
    kept = direction.effect.class_kept
    if direction.kind != MEASURE or kept is None:
        kept = 1.0
    return direction.effect.correlation * kept
