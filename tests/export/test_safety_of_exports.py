"""Sound models load without `trust`, and compute the same bits."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import untrusted
from tfgan_zoo.pretrained import sources

FOREIGN = sorted((Path(__file__).parent / "saved_models").iterdir())
SHIPPED = [Path(sources.path(name)) for name in sources.names()]
# Of each kind of network one: labels, an embedding, attention, images.
QUICK = ("acgan-mnist", "r3gan_projection-cifar10", "upsampler-fashion_mnist")


# Images of a batch, and pixels of sides that are open: of any multiple.
COUNT, SIDE = 3, 16


def _inputs(signature):
    random = np.random.RandomState(0)
    specs = signature.structured_input_signature[1]
    inputs = {}
    for name, spec in specs.items():
        shape = [
            size or (SIDE if place else COUNT)
            for place, size in enumerate(spec.shape)
        ]
        values = tf.constant(random.randint(0, 3, shape))
        inputs[name] = tf.cast(values, spec.dtype)
    return inputs


@pytest.mark.parametrize(
    "folder",
    [
        pytest.param(
            path,
            id=path.parent.name if path.name == "saved_model" else path.name,
            marks=()
            if path in FOREIGN or path.parent.name in QUICK
            else pytest.mark.slow,
        )
        for path in [*FOREIGN, *SHIPPED]
    ],
)
def test_a_rebuilt_model_is_the_same(folder):
    saved_model = folder if folder in SHIPPED else folder / "saved_model"
    rebuilt = untrusted.load(saved_model)
    original = tf.saved_model.load(str(saved_model))
    assert {*rebuilt.signatures} == {*original.signatures}
    for name, signature in original.signatures.items():
        other = rebuilt.signatures[name]
        assert other.structured_outputs == signature.structured_outputs
        inputs = _inputs(signature)
        expected = signature(**inputs)
        made = other(**inputs)
        assert made.keys() == expected.keys()
        for key in expected:
            np.testing.assert_array_equal(made[key], expected[key])
        if name == "serving_default":
            _require_equal_gradients(signature, other, inputs)


def _require_equal_gradients(first, second, inputs):
    gradients = []
    (key,) = (k for k, v in inputs.items() if v.dtype.is_floating)
    for signature in (first, second):
        with tf.GradientTape() as tape:
            tape.watch(inputs[key])
            images = signature(**inputs)["images"]
            total = tf.reduce_sum(tf.square(images))
        gradients.append(tape.gradient(total, inputs[key]))
    np.testing.assert_allclose(*gradients, rtol=1e-4, atol=1e-4)
    assert np.abs(gradients[0]).max() > 1e-3
