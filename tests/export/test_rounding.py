"""What rounding costs a generator, and the files that keep to it."""

import dataclasses

import numpy as np
import pytest
import small_translators
import tensorflow as tf
from small_translators import colourist

from tfgan_zoo import models, networks
from tfgan_zoo.backend import keras
from tfgan_zoo.export import api, comparison, exporter, proof, rounding, tflite
from tfgan_zoo.export.variants import VARIANTS
from tfgan_zoo.gan import TranslationGAN
from tfgan_zoo.recipe import Recipe

FIVE = ("float32", "float16", "dynamic", "int8", "uint8")
EXACT = comparison.Differences(0.0, 0.0, 0.0)


def _images(count=4):
    shape = (count, *small_translators.SHAPE[:2], 1)
    random = np.random.default_rng(0)
    return random.uniform(-1.0, 1.0, shape).astype(np.float32)


def _measure(bits):
    gan = colourist()
    before = gan.ema_generator.get_weights()
    images = _images()
    measured = rounding.measure(gan, {"images": images}, bits)
    for weights, after in zip(before, gan.ema_generator.get_weights()):
        np.testing.assert_array_equal(weights, after)
    return measured


def test_weights_of_8_bits_are_rounded_by_channel():
    images = _images()
    coarse = images.reshape(4, 2, 4, 3, 4, 1).mean((2, 4))
    coarse = coarse.repeat(4, 1).repeat(4, 2)
    # 0.1 becomes 14 of 127 parts of 0.9, and 0.5 and 0.0 stay.
    apart = np.abs(0.9 * 14 / 127 - 0.1) * np.abs(coarse)
    measured = _measure(8)
    assert measured.largest == pytest.approx(apart.max(), rel=1e-3)
    assert measured.mean_of_255 == pytest.approx(
        127.5 * apart.mean() / 3, rel=1e-3
    )


@pytest.mark.parametrize(("bits", "unit"), [(16, 2.0**-11), (32, 2.0**-23)])
def test_floats_are_rounded_by_a_unit_of_theirs(bits, unit):
    assert 0.02 * unit < _measure(bits).largest < 2 * unit


def _apart(name, value):
    if VARIANTS[name].limit is None:
        return dataclasses.replace(EXACT, mean_of_255=value)
    return dataclasses.replace(EXACT, most=value, largest=value)


@pytest.mark.parametrize(
    ("name", "value", "times", "said"),
    [
        ("float32", 3e-5, 3, "3e-05, as rounding the weights to 32 bits"),
        ("uint8", 3e-2, 3, "0.03, as rounding the weights to 16 bits"),
        ("int8", 6.0, 5, "a mean of 6 of 255, as rounding the weights to 8"),
    ],
)
def test_a_file_may_be_off_by_some_times_what_rounding_costs(
    name, value, times, said
):
    variant = VARIANTS[name]

    def require(share, **limit):
        cost = _apart(name, share * value)
        return comparison.require(
            "file", _apart(name, value), variant, lambda bits: cost, **limit
        )

    assert said in require(1.05 / times)
    with pytest.raises(comparison.ExportError, match="Received"):
        require(0.95 / times)
    if variant.limit is None:  # asked for, it is kept to
        with pytest.raises(comparison.ExportError, match="at most 4 of 255"):
            require(1.05 / times, mean_limit=4.0)


def test_within_its_limit_nothing_is_measured_and_nothing_said():
    assert comparison.require("file", EXACT, VARIANTS["int8"], None) == ""


class _Sum(networks.Network):
    """What a convolution makes, and a tenth of it by another one."""

    def __init__(self):
        super().__init__()
        self.convs = [
            keras.layers.Conv2D(1, 1, use_bias=False) for _ in range(3)
        ]

    def call(self, images, labels=None, training=None):
        first, tenth, to_image = self.convs
        x = first(images)
        return to_image(x + tenth(x))


def test_what_a_sum_overwrites_keeps_its_own_range():
    shape = (*small_translators.SHAPE[:2], 1)
    discriminator = keras.Sequential(
        [
            keras.Input([*shape[:2], 2]),
            keras.layers.Flatten(),
            keras.layers.Dense(1),
        ]
    )
    recipe = Recipe(paper="none", source="grey")
    gan = TranslationGAN(
        _Sum(), discriminator, source_shape=shape, recipe=recipe
    )
    gan.ema_generator.set_weights(np.reshape([8.0, 0.1, 0.1], [3, 1, 1, 1, 1]))
    rows = {"images": _images(8)}
    content = tflite.convert(
        gan, VARIANTS["int8"], batch_size=1, calibration=rows
    )
    interpreter = tf.lite.Interpreter(model_content=content)
    spans = {
        tensor["index"]: 255 * tensor["quantization"][0]
        for tensor in interpreter.get_tensor_details()
    }
    (addition,) = [
        operator
        for operator in interpreter._get_ops_details()
        if operator["op_name"] == "ADD"
    ]
    expected = 8.0 * np.ptp(rows["images"])
    inputs = sorted(spans[index] for index in addition["inputs"])
    assert inputs == pytest.approx([0.1 * expected, expected], rel=0.02)
    assert spans[addition["outputs"][0]] == pytest.approx(
        1.1 * expected, rel=0.02
    )


def _translator(name):
    keras.utils.set_random_seed(0)
    recipe = dataclasses.replace(models.recipe(name), width=4, batch_size=2)
    gan = models.get(name)((32, 32, 3), source_shape=(32, 32, 1), recipe=recipe)
    gan.compile()
    gan.run_eagerly = True  # for so few steps
    return gan


def _few_steps(gan):
    random = np.random.default_rng(0)
    batch = {
        "image": random.uniform(-1.0, 1.0, [2, 32, 32, 3]),
        "source": random.uniform(-1.0, 1.0, [2, 32, 32, 1]),
    }
    batch = {name: values.astype(np.float32) for name, values in batch.items()}
    data = tf.data.Dataset.from_tensors(batch).repeat()
    gan.fit(data, steps_per_epoch=2, verbose=0)


@pytest.mark.slow  # twenty files
@pytest.mark.parametrize("name", ["cyclegan", "pix2pix"])
def test_translators_that_hardly_learnt_have_all_files(
    name, tmp_path, monkeypatch
):
    monkeypatch.setattr(exporter, "_TRANSLATIONS", 8)
    monkeypatch.setattr(proof, "add_timings", lambda folder, reports: reports)
    gan = _translator(name)
    for steps in ("untrained", "trained"):
        if steps == "trained":
            _few_steps(gan)
        metadata = api.make_metadata(gan, class_names=(), dataset="none")
        done = exporter.export(
            gan,
            metadata,
            tmp_path / steps,
            tflite_files=exporter.TFLiteSettings(FIVE),
        )
        assert [report.variant for report in done.reports] == sorted(
            FIVE, key=list(VARIANTS).index
        )
        for report in done.reports:
            assert 0.0 < report.differences.mean_of_255 < 8.0
