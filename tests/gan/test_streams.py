"""Data that break on the way, and what else `fit` refuses."""

import types

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.config import Recipe
from tfgan_zoo.gan import GAN
from tfgan_zoo.gan.inputs import InputChecks
from tfgan_zoo.gan.samples import SampleRules

X = np.random.default_rng(0).uniform(-1, 1, (8, 8, 8, 1)).astype(np.float32)


@pytest.fixture(scope="module")
def plain():
    layers = keras.layers
    gan = GAN(
        keras.Sequential(
            [keras.Input([4]), layers.Dense(64), layers.Reshape([8, 8, 1])]
        ),
        keras.Sequential(
            [keras.Input([8, 8, 1]), layers.Flatten(), layers.Dense(1)]
        ),
        recipe=Recipe("", latent_dim=4),
    )
    gan.compile()
    return gan


class _Sequence(keras.utils.Sequence):
    def __init__(self, *batches):
        self.batches = batches

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        if self.batches[index] is None:
            raise OSError("disk gone")
        return self.batches[index]


class _Endless(keras.utils.Sequence):
    def __getitem__(self, index):
        return X[:8]


def _broken_generator():
    yield X[:8]
    raise OSError("disk gone")


def _data_set(images):
    return tf.data.Dataset.from_tensor_slices(images).batch(4)


def _with_late(value):
    images = X[:8].copy()
    images[6] = value
    return images


STREAMS = {
    "NaN later": (lambda: _data_set(_with_late(np.nan)), "must be finite"),
    "float16 infinity": (
        lambda: _data_set(_with_late(np.inf).astype(np.float16)),
        "must be finite",
    ),
    "0..255 later": (lambda: _data_set(_with_late(255.0)), "lie in .*, 255"),
    "no end": (lambda: _data_set(X[:8]).repeat(), "needs `steps_per_epoch`"),
    "no batch": (lambda: (batch for batch in ()), "at least one batch"),
    "empty": (lambda: _Sequence(), "at least one batch.*_Sequence of none"),
    "no length": (lambda: _Endless(), "by `__len__`. Received: _Endless"),
    "sequence": (lambda: _Sequence(X[:8], None), "^disk gone$"),
    "generator": (_broken_generator, "^disk gone$"),
    "map": (
        lambda: _data_set(X[:8]).map(
            lambda x: tf.ensure_shape(
                tf.numpy_function(lambda _: 1 // 0, [x], x.dtype), x.shape
            )
        ),
        "ZeroDivisionError: ",
    ),
}


@pytest.mark.parametrize("kind", STREAMS)
def test_fit_raises_in_a_line_what_a_stream_breaks_later(plain, kind):
    stream, message = STREAMS[kind]
    with pytest.raises(Exception, match=message) as info:
        plain.fit(stream(), verbose=0)
    assert "\n" not in str(info.value)


def test_points_of_a_stream_are_finite():
    points = np.zeros([8, 2], np.float32)
    points[6] = np.nan
    checks = InputChecks(SampleRules((2,)))
    data = checks.prepare(_data_set(points))
    with pytest.raises(tf.errors.OpError, match="must be finite"):
        list(data)
    points[6] = 1e30
    data = InputChecks(SampleRules((2,))).prepare(_data_set(points))
    assert len(list(data)) == 2


@pytest.mark.parametrize(
    "settings,error",
    [
        ({"epochs": 2.0}, TypeError),
        ({"epochs": -1}, ValueError),
        ({"initial_epoch": "1"}, TypeError),
        ({"steps_per_epoch": 0}, ValueError),
        ({"verbose": "loud"}, ValueError),
    ],
)
def test_fit_counts_in_integers(plain, settings, error):
    (name,) = settings
    with pytest.raises(error, match=f"`{name}` must be"):
        plain.fit(X[:8], **settings)


def test_single_batches_are_checked_too(plain):
    with pytest.raises(ValueError, match=r"lie in \[-1, 1\]"):
        plain.train_on_batch(127.5 * X[:8])
    with pytest.raises(ValueError, match="all images of a GAN weigh alike"):
        plain.train_on_batch(X[:8], sample_weight=np.ones(8))
    with pytest.raises(TypeError, match="no loss to evaluate"):
        plain.test_on_batch(X[:8])
    step = plain.step.numpy()
    plain.train_on_batch(X[:8])
    assert plain.step.numpy() == step + 1


def test_distributed_data_have_labels_too():
    rules = SampleRules((8, 8, 1), 3)
    spec = tf.TensorSpec([4, 8, 8, 1])
    with pytest.raises(ValueError, match="images alone"):
        InputChecks(rules).prepare(types.SimpleNamespace(element_spec=spec))
