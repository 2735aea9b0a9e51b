"""Exports that are made in a moment."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import inputs, latents, models
from tfgan_zoo.backend import keras
from tfgan_zoo.export import exporter, saved_model
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.random import seeded_normal

LATENT_DIM = 4
NAMES = ("T-shirt/top", "Sandal", "Bag, large")


class _Strip(tf.Module):
    """Four latents above, the label below, all divided by four."""

    def __init__(self, num_classes, distribution):
        super().__init__()
        rows = tf.TensorSpec([None, LATENT_DIM], tf.float32, name="latents")
        seeds = tf.TensorSpec([None], tf.int64, name="seeds")
        labels = [tf.TensorSpec([None], tf.int32, name="labels")]
        labels = labels if num_classes else []

        @tf.function(input_signature=[rows, *labels])
        def serve(latents, labels=None):
            above = latents / 4.0
            if labels is None:
                below = tf.zeros_like(above)
            else:
                share = tf.cast(labels, tf.float32) / 4.0
                below = tf.repeat(share[:, tf.newaxis], LATENT_DIM, axis=1)
            return {"images": tf.stack([above, below], 1)[..., tf.newaxis]}

        @tf.function(input_signature=[seeds, *labels])
        def sample(seeds, labels=None):
            made = distribution(seeded_normal(seeds, LATENT_DIM))
            inputs = [made] if labels is None else [made, labels]
            pixels = (serve(*inputs)["images"] + 1.0) * 127.5
            pixels = tf.clip_by_value(tf.round(pixels), 0.0, 255.0)
            return {"images": tf.cast(pixels, tf.uint8)}

        self.serve, self.sample = serve, sample


def make_metadata(*, num_classes, task=inputs.GENERATE, **values):
    return ExportMetadata(
        task=task,
        num_classes=num_classes,
        class_names=NAMES[:num_classes],
        dataset="none",
        training_steps=0,
        recipe={},
        versions={},
        metrics={},
        **values,
    )


@pytest.fixture(scope="session")
def strip_sampler(tmp_path_factory):
    """Makes samplers of `_Strip`, whose images tell their latents."""

    @functools.cache
    def make(num_classes=0, name="normal", by_seed=True):
        strip = _Strip(num_classes, latents.get(name))
        folder = tmp_path_factory.mktemp("strip")
        signatures = {"serving_default": strip.serve}
        if by_seed:
            signatures["sample"] = strip.sample
        tf.saved_model.save(strip, str(folder), signatures=signatures)
        part = inputs.LatentPart(name, LATENT_DIM)
        labels = (inputs.LABELS_INPUT,) if num_classes else ()
        metadata = make_metadata(
            architecture="strip",
            inputs=(inputs.latents_input([part]), *labels),
            image_shape=(2, LATENT_DIM, 1),
            num_classes=num_classes,
        )
        (folder / "assets.extra").mkdir()
        (folder / "assets.extra" / "tfgan_zoo.json").write_text(
            metadata.to_json()
        )
        return Sampler(folder)

    return make


_GAINS = {
    "cut": 0.9,
    "cyclegan": 0.9,
    "mlp": 2.0,
    "pix2pix": 3.1,
    "r3gan_projection": 1.3,
    "sagan": 1.5,
    "stylegan2": 0.7,
    "stylegan2_projection": 0.7,
    "toy": 5.0,
}
# Weights of N(0, 0.02) make images without contrast until they are trained.
_SMALL_WEIGHTS, _SMALL_WEIGHTS_GAIN = 0.05, 5.0


def small(name, distribution="normal"):
    """Returns a small architecture's GAN, untrained, and its metadata."""
    settings = {"width": 4}
    if models.get(name).takes_latents:
        settings |= {"latent_dim": 16, "latents": distribution}
    recipe = dataclasses.replace(models.recipe(name), **settings)
    size = (models.get(name).image_sizes or (None,))[0]
    shape = (size, size, 1) if size else (2,)
    keras.utils.set_random_seed(0)
    gan = models.get(name)(shape, num_classes=3, recipe=recipe)
    gain = _GAINS.get(name, _usual_gain(gan.ema_generator))
    for variable in gan.ema_generator.trainable_variables:
        variable.assign(gain * _as_trained(variable))
    metadata = make_metadata(
        architecture=name,
        task=gan.task,
        inputs=gan.input_specs,
        image_shape=gan.image_shape,
        num_classes=gan.num_classes,
    )
    return gan, metadata


def _as_trained(variable):
    """A kernel that begins at 0 gets values."""
    if variable.shape.rank < 4 or np.any(variable):
        return variable
    return 0.1 * tf.random.stateless_normal(variable.shape, [0, 0])


def _usual_gain(generator):
    kernel = next(v for v in generator.trainable_variables if v.shape.rank > 1)
    is_small = float(tf.math.reduce_std(kernel)) < _SMALL_WEIGHTS
    return _SMALL_WEIGHTS_GAIN if is_small else 1.0


@pytest.fixture(scope="session")
def small_sampler(tmp_path_factory):
    """Makes samplers of small architectures, without training and TFLite."""

    @functools.cache
    def make(name, distribution="normal"):
        gan, metadata = small(name, distribution)
        folder = tmp_path_factory.mktemp(name) / "saved_model"
        saved_model.write(saved_model.ServedGenerator(gan), metadata, folder)
        return Sampler(folder.parent)

    return make


@pytest.fixture(scope="session")
def small_export(tmp_path_factory):
    """Makes exports of small architectures, with the TFLite files named."""

    @functools.cache
    def make(name, tflite_names=("float32",)):
        gan, metadata = small(name)
        folder = tmp_path_factory.mktemp(name) / "export"
        settings = exporter.TFLiteSettings(tflite_names)
        return exporter.export(gan, metadata, folder, tflite_files=settings)

    return make
