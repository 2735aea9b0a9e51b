"""A GAN whose generator takes an image: task, input, strips."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import inputs
from tfgan_zoo.backend import keras
from tfgan_zoo.gan import TranslationGAN

SHAPE = (6, 8, 3)


class _Colorizer(TranslationGAN):
    input_name = "grey_images"
    sees_sources = False
    makes_sources = True

    def make_sources(self, image, rng):
        grey = tf.reduce_mean(image, axis=-1, keepdims=True)
        noise = rng.uniform("noise", (1, 1, 1))
        return tf.nn.avg_pool2d(grey, 2, 2, "VALID") + 0.0 * noise


def _networks():
    generator = keras.Sequential(
        [
            keras.Input([None, None, 1]),
            keras.layers.UpSampling2D(),
            keras.layers.Conv2D(3, 1, activation="tanh"),
        ]
    )
    discriminator = keras.Sequential(
        [keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    return generator, discriminator


def test_strips_are_input_output_and_real_image_of_one_size_and_color():
    gan = _Colorizer(*_networks(), source_shape=(3, 4, 1))
    real = np.random.default_rng(0).integers(0, 256, (5, *SHAPE), np.uint8)
    strips = gan.show(7, {"image": real})
    assert strips.shape == (2, 6, 3 * 8, 3) and strips.dtype == np.uint8
    np.testing.assert_array_equal(strips[:, :, 16:], real[:2])
    means = real[:2].reshape(2, 3, 2, 4, 2, 3).mean((2, 4, 5))
    source = means.repeat(2, 1).repeat(2, 2)[..., np.newaxis]
    assert np.abs(strips[:, :, :8] - source).max() <= 0.51
    assert strips[:, :, 8:16].std(axis=-1).max() > 1.0


def test_strips_are_made_where_replicas_are_driven_from(several_replicas):
    with several_replicas.scope():
        gan = _Colorizer(*_networks(), source_shape=(3, 4, 1))
        strips = gan.show(6, {"image": np.zeros([2, *SHAPE], np.uint8)})
    assert strips.shape == (2, 6, 3 * 8, 3)


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ("paint", "must be one of generate, translate, enlarge.*Received: pa"),
        (
            "generate",
            "whose `task` is generate must be one of kind latents.*Received: "
            "image, which is for the `task` translate or enlarge",
        ),
    ],
)
def test_a_task_that_is_unknown_or_takes_other_inputs_is_refused(task, message):
    kind = type("Other", (_Colorizer,), {"task": task})
    with pytest.raises(ValueError, match=message):
        kind(*_networks(), source_shape=(3, 4, 1))


def test_a_new_task_is_a_line_of_the_table(monkeypatch):
    monkeypatch.setitem(inputs.TASKS, "colorize", inputs.IMAGE)
    gan = type("New", (_Colorizer,), {"task": "colorize"})(
        *_networks(), source_shape=(3, 4, 1)
    )
    assert gan(tf.zeros([2, 3, 4, 1])).shape == [2, *SHAPE]
