"""Images from images: sources, pairs, jitter, and what is refused."""

import numpy as np
import pytest
import small_translators
import tensorflow as tf

from tfgan_zoo import Recipe, sources
from tfgan_zoo.backend import keras
from tfgan_zoo.gan import GAN, TranslationGAN
from tfgan_zoo.random import StepRandom

SIDE = 8


def _gan(source="data", *, source_channels=1, **settings):
    keras.utils.set_random_seed(0)
    recipe = Recipe(
        "", batch_size=4, source=source, **{"ema_decay": 0.0, **settings}
    )
    generator = keras.Sequential(
        [
            keras.Input([None, None, source_channels]),
            keras.layers.Conv2D(3, 3, padding="same", activation="tanh"),
        ]
    )
    discriminator = keras.Sequential(
        [keras.Input([SIDE, SIDE, source_channels + 3])]
        + [keras.layers.Conv2D(1, 4), keras.layers.Reshape([5, 5])]
    )
    return TranslationGAN(
        generator,
        discriminator,
        source_shape=(SIDE, SIDE, source_channels),
        recipe=recipe,
    )


def _data(count=8):
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, [count, SIDE, SIDE, 3], np.uint8)
    source = rng.integers(0, 256, [count, SIDE, SIDE, 1], np.uint8)
    return {"source": source, "image": image}


def _weights(gan):
    return [variable.numpy() for variable in gan.generator.variables]


def _train(gan, x, y=None):
    gan.compile(generator_optimizer="sgd", generator_learning_rate=1.0)
    return gan.fit(x, y, epochs=1, batch_size=4, verbose=0, shuffle=False)


def test_pairs_train_as_dicts_tuples_arrays_and_data_sets():
    pairs = _data()
    expected = _gan()
    before = _weights(expected)
    _train(expected, pairs)
    assert np.abs(_weights(expected)[0] - before[0]).max() > 1e-3
    streams = (
        (pairs["source"], pairs["image"]),
        (tf.data.Dataset.from_tensor_slices(pairs).batch(4), None),
        (
            tf.data.Dataset.from_tensor_slices(
                (pairs["source"], pairs["image"])
            ).batch(4),
            None,
        ),
    )
    for x, y in streams:
        gan = _gan()
        _train(gan, x, y)
        for weights, others in zip(_weights(gan), _weights(expected)):
            np.testing.assert_allclose(weights, others, rtol=0, atol=1e-6)


def test_discriminator_sees_the_source_above_the_image():
    gan = _gan()
    source, image = tf.zeros([2, 8, 8, 1]), tf.ones([2, 8, 8, 3])
    seen = gan.discriminated_features(image, source)
    assert list(seen) == ["source", "image"]
    assert gan.discriminator.input_shape == (None, 8, 8, 4)
    assert gan.discriminate(tf.concat([source, image], -1)).shape == [2, 5, 5]


def test_reconstruction_is_the_weighted_mean_absolute_difference():
    gan = _gan(reconstruction_weight=10.0)
    image = tf.constant(np.linspace(-1, 1, 2 * 8 * 8 * 3), tf.float32)
    image = tf.reshape(image, [2, 8, 8, 3])
    terms = gan.image_terms({"image": image}, image - 0.25)
    np.testing.assert_allclose(terms["reconstruction_loss"], [2.5, 2.5], 1e-5)
    history = _train(gan, _data()).history
    assert history["reconstruction_loss"][0] > 0.0
    assert "reconstruction_loss" not in _train(_gan(), _data()).history


def test_sources_are_made_of_images_that_have_none():
    gan = _gan("grey")
    image = tf.constant(_data(4)["image"], tf.float32) / 127.5 - 1.0
    made = gan.sources_of({"image": image})
    np.testing.assert_allclose(
        made, sources.make("grey", image, None), atol=1e-6
    )
    history = _train(gan, _data()["image"]).history
    assert np.isfinite(history["generator_loss"][0])


def test_of_given_sources_a_third_stays_where_others_are_made():
    gan = _gan("grey")
    count = 900
    batch = {
        "image": tf.zeros([count, SIDE, SIDE, 3]),
        "source": tf.ones([count, SIDE, SIDE, 1]),
    }
    rng = StepRandom(0, tf.constant(0), count)
    prepared = gan.prepare_batch(batch, rng)["source"].numpy()
    given = (prepared == 1.0).all((1, 2, 3))
    made = (prepared == 0.0).all((1, 2, 3))
    assert (given | made).all()
    # Three standard deviations.
    assert given.mean() == pytest.approx(1 / 3, abs=0.047)
    kept = _gan("data").prepare_batch(batch, rng)["source"]
    np.testing.assert_array_equal(kept, batch["source"])


def test_jitter_moves_source_and_image_alike():
    gan = _gan(jitter=1.0)
    image = np.ones([16, SIDE, SIDE, 3], np.float32)
    image[:, 2:5, 1:4] = -1.0
    image = tf.constant(image)
    batch = {"image": image, "source": image[..., :1]}
    moved = gan.prepare_batch(batch, StepRandom(0, tf.constant(0), 16))
    assert np.abs(moved["image"] - image).max() > 0.5
    np.testing.assert_allclose(
        moved["image"][..., :1], moved["source"], atol=1e-5
    )


def test_images_are_translated_as_they_are_shown():
    gan = _gan()
    data = _data(3)
    floats = gan(data["source"] / np.float32(127.5) - 1.0).numpy()
    pixels = gan.translate(data["source"])
    assert pixels.dtype == np.uint8
    np.testing.assert_allclose(pixels, (floats + 1) * 127.5, atol=0.51)
    np.testing.assert_array_equal(gan.show(9, data)[:, :, 8:16], pixels)
    assert gan.translate(data["source"][:0]).shape == (0, SIDE, SIDE, 3)
    assert gan.translate(np.zeros([1, 16, 24, 1], np.uint8)).shape[1:3] == (
        16,
        24,
    )


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ({"image": _data()["image"]}, "trains on sources and images.*alone"),
        (
            {**_data(), "source": np.zeros([8, 8, 8, 3], np.uint8)},
            r"Sources must be of shape \[N, 8, 8, 1\].*\[8, 8, 8, 3\]",
        ),
        (
            {**_data(), "source": np.full([8, 8, 8, 1], 9.0, np.float32)},
            r"Sources must lie in \[-1, 1\]",
        ),
        (
            {**_data(), "source": _data(4)["source"]},
            "a source for each image. Received: 4 sources for 8 images",
        ),
    ],
)
def test_data_without_fitting_sources_are_refused(x, message):
    with pytest.raises(ValueError, match=message) as error:
        _train(_gan(), x)
    assert "\n" not in str(error.value)


def test_floats_are_no_pixels_to_translate():
    with pytest.raises(TypeError, match="must be uint8.*Received: float64"):
        _gan().translate(np.zeros([1, 8, 8, 1]))


def test_labels_of_gan_are_no_images():
    pairs = _data()
    generator = keras.Sequential(
        [keras.layers.Dense(192, input_shape=(9,))]
        + [keras.layers.Reshape([8, 8, 3])]
    )
    discriminator = keras.Sequential(
        [keras.layers.Flatten(input_shape=(8, 8, 3)), keras.layers.Dense(1)]
    )
    gan = GAN(generator, discriminator, recipe=Recipe("", latent_dim=9))
    with pytest.raises(ValueError, match="does not take a `source`"):
        _train(gan, pairs)


def test_sides_that_are_no_multiples_are_refused():
    gan = small_translators.colourist()
    images = np.zeros([1, 9, 12, 1], np.uint8)
    for translate, given in ((gan.translate, images), (gan, images / 255)):
        with pytest.raises(ValueError, match="multiples of 4.*: 9 x 12"):
            translate(given)
