"""A GAN begins with what an export or a saved GAN has learnt."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tfgan_zoo import models, pretrained
from tfgan_zoo.backend import keras
from tfgan_zoo.export import checksums
from tfgan_zoo.export.api import export
from tfgan_zoo.gan import weights
from tfgan_zoo.pretrained import discriminators


def _small_gan(seed):
    keras.utils.set_random_seed(seed)
    recipe = dataclasses.replace(
        models.recipe("conditional_gan"), width=4, latent_dim=8
    )
    gan = models.get("conditional_gan")(
        (28, 28, 1), num_classes=3, recipe=recipe
    )
    gan.compile()
    return gan


@pytest.fixture(scope="module")
def source():
    gan = _small_gan(0)
    # The average is what an export has.
    for number, variable in enumerate(gan.ema_generator.variables):
        noise = np.random.default_rng(number).normal(0.0, 0.1, variable.shape)
        variable.assign_add(noise.astype(np.float32))
    return gan


@pytest.fixture(scope="module")
def exported(source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("starting") / "export"
    export(source, folder)
    return folder


def _values(gan, name):
    return weights.weights_of(gan).networks[name]


def test_an_export_gives_its_generator_and_its_average(source, exported):
    target, lines = _small_gan(1), []
    before = _values(target, "discriminator")
    pretrained.start_from(target, exported, log=lines.append)
    for name in ("generator", "ema_generator"):
        for path, value in _values(source, "ema_generator").items():
            np.testing.assert_array_equal(_values(target, name)[path], value)
    for path, value in _values(target, "discriminator").items():
        np.testing.assert_array_equal(value, before[path])
    latents = np.random.default_rng(0).normal(0, 1, (3, 8)).astype(np.float32)
    np.testing.assert_allclose(
        target(latents, [0, 1, 2]),
        pretrained.load(exported)(latents, [0, 1, 2]),
        atol=1e-5,
    )
    (line,) = lines
    assert "generator 100.0 %, discriminator starts fresh." in line
    assert f"{exported} has no discriminator" in line


def test_a_discriminator_beside_an_export_is_taken(source, tmp_path):
    folder = tmp_path / "export"
    export(source, folder)
    given = _values(source, "discriminator")
    path = discriminators.write(folder, {"discriminator": given})
    values = sum(value.size for value in given.values())
    assert path.stat().st_size < 2.5 * values + 2000
    checksums.check(folder, beside=discriminators.NAME)
    target, lines = _small_gan(1), []
    pretrained.start_from(target, folder, log=lines.append)
    taken = _values(target, "discriminator")
    for name, value in given.items():
        np.testing.assert_array_equal(
            taken[name], value.astype(np.float16).astype(np.float32)
        )
    assert lines == [
        f"Starts from {folder}: generator 100.0 %, discriminator 100.0 %."
    ]
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(
        ValueError, match=r"discriminator\.npz, which has anoth"
    ):
        pretrained.load_start(str(folder))
    (folder / checksums.NAME).unlink()
    with pytest.raises(ValueError, match="must be a file of arrays"):
        pretrained.load_start(str(folder))


def test_an_unlisted_discriminator_is_refused(source, exported, tmp_path):
    path = exported / discriminators.NAME
    np.savez(path, a=np.zeros(1))
    try:
        with pytest.raises(ValueError, match=r"without discriminator\.npz"):
            pretrained.load_start(str(exported))
    finally:
        path.unlink()


def test_weights_beyond_float16_are_refused(tmp_path):
    huge = {"discriminator": {"kernel": np.float32([1e6])}}
    with pytest.raises(ValueError, match="finite in float16.*/kernel"):
        discriminators.write(tmp_path, huge)


def test_a_saved_gan_and_a_gan_are_starts_too(source, tmp_path):
    source.save(tmp_path / "gan")
    for given in (tmp_path / "gan", source):
        target = _small_gan(1)
        pretrained.start_from(target, given, log=lambda _: None)
        for name, values in weights.weights_of(source).networks.items():
            for path, value in values.items():
                np.testing.assert_array_equal(
                    _values(target, name)[path], value
                )
    assert pretrained.load_start(str(tmp_path / "gan")).settings["width"] == 4


def test_an_export_of_networks_of_ones_own_is_refused(exported, monkeypatch):
    monkeypatch.setattr(models, "names", lambda: ["dcgan"])
    with pytest.raises(ValueError, match="of an architecture of this version"):
        pretrained.load_start(str(exported))
