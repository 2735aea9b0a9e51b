"""Frozen blocks of a discriminator keep their weights; the others learn."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from small_gan import small_gan, train

from tfgan_zoo import models
from tfgan_zoo.backend import precision_policy
from tfgan_zoo.gan import freezing, transfer, weights


def _frozen(gan):
    frozen = {id(v) for v in freezing.frozen_variables(gan.discriminator)}
    names = weights.named_variables(gan.discriminator).items()
    return {name for name, variable in names if id(variable) in frozen}


def _built(model, shape, classes=0, **settings):
    recipe = dataclasses.replace(
        models.recipe(model), width=4, latent_dim=8, **settings
    )
    return models.get(model)(shape, num_classes=classes, recipe=recipe)


def _trained(gan):
    return {
        name: variable.numpy()
        for name, variable in weights.named_variables(gan.discriminator).items()
        if variable.trainable
    }


def test_frozen_layers_do_not_move_and_the_others_do():
    gan = small_gan(freeze_discriminator=1)
    assert _frozen(gan) == {"convs/0/kernel"}
    before = _trained(gan)
    train(gan, steps=2)
    after = _trained(gan)
    moved = {n for n in before if not np.array_equal(before[n], after[n])}
    assert moved == {*before} - {"convs/0/kernel"}


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_convolutions_are_counted_from_the_image_with_their_norms(policy):
    with precision_policy(policy):
        gan = _built("dcgan", (64, 64, 1))
    gan.compile(freeze_discriminator=2)
    assert _frozen(gan) == {
        "convs/0/kernel",
        "convs/1/kernel",
        "norms/0/gamma",
        "norms/0/beta",
    }
    gan.compile(freeze_discriminator=1)
    assert _frozen(gan) == {"convs/0/kernel"}
    gan.compile(freeze_discriminator=0)
    assert _frozen(gan) == set()


def test_declared_blocks_are_counted_and_what_follows_them():
    gan = _built("sagan", (32, 32, 1))
    gan.compile(freeze_discriminator=1)
    frozen = {name.split("/")[0] for name in _frozen(gan)}
    assert frozen == {"blocks", "attention"}
    assert all(
        name.startswith(("blocks/0", "attention")) for name in _frozen(gan)
    )


def test_dense_layers_are_counted_where_there_is_no_convolution():
    gan = _built("mlp", (28, 28, 1))
    gan.compile(freeze_discriminator=1)
    names = _frozen(gan)
    assert len([name for name in names if name.endswith("kernel")]) == 1


@pytest.mark.parametrize(
    ("model", "most"), [("dcgan", 2), ("sngan", 4), ("mlp", 2)]
)
def test_more_blocks_than_there_are_is_refused_in_one_line(model, most):
    shape = (32, 32, 1) if model == "sngan" else (28, 28, 1)
    gan = _built(model, shape)
    gan.compile(freeze_discriminator=most)
    with pytest.raises(ValueError, match=rf"at most {most}, .*Received: 9\."):
        gan.compile(freeze_discriminator=9)


def test_frozen_blocks_must_be_taken():
    source, target = small_gan(), small_gan(seed=1, freeze_discriminator=1)
    alone = weights.TrainedWeights(
        {"generator": weights.weights_of(source).networks["generator"]}
    )
    with pytest.raises(ValueError, match=r"must be of blocks .* convs/0 would"):
        transfer.transfer_weights(target, alone)
    transfer.transfer_weights(target, weights.weights_of(source))
