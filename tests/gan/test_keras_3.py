"""Objects of Keras 3, which `tf.keras` is from TensorFlow 2.16 on."""

import numpy as np
import pytest
import tensorflow as tf
from test_adversarial import TwoGenerators

from tfgan_zoo import backend, optimizers
from tfgan_zoo.backend import keras
from tfgan_zoo.gan import GAN
from tfgan_zoo.gan.players import Player

if backend.TENSORFLOW_VERSION < (2, 16):
    pytest.skip("TensorFlow 2.15 has no Keras 3", allow_module_level=True)

keras_3 = tf.keras
IMAGES = np.zeros([8, 28, 28, 1], np.float32)
NAMES_TF_KERAS = "of Keras 2,.*tfgan_zoo.backend.*tf_keras.*Received: "


def _gan(*layers, discriminator=None):
    generator = keras.Sequential(
        [
            keras.Input([100]),
            keras.layers.Dense(784, "tanh"),
            keras.layers.Reshape([28, 28, 1]),
        ]
    )
    if discriminator is None:
        discriminator = keras.Sequential(
            [keras.Input([28, 28, 1]), keras.layers.Flatten(), *layers]
        )
        discriminator.add(keras.layers.Dense(1))
    return GAN(generator, discriminator)


class _Holding(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = keras_3.layers.Dense(2)

    def call(self, x):
        return self.dense(x)


class _HoldingList(keras.Model):
    def __init__(self):
        super().__init__()
        self.parts = [keras_3.layers.Flatten(), keras_3.layers.Dense(1)]

    def call(self, x):
        return self.parts[1](self.parts[0](x))


def _functional():
    images = keras.Input([28, 28, 1])
    dense = keras_3.layers.Dense(1)
    return keras.Model(images, dense(keras.layers.Flatten()(images)))


def _of_keras_3():
    layers = [keras_3.layers.Flatten(), keras_3.layers.Dense(1)]
    return keras_3.Sequential([keras_3.Input([28, 28, 1]), *layers])


def _compile(**settings):
    _gan().compile(**settings)


def _fit(x=IMAGES, **settings):
    gan = _gan()
    gan.compile()
    gan.fit(x, verbose=0, **settings)


def _player(**given):
    usual = {
        "network": _gan().generator,
        "role": "generator",
        "optimizer": keras.optimizers.Adam(),
    }
    Player(**{**usual, **given})


def _sequence():
    class Images(keras_3.utils.PyDataset):
        def __len__(self):
            return 2

        def __getitem__(self, index):
            return IMAGES

    return Images()


def _fit_any_players():
    model = TwoGenerators()
    model.compile()
    model.fit(callbacks=[keras_3.callbacks.History()])


def _rate():
    return keras_3.optimizers.schedules.CosineDecay(0.1, 10)


GIVEN = {
    "network": lambda: _gan(discriminator=_of_keras_3()),
    "class of networks": lambda: _gan(discriminator=keras_3.Sequential),
    "layer in a layer": lambda: _gan(_Holding()),
    "layers in a model": lambda: _gan(discriminator=_HoldingList()),
    "layer in a functional model": lambda: _gan(discriminator=_functional()),
    "optimizer": lambda: _compile(
        generator_optimizer=keras_3.optimizers.Adam()
    ),
    "scaling optimizer": lambda: _compile(
        discriminator_optimizer=keras_3.optimizers.LossScaleOptimizer(
            keras_3.optimizers.Adam()
        )
    ),
    "schedule": lambda: optimizers.get("adam", _rate()),
    "callback": lambda: _fit(callbacks=[keras_3.callbacks.History()]),
    "callback of any players": _fit_any_players,
    "sequence": lambda: _fit(_sequence()),
    "player's network": lambda: _player(network=_of_keras_3()),
    "player's optimizer": lambda: _player(optimizer=keras_3.optimizers.Adam()),
}


@pytest.mark.parametrize("kind", GIVEN)
def test_what_is_of_keras_3_is_refused_by_a_line_that_names_tf_keras(kind):
    with pytest.raises(TypeError, match=NAMES_TF_KERAS) as error:
        GIVEN[kind]()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["mixed_bfloat16", "bfloat16", "float64"])
def test_policy_of_keras_3_is_refused(name):
    keras_3.config.set_dtype_policy(name)
    try:
        with pytest.raises(ValueError, match="set in Keras 2: .*in Keras 3"):
            _gan()
        with backend.precision_policy(name):
            backend.check_keras_policy()
    finally:
        keras_3.config.set_dtype_policy("float32")


def test_floatx_of_keras_3_is_set_aside():
    keras_3.config.set_floatx("float16")
    try:
        assert _gan().generator.weights[0].dtype == tf.float32
    finally:
        keras_3.config.set_floatx("float32")
        keras_3.config.set_dtype_policy("float32")


def test_layers_that_are_held_train():
    gan = _gan(keras.layers.Dense(4))
    gan.compile()
    before = gan.discriminator.get_weights()
    gan.fit(IMAGES, verbose=0)
    for old, new in zip(before, gan.discriminator.get_weights()):
        assert not np.array_equal(old, new)
