"""The upsampler's own: its output, its sizes, and its loss."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfgan_zoo import models, sources
from tfgan_zoo.backend import keras
from tfgan_zoo.config import TrainConfig
from tfgan_zoo.export.metadata import read_metadata
from tfgan_zoo.export.run import export_run
from tfgan_zoo.export.translator import Translator
from tfgan_zoo.inputs import InputSpec
from tfgan_zoo.models.upsampler import RECIPE, Upsampler, enlarge
from tfgan_zoo.random import StepRandom
from tfgan_zoo.training import building, loop
from tfgan_zoo.training.run_folder import RunFolder

# Worked by hand from the layers: (generator, discriminator), trainable, at a
# width of 32, such as 9 * 1 * 32 + 32 for the generator's first layer, four
# times 2 * (9 * 32 * 32 + 32), and 9 * 32 * 4 + 4 for the last.
PARAMETERS = {
    (28, 28, 1): (320 + 73_984 + 1_156, 36_545),
    (32, 32, 3): (896 + 73_984 + 3_468, 167_809),
    (128, 128, 3): (896 + 73_984 + 3_468, 2_796_929),
}


def _gan(image_shape=(28, 28, 1), **settings):
    keras.utils.set_random_seed(0)
    return Upsampler(
        image_shape, recipe=dataclasses.replace(RECIPE, width=4, **settings)
    )


def _trainable(network):
    return sum(int(v.shape.num_elements()) for v in network.trainable_variables)


@pytest.mark.parametrize("image_shape", PARAMETERS)
def test_parameters_are_what_the_layers_make(image_shape):
    gan = Upsampler(image_shape)
    counts = _trainable(gan.generator), _trainable(gan.discriminator)
    assert counts == PARAMETERS[image_shape]


def test_shrinking_averages_and_enlarging_repeats():
    image = tf.constant([[1.0, 3.0, 0.0, 0.0], [5.0, 7.0, 0.0, 2.0]])
    small = sources.shrink(image[None, :, :, None])
    np.testing.assert_array_equal(small[0, :, :, 0], [[4.0, 0.5]])
    np.testing.assert_array_equal(
        enlarge(small)[0, :, :, 0], [[4.0, 4.0, 0.5, 0.5]] * 2
    )


@pytest.mark.parametrize("factor", [2, 4])
def test_channels_of_an_enlarged_image_stay_apart(factor):
    pixels = tf.random.stateless_uniform([2, 3, 5, 3], [0, 0])
    expected = pixels.numpy().repeat(factor, axis=1).repeat(factor, axis=2)
    np.testing.assert_array_equal(enlarge(pixels, factor), expected)


def test_images_of_any_size_are_enlarged_twice_and_four_times_as_large():
    gan = _gan()
    small = tf.random.stateless_uniform([2, 9, 5, 1], [0, 0], -0.5, 0.5)
    enlarged = gan(small)
    assert enlarged.shape == [2, 18, 10, 1]
    assert gan(enlarged).shape == [2, 36, 20, 1]


@pytest.mark.parametrize("factor", [2, 4])
def test_output_shrinks_to_its_input(factor):
    gan = _gan((32, 32, 3), upscale_factor=factor)
    kernel = gan.ema_generator.to_details.kernel
    kernel.assign(0.1 * tf.random.stateless_normal(kernel.shape, [0, 1]))
    small = tf.random.stateless_uniform([2, 9, 5, 3], [0, 0], -0.1, 0.1)
    enlarged = gan(small)
    assert enlarged.shape == [2, factor * 9, factor * 5, 3]
    assert np.abs(enlarged).max() < 1.0  # nothing is clipped
    assert np.abs(enlarged - enlarge(small, factor)).mean() > 0.05
    shrunk = sources.shrink(enlarged, factor)
    np.testing.assert_allclose(shrunk, small, atol=1e-6)


def test_sources_of_factor_four_are_a_quarter_as_high_and_wide():
    gan = _gan((32, 32, 3), upscale_factor=4)
    assert gan.input_specs[0].shape == (8, 8, 3)
    assert gan.generator.to_details.filters == 16 * 3
    real = tf.random.stateless_uniform([4, 32, 32, 3], [0, 0], -1.0, 1.0)
    random = StepRandom(0, tf.constant(0, tf.int64), 4)
    expected = real.numpy().reshape(4, 8, 4, 8, 4, 3).mean((2, 4))
    np.testing.assert_allclose(
        gan.prepare_batch({"image": real}, random)["source"],
        expected,
        atol=1e-6,
    )
    pixels = np.zeros([1, 32, 32, 3], np.uint8)
    assert gan.show(3, {"image": pixels}).shape == (1, 32, 96, 3)


def test_a_gan_that_enlarges_by_four_is_loaded_again(tmp_path):
    gan = _gan(upscale_factor=4)
    gan.compile()
    gan.save(tmp_path / "gan")
    small = tf.random.stateless_uniform([1, 3, 5, 1], [0, 0], -1.0, 1.0)
    loaded = models.load(tmp_path / "gan")
    assert loaded.recipe.upscale_factor == 4
    np.testing.assert_array_equal(loaded(small), gan(small))


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("upsampler", {"source": "grey"}, "must be small.*Received: grey"),
        ("pix2pix", {"upscale_factor": 4}, "not for pix2pix. Received: 4"),
        ("dcgan", {"upscale_factor": 4}, "not for dcgan. Received: 4"),
    ],
)
def test_sources_that_an_architecture_cannot_enlarge_are_refused(
    name, settings, message
):
    recipe = dataclasses.replace(models.recipe(name), **settings)
    with pytest.raises(ValueError, match=message):
        models.get(name)((64, 64, 3), recipe=recipe)


def test_a_factor_is_two_or_four():
    with pytest.raises(ValueError, match="one of: 2, 4. Received: 3"):
        dataclasses.replace(RECIPE, upscale_factor=3)


@pytest.mark.parametrize(
    ("sign", "expected"),
    [(1.0, [0.75, -0.25, -0.25, -0.25]), (-1.0, [0.0, 0.0, 0.0, 0.0])],
)
def test_gradients_pass_the_clipping_where_they_lead_back(sign, expected):
    generator = _gan().generator
    generator.to_details.kernel.assign(0.0 * generator.to_details.kernel)
    # Of each 2x2 pixels the first is 1.5, clipped to 1, and the others -0.5.
    generator.to_details.bias.assign([2.0, 0.0, 0.0, 0.0])
    with tf.GradientTape() as tape:
        enlarged = generator(tf.zeros([1, 1, 1, 1]), training=True)
        loss = sign * enlarged[0, 0, 0, 0]
    np.testing.assert_allclose(enlarged[0, 0, :, 0], [1.0, -0.5])
    gradient = tape.gradient(loss, generator.to_details.bias)
    # A part's own share, 1, less that in the mean of the parts.
    np.testing.assert_allclose(gradient, expected, atol=1e-6)


def test_training_begins_with_the_enlargement_nearly():
    small = tf.random.stateless_uniform([2, 14, 14, 1], [0, 0], -1.0, 1.0)
    difference = np.abs(_gan()(small) - enlarge(small))
    assert 0.0 < difference.mean() < 0.05


def test_reconstruction_is_a_hundred_times_the_mean_difference():
    real = tf.zeros([2, 28, 28, 1])
    fake = np.zeros([2, 28, 28, 1], np.float32)
    fake[1, :14] = -0.5  # of half the pixels
    terms = _gan().image_terms({"image": real}, tf.constant(fake))
    assert set(terms) == {"reconstruction_loss"}
    np.testing.assert_allclose(terms["reconstruction_loss"], [0.0, 25.0])


def test_step_enlarges_the_real_images_shrunk():
    gan = _gan()
    real = tf.random.stateless_uniform([4, 28, 28, 1], [0, 0], -1.0, 1.0)
    random = StepRandom(0, tf.constant(0, tf.int64), 4)
    expected = real.numpy().reshape(4, 14, 2, 14, 2, 1).mean((2, 4))
    np.testing.assert_allclose(
        gan.prepare_batch({"image": real}, random)["source"],
        expected,
        atol=1e-6,
    )
    assert gan.input_specs[0].shape == (14, 14, 1)


def test_training_brings_the_reconstruction_below_the_enlargements():
    ramp = np.linspace(-0.8, 0.8, 28, dtype=np.float32)
    real = np.broadcast_to(ramp[None, :, None, None], (8, 28, 28, 1))
    gan = _gan(ema_decay=0.5)
    gan.compile(generator_learning_rate=3e-3)
    batches = tf.data.Dataset.from_tensors(real.copy()).repeat()
    gan.fit(batches, steps_per_epoch=60, verbose=0)
    small = sources.shrink(tf.constant(real))
    before = np.abs(enlarge(small) - real).mean()
    assert np.abs(gan(small) - real).mean() < 0.5 * before


def test_shown_are_small_enlarged_and_real_images_side_by_side():
    gan = _gan()
    real = np.random.default_rng(0).integers(0, 256, (9, 28, 28, 1), np.uint8)
    strips = gan.show(7, {"image": real})
    assert strips.shape == (2, 28, 3 * 28, 1) and strips.dtype == np.uint8
    np.testing.assert_array_equal(strips[:, :, 56:], real[:2])
    means = real[:2].reshape(2, 14, 2, 14, 2, 1).mean((2, 4))
    small = means.repeat(2, 1).repeat(2, 2)
    assert np.abs(strips[:, :, :28] - small).max() <= 0.51


@pytest.mark.parametrize(
    "settings", [{"latent_dim": 8}, {"latents": "uniform"}]
)
def test_latents_settings_are_refused(settings):
    with pytest.raises(ValueError, match="is not for upsampler"):
        _gan(**settings)


@pytest.mark.slow
@pytest.mark.parametrize("factor", [2, 4])
def test_run_shows_strips_and_its_export_enlarges(tmp_path, factor):
    config = TrainConfig(
        model="upsampler",
        width=4,
        steps=2,
        batch_size=4,
        precision="float32",
        upscale_factor=factor,
    )
    examples = building.load_data(config)
    config = building.resolve(config, examples.spec)
    folder = RunFolder(tmp_path / "run")
    loop.train(config, examples, folder, log=lambda line: None)
    strips = 64 // 3  # in five columns and rows
    assert strips == 21
    grid = Image.open(folder.sample(2))
    assert grid.size == (5 * (3 * 28 + 2) + 2, 5 * (28 + 2) + 2)
    done = export_run(folder, folder.export)
    metadata = read_metadata(done.saved_model)
    assert metadata.task == "enlarge"
    small = (28 // factor, 28 // factor, 1)
    assert metadata.inputs == (InputSpec("small_images", "image", small),)
    pictures = np.zeros([1, 3, 4, 1], np.uint8)
    enlarged = Translator(done.folder).translate(pictures, times=2)
    assert enlarged.shape == (1, 3 * factor**2, 4 * factor**2, 1)
