"""Exports with directions, perhaps with an encoder, and their pages."""

from __future__ import annotations

import functools
import json
import shutil
import tempfile

import numpy as np
import pytest
import tensorflow as tf
from browsers import read_canvas

from tfgan_zoo import directions
from tfgan_zoo.export import checksums, web
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.inputs import ONE_HOT

NAMES = ("brightness", "symmetry")
SEARCH = directions.Search(
    measures=NAMES,
    classes=False,
    components=1,
    factors=1,
    samples=200,
    trials=10,
    min_correlation=0.0,
)
ENCODER = "encoder_float16.tflite"


@pytest.fixture(scope="session")
def edited_export(small_export, tmp_path_factory):
    """Makes exports of small architectures that have directions."""

    @functools.cache
    def make(name="conditional_gan", with_encoder=False):
        folder = tmp_path_factory.mktemp("edited") / name
        if with_encoder:
            shutil.copytree(make(name, False), folder)
            _add_encoder(folder)
            return folder
        export = small_export(name).folder
        result = directions.find(export, SEARCH)
        return directions.write(result, export, folder)

    return make


@pytest.fixture(scope="session")
def edited_page(edited_export, tmp_path_factory):
    """Makes pages of these exports."""

    @functools.cache
    def make(name="conditional_gan", with_encoder=False):
        folder = tmp_path_factory.mktemp("web") / "page"
        return web.write(edited_export(name, with_encoder), folder)

    return make


def _add_encoder(folder):
    """Adds an encoder whose outputs are linear in the pixels."""
    metadata = Sampler(folder).metadata
    (folder / ENCODER).write_bytes(_make_encoder(metadata))
    size, count = metadata.inputs[0].size, metadata.num_classes
    model = json.loads((folder / "model.json").read_text())
    model["encoder"] = {
        "tflite": {"float16": ENCODER},
        "input": {
            "name": "images",
            "shape": [1, *metadata.image_shape],
            "range": [-1, 1],
        },
        "outputs": {
            "latents": [1, size],
            **({"label_probabilities": [1, count]} if count else {}),
        },
    }
    (folder / "model.json").write_text(json.dumps(model))
    checksums.write(folder)


def _make_encoder(metadata):
    spec, count = metadata.inputs[0], metadata.num_classes
    pixels = int(np.prod(metadata.image_shape))
    random = np.random.default_rng(0)
    size = spec.size + count
    weights = random.normal(size=(pixels, size)) * 4.0 / np.sqrt(pixels)

    @tf.function(
        input_signature=[
            tf.TensorSpec([1, *metadata.image_shape], tf.float32, name="images")
        ]
    )
    def encode(images):
        flat = tf.reshape(images, [1, pixels])
        values = flat @ tf.constant(weights, tf.float32)
        parts = tf.split(
            values, [*(part.size for part in spec.parts), count], axis=1
        )
        latents = [
            tf.nn.softmax(values) if part.distribution == ONE_HOT else values
            for part, values in zip(spec.parts, parts)
        ]
        outputs = {"latents": tf.concat(latents, axis=1)}
        if count:
            outputs["label_probabilities"] = tf.nn.softmax(parts[-1])
        return outputs

    module = tf.Module()
    module.encode = encode
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(module, folder, {"serving_default": encode})
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.target_spec.supported_types = [tf.float16]
        return converter.convert()


def open_ready(open_page, folder, *args, query="", **settings):
    """Opens a page; `page.last()` is what the generator was given last."""
    page = open_page(folder, *args, **settings)
    if query:
        page.goto(page.address + query)
    page.evaluate(
        """async () => {
          await window.tfganZoo.ready;
          const { generator } = window.tfganZoo;
          const drawOn = generator.drawOn.bind(generator);
          generator.drawOn = (canvas, values, label, ...rest) => {
            if (canvas.id === "large") window.last = [[...values], label];
            return drawOn(canvas, values, label, ...rest);
          };
        }"""
    )
    page.last = lambda: page.evaluate("() => window.last")
    return page


def wait_still(page):
    """Waits until the page has drawn all that it was asked for."""
    page.wait_for_function(
        """() => document.querySelector("main").ariaBusy === "false" """
    )


def read_large(page):
    """Returns the large picture's pixels, int [H, W]."""
    return read_canvas(page.locator("#large"), "L")


def make_pixels(generator, latents, label):
    """Returns the pixels that Python makes of one row, int [H, W]."""
    image = generator(latents, label)[0, ..., 0]
    return np.round((image + 1.0) * 127.5).astype(int)


def set_slider(page, name, step):
    """Moves a slider, with the events of a hand."""
    page.get_by_label(name, exact=True).fill(f"{step:g}")


def difference_of_test(page):
    """Returns how far the page's image of the edit to test is off, of 255."""
    return page.evaluate(
        """async () => {
          const { generator } = window.tfganZoo;
          const { directions, test } = generator.model.directions;
          const amounts = directions.map(({ name }) => test.steps[name]);
          const latents = generator.latentsOf(test.seed, { amounts });
          const pixels = await generator.pixels(latents, test.label);
          const expected = atob(test.pixels_base64);
          return Math.max(...pixels.map((value, place) =>
            Math.abs(value - expected.charCodeAt(place))));
        }"""
    )
