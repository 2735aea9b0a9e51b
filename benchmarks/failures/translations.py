"""What makes the training of a generator that takes images fail."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.failures.cause import Cause, Settings

_PIX2PIX: Settings = {
    "model": "pix2pix",
    "dataset": "emoji_drawings",
    "source": "data",
    "image_size": 32,
    "width": 8,
    "batch_size": 16,
    "steps": 600,
    "ema_decay": 0.98,
}


def _changed(examples: Any, **features: np.ndarray) -> Any:
    """Returns examples with other features in the place of theirs."""
    from tfgan_zoo import data
    from tfgan_zoo.data.store import MemoryRows

    arrays = examples.read(np.arange(len(examples)))
    return data.Examples(examples.spec, MemoryRows({**arrays, **features}))


def _shuffled_sources(examples: Any, seed: int) -> Any:
    order = np.random.RandomState(seed).permutation(len(examples))
    return _changed(examples, source=examples.read(order)["source"])


def _sources_for_targets(examples: Any, seed: int) -> Any:
    del seed
    sources = examples.read(np.arange(len(examples)))["source"]
    return _changed(examples, image=np.repeat(sources, 3, axis=-1))


def _grey_targets(examples: Any, seed: int) -> Any:
    del seed
    images = examples.read(np.arange(len(examples)))["image"]
    grey = images.mean(axis=-1, keepdims=True).astype(np.uint8)
    return _changed(examples, image=np.repeat(grey, 3, axis=-1))


CAUSES: dict[str, Cause] = {
    "shuffled_sources": Cause(
        ("source_ignored",),
        _PIX2PIX,
        change=_shuffled_sources,
        without_flag="sources that belong to their images",
    ),
    "sources_for_targets": Cause(
        ("source_copied",),
        _PIX2PIX,
        change=_sources_for_targets,
        doctor_has_originals=True,
        without_flag="targets that are no copies",
    ),
    "grey_targets": Cause(
        ("color_collapse",),
        _PIX2PIX,
        change=_grey_targets,
        doctor_has_originals=True,
        without_flag="targets with their colours",
    ),
}
HEALTHY: dict[str, Settings] = {
    "pix2pix": _PIX2PIX,
}
