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


def _hidden_sources(gan: Any) -> None:
    """Lets a translation show a blur, and hold the rest in its last digits."""
    import tensorflow as tf

    side, code = 8, 1.0 / 255.0

    def blur(images: tf.Tensor) -> tf.Tensor:
        small = tf.nn.avg_pool2d(images, side, side, "VALID")
        return tf.repeat(tf.repeat(small, side, axis=1), side, axis=2)

    def hide(images: tf.Tensor) -> tf.Tensor:
        grey = tf.reduce_mean(images, axis=-1, keepdims=True)
        return 0.9 * blur(grey) + code * (grey - blur(grey))

    def reveal(images: tf.Tensor) -> tf.Tensor:
        grey = tf.reduce_mean(images, axis=-1, keepdims=True)
        return blur(grey) / 0.9 + (grey - blur(grey)) / code

    def replace(network: Any, function: Any, channels: int) -> None:
        call = network.call

        def replaced(
            images: Any, labels: Any = None, training: Any = None
        ) -> Any:
            learning = 1e-4 * call(images, labels, training=training)
            return function(images) * tf.ones([channels]) + learning

        network.call = replaced

    for prefix in ("", "ema_"):
        forward = getattr(gan, f"{prefix}generator")
        backward = getattr(gan, f"{prefix}backward_generator")
        replace(forward, hide, gan.image_shape[-1])
        replace(backward, reveal, gan.source_shape[-1])


CAUSES: dict[str, Cause] = {
    "shuffled_sources": Cause(
        ("source_ignored",),
        _PIX2PIX,
        change=_shuffled_sources,
        without_flag="sources that belong to their images",
    ),
    # Before, it has not learnt to copy.
    "sources_for_targets": Cause(
        ("source_copied",),
        _PIX2PIX,
        0.15,
        change=_sources_for_targets,
        doctor_has_originals=True,
        without_flag="targets that are no copies",
    ),
    # Before, a training that will have colours has none either.
    "grey_targets": Cause(
        ("color_collapse",),
        _PIX2PIX,
        0.15,
        change=_grey_targets,
        doctor_has_originals=True,
        without_flag="targets with their colours",
    ),
    "hidden_sources": Cause(
        ("cycle_steganography",),
        {
            **_PIX2PIX,
            "model": "cyclegan",
            "width": 4,
            "batch_size": 8,
            "steps": 250,
            "cycle_weight": 10.0,
            "precision": "float32",
        },
        tamper=_hidden_sources,
        without_flag="generators that hide nothing",
    ),
}
HEALTHY: dict[str, Settings] = {
    "pix2pix": _PIX2PIX,
}
