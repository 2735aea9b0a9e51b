"""Scores and pictures of generators that take images, by held-out ones."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from tfgan_zoo import images
from tfgan_zoo.cli import evaluating
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.data.spec import UNPAIRED
from tfgan_zoo.evaluation import metrics, report, translations
from tfgan_zoo.evaluation.features import imagenet
from tfgan_zoo.evaluation.reference import (
    Reference,
    ReferenceRequest,
    load_reference,
)
from tfgan_zoo.evaluation.samples import Fixed, TranslatingGenerator
from tfgan_zoo.evaluation.settings import Settings
from tfgan_zoo.training import building, config_file
from tools.pretraining import about

BICUBIC, UNCHANGED = "bicubic", "source"
_METRICS = ("frechet_distance", "kernel_distance")
_OF_PAIRS = (metrics.L1, metrics.PSNR, metrics.SSIM)
OF_PIXELS = (*_OF_PAIRS, metrics.CYCLE_ERROR)
_IMAGES_A_ROW, _ROWS = 12, 4


class HeldOut(NamedTuple):
    """Images that a generator was not trained on, and what it makes of them.

    Attributes:
        sources: uint8 [N, h, w, c].
        outputs: uint8 [N, H, W, C].
        targets: uint8 [N, H, W, C], what the sources should become; None of
            unpaired data.
    """

    sources: np.ndarray
    outputs: np.ndarray
    targets: np.ndarray | None


def evaluate(
    folder: Path, run: Path | None = None, *, features: str | None = None
) -> tuple[dict[str, Any], HeldOut]:
    """Measures what an exported generator makes of held-out images.

    Args:
        folder: of the export, with its `recipe.json`.
        run: of its training; without it a cycle's second generator is not
            there, and its error is left out.
        features: the network; None is that of the data set, else `imagenet`.

    Returns:
        As `tfgan-evaluate` writes it, scores and protocol. They have a
        `baseline` beside them, what the sources themselves would get, or their
        bicubic enlargement; those of pairs also the share of the images that
        are nearer to the target than it. And the images.
    """
    config = config_file.read(folder / "recipe.json")
    model = evaluating.model_of_export(folder, None, trust=True)
    translator = _add_cycle(model.source, run, config)
    settings = Settings(_metric_names(translator, config))
    reference, compared_with, _ = load_reference(
        ReferenceRequest(
            building.held_out_request(
                dataclasses.replace(
                    config, dataset=about.held_out(config.dataset)
                ),
                None,
            ),
            features=features or _network_name(config),
            trained_on=config.split,
            with_sources=True,
        ),
        settings,
    )
    evaluation = evaluating.evaluate_source(
        translator, reference, settings, {**model.protocol, **compared_with}
    )
    held_out = _translate(translator, reference)
    content = report.to_dict(evaluation)
    content["class_shares"] = {}  # of targets, more than of the generator
    values = _evaluate_baseline(held_out, translator, reference, settings)
    add_baseline(content, held_out, values)
    return content, held_out


def _add_cycle(
    source: Any, run: Path | None, config: TrainConfig
) -> TranslatingGenerator:
    """Returns a translator with the second generator of its training."""
    if run is None or not config.cycle_weight:
        return source
    checkpoint = "best" if config.evaluate_every else "newest"
    trained: Any = evaluating.model_of_run(run, checkpoint, None).source
    return dataclasses.replace(source, translate_back=trained.translate_back)


def _metric_names(
    translator: TranslatingGenerator, config: TrainConfig
) -> tuple[str, ...]:
    of_pairs = () if config.dataset.startswith(UNPAIRED) else _OF_PAIRS
    of_cycles = (metrics.CYCLE_ERROR,) if translator.translate_back else ()
    return (*of_pairs, *of_cycles, *_METRICS)


def _network_name(config: TrainConfig) -> str | None:
    has_network = about.describe(config.dataset)["has_network"]
    return None if has_network else imagenet.NAME


def _translate(
    translator: TranslatingGenerator, reference: Reference
) -> HeldOut:
    real = reference.real
    held_out = translations.make_sources(translator, real)
    outputs = translator.translate(held_out, None)
    targets = real.images if reference.is_paired else None
    return HeldOut(held_out, outputs, targets)


def _evaluate_baseline(
    held_out: HeldOut,
    translator: TranslatingGenerator,
    reference: Reference,
    settings: Settings,
) -> dict[str, float]:
    """Returns the scores that the sources themselves get, by name."""
    resized = resize(held_out.sources, held_out.outputs.shape)
    values = {}
    if held_out.targets is not None:
        values = translations.compare_pairs(resized, held_out.targets)
    source = Fixed(resized, None, values, translator)
    of_images = dataclasses.replace(settings, metrics=(*values, *_METRICS))
    evaluation = evaluating.evaluate_source(source, reference, of_images, {})
    return {name: score.value for name, score in evaluation.scores.items()}


def add_baseline(
    content: dict[str, Any], held_out: HeldOut, values: dict[str, float]
) -> None:
    """Adds what the sources themselves get to the scores.

    Args:
        content: of an evaluation, see `evaluate`.
        held_out: its images.
        values: of the sources, by name.
    """
    is_enlarged = held_out.sources.shape[1:3] != held_out.outputs.shape[1:3]
    content["protocol"]["baseline"] = BICUBIC if is_enlarged else UNCHANGED
    for name, value in values.items():
        content["scores"][name]["baseline"] = value
    if held_out.targets is None:
        return
    resized = resize(held_out.sources, held_out.outputs.shape)
    generated, beside = (
        translations.compare_pairs(rows, held_out.targets)
        for rows in (held_out.outputs, resized)
    )
    for name in generated:
        sign = 1.0 if metrics.better()[name] == "higher" else -1.0
        gain = sign * (generated[name] - beside[name])
        content["scores"][name]["nearer_share"] = float(np.mean(gain > 0.0))


def resize(rows: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Returns images uint8 [N, h, w, c] as [N, H, W, C], bicubic.

    Args:
        rows: c is C, or 1.
        shape: N, H, W and C.
    """
    count, height, width, _ = shape
    if rows.shape[1:3] != (height, width):
        rows = np.stack(
            [
                np.asarray(
                    Image.fromarray(image.squeeze()).resize(
                        (width, height), Image.Resampling.BICUBIC
                    )
                )
                for image in rows
            ]
        ).reshape(count, height, width, -1)
    return np.broadcast_to(rows, shape)


def write_picture(path: Path, held_out: HeldOut) -> None:
    """Writes some held-out images: source, output and, of pairs, target."""
    height, width = held_out.outputs.shape[1:3]
    given = held_out.sources
    down, across = height // given.shape[1], width // given.shape[2]
    given = given.repeat(down, axis=1).repeat(across, axis=2)
    given = np.broadcast_to(given, held_out.outputs.shape)
    parts = [given, held_out.outputs]
    if held_out.targets is not None:
        parts.append(held_out.targets)
    columns = _IMAGES_A_ROW // len(parts)
    shown = _ROWS * columns
    rows = (np.arange(shown) + 0.5) * len(held_out.outputs) / shown
    strips = np.concatenate([part[rows.astype(int)] for part in parts], axis=2)
    images.write_png(path, images.grid(strips, columns=columns))
