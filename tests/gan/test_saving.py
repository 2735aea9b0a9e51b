"""A GAN saved and loaded trains on as if it had never stopped."""

import dataclasses
import functools
import json

import numpy as np
import pytest
from small_gan import small_gan, train, values

from tfgan_zoo import models
from tfgan_zoo.backend import keras
from tfgan_zoo.config import Recipe
from tfgan_zoo.gan import GAN, saving
from tfgan_zoo.models import dcgan


def _all(gan):
    return values(gan.generator) + values(gan.discriminator)


def test_a_loaded_gan_goes_on_as_the_saved_one(tmp_path):
    # Joint updates augment less often than alternating ones.
    gan = small_gan(
        augmentation="ada", update="joint", discriminator_optimizer="adam"
    )
    train(gan, steps=2)
    gan.save(tmp_path / "gan")
    loaded = models.load(tmp_path / "gan")
    assert loaded.step.numpy() == 2
    assert loaded.recipe == gan.recipe
    np.testing.assert_array_equal(gan.generate(2), loaded.generate(2))
    for one in (gan, loaded):
        train(one, steps=2)
    for a, b in zip(_all(gan), _all(loaded)):
        np.testing.assert_array_equal(a, b)


def test_saving_leaves_what_is_there_unless_asked_to(tmp_path):
    gan = small_gan()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("precious")
    with pytest.raises(FileExistsError, match="Only a saved GAN"):
        gan.save(tmp_path / "mine", overwrite=True)
    gan.save(tmp_path / "gan")
    with pytest.raises(FileExistsError):
        gan.save(tmp_path / "gan")
    gan.save(tmp_path / "gan", overwrite=True)


def test_objects_of_ones_own_are_restored_but_not_loaded(tmp_path):
    gan = small_gan()
    gan.compile(discriminator_optimizer=keras.optimizers.Adam(0.01))
    train(gan)
    gan.save(tmp_path / "gan")
    with pytest.raises(ValueError, match="own objects for discriminator_opt"):
        models.load(tmp_path / "gan")
    twin = small_gan()
    twin.compile(discriminator_optimizer=keras.optimizers.Adam(0.01))
    twin.restore(tmp_path / "gan")
    for a, b in zip(_all(gan), _all(twin)):
        np.testing.assert_array_equal(a, b)


def test_other_optimizers_cannot_take_it_over(tmp_path):
    gan = small_gan(generator_optimizer="adam")
    gan.save(tmp_path / "gan")
    with pytest.raises(ValueError, match="networks and optimizers"):
        small_gan(generator_optimizer="sgd").restore(tmp_path / "gan")


def test_a_folder_without_a_gan_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"gan\.json"):
        models.load(tmp_path)


def test_a_gan_that_is_not_compiled_cannot_be_saved(tmp_path):
    gan = models.get("dcgan")((28, 28, 1), latent_dim=4)
    with pytest.raises(ValueError, match="compiled"):
        gan.save(tmp_path / "gan")


def _own_gan():
    generator = keras.Sequential(
        [
            keras.Input([4]),
            keras.layers.Dense(16),
            keras.layers.Reshape([4, 4, 1]),
        ]
    )
    discriminator = keras.Sequential(
        [keras.Input([4, 4, 1]), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    gan = GAN(generator, discriminator, recipe=Recipe("", latent_dim=4))
    gan.compile()
    return gan


def test_own_networks_are_restored_but_not_loaded(tmp_path):
    gan = _own_gan()
    gan.save(tmp_path / "gan")
    with pytest.raises(ValueError, match="own networks as before.*`restore`"):
        models.load(tmp_path / "gan")
    twin = _own_gan()
    twin.restore(tmp_path / "gan")
    np.testing.assert_array_equal(gan.generate(2), twin.generate(2))


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({}, "dcgan"),
        ({"name": "mine"}, "custom"),
        ({"generator": functools.partial(dcgan.Generator)}, "custom"),
    ],
)
def test_a_changed_architecture_is_not_the_zoos(tmp_path, changes, name):
    described = dataclasses.replace(dcgan.DCGAN, **changes)
    recipe = dataclasses.replace(dcgan.RECIPE, width=4)
    gan = described((28, 28, 1), recipe=recipe)
    gan.compile()
    gan.save(tmp_path / "gan")
    assert saving.read_settings(tmp_path / "gan")["model"] == name


@pytest.mark.parametrize("name", ["model", "image_shape", "recipe"])
def test_settings_that_lack_one_are_refused(tmp_path, name):
    path = tmp_path / "gan.json"
    settings = {
        "model": "dcgan",
        "image_shape": [28, 28, 1],
        "num_classes": 0,
        "seed": 0,
        "recipe": {"paper": ""},
        "own_objects": [],
    }
    path.write_text(json.dumps(settings))
    assert saving.read_settings(tmp_path)["recipe"] == Recipe("")
    settings.pop(name)
    path.write_text(json.dumps(settings))
    with pytest.raises(ValueError, match=f"must be readable.*'{name}'"):
        models.load(tmp_path)
