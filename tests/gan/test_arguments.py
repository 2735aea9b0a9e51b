"""What `GAN`, `compile` and `fit` refuse, and what Keras may do with a GAN."""

import copy
import pickle

import numpy as np
import pytest
import tensorflow as tf
from small_gan import batch, small_gan

from tfgan_zoo import backend, models
from tfgan_zoo.backend import keras
from tfgan_zoo.config import Recipe
from tfgan_zoo.gan import GAN
from tfgan_zoo.layers import SpectralDense
from tfgan_zoo.models.dcgan import DCGAN

X, _ = batch()


@pytest.fixture(scope="module")
def gan():
    return small_gan()


def _keras_3(name):
    """An object of the Keras that this stack does not use, in name."""
    own = keras.Model.__module__.partition(".")[0]
    other = "tf_keras" if own == "keras" else "keras"
    return type(name, (), {"__module__": f"{other}.src.fake"})()


COMPILE = {
    "optimizer": ({"optimizer": "adam"}, "`generator_optimizer` and `disc"),
    "short": ({"d_optimizer": "sgd"}, "two optimizers.*: `d_optimizer`"),
    "metrics": ({"metrics": ["mae"]}, "`tfgan_zoo.evaluation` measures"),
    "loss_weights": ({"loss_weights": [1]}, r"Received: \[1\]"),
    "typo": ({"dicriminator_steps": 2}, "Similar: discriminator_steps"),
    "Keras loss": (
        {"loss": keras.losses.BinaryCrossentropy()},
        "`tfgan_zoo.losses.Loss` or one of: hinge",
    ),
    "loss name": ({"loss": "binary_crossentropy"}, "`loss` must be one of"),
    "penalty": ({"penalty": 10.0}, "a name or a function. Received: 10.0"),
    "latents": ({"latents": 100}, "Received: 100"),
    "rate": ({"generator_optimizer": 1e-4}, "an optimizer. Received: .*float"),
    "class": (
        {"discriminator_optimizer": keras.optimizers.Adam},
        "an optimizer. Received: the class .*Adam",
    ),
    "Keras 3": (
        {"generator_optimizer": _keras_3("Adam")},
        "an optimizer of Keras 2.*tfgan_zoo.backend import keras",
    ),
}


@pytest.mark.parametrize("kind", COMPILE)
def test_compile_refuses_what_a_gan_has_not(gan, kind):
    settings, message = COMPILE[kind]
    with pytest.raises((TypeError, ValueError), match=message) as error:
        gan.compile(**settings)
    assert "\n" not in str(error.value)


FIT = {
    "validation_data": ({"validation_data": X}, "`tfgan_zoo.evaluation`"),
    "validation_split": ({"validation_split": 0.25}, "no validation loss"),
    "sample_weight": ({"sample_weight": np.zeros(8)}, "sample_from_datasets"),
    "class_weight": ({"class_weight": {0: 0.0}}, "weigh alike.*: dict"),
    "unknown": ({"epoch": 2}, "unexpected keyword argument 'epoch'"),
    "early stopping": (
        {"callbacks": keras.callbacks.EarlyStopping()},
        "one of: discriminator_loss, generator_loss;.*Received: val_loss",
    ),
    "best checkpoint": (
        {
            "callbacks": keras.callbacks.ModelCheckpoint(
                "folder", save_best_only=True, monitor="loss"
            )
        },
        "`monitor` of ModelCheckpoint must be.*Received: loss",
    ),
    "scheduler": (
        {"callbacks": keras.callbacks.LearningRateScheduler(lambda n: 1e-4)},
        "`learning_rate_decay`.*Received: LearningRateScheduler",
    ),
    "plateau": (
        {"callbacks": [keras.callbacks.ReduceLROnPlateau("generator_loss")]},
        "Received: ReduceLROnPlateau",
    ),
    "Keras file": (
        {"callbacks": [keras.callbacks.ModelCheckpoint("gan.keras")]},
        "saved as a folder.*Received: gan.keras",
    ),
    "class": ({"callbacks": [keras.callbacks.EarlyStopping]}, "the class"),
    "Keras 3": ({"callbacks": [_keras_3("Stop")]}, "callbacks of Keras 2"),
}


@pytest.mark.parametrize("kind", FIT)
def test_fit_refuses_what_would_be_ignored(gan, kind):
    arguments, message = FIT[kind]
    with pytest.raises((TypeError, ValueError), match=message) as error:
        gan.fit(X, batch_size=8, **arguments)
    assert "\n" not in str(error.value)
    assert gan.step.numpy() == 0


def test_gan_is_compiled_before_it_trains():
    with pytest.raises(RuntimeError, match=r"`gan.compile\(\)`"):
        models.get("toy")((2,)).fit(np.zeros([8, 2], np.float32))


@pytest.mark.parametrize(
    "image_shape", [28, (28, 28), None, "28", (28.0, 28, 1)]
)
def test_architecture_says_what_a_shape_is(image_shape):
    with pytest.raises(ValueError, match=r"\(height, width, channels\)"):
        DCGAN(image_shape)


@pytest.mark.parametrize("name", ["gan.keras", "gan.h5"])
def test_save_makes_no_file_of_keras(gan, tmp_path, name):
    with pytest.raises(ValueError, match="saved as a folder"):
        gan.save(tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "use",
    [copy.deepcopy, pickle.dumps, keras.models.clone_model, GAN.get_config],
)
def test_keras_is_not_to_copy_a_gan(gan, use):
    with pytest.raises(NotImplementedError, match="`save` writes one"):
        use(gan)


def test_gan_has_nothing_to_evaluate(gan):
    with pytest.raises(TypeError, match="`tfgan_zoo.evaluation.evaluate`"):
        gan.evaluate(X)


def test_keras_is_not_to_export_a_gan(gan, tmp_path):
    with pytest.raises(TypeError, match=r"`tfgan_zoo.export.export\(gan, f"):
        gan.export(tmp_path / "gan")


def test_callbacks_of_keras_that_work(tmp_path):
    gan = small_gan()
    seen = []
    callbacks = keras.callbacks
    gan.fit(
        X,
        batch_size=8,
        epochs=3,
        verbose=0,
        callbacks=[
            callbacks.ModelCheckpoint(str(tmp_path / "gan")),
            callbacks.ModelCheckpoint(
                str(tmp_path / "w.weights.h5"), save_weights_only=True
            ),
            callbacks.BackupAndRestore(str(tmp_path / "backup")),
            callbacks.TensorBoard(str(tmp_path / "logs"), histogram_freq=1),
            callbacks.EarlyStopping(
                "generator_loss",
                mode="min",
                patience=0,
                min_delta=99.0,
                restore_best_weights=True,
            ),
            callbacks.LambdaCallback(on_epoch_end=lambda n, _: seen.append(n)),
        ],
    )
    assert seen == [0, 1]
    other = small_gan(seed=1)
    other.restore(tmp_path / "gan")
    assert other.step.numpy() == 2
    assert (tmp_path / "w.weights.h5").is_file()
    assert list((tmp_path / "logs" / "train").iterdir())


# The networks.

LATENTS = [keras.Input([8]), keras.layers.Dense(784, "tanh")]


def _generator(*layers):
    reshape = [keras.layers.Reshape([28, 28, 1])]
    return keras.Sequential(
        [*LATENTS[:1], keras.layers.Dense(784), *layers, *reshape]
    )


def _discriminator(*layers, shape=(28, 28, 1)):
    layers = layers or [keras.layers.Dense(1)]
    return keras.Sequential(
        [keras.Input(shape), keras.layers.Flatten(), *layers]
    )


def _own(generator=None, discriminator=None, **arguments):
    return GAN(
        generator or _generator(),
        discriminator or _discriminator(),
        **{"recipe": Recipe("", latent_dim=8), **arguments},
    )


def _two_inputs():
    x, label = keras.Input([8]), keras.Input([], dtype="int32")
    return keras.Model([x, label], _generator()(x))


NETWORKS = {
    "two logits": (
        lambda: _own(discriminator=_discriminator(keras.layers.Dense(2))),
        r"logits \[B\] or \[B, 1\].*Received: \[1, 2\]",
    ),
    "latents": (
        lambda: _own(recipe=Recipe("", latent_dim=100)),
        r"`latent_dim` must be .*, \[8\]. Received: \[100\]",
    ),
    "size": (
        lambda: _own(discriminator=_discriminator(shape=(32, 32, 1))),
        r"\[28, 28, 1\]. Received: one of \[32, 32, 1\]",
    ),
    "packing": (
        lambda: _own(recipe=Recipe("", latent_dim=8, packing=2)),
        r"\[28, 28, 2\]. Received: one of \[28, 28, 1\]",
    ),
    "function": (lambda: _own(tf.tanh), "`generator` must be a model. Rec"),
    "Keras 3": (
        lambda: _own(_keras_3("Sequential")),
        "`generator` must be a model of Keras 2",
    ),
    "recipe": (lambda: _own(recipe={"loss": "hinge"}), "a `Recipe`.*: dict"),
    "classes": (lambda: _own(num_classes="10"), "`num_classes`.*: '10'"),
    "labels": (lambda: _own(_two_inputs()), "generator takes labels"),
    "sigmoid": (
        lambda: _own(
            discriminator=_discriminator(keras.layers.Dense(1, "sigmoid"))
        ).compile(),
        "non_saturating takes the sigmoid itself",
    ),
}


@pytest.mark.skipif(
    backend.TENSORFLOW_VERSION >= (2, 16),
    reason="tf_keras' own fails as it is built",
)
def test_spectral_normalization_of_keras_is_refused():
    layer = keras.layers.SpectralNormalization(keras.layers.Dense(1))
    with pytest.raises(TypeError, match="`SpectralDense`.*in the discrimin"):
        _own(discriminator=_discriminator(layer))


def test_spectral_normalization_of_the_zoo_trains():
    gan = _own(discriminator=_discriminator(SpectralDense(1)))
    gan.compile()
    before = gan.discriminator.get_weights()
    gan.fit(X, verbose=0)
    after = gan.discriminator.get_weights()
    assert not np.array_equal(before[0], after[0])


@pytest.mark.parametrize("kind", NETWORKS)
def test_networks_that_do_not_fit_are_refused(kind):
    make, message = NETWORKS[kind]
    with pytest.raises((TypeError, ValueError), match=message) as error:
        make()
    assert "\n" not in str(error.value)


def test_monitors_of_own_callbacks_are_theirs_to_log():
    gan = _own()
    gan.compile()

    class Distance(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["distance"] = 1.0

    stop = keras.callbacks.EarlyStopping("distance", mode="min")
    history = gan.fit(X, epochs=3, verbose=0, callbacks=[Distance(), stop])
    assert history.history["distance"] == [1.0, 1.0]


def test_gan_is_trained_in_the_scope_that_it_was_built_in():
    gan = _own()
    gan.compile()
    strategy = tf.distribute.MirroredStrategy(["CPU:0"])
    for use in (gan.compile, lambda: gan.fit(X), lambda: gan.train_on_batch(X)):
        with strategy.scope(), pytest.raises(ValueError) as error:
            use()
        assert "outside the scope of this Mirrored" in str(error.value)
    gan.fit(X, verbose=0)


def test_one_network_is_not_both():
    network = _discriminator()
    with pytest.raises(ValueError, match="two networks"):
        _own(network, network)


def test_least_squares_may_take_a_sigmoid():
    layer = keras.layers.Dense(1, "sigmoid")
    _own(discriminator=_discriminator(layer)).compile(loss="least_squares")


def test_classes_may_be_counted_by_numpy():
    assert _own(num_classes=np.int64(3)).num_classes == 3


# Keras' settings of the whole process.


@pytest.fixture
def odd_settings():
    """As of a `keras.json` of years ago."""
    keras.backend.set_image_data_format("channels_first")
    keras.backend.set_floatx("float16")
    yield
    keras.backend.set_image_data_format("channels_last")
    keras.backend.set_floatx("float32")


@pytest.mark.parametrize("name", models.names())
def test_networks_are_built_whatever_keras_json_says(odd_settings, name):
    kind = models.get(name)
    size = min(kind.image_sizes, default=None)
    shape = (2,) if size is None else (size, size, 3)
    gan = kind(shape, num_classes=3)
    gan.compile()
    assert gan.image_shape == shape
    networks = gan.generator, gan.discriminator, gan.ema_generator
    for network in networks:
        for layer in network._flatten_layers():
            if isinstance(layer, keras.layers.InputLayer):  # of labels, too
                continue
            assert layer.compute_dtype == "float32"
            assert getattr(layer, "data_format", "channels_last") == (
                "channels_last"
            )
    assert gan.generator_optimizer.learning_rate.dtype == tf.float32
    assert {metric.dtype for metric in gan.metrics} == {"float32"}
    assert keras.backend.floatx() == "float16"
    assert keras.backend.image_data_format() == "channels_first"


def test_gan_trains_whatever_keras_json_says(odd_settings):
    gan = small_gan()
    gan.fit(X, batch_size=8, verbose=0)
    assert gan.step.numpy() == 1
    assert gan.generate(2).shape == (2, 28, 28, 1)


def test_precision_policy_follows_floatx_again_afterwards(odd_settings):
    keras.mixed_precision.set_global_policy(None)
    keras.backend.set_floatx("float16")
    with backend.precision_policy("mixed_bfloat16"):
        assert keras.mixed_precision.global_policy().name == "mixed_bfloat16"
    for name in ("float64", "float32"):
        keras.backend.set_floatx(name)
        assert keras.mixed_precision.global_policy().name == name


def test_precision_policy_that_was_set_is_so_again_afterwards():
    with backend.precision_policy("mixed_bfloat16"):
        with backend.precision_policy("float32"):
            pass
        assert keras.mixed_precision.global_policy().name == "mixed_bfloat16"


# What networks are made of.


def _sixteen_bits():
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input([28, 28, 1], dtype="bfloat16"),
            layers.Flatten(dtype="bfloat16"),
            layers.Dense(1, dtype="bfloat16"),
        ]
    )


def _three_inputs():
    x, *others = keras.Input([28, 28, 1]), keras.Input([1]), keras.Input([1])
    return keras.Model([x, *others], keras.layers.Flatten()(x)[:, :1])


MADE_OF = {
    "bfloat16": (
        lambda: _own(None, _sixteen_bits()),
        "must be float32.*bfloat",
    ),
    "list": (
        lambda: _own(keras.Model(LATENTS[0], [LATENTS[0], LATENTS[0]])),
        "one tensor of floats.*Received: list",
    ),
    "integers": (
        lambda: _own(
            _generator(keras.layers.Lambda(lambda x: tf.cast(x, tf.int32)))
        ),
        "one tensor of floats.*Received: int32",
    ),
    "inputs": (lambda: _own(None, _three_inputs()), "Received: 3 inputs"),
    "recipe": (lambda: DCGAN((28, 28, 1), recipe="dcgan"), "be a `Recipe`"),
    "config": (lambda: DCGAN((28, 28, 1), recipe={"width": 4}), ": dict"),
    "classes": (
        lambda: models.get("conditional_gan")((28, 28, 1), num_classes="10"),
        "`num_classes` must be an integer. Received: '10'",
    ),
    "bool": (lambda: DCGAN((28, 28, True)), "dcgan makes images"),
}


@pytest.mark.parametrize("kind", MADE_OF)
def test_what_no_gan_is_made_of_is_refused_in_a_line(kind):
    make, message = MADE_OF[kind]
    with pytest.raises((TypeError, ValueError), match=message) as info:
        make()
    assert "\n" not in str(info.value)


@pytest.mark.parametrize(
    "shape", [np.array([28, 28, 1]), tf.TensorShape([28, 28, 1])]
)
def test_shape_may_be_an_array(shape):
    recipe = Recipe("", latent_dim=np.int32(4), width=np.int64(4))
    assert DCGAN(shape, recipe=recipe).image_shape == (28, 28, 1)


def test_layer_that_is_trained_since_needs_to_compile_again():
    frozen = keras.layers.Dense(784, trainable=False)
    gan = _own(_generator(frozen))
    gan.compile()
    frozen.trainable = True
    with pytest.raises(ValueError, match="must be compiled again"):
        gan.fit(X[:4], verbose=0)
    gan.compile()
    before = frozen.get_weights()[0]
    gan.fit(X[:4], verbose=0)
    assert not np.array_equal(frozen.get_weights()[0], before)
