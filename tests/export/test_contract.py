"""What a generator must keep, tried on functions in a generator's place."""

import re

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.export import contract

ROWS = {
    "latents": np.random.default_rng(0)
    .standard_normal((70, 4))
    .astype(np.float32)
}


def _image(rows):
    """Images [N, 2, 2, 1] of rows [N, 4]."""
    return tf.reshape(tf.tanh(rows), [-1, 2, 2, 1])


def test_images_come_back_as_they_are():
    images = contract.generate(_image, ROWS)
    np.testing.assert_allclose(images[..., 0], _image(ROWS["latents"])[..., 0])
    points = contract.generate(lambda rows: 9.0 * rows, ROWS)
    np.testing.assert_allclose(points, 9.0 * ROWS["latents"])


def test_labels_are_given_as_well():
    rows = {**ROWS, "labels": np.arange(70, dtype=np.int32) % 2}
    images = contract.generate(
        lambda latents, labels: (
            _image(latents) * tf.cast(labels, tf.float32)[:, None, None, None]
        ),
        rows,
    )
    assert (images[::2] == 0.0).all() and (images[1::2] != 0.0).all()


def _fixed_batch(rows):
    return tf.reshape(rows, [1, 2, 2, 1])


def _random(rows):
    return (
        0.9 * _image(rows)
        + 0.1 * tf.random.uniform(tf.shape(rows)[:1])[:, None, None, None]
    )


def _batch_statistics(rows):
    return _image(rows - tf.reduce_mean(rows, 0))


@pytest.mark.parametrize(
    ("generator", "says"),
    [
        (_fixed_batch, "N is. Received: Input to reshape is a tensor with 256"),
        (lambda rows: _image(rows)[:1], "Received: float32 [2, 2, 2, 1] of"),
        (_random, "without random numbers of its own. Received: values that"),
        (_batch_statistics, "its own latents alone.*Received: values that"),
        (lambda rows: 127.5 * _image(rows), "Received: values from -127 to"),
        (lambda rows: 0.5 + _image(rows), "in [-1, 1]"),
        (lambda rows: _image(rows) / 0.0, "must be finite"),
        (lambda rows: _image(rows) * np.nan, "must be finite"),
        (lambda rows: tf.cast(_image(rows), tf.float16), "Received: float16 ["),
        (lambda rows: tf.cast(_image(rows), tf.uint8), "Received: uint8 ["),
        (lambda rows: tf.repeat(_image(rows), 2, -1), "70, 2, 2, 2]"),
        (lambda rows: _image(rows)[..., 0], "float32 [70, 2, 2] of 70"),
        (lambda rows: _image(rows)[:, 0, 0, 0], "Received: float32 [70]"),
        (lambda rows: tf.constant("a") + rows, "whatever N is. Received:"),
        (lambda rows: [][1], ""),
    ],
)
def test_broken_contracts_are_a_line(generator, says):
    if not says:  # what is no failure of a generator is not hidden
        with pytest.raises(IndexError):
            contract.generate(generator, ROWS)
        return
    pattern = says if ".*" in says else re.escape(says)
    with pytest.raises(ValueError, match=pattern) as caught:
        contract.generate(generator, ROWS)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 600


@pytest.mark.parametrize("excess", [5e-5, -5e-5])
def test_rounding_may_leave_the_range_a_little(excess):
    contract.generate(lambda rows: tf.sign(_image(rows)) * (1 + excess), ROWS)
    with pytest.raises(ValueError, match=r"Received: values from -1(\.01)? to"):
        contract.generate(lambda rows: tf.sign(_image(rows)) * 1.01, ROWS)
