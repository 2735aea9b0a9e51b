"""What a page calls a generator and its data: words, no names of folders."""

from __future__ import annotations

import re
from typing import Any

from tfgan_zoo.inputs import LATENTS
from tfgan_zoo.messages import shorten

_TITLES = {
    "cifar10": "CIFAR-10",
    "emoji_drawings": "drawings of emoji",
    "fashion_mnist": "Fashion-MNIST",
    "fashion_mnist_10k": "Fashion-MNIST",
    "mnist": "MNIST",
}
# Names that say nothing of what the images show.
_EMPTY = ("", "a", "b", "data", "dataset", "folder", "images", "mixed", "none")
_PAIRS, _UNPAIRED = "pairs", "unpaired"
_SEPARATORS = re.compile(r"[\s_-]+")
_SIZE = re.compile(r" \d+( ?px| ?x ?\d+)?$")


def data_title(dataset: str) -> str:
    """Returns what to call a data set, "" if its name says nothing.

    Args:
        dataset: as `tfgan-train` has it; of paths the last folder is named,
            without the size of its images.
    """
    _, parts = _split(dataset)
    return " and ".join(filter(None, map(_part_title, parts)))


def describe(
    model: dict[str, Any], card: dict[str, Any] | None
) -> dict[str, str]:
    """Returns the titles of a page.

    Args:
        model: `model.json` of an export.
        card: of a generator that ships, else None.

    Returns:
        `title`, of the page, and `data_title`, which may be "".

    Raises:
        ValueError: the card says neither.
    """
    if card is None:
        return {
            "title": _page_title(model),
            "data_title": data_title(model["dataset"]),
        }
    title, about = card.get("makes"), card.get("data")
    name = about.get("name") if isinstance(about, dict) else None
    if not (isinstance(title, str) and isinstance(name, str)):
        raise ValueError(
            "A card must say what its generator `makes`, and the `name` of "
            f"its `data`. Received: {shorten(card)}."
        )
    return {"title": title.rstrip("."), "data_title": name}


def _page_title(model: dict[str, Any]) -> str:
    kind, parts = _split(model["dataset"])
    names = [_part_title(part) for part in parts]
    data = data_title(model["dataset"])
    if model["inputs"][0]["kind"] == LATENTS:
        return f"Images like those of {data}" if data else "Generated images"
    if kind == _UNPAIRED and len(names) == 2 and all(names):
        return f"From {names[0]} to {names[1]}"
    task = f"{model['task'].capitalize()} images"
    return f"{task}: {data}" if data else task


def _split(dataset: str) -> tuple[str, list[str]]:
    """Returns whether folders hold pairs, and the folders or the data set."""
    kind, separator, rest = dataset.partition(":")
    if not separator or kind not in (_PAIRS, _UNPAIRED):
        return "", [dataset]
    return kind, rest.split(",")


def _part_title(part: str) -> str:
    names = [name for name in re.split(r"[/\\]", part) if name]
    for name in names[:1] + names[-1:]:
        if name in _TITLES:
            return _TITLES[name]
    words = _SEPARATORS.sub(" ", names[-1] if names else "").strip(" .~")
    words = _SIZE.sub("", words)
    is_empty = words.casefold() in (*_EMPTY, _PAIRS, _UNPAIRED)
    return "" if is_empty else words
