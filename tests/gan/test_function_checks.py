"""Functions and optimizers of one's own that `compile` is given."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.config import Recipe
from tfgan_zoo.gan import GAN
from tfgan_zoo.losses import Loss

X = np.random.default_rng(0).uniform(-1, 1, (4, 2, 2, 1)).astype(np.float32)
layers = keras.layers


def _gan(**settings):
    gan = GAN(
        keras.Sequential(
            [keras.Input([3]), layers.Dense(4), layers.Reshape([2, 2, 1])]
        ),
        keras.Sequential(
            [keras.Input([2, 2, 1]), layers.Flatten(), layers.Dense(1)]
        ),
        recipe=Recipe("", latent_dim=3),
    )
    gan.compile(**settings)
    return gan


def _fit(**settings):
    _gan(**settings).fit(X, batch_size=4, verbose=0)


def _loss(generator, discriminator=None):
    return {
        "loss": Loss(
            discriminator or (lambda real, fake: tf.nn.softplus(fake - real)),
            generator,
        )
    }


def _raises(real, fake):
    raise ZeroDivisionError("my own")


COMPILE = {
    "loss of one": (_loss(lambda fake: fake), r"`Loss.generator` must be a f"),
    "loss of none": (_loss(2.0), "`Loss.generator` must be a name or a func"),
    "penalty": ({"penalty": lambda d, real: 0.0}, r"\(d, real\)"),
    "class": (
        {"penalty": type("P", (), {"__init__": lambda self: None})},
        "`penalty` must be a function of",
    ),
    "constraint": ({"constraint": lambda: 0.0}, r"function of \(variable\)"),
    "latents": ({"latents": lambda z, y: z}, r"function of \(normals\)"),
    "jit": ({"jit_compile": "yes"}, "`jit_compile` must be True, False"),
    "eager": ({"run_eagerly": 0}, "Received: 0"),
    "executions": ({"steps_per_execution": 2.0}, "an integer. Received: 2.0"),
}


@pytest.mark.parametrize("kind", COMPILE)
def test_function_of_other_arguments_is_refused(kind):
    settings, message = COMPILE[kind]
    with pytest.raises(TypeError, match=message) as info:
        _gan(**settings)
    assert "\n" not in str(info.value)


def test_no_step_is_no_execution():
    with pytest.raises(ValueError, match="`steps_per_execution`.* 0."):
        _gan(steps_per_execution=0)


FIT = {
    "no tensor": (_loss(lambda real, fake: None), TypeError, "NoneType"),
    "dict": (_loss(lambda real, fake: {"a": fake}), TypeError, ": dict"),
    "shape": (
        _loss(lambda real, fake: fake[:3]),
        ValueError,
        r"logits \[4\] have.*Received: \[3\]",
    ),
    "all pairs": (
        _loss(lambda real, fake: fake[:, None] - fake[None]),
        ValueError,
        r"Received: \[4, 4\]",
    ),
    "constant": (
        _loss(lambda real, fake: tf.zeros_like(fake)),
        ValueError,
        "generator's loss must depend on a weight",
    ),
    "NumPy": (
        _loss(lambda real, fake: -fake, lambda real, fake: np.zeros(4, "f")),
        ValueError,
        "discriminator's loss must depend on a weight",
    ),
    "real": (
        _loss(lambda real, fake: tf.nn.softplus(real - fake)),
        ValueError,
        r"relates_real=True\)`",
    ),
    "raises": (_loss(_raises), ZeroDivisionError, "^my own$"),
    "penalty": (
        {"penalty": lambda d, real, fake, random: 0},
        TypeError,
        "`penalty` must return a floating tensor. Received: int32",
    ),
    "constraint": (
        {"constraint": lambda variable: None},
        TypeError,
        "`constraint` must return a floating tensor",
    ),
    "constraint's shape": (
        {"constraint": lambda variable: variable[..., None]},
        ValueError,
        "of the variable's shape",
    ),
    "latents": (
        {"latents": lambda z: z[:, :2]},
        ValueError,
        r"normals, \[4, 3\]. Received: \[4, 2\]",
    ),
    "integers": (
        {"latents": lambda z: tf.cast(z, tf.int32)},
        TypeError,
        "Received: int32",
    ),
}


@pytest.mark.parametrize("kind", FIT)
def test_function_that_returns_something_else_is_named_in_a_line(kind):
    settings, error, message = FIT[kind]
    with pytest.raises(error, match=message) as info:
        _fit(**settings)
    assert "\n" not in str(info.value)


@pytest.mark.parametrize(
    "reduce,dtype", [(tf.identity, "float64"), (tf.reduce_mean, "float16")]
)
def test_loss_may_be_values_or_their_mean_of_any_floats(reduce, dtype):
    def made(values):
        return reduce(tf.cast(values, dtype))

    gan = _gan(
        loss=Loss(
            lambda real, fake: made(tf.nn.softplus(fake - real)),
            lambda real, fake: made(-fake),
        ),
        penalty=lambda d, real, fake, random: made(tf.square(d(real))),
        generator_optimizer="sgd",
        discriminator_optimizer="sgd",
    )
    expected = _gan(
        loss=Loss(
            lambda real, fake: tf.nn.softplus(fake - real),
            lambda real, fake: -fake,
        ),
        penalty=lambda d, real, fake, random: tf.square(d(real)),
        generator_optimizer="sgd",
        discriminator_optimizer="sgd",
    )
    for other in ("generator", "discriminator", "ema_generator"):
        getattr(expected, other).set_weights(getattr(gan, other).get_weights())
    for each in (gan, expected):
        each.fit(X, batch_size=4, shuffle=False, verbose=0)
    for one, other in zip(gan.get_weights(), expected.get_weights()):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)


def _trained_adam():
    adam = keras.optimizers.Adam()
    adam.build([tf.Variable([1.0])])
    return adam


@pytest.mark.parametrize(
    "wrap", [lambda one: one, keras.mixed_precision.LossScaleOptimizer]
)
def test_optimizer_of_another_network_is_refused(wrap):
    with pytest.raises(ValueError, match="must be new.*Received: .*Adam|Loss"):
        _gan(generator_optimizer=wrap(_trained_adam()))


def test_optimizer_may_go_on_with_its_network():
    optimizers = [keras.optimizers.Adam(), keras.optimizers.Adam()]
    gan = _gan()
    for _ in range(2):
        gan.compile(*optimizers)
        gan.fit(X, batch_size=4, verbose=0)
    assert optimizers[0].iterations.numpy() == 2


def test_one_optimizer_that_scales_losses_is_not_for_both():
    adam = keras.optimizers.Adam()
    scaling = keras.mixed_precision.LossScaleOptimizer(adam)
    with pytest.raises(ValueError, match="an optimizer each"):
        _gan(generator_optimizer=scaling, discriminator_optimizer=adam)


@pytest.mark.parametrize(
    "settings",
    [{"penalty": "nonesuch"}, {"feature_matching": 1.0}],
)
def test_compile_that_fails_changes_nothing(settings):
    gan = _gan(loss="hinge")
    recipe, training = gan.recipe, gan.components
    with pytest.raises(ValueError):
        gan.compile(loss="wasserstein", **settings)
    assert (gan.recipe, gan.components) == (recipe, training)
    gan.fit(X, batch_size=4, verbose=0)
