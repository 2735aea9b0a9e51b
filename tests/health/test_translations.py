"""Signals of generators that take images."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import losses
from tfgan_zoo.backend import keras
from tfgan_zoo.gan import TranslationGAN
from tfgan_zoo.health import PROBLEMS, SIGNALS, wrap_gan
from tfgan_zoo.health.examination import Examination
from tfgan_zoo.health.network_pair import NetworkPair
from tfgan_zoo.health.real_data import RealBatch, RealData
from tfgan_zoo.health.translations import color_variety, measure
from tfgan_zoo.recipe import Recipe

RANDOM = np.random.RandomState(0)
SOURCES = RANDOM.randint(0, 256, (40, 8, 8, 1)).astype(np.uint8)
TARGETS = RANDOM.randint(0, 256, (40, 8, 8, 3)).astype(np.uint8)


def _measure(translated, sources=SOURCES, targets=TARGETS, **settings):
    return measure(
        sources, translated, targets, **{"is_paired": True, **settings}
    )


def test_perfect_translations_are_their_targets():
    signals = _measure(TARGETS)
    assert signals == {
        "source_distance": 1.0,
        "source_match": 1.0,
        "color_variety": 1.0,
    }


def test_copies_of_the_source_are_no_translation():
    signals = _measure(np.repeat(SOURCES, 3, axis=-1))
    assert signals["source_distance"] == 0.0
    assert signals["color_variety"] == pytest.approx(0.0, abs=1e-3)


def test_smaller_sources_are_compared_enlarged():
    small = TARGETS[:, ::2, ::2]
    copies = small.repeat(2, axis=1).repeat(2, axis=2)
    assert _measure(copies, small)["source_distance"] == 0.0
    assert _measure(TARGETS, small)["source_distance"] == 1.0


@pytest.mark.parametrize("kind", ["constant", "of others"])
def test_what_does_not_depend_on_its_source_matches_by_chance(kind):
    translated = np.roll(TARGETS, 1, axis=0)
    if kind == "constant":
        mean = TARGETS.mean(axis=0, keepdims=True).astype(np.uint8)
        translated = np.repeat(mean, len(TARGETS), axis=0)
    assert _measure(translated)["source_match"] == pytest.approx(0.5, abs=0.12)


def test_unpaired_examples_have_no_target_to_match():
    assert "source_match" not in _measure(TARGETS, is_paired=False)


def test_grey_targets_have_no_colours_to_vary():
    grey = np.repeat(SOURCES, 3, axis=-1)
    assert "color_variety" not in _measure(grey, targets=grey)
    assert "color_variety" not in _measure(SOURCES, targets=SOURCES)


@pytest.mark.parametrize(
    ("colors", "expected"),
    [
        ([[9, 9, 9], [200, 200, 200]], 0.0),  # grey
        ([[60, 40, 20], [240, 160, 80]], 0.0),  # shades of brown
        ([[255, 255, 255], [250, 220, 0]], 0.0),  # yellow on white
        # Of yellow - blue, 127.5, 127.5 and -255: less than of red - green.
        ([[255, 0, 0], [0, 255, 0], [0, 0, 255]], 180.3),
    ],
)
def test_variety_of_colours_is_that_of_hues(colors, expected):
    images = np.array(colors, np.uint8)[:, np.newaxis, np.newaxis]
    images = np.tile(images, (1, 40, 40, 1))
    assert color_variety(images) == pytest.approx(expected, abs=0.1)


def _reader(images, sources=None):
    def read(number, count):
        rows = np.random.RandomState(number).randint(len(images), size=count)
        given = None if sources is None else sources[rows]
        return RealBatch(images[rows], None, given)

    return read


def _tiny_translation(source, **settings):
    keras.utils.set_random_seed(0)
    conv = keras.layers.Conv2D
    generator = keras.Sequential(
        [
            keras.Input([8, 8, 1]),
            conv(4, 3, padding="same", activation="relu"),
            conv(3, 3, padding="same", activation="tanh"),
        ]
    )
    discriminator = keras.Sequential(
        [
            keras.Input([8, 8, 4]),
            conv(8, 3, strides=2, activation="relu"),
            conv(1, 2),
            keras.layers.Reshape([2, 2]),
        ]
    )
    gan = TranslationGAN(
        generator,
        discriminator,
        source_shape=(8, 8, 1),
        recipe=Recipe(
            "", source=source, reconstruction_weight=1.0, batch_size=8
        ),
    )
    gan.compile(**settings)
    return gan


@pytest.mark.parametrize(
    ("source", "settings"),
    [("data", {}), ("edges", {"augmentation": "diffaugment"})],
)
def test_a_translation_is_examined_with_its_sources(source, settings):
    gan = _tiny_translation(source, **settings)
    before = [variable.numpy() for variable in gan.variables]
    given = SOURCES if source == "data" else None
    real = RealData(
        _reader(TARGETS, given), read_held_out=_reader(TARGETS[:9], given)
    )
    examination = Examination(wrap_gan(gan), real, 8)
    records = [examination.record(examination.probe()) for _ in range(2)]
    needed = {
        name
        for kind in ("source_ignored", "source_copied", "color_collapse")
        for names in PROBLEMS[kind].needs
        for name in names
    }
    assert needed | {"source_match", "separation", "drift"} <= set(records[1])
    assert set(records[1]) <= set(SIGNALS)
    assert all(record["non_finite"] == 0.0 for record in records)
    assert records[1]["generator_gradient_norm"] > 0.0
    after = [variable.numpy() for variable in gan.variables]
    for old, new in zip(before, after):
        np.testing.assert_array_equal(old, new)


def _cycle(translate, translate_back):
    """Examines two functions in the place of generators."""
    network = keras.Sequential([keras.Input([8, 8, 1]), keras.layers.Flatten()])
    network.build([None, 8, 8, 1])

    class Network(keras.Model):
        def call(self, x):
            return translate(x)

    subject = NetworkPair(
        generator=Network(),
        sampled=Network(),
        discriminator=network,
        loss=losses.get("non_saturating"),
        latents=lambda features: (
            tf.cast(features["source"], tf.float32) / 127.5 - 1.0
        ),
        latent_shape=None,
        discriminate=lambda *_: None,
        translate_back=translate_back,
    )
    real = RealData(_reader(TARGETS[..., :1], SOURCES), is_paired=False)
    return Examination(subject, real)._measure_translations()


def test_a_source_that_is_hidden_in_last_digits_is_lost_with_noise():
    def hide(x):
        return 0.5 + 1e-3 * x

    signals = _cycle(hide, lambda y: (y - 0.5) / 1e-3 + 0.01)
    # Noise of a grey level, 1/127.5, is 4 times the signal on average.
    assert signals["cycle_distance"] == pytest.approx(1.275, rel=0.01)
    assert signals["cycle_noise_effect"] > 100.0


def test_an_image_that_is_hidden_in_its_source_is_lost_too():
    signals = _cycle(
        lambda x: (x - 0.5) / 1e-3 + 0.01, lambda y: 0.5 + 1e-3 * y
    )
    assert signals["cycle_noise_effect"] > 100.0


def test_a_source_that_is_seen_is_not_lost_with_noise():
    signals = _cycle(tf.negative, lambda y: 0.1 - y)
    # Of both ways round.
    assert signals["cycle_distance"] == pytest.approx(12.75, rel=0.01)
    assert signals["cycle_noise_effect"] == pytest.approx(1.0, abs=0.05)
