"""A GAN begins with the weights of another, as far as they fit."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from small_gan import small_gan, train

from tfgan_zoo import models
from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.gan import transfer, weights
from tfgan_zoo.gan.weights import TrainedWeights


def _gan(model, shape, classes=0, *, width=4, seed=0, **settings):
    keras.utils.set_random_seed(seed)
    recipe = dataclasses.replace(
        models.recipe(model), width=width, latent_dim=8, **settings
    )
    return models.get(model)(shape, num_classes=classes, recipe=recipe)


def _values(network):
    return {
        name: variable.numpy()
        for name, variable in weights.named_variables(network).items()
    }


def _equal(before, after):
    """The names whose values are the same, of those that both have."""
    return {
        name
        for name, value in before.items()
        if name in after
        and value.shape == after[name].shape
        and np.array_equal(value, after[name])
    }


def test_all_networks_take_the_weights_of_their_equals():
    source, target = small_gan(), small_gan(seed=1)
    train(source, steps=2)
    taken = transfer.transfer_weights(target, weights.weights_of(source))
    for name, network in weights.named_networks(target).items():
        before = _values(weights.named_networks(source)[name])
        assert _equal(before, _values(network)) == {*before}
    assert [(one.network, one.fresh) for one in taken] == [
        ("generator", ()),
        ("discriminator", ()),
    ]
    assert all(one.taken == one.values for one in taken)
    # The average of two steps differs from the generator.
    averages = _values(target.ema_generator)
    assert _equal(averages, _values(target.generator)) != {*averages}


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_the_names_are_those_of_a_checkpoint(policy, tmp_path):
    with precision_policy(policy):
        gan = _gan("sngan_projection", (32, 32, 1), 3)
    gan.compile()
    tf.train.Checkpoint(**gan.training_state()).write(str(tmp_path / "state"))
    read = weights.read_checkpoint(str(tmp_path / "state"))
    for name, values in weights.weights_of(gan).networks.items():
        assert _equal(values, read[name]) == {*values} == {*read[name]}


def test_of_other_classes_only_what_depends_on_them_starts_fresh():
    source = _gan("sngan_projection", (32, 32, 1), 3)
    target = _gan("sngan_projection", (32, 32, 1), 5, seed=1)
    before = _values(source.generator)
    of_generator, of_discriminator = transfer.transfer_weights(
        target, weights.weights_of(source)
    )
    after = _values(target.generator)
    tables = {
        name
        for name in before
        if "norms" in name and name.endswith(("gamma", "beta"))
    }
    assert len(tables) == 12
    assert {*before} - _equal(before, after) == tables
    assert of_discriminator.fresh == ("projection/embed",)
    assert 0.9 < of_generator.taken / of_generator.values < 1.0


def test_rows_of_labels_start_fresh_and_the_others_do_not():
    source = _gan("conditional_gan", (28, 28, 1), 3)
    target = _gan("conditional_gan", (28, 28, 1), 5, seed=1)
    before = [_values(target.generator), _values(target.discriminator)]
    transfer.transfer_weights(target, weights.weights_of(source))
    for name, rows, old, new, given in (
        (
            "project/kernel",
            8,
            before[0],
            _values(target.generator),
            _values(source.generator),
        ),
        (
            "convs/0/kernel",
            1,
            before[1],
            _values(target.discriminator),
            _values(source.discriminator),
        ),
    ):
        np.testing.assert_array_equal(
            new[name][..., :rows, :], given[name][..., :rows, :]
        )
        np.testing.assert_array_equal(
            new[name][..., rows:, :], old[name][..., rows:, :]
        )
        assert new[name].shape[-2] == rows + 5


def test_larger_images_take_the_layers_of_low_resolution():
    """A width of half as much has the same channels at each resolution."""
    source = _gan("dcgan", (32, 32, 1), width=8)
    target = _gan("dcgan", (64, 64, 1), width=4, seed=1)
    fresh_before = _values(target.generator)["to_image/kernel"]
    taken = transfer.transfer_weights(target, weights.weights_of(source))
    before, after = _values(source.generator), _values(target.generator)
    assert {*before} - _equal(before, after) == {"to_image/kernel"}
    np.testing.assert_array_equal(after["to_image/kernel"], fresh_before)
    assert {*taken[0].fresh} == {"convs/2", "norms/3", "to_image"}
    before, after = _values(source.discriminator), _values(target.discriminator)
    for given, place in ((1, 2), (2, 3)):
        np.testing.assert_array_equal(
            before[f"convs/{given}/kernel"], after[f"convs/{place}/kernel"]
        )
    assert {*taken[1].fresh} == {"convs/0", "convs/1", "norms/0"}


def test_what_does_not_fit_is_refused_and_changes_nothing():
    source, target = small_gan(), _gan("dcgan", (28, 28, 1), width=6)
    before = _values(target.generator)
    with pytest.raises(
        ValueError, match=r"tenth .* Received: 0\.0 % that fits"
    ):
        transfer.transfer_weights(target, weights.weights_of(source))
    assert _equal(before, _values(target.generator)) == {*before}
    assert target.average_warms_up


def test_a_generator_alone_is_taken_for_its_average_too():
    source, target = small_gan(), small_gan(seed=1)
    given = _values(source.ema_generator)
    before = _values(target.discriminator)
    taken = transfer.transfer_weights(
        target, TrainedWeights({"ema_generator": given})
    )
    for network in (target.generator, target.ema_generator):
        assert _equal(given, _values(network)) == {*given}
    assert _equal(before, _values(target.discriminator)) == {*before}
    assert taken[1].describe() == "discriminator starts fresh"


def test_a_trained_average_has_no_warm_up_and_a_saved_gan_knows(tmp_path):
    source, target = small_gan(), small_gan(seed=1)
    transfer.transfer_weights(target, weights.weights_of(source))
    before = target.ema_generator.get_weights()[0]
    train(target)
    now = target.generator.get_weights()[0]
    after = target.ema_generator.get_weights()[0]
    expected = before + (1 - target.recipe.ema_decay) * (now - before)
    np.testing.assert_allclose(after, expected, rtol=1e-5, atol=1e-7)
    assert np.abs(now - before).max() > 1e-3
    target.save(tmp_path / "gan")
    assert not models.load(tmp_path / "gan").average_warms_up


def test_fingerprints_are_of_names_and_values():
    values = {"a": np.zeros(3, np.float32)}
    first = TrainedWeights({"generator": values}).fingerprint()
    assert first == TrainedWeights({"generator": {**values}}).fingerprint()
    for other in ({"b": values["a"]}, {"a": np.float32([0, 0, 1])}):
        assert TrainedWeights({"generator": other}).fingerprint() != first


def test_two_replicas_begin_and_go_on_as_one(two_replicas):
    source = small_gan()
    gans = [
        small_gan(seed=1, freeze_discriminator=1),
        small_gan(two_replicas, seed=2, freeze_discriminator=1),
    ]
    for gan in gans:
        with gan.distribute_strategy.scope():
            transfer.transfer_weights(gan, weights.weights_of(source))
        train(gan)
    first, second = (weights.weights_of(gan).networks for gan in gans)
    for network, values in first.items():
        for name, value in values.items():
            np.testing.assert_allclose(
                second[network][name], value, rtol=1e-4, atol=1e-5
            )
    given = _values(source.discriminator)
    for networks in (first, second):
        unmoved = _equal(given, networks["discriminator"])
        assert unmoved == {"convs/0/kernel"}
