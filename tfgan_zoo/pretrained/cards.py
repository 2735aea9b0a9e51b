"""Model cards of the trained generators: read, and side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfgan_zoo import checks, json_files
from tfgan_zoo.export.file_names import CARD_NAME, MANIFEST_NAME
from tfgan_zoo.pretrained import sources

ModelCard = dict[str, Any]

# The part of a card with scores by the network of that name.
IMAGENET = "imagenet"

# Scores in a table of generators: name in the card, title, places, percent.
_SCORES = (
    ("frechet_distance", "Frechet distance", 1, False),
    ("precision", "precision", 2, False),
    ("recall", "recall", 2, False),
    ("label_accuracy", "labels right, %", 1, True),
    ("psnr", "PSNR, dB", 1, False),
)


def read(name: str) -> ModelCard:
    """Returns the card of a generator that ships.

    Raises:
        ValueError: there is no such generator.
    """
    path = sources.folder(name) / CARD_NAME
    return json_files.read_object(path, CARD_NAME)


def list_generators(
    task: str | None = None, dataset: str | None = None
) -> list[str]:
    """Returns the names of the generators that ship, sorted.

    Args:
        task: `generate`, `translate` or `enlarge`; None is any.
        dataset: data set of the training: the part of a name after the first
            `-`, such as `mnist`. Without a size, such as `emoji_drawings`, it
            matches all sizes. None is any.

    Raises:
        ValueError: no generator that ships has this task, or none was trained
            on this data set.

    Examples:
        >>> list_generators(task="enlarge", dataset="fashion_mnist")
        ['upsampler-fashion_mnist']
    """
    tasks = {name: [_read_task(name)] for name in sources.names()}
    data = {name: sources.data_names(name) for name in tasks}
    for key, value, choices in (
        ("task", task, tasks),
        ("dataset", dataset, data),
    ):
        if value is not None:
            checks.one_of(key, value, sorted({*sum(choices.values(), [])}))
    return [
        name
        for name in tasks
        if task in [None, *tasks[name]] and dataset in [None, *data[name]]
    ]


def _read_task(name: str) -> str:
    path = sources.folder(name) / MANIFEST_NAME
    task: str = json_files.read_object(path, MANIFEST_NAME)["task"]
    return task


def has_targets(card: ModelCard) -> bool:
    """Whether it was measured on pairs, by what its outputs should be."""
    return "psnr" in card["scores"]


def samples_seeds(card: ModelCard) -> bool:
    """Whether a card, or a `model.json`, is of one with random latents."""
    return card["inputs"][0]["kind"] == "latents"


def first_line(card: ModelCard) -> str:
    """Returns what a generator makes, and how weak it is, if it is."""
    return f"{card['makes']} {card['weakness']}".rstrip()


def kernel_distance_by_imagenet(card: ModelCard) -> dict[str, Any] | None:
    """Returns that score of a generator in colour."""
    for part in filter(None, [card, card.get(IMAGENET)]):
        if part["protocol"]["features"]["name"] == IMAGENET:
            score: dict[str, Any] = part["scores"]["kernel_distance"]
            return score
    return None


def summary(card: ModelCard) -> str:
    """Returns three lines: what a generator makes, its size, its scores."""
    classes = card["num_classes"]
    facts = [
        card["task"],
        _image_size(card),
        *([f"{classes} classes"] if classes else []),
        f"{card['parameters']:,} parameters",
        f"smallest file {_smallest_kilobytes(card)} kB",
    ]
    scores = []
    for name, heading, places, is_percent in _SCORES:
        title, _, unit = heading.partition(",")
        if name in card["scores"]:
            value = _score(card, name, places, is_percent)
            scores.append(f"{title} {value}{unit}")
    scores.append(f"feature network {card['protocol']['features']['name']}")
    return (
        f"{card['name']}: {first_line(card)}\n"
        f"    {'; '.join(facts)}\n    {'; '.join(scores)}"
    )


def table(cards: Sequence[ModelCard]) -> str:
    """Returns a Markdown table of generators with their scores.

    Distances, precision and recall are by the feature network of the row.
    """
    head = ["name", "images", "classes", "parameters", "smallest file, kB"]
    titles = [title for _, title, _, _ in _SCORES]
    distance_title = "kernel distance x 1,000, imagenet"
    rows = [[*head, "feature network", *titles, distance_title]]
    rows.append(["---"] * len(rows[0]))
    for card in cards:
        distance = kernel_distance_by_imagenet(card)
        rows.append(
            [
                f"`{card['name']}`",
                _image_size(card),
                str(card["num_classes"] or "-"),
                f"{card['parameters']:,}",
                _smallest_kilobytes(card),
                card["protocol"]["features"]["name"],
                *(
                    _score(card, name, places, is_percent)
                    for name, _, places, is_percent in _SCORES
                ),
                "-" if distance is None else _write(distance, 1000.0, 1),
            ]
        )
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _image_size(card: ModelCard) -> str:
    height, width, channels = card["image_shape"]
    return f"{height} x {width}, {'colour' if channels == 3 else 'grey'}"


def _smallest_kilobytes(card: ModelCard) -> str:
    smallest: float = min(file["bytes"] for file in card["files"])
    return f"{smallest / 1000:,.0f}"


def _score(card: ModelCard, name: str, places: int, is_percent: bool) -> str:
    score = card["scores"].get(name)
    if score is None:
        return "-"
    return _write(score, 100.0 if is_percent else 1.0, places)


def _write(score: dict[str, Any], times: float, places: int) -> str:
    value = f"{times * score['value']:.{places}f}"
    error = score.get("standard_error")
    if error is None:
        return value
    return f"{value} +- {times * error:.{places + 1}f}"
