"""Label planes: each label fills its own plane, and no other."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import label_planes


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_each_label_fills_its_plane_and_no_other(dtype):
    random = np.random.default_rng(0)
    labels = random.permutation(np.arange(12) % 5).astype(np.int32)
    images = tf.cast(random.normal(size=(12, 3, 4, 2)), dtype)
    planes = label_planes(images, labels, 5)
    assert planes.dtype == dtype
    expected = np.zeros((12, 3, 4, 5))
    for row, label in enumerate(labels):
        expected[row, :, :, label] = 1.0
    np.testing.assert_array_equal(planes[..., :2], images)
    np.testing.assert_array_equal(planes[..., 2:], expected)


def test_label_out_of_range_has_no_plane():
    planes = label_planes(tf.ones([2, 2, 2, 1]), tf.constant([-1, 3]), 3)
    np.testing.assert_array_equal(planes[..., 1:], np.zeros((2, 2, 2, 3)))


def test_shape_stays_known_in_a_graph_of_any_batch():
    @tf.function(
        input_signature=[
            tf.TensorSpec([None, 4, 4, 3]),
            tf.TensorSpec([None], tf.int32),
        ]
    )
    def planes(images, labels):
        outputs = label_planes(images, labels, 10)
        assert outputs.shape.as_list() == [None, 4, 4, 13]
        return outputs

    assert planes(tf.zeros([3, 4, 4, 3]), tf.range(3)).shape == [3, 4, 4, 13]
