"""What the Hub reads of a model card: its metadata, in YAML."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from tfgan_zoo.data.spec import PAIRS, UNPAIRED
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.inputs import IMAGE
from tfgan_zoo.messages import shorten
from tfgan_zoo.pretrained import score_tables
from tfgan_zoo.pretrained.cards import ModelCard
from tfgan_zoo.pretrained.generator import Generator

LIBRARY = "tfgan_zoo"
_TAGS = ("gan", "litert", "tensorflow")
# The Hub's names of tasks.
_IMAGE_TO_IMAGE = "image-to-image"
_LATENTS_TO_IMAGE = "unconditional-image-generation"
# Where the Hub has a data set that generators are trained on.
_DATASETS = {
    "cifar10": "uoft-cs/cifar10",
    "fashion_mnist": "zalando-datasets/fashion_mnist",
    "fashion_mnist_10k": "zalando-datasets/fashion_mnist",
    "mnist": "ylecun/mnist",
}
# What a training measures, among all else that it records.
_SCORES = (
    "l1",
    "psnr",
    "ssim",
    "frechet_distance",
    "frechet_distance_extrapolated",
    "kernel_distance",
    "classifier_score",
    "precision",
    "recall",
    "density",
    "coverage",
    "label_accuracy",
)
# The others are by a network.
_OF_PIXELS = ("l1", "psnr", "ssim")


def to_yaml(
    generator: Generator,
    name: str,
    card: ModelCard | None,
    *,
    license_id: str | None,
    library: Any,
) -> str:
    """Returns the metadata, in the order in which the Hub writes them.

    Args:
        generator: that the card is of.
        name: of the repository, without its owner.
        card: of a generator that ships, else None.
        license_id: the Hub's name of a licence; None leaves it out.
        library: `huggingface_hub`.
    """
    metadata = generator.metadata
    task = _pipeline(metadata)
    data = dataset_name(metadata.dataset)
    on_hub = _DATASETS.get(metadata.dataset)
    results = [
        library.EvalResult(
            task_type=task or "other",
            dataset_type=on_hub or data,
            dataset_name=data,
            dataset_split=card["protocol"]["split"] if card else None,
            metric_type=score,
            metric_name=_metric_name(score, card),
            metric_value=value,
        )
        for score, value in values(metadata, card).items()
    ]
    data_card = library.ModelCardData(
        license=license_id,
        library_name=LIBRARY,
        pipeline_tag=task,
        tags=[*_TAGS, metadata.architecture],
        datasets=[on_hub] if on_hub else None,
        **({"model_name": name, "eval_results": results} if results else {}),
    )
    text: str = data_card.to_yaml()
    return text


def _pipeline(metadata: ExportMetadata) -> str | None:
    if metadata.inputs[0].kind == IMAGE:
        return _IMAGE_TO_IMAGE
    return None if metadata.makes_points else _LATENTS_TO_IMAGE


def dataset_name(name: str) -> str:
    """Returns the name of a data set, without the folders that it lies in.

    Args:
        name: as `--dataset` has it; of two folders, both are named.
    """
    paths = [name.removeprefix(PAIRS)]
    if name.startswith(UNPAIRED):
        paths = name[len(UNPAIRED) :].split(",")
    # It may have been trained on any system.
    parts = [re.split(r"[\\/]", path.rstrip("\\/"))[-1] for path in paths]
    return (
        " and ".join(shorten(part) for part in parts if part.strip(" ."))
        or "unknown"
    )


def values(
    metadata: ExportMetadata, card: ModelCard | None
) -> dict[str, float]:
    """Returns the scores by name, of a card or as a training measured them."""
    scores: Mapping[str, Any] = metadata.metrics
    if card is not None:
        scores = {
            name: score["value"] for name, score in card["scores"].items()
        }
    return {
        name: float(f"{scores[name]:.6g}")
        for name in _SCORES
        if name in scores and math.isfinite(scores[name])
    }


def _metric_name(score: str, card: ModelCard | None) -> str:
    name = score_tables.words(score)
    if card is None or score in _OF_PIXELS:
        return name
    return f"{name} by the network {card['protocol']['features']['name']}"
