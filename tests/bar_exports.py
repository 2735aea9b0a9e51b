"""An export whose directions are known: a bar that four latents draw."""

from __future__ import annotations

import functools
import json

import numpy as np
import pytest
import tensorflow as tf
from scipy.stats import ortho_group
from small_exports import make_metadata

from tfgan_zoo import inputs
from tfgan_zoo.export import checksums
from tfgan_zoo.inputs import LatentPart
from tfgan_zoo.random import seeded_normal

SIDE = 24
NORMALS = 8
PARTS = (LatentPart("normal", NORMALS),)
# Rows are the directions: of brightness, slant, width, and of nothing.
AXES = ortho_group.rvs(NORMALS, random_state=0).T.astype(np.float32)
# How much the first layer stretches each of them.
STRETCH = np.array([3.0, 2.5, 2.0, 1.5, 1.0, 0.5, 0.4, 0.3], np.float32)


def draw(y, labels=0.0):
    """Images [N, H, W, 1] of brightness, slant and width, each about 0.

    A label moves the bar, and lightens it.
    """
    middle = (SIDE - 1) / 2.0
    place = np.arange(SIDE, dtype=np.float32) - middle
    rows, columns = place[:, np.newaxis], place[np.newaxis]
    light, lean, width = (
        tf.reshape(y[:, index], [-1, 1, 1]) for index in range(3)
    )
    beside = tf.abs(columns + 0.1 * lean * rows - 2.0 * labels)
    half = 2.0 + 0.25 * width
    across = tf.clip_by_value(half + 0.5 - beside, 0.0, 1.0)
    along = np.clip(9.0 - np.abs(rows), 0.0, 1.0)
    shares = (0.4 + 0.2 * labels + 0.08 * light) * across * along
    return tf.clip_by_value(2.0 * shares - 1.0, -1.0, 1.0)[..., tf.newaxis]


class _Bar(tf.Module):
    """Latents, which a matrix turns and stretches, and perhaps a label."""

    def __init__(self, spec, num_classes):
        super().__init__()
        self.weights = tf.Variable(AXES.T * STRETCH)
        rows = tf.TensorSpec([None, spec.size], tf.float32, name="latents")
        seeds = tf.TensorSpec([None], tf.int64, name="seeds")
        labels = [tf.TensorSpec([None], tf.int32, name="labels")]
        labels = labels if num_classes else []

        @tf.function(input_signature=[rows, *labels])
        def serve(latents, labels=None):
            y = latents[:, :NORMALS] @ self.weights / STRETCH
            if labels is None:
                return {"images": draw(y)}
            shift = tf.cast(labels, tf.float32)[:, tf.newaxis, tf.newaxis]
            return {"images": draw(y, shift)}

        @tf.function(input_signature=[seeds, *labels])
        def sample(seeds, labels=None):
            made = spec.from_normals(seeded_normal(seeds, spec.size))
            made = [made] if labels is None else [made, labels]
            pixels = tf.round((serve(*made)["images"] + 1.0) * 127.5)
            return {"images": tf.cast(pixels, tf.uint8)}

        self.serve, self.sample = serve, sample


def write(folder, *, parts=PARTS, num_classes=0):
    """Writes the export of a bar; returns its folder."""
    spec = inputs.latents_input(parts)
    bar = _Bar(spec, num_classes)
    saved_model = folder / "saved_model"
    signatures = {"serving_default": bar.serve, "sample": bar.sample}
    tf.saved_model.save(bar, str(saved_model), signatures=signatures)
    metadata = make_metadata(
        architecture="bar",
        inputs=(spec, *((inputs.LABELS_INPUT,) if num_classes else ())),
        image_shape=(SIDE, SIDE, 1),
        num_classes=num_classes,
    )
    (saved_model / "assets.extra").mkdir()
    card = saved_model / "assets.extra" / "tfgan_zoo.json"
    card.write_text(metadata.to_json())
    (folder / "model.json").write_text(json.dumps({"architecture": "bar"}))
    checksums.write(folder)
    return folder


@pytest.fixture(scope="session")
def bar_export(tmp_path_factory):
    """Makes exports of bars, which tests must not change."""

    @functools.cache
    def make(parts=PARTS, num_classes=0):
        folder = tmp_path_factory.mktemp("bar")
        return write(folder, parts=parts, num_classes=num_classes)

    return make
