"""Convolutions in groups, as in the paper's R3GAN: files agree, GPUs too."""

import dataclasses

import numpy as np
import pytest
from browsers import needs_browser

from tfgan_zoo import models
from tfgan_zoo.backend import keras
from tfgan_zoo.export import inputs, tflite
from tfgan_zoo.export.variants import VARIANTS
from tfgan_zoo.layers import GroupedConv2D
from tfgan_zoo.models import r3gan

WIDTH = 16


@pytest.fixture(scope="module")
def gan():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(r3gan, "PAPER_LEAST_WIDTH", WIDTH)
        keras.utils.set_random_seed(0)
        recipe = dataclasses.replace(r3gan.RECIPE, width=WIDTH, latent_dim=8)
        gan = models.get("r3gan")((32, 32, 1), recipe=recipe)
    layers = gan.ema_generator.submodules
    convolutions = [m for m in layers if isinstance(m, GroupedConv2D)]
    assert max(conv.groups for conv in convolutions) == 2
    numbers = np.random.default_rng(0)
    for conv in convolutions:
        if not np.any(conv.kernel):  # the last of a block
            conv.kernel.assign(numbers.normal(0.0, 0.1, conv.kernel.shape))
    return gan


def _convert(gan, name):
    rows = inputs.sample_inputs(gan, 32, seed=3)
    variant = VARIANTS[name]
    content = tflite.convert(gan, variant, batch_size=1, calibration=rows)
    return content, rows


@pytest.mark.parametrize(
    ("name", "limit"), [("float32", 1e-4), ("float16", 1e-2), ("int8", 0.5)]
)
def test_file_makes_the_generators_images(gan, name, limit):
    content, rows = _convert(gan, name)
    interpreter = tflite.Interpreter(content)
    expected = gan(*rows.values()).numpy()
    apart = np.abs(interpreter.images(rows) - expected)
    assert apart.max() <= limit and 127.5 * apart.mean() <= 6.0
    assert np.ptp(expected) > 0.5
    assert interpreter.not_on_phones() == []


@needs_browser
@pytest.mark.parametrize("name", ["float32", "float16"])
def test_webgpu_makes_the_same_images(gan, gpu_page, name):
    content, rows = _convert(gan, name)
    interpreter = tflite.Interpreter(content)
    one = {key: values[:1] for key, values in rows.items()}
    run = gpu_page.run(content, one)
    assert run.refused == ()
    apart = np.abs(run.images - interpreter(**one).ravel()).max()
    assert apart <= 1e-3
