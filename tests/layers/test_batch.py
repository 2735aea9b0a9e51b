"""Batch features against NumPy, on one replica and on two."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.layers import (
    BatchSimilarity,
    MinibatchDiscrimination,
    MinibatchStandardDeviation,
    batch,
    similarity,
)

LAYERS = [
    lambda: MinibatchStandardDeviation(),
    lambda: MinibatchStandardDeviation(group_size=3),
    lambda: MinibatchDiscrimination(num_kernels=3, kernel_dim=2),
    lambda: BatchSimilarity("cosine", num_kernels=3, kernel_dim=2),
]
NAMES = sorted(set(batch.names()) - {"none"})


def _sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def _cosine(a, b):
    return np.dot(a, b) / np.sqrt(np.dot(a, a) * np.dot(b, b))


def _squared(a, b):
    return np.square(a - b).sum()


EXPECTED = {
    "arithmetic": lambda a, b: (
        (_sigmoid(np.dot(a, b)) + 1.0 / (1.0 + _squared(a, b))) / 2.0
    ),
    "cosine": _cosine,
    "euclidean": lambda a, b: 1.0 / (1.0 + _squared(a, b)),
    "exp_l1": lambda a, b: np.exp(-np.abs(a - b).sum()),
    "exp_l2": lambda a, b: np.exp(-_squared(a, b)),
    "geometric": lambda a, b: _sigmoid(np.dot(a, b)) / (1.0 + _squared(a, b)),
    "l1": lambda a, b: -np.abs(a - b).sum(),
    "l2": lambda a, b: -_squared(a, b),
    "sigmoid": lambda a, b: _sigmoid(np.dot(a, b)),
}

# Of a = (1, 0) and b = (1, 2): d1 = 2, d2 = 4, s = 1, |b| = sqrt(5).
CONSTANTS = {
    "arithmetic": 0.4655293,
    "cosine": 0.4472136,
    "euclidean": 0.2,
    "exp_l1": 0.1353353,
    "exp_l2": 0.0183156,
    "geometric": 0.1462117,
    "l1": -2.0,
    "l2": -4.0,
    "sigmoid": 0.7310586,
}


@pytest.fixture
def features():
    random = np.random.default_rng(0)
    return random.normal(size=(6, 5)).astype(np.float32)


def _pairs_expected(layer, features):
    """Returns the sum over the other examples, by loops."""
    kernel = layer.kernel.numpy().reshape([5, 3, 2])
    projected = np.einsum("bf,fnd->bnd", features, kernel)
    total = np.zeros([6, 3])
    for i in range(6):
        for j in range(6):
            for n in range(3):
                if i != j:
                    total[i, n] += EXPECTED[layer.similarity](
                        projected[i, n], projected[j, n]
                    )
    return total


def test_similarities_are_nine_and_each_is_tested():
    assert len(similarity.SIMILARITIES) == 9
    assert set(similarity.SIMILARITIES) == set(EXPECTED) == set(CONSTANTS)


@pytest.mark.parametrize("kind", sorted(CONSTANTS))
def test_similarity_equals_its_constant_and_is_symmetric(kind):
    a, b = tf.constant([1.0, 0.0]), tf.constant([1.0, 2.0])
    compare = similarity.get(kind)
    np.testing.assert_allclose(compare(a, b), CONSTANTS[kind], rtol=1e-5)
    np.testing.assert_allclose(compare(b, a), CONSTANTS[kind], rtol=1e-5)


@pytest.mark.parametrize("kind", sorted(EXPECTED))
def test_batch_similarity_equals_numpy(kind, features):
    layer = BatchSimilarity(kind, num_kernels=3, kernel_dim=2)
    outputs = layer(features)
    np.testing.assert_array_equal(outputs[:, :5], features)
    expected = _pairs_expected(layer, features) / 5.0
    np.testing.assert_allclose(outputs[:, 5:], expected, rtol=1e-4, atol=1e-6)


def test_minibatch_discrimination_is_the_sum_over_the_others(features):
    layer = MinibatchDiscrimination(num_kernels=3, kernel_dim=2)
    outputs = layer(features)
    expected = _pairs_expected(layer, features)
    np.testing.assert_allclose(outputs[:, 5:], expected, rtol=1e-4)


def test_minibatch_discrimination_of_equal_examples_is_their_number_less_one():
    layer = MinibatchDiscrimination(num_kernels=2, kernel_dim=3)
    outputs = layer(tf.ones([4, 5]))
    np.testing.assert_allclose(outputs[:, 5:], np.full([4, 2], 3.0), rtol=1e-6)


def test_minibatch_discrimination_first_distances_are_near_one():
    random = np.random.default_rng(0)
    features = random.normal(size=(16, 512)).astype(np.float32)
    outputs = MinibatchDiscrimination()(features)[:, 512:] / 15.0
    assert 0.1 < np.mean(outputs) < 0.6


def test_minibatch_stddev_of_two_examples_is_half_their_distance():
    outputs = MinibatchStandardDeviation()([[0.0, 1.0], [4.0, 3.0]])
    # The features' deviations are 2 and 1.
    np.testing.assert_allclose(
        outputs, [[0.0, 1.0, 1.5], [4.0, 3.0, 1.5]], rtol=1e-6
    )


@pytest.mark.parametrize(
    ("group_size", "groups"),
    [(None, [(0, 6)]), (2, [(0, 2), (2, 4), (4, 6)]), (4, [(0, 4), (4, 6)])],
)
def test_minibatch_stddev_equals_numpy_in_each_group(
    group_size, groups, features
):
    outputs = MinibatchStandardDeviation(group_size)(features)
    np.testing.assert_array_equal(outputs[:, :5], features)
    for first, end in groups:
        expected = features[first:end].std(0).mean()
        np.testing.assert_allclose(
            outputs[first:end, 5], [expected] * (end - first), rtol=1e-5
        )


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_finite_where_examples_are_equal_or_zero(name):
    layer = batch.get(name)
    features = tf.constant([[0.0, 0.0], [0.0, 0.0], [1.0, 2.0], [1.0, 2.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(features)
        outputs = layer(features)
        gradient = tape.gradient(outputs, features)
    assert np.isfinite(outputs).all()
    assert np.isfinite(gradient).all()
    # As a penalty takes it.
    assert np.isfinite(tape.gradient(gradient, features)).all()


@pytest.mark.parametrize("name", NAMES)
def test_one_example_alone_gives_finite_values(name):
    assert np.isfinite(batch.get(name)(tf.ones([1, 4]))).all()


def _penalised(layer, features, replicas):
    """Returns a loss with a gradient penalty, and its gradients, summed."""
    with tf.GradientTape() as tape:
        tape.watch(features)
        with tf.GradientTape() as inner:
            inner.watch(features)
            outputs = tf.square(layer(2.0 * features))
            logits = tf.reduce_sum(outputs, -1)
        slopes = inner.gradient(logits, features)
        penalties = tf.reduce_sum(tf.square(slopes), -1)
        loss = tf.reduce_mean(logits + penalties) / replicas
    gradient, *others = tape.gradient(
        loss, [features, *layer.trainable_variables]
    )
    context = tf.distribute.get_replica_context()
    others = [context.all_reduce("sum", one) for one in others]
    return layer(features), gradient, others


# The batch, groups of 3 and the sum's divisor reach over both replicas.
@pytest.mark.parametrize("make", [LAYERS[0], LAYERS[1], LAYERS[3]])
def test_two_replicas_equal_one_with_gradients_and_penalty(make, two_replicas):
    random = np.random.default_rng(0)
    features = random.normal(size=(8, 5)).astype(np.float32)
    alone = make()
    expected = _penalised(alone, tf.constant(features), 1)
    with two_replicas.scope():
        layer = make()
        layer(tf.zeros([1, 5]))  # as a network is built, out of a replica
        layer.set_weights(alone.get_weights())
    halves = two_replicas.experimental_distribute_values_from_function(
        lambda context: tf.constant(
            np.split(features, 2)[context.replica_id_in_sync_group]
        )
    )

    @tf.function
    def run(halves):
        return two_replicas.run(
            lambda half: _penalised(layer, half, 2), (halves,)
        )

    outputs, gradient, others = run(halves)
    for actual, wanted in ((outputs, expected[0]), (gradient, expected[1])):
        rows = two_replicas.experimental_local_results(actual)
        np.testing.assert_allclose(
            np.concatenate(rows), wanted, rtol=1e-4, atol=1e-5
        )
    for actual, wanted in zip(others, expected[2]):
        for one in two_replicas.experimental_local_results(actual):
            np.testing.assert_allclose(one, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("make", LAYERS)
def test_config_round_trip_keeps_layer(make, features):
    layer = make()
    expected = layer(features)
    again = type(layer).from_config(layer.get_config())
    again.build(tf.TensorShape([None, 5]))
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(features), expected)


@pytest.mark.parametrize("make", LAYERS)
def test_bfloat16_policy_computes_in_float32(make, features):
    layer = type(make())(**{**make().get_config(), "dtype": "mixed_bfloat16"})
    assert layer(tf.cast(features, tf.bfloat16)).dtype == tf.float32
    assert {v.dtype for v in layer.variables} <= {tf.float32}


def test_names_hold_none_two_of_papers_and_nine_similarities():
    assert len(batch.names()) == 12
    assert {"none", "minibatch_stddev", "batch_similarity_exp_l1"} <= set(
        batch.names()
    )
    assert batch.get("none") is None
    for kind in similarity.SIMILARITIES:
        assert batch.get(f"batch_similarity_{kind}").similarity == kind


def test_unknown_names_list_the_known_ones():
    with pytest.raises(ValueError, match="minibatch_stddev, none.*ed: hing"):
        batch.get("hing")
    with pytest.raises(ValueError, match="cosine.*sigmoid.*Received: hing"):
        BatchSimilarity("hing")


def test_sizes_and_shapes_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match="`group_size`.*Received: 1"):
        MinibatchStandardDeviation(1)
    with pytest.raises(ValueError, match="`num_kernels`.*Received: 0"):
        BatchSimilarity(num_kernels=0)
    with pytest.raises(ValueError, match="`kernel_dim`.*Received: 0"):
        MinibatchDiscrimination(kernel_dim=0)
    with pytest.raises(ValueError, match=r"Received: shape \(2, 3, 4\)"):
        MinibatchDiscrimination()(tf.zeros([2, 3, 4]))
