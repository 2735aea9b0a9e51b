"""Looks for what is wrong with a trained generator, and says it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from tfgan_zoo import data, images
from tfgan_zoo.evaluation import features, neighbours
from tfgan_zoo.pretrained.generator import Generator
from tools.pretraining import about

NEAREST = "nearest.png"
_EACH, _SHOWN = 1000, 10
# Of a class's even share.
_RARE, _FREQUENT = 0.9, 1.1


def failures(
    generator: Generator, evaluation: dict[str, Any], folder: Path
) -> list[str]:
    """Returns what a card says of a generator's failures, a line each.

    Writes a picture too: samples, and below each the nearest training image.

    Args:
        generator: that ships.
        evaluation: of it, as `tfgan-evaluate` writes it.
        folder: where the picture goes.
    """
    network = features.get(evaluation["protocol"]["features"]["name"])
    lines = _classes(evaluation["class_shares"])
    described = about.describe(generator.spec.name)
    if not described["has_network"]:
        lines.append(_describe_network(evaluation["protocol"]["features"]))
    elif generator.num_classes:
        lines.append(_labels(generator, network))
    lines.append(_variety(evaluation))
    lines += _copies(evaluation)
    if described["may_be_shown"]:
        _write_nearest(generator, network, folder)
        lines.append(
            f"The first row of {NEAREST} has samples, the second the training "
            "image that is nearest to each, by the network's features."
        )
    return lines


def _describe_network(network: dict[str, Any]) -> str:
    return (
        f"The scores are by {network['name']}, a network that was trained on "
        "other pictures, and compare samples with the images of the training; "
        "whether the generator copies these was not measured."
    )


def _classes(shares: dict[str, float]) -> list[str]:
    if not shares:
        return []
    even = 1.0 / len(shares)
    found = sorted(shares.items(), key=lambda pair: pair[1])
    rare = [pair for pair in found if pair[1] < _RARE * even]
    frequent = [pair for pair in found if pair[1] > _FREQUENT * even]
    lines = []
    if rare:
        lines.append(f"Too rare: {_listed(rare)} of the samples.")
    if frequent:
        lines.append(f"Too frequent: {_listed(frequent[::-1])} of the samples.")
    return lines or ["No class is rarer or more frequent by a tenth."]


def _listed(pairs: list[tuple[str, float]]) -> str:
    return ", ".join(f"{name}: {100 * share:.1f} %" for name, share in pairs)


def _labels(generator: Generator, network: Any) -> str:
    right = {}
    for label, name in enumerate(generator.spec.class_names):
        seeds = np.arange(_EACH) + label * _EACH
        said = network(generator.sample(seeds, label)).logits.argmax(axis=1)
        right[name] = float(np.mean(said == label))
    worst = sorted(right.items(), key=lambda pair: pair[1])[:3]
    return (
        f"Labels right least often, of {_EACH:,} samples each: "
        f"{_listed(worst)}."
    )


def _variety(evaluation: dict[str, Any]) -> str:
    score, split = evaluation["scores"]["coverage"], evaluation["protocol"]
    line = (
        f"{score['value']:.0%} of real images of the {split['split']} split "
        "have a sample in their neighbourhood"
    )
    if score["training"] is None:
        return f"{line}."
    return f"{line}; of training images {score['training']:.0%} do."


def _copies(evaluation: dict[str, Any]) -> list[str]:
    score = evaluation["scores"].get("memorised_share")
    if score is None:
        return []
    return [
        f"{100 * score['value']:.1f} % of samples are nearer to a training "
        "image than all but 1 % of test images are."
    ]


def _write_nearest(generator: Generator, network: Any, folder: Path) -> None:
    spec = generator.spec
    request = data.DataRequest(
        spec.name, image_size=spec.height, channels=spec.channels
    )
    examples = data.load_examples(request, log=lambda _: None)
    real = examples.read(np.arange(len(examples)))["image"]
    samples = generator.sample(np.arange(_SHOWN))
    found = neighbours.nearest(
        network(samples).features, network(real).features
    )
    rows = np.concatenate([samples, real[found.indices]])
    images.write_png(folder / NEAREST, images.grid(rows, columns=_SHOWN))
