"""Losses against NumPy, hand-worked constants, extreme logits and replicas."""

import math

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import losses, replicas

REAL = np.array([-3.0, -0.5, 0.2, 0.5, 3.0], np.float32)
FAKE = np.array([1.5, -2.0, 0.7, 0.0, -0.1], np.float32)
WITH_TARGET = [
    "least_squares",
    "minimax",
    "non_saturating",
    "relativistic",
    "relativistic_least_squares",
]


def _log_sigmoid(x):
    return np.log(1.0 / (1.0 + np.exp(-x)))


def _numpy_minimax(real, fake, target=1.0):
    return (
        -target * _log_sigmoid(real)
        - (1.0 - target) * np.log(1.0 - np.exp(_log_sigmoid(real)))
        - np.log(1.0 - np.exp(_log_sigmoid(fake)))
    )


def _numpy_squares(real, fake, target=1.0):
    return (real - target) ** 2 + (fake + 1.0) ** 2


def _numpy_hinge(real, fake):
    return np.maximum(0.0, 1.0 - real) + np.maximum(0.0, 1.0 + fake)


def _averaged(function):
    def relativistic(real, fake, *target):
        return function(real - fake.mean(), fake - real.mean(), *target)

    return relativistic


def _swapped(function):
    return lambda real, fake: function(fake, real)


def _numpy_discrepancies(real, fake):
    real, fake = np.float64(real), np.float64(fake)

    def kernel(x, y):
        return sum(
            np.exp(-((x - y) ** 2) / (2.0 * s)) for s in (2, 5, 10, 20, 40, 80)
        )

    return np.array(
        [
            np.mean([kernel(r, other) for other in real])
            + np.mean([kernel(f, other) for other in fake])
            - np.mean([kernel(r, other) for other in fake])
            - np.mean([kernel(f, other) for other in real])
            for r, f in zip(real, fake)
        ]
    )


NUMPY = {
    "minimax": (
        _numpy_minimax,
        lambda real, fake: np.log(1.0 - np.exp(_log_sigmoid(fake))),
    ),
    "non_saturating": (
        _numpy_minimax,
        lambda real, fake: -_log_sigmoid(fake),
    ),
    "least_squares": (
        lambda real, fake, target=1.0: ((real - target) ** 2 + fake**2) / 2.0,
        lambda real, fake: (fake - 1.0) ** 2 / 2.0,
    ),
    "wasserstein": (
        lambda real, fake: fake - real,
        lambda real, fake: -fake,
    ),
    "hinge": (_numpy_hinge, lambda real, fake: -fake),
    "relativistic": (
        _averaged(_numpy_minimax),
        _swapped(_averaged(_numpy_minimax)),
    ),
    "relativistic_least_squares": (
        _averaged(_numpy_squares),
        _swapped(_averaged(_numpy_squares)),
    ),
    "relativistic_hinge": (
        _averaged(_numpy_hinge),
        _swapped(_averaged(_numpy_hinge)),
    ),
    "relativistic_pairing": (
        lambda real, fake: -_log_sigmoid(real - fake),
        lambda real, fake: -_log_sigmoid(fake - real),
    ),
    "moment_matching": (
        lambda real, fake: -_numpy_discrepancies(real, fake),
        _numpy_discrepancies,
    ),
}

# Of real logits 1 and 3, and fake ones 0 and 2.
BY_HAND = {
    # softplus: 0.048587, 0.313262, 0.693147 and 2.126928 at -3, -1, 0 and 2.
    "minimax": ([1.006409, 2.175515], [-0.693147, -2.126928]),
    "non_saturating": ([1.006409, 2.175515], [0.693147, 0.126928]),
    "least_squares": ([0.0, 4.0], [0.5, 0.5]),
    "wasserstein": ([-1.0, -1.0], [0.0, -2.0]),
    "hinge": ([1.0, 3.0], [0.0, -2.0]),
    # Relative logits: real 0 and 2, fake -2 and 0.
    "relativistic": ([0.820075, 0.820075], [2.820075, 2.820075]),
    "relativistic_least_squares": ([2.0, 2.0], [10.0, 10.0]),
    "relativistic_hinge": ([1.0, 1.0], [4.0, 4.0]),
    # softplus(-1) and softplus(1): each pair is 1 apart.
    "relativistic_pairing": ([0.313262, 0.313262], [1.313262, 1.313262]),
}

all_losses = pytest.mark.parametrize("name", losses.names())


@all_losses
def test_loss_equals_numpy(name):
    loss = losses.get(name)
    for side, expected in zip(loss[:2], NUMPY[name]):
        values = side(tf.constant(REAL), tf.constant(FAKE))
        np.testing.assert_allclose(values, expected(REAL, FAKE), rtol=2e-5)


@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_loss_equals_the_constants_worked_by_hand(name):
    real, fake = tf.constant([1.0, 3.0]), tf.constant([0.0, 2.0])
    for side, expected in zip(losses.get(name)[:2], BY_HAND[name]):
        np.testing.assert_allclose(side(real, fake), expected, atol=2e-6)


def test_moment_matching_of_two_numbers_is_the_constant_worked_by_hand():
    # 2 * (6 - sum of exp(-2^2 / (2 * s))) = 2 * (6 - 4.688306)
    loss = losses.get("moment_matching")
    real, fake = tf.constant([1.0]), tf.constant([-1.0])
    np.testing.assert_allclose(loss.generator(real, fake), [2.623388], 1e-6)
    np.testing.assert_allclose(
        loss.discriminator(real, fake), [-2.623388], 1e-6
    )


def test_moment_matching_is_nought_for_equal_batches_in_any_order():
    values = losses.get("moment_matching").generator(
        tf.constant(REAL), tf.constant(REAL[::-1].copy())
    )
    assert abs(float(tf.reduce_mean(values))) < 1e-6


@all_losses
def test_loss_and_gradient_are_finite_float32_at_extreme_logits(name):
    real = tf.constant([-100.0, 100.0, -100.0, 100.0])
    fake = tf.constant([-100.0, 100.0, 100.0, -100.0])
    for side in losses.get(name)[:2]:
        with tf.GradientTape() as tape:
            tape.watch([real, fake])
            values = side(real, fake)
        gradients = tape.gradient(
            values, [real, fake], unconnected_gradients="zero"
        )
        assert values.shape == [4]
        assert values.dtype == tf.float32
        assert np.isfinite([values, *gradients]).all()


@all_losses
@pytest.mark.parametrize("dtype", [tf.bfloat16, tf.float16, tf.float64])
def test_loss_of_other_types_is_that_of_the_same_logits_in_float32(name, dtype):
    real, fake = tf.cast(REAL, dtype), tf.cast(FAKE, dtype)
    for side in losses.get(name)[:2]:
        values = side(real, fake)
        expected = side(tf.cast(real, tf.float32), tf.cast(fake, tf.float32))
        assert values.dtype == tf.float32
        np.testing.assert_array_equal(values, expected)


@all_losses
def test_generator_depends_on_real_logits_where_the_loss_says_so(name):
    loss = losses.get(name)
    values = loss.generator(tf.constant(REAL), tf.constant(FAKE))
    other = loss.generator(tf.constant(REAL) + 0.3, tf.constant(FAKE))
    assert np.any(values != other) == loss.relates_real


@all_losses
def test_values_depend_on_the_rest_of_the_batch_where_the_loss_says_so(name):
    loss = losses.get(name)
    for side in loss[:2]:
        values = side(tf.constant(REAL), tf.constant(FAKE))[:4]
        rest = side(tf.constant(REAL[:4]), tf.constant(FAKE[:4]))
        assert np.any(values != rest) == loss.across_batch


def _generator_gradient(name, logit):
    fake = tf.constant([logit])
    with tf.GradientTape() as tape:
        tape.watch(fake)
        value = losses.get(name).generator(tf.zeros(1), fake)
    return tape.gradient(value, fake).numpy()[0]


def test_generator_learns_from_a_sure_discriminator_unless_it_saturates():
    assert _generator_gradient("non_saturating", -30.0) == pytest.approx(-1.0)
    # -sigmoid(-30)
    assert _generator_gradient("minimax", -30.0) == pytest.approx(
        -9.357623e-14, rel=1e-4
    )


@all_losses
def test_label_smoothing_moves_the_target_or_is_refused(name):
    if name not in WITH_TARGET:
        with pytest.raises(
            ValueError,
            match=f"with one: {', '.join(WITH_TARGET)}. Received: 0.1 for",
        ):
            losses.get(name, label_smoothing=0.1)
        return
    loss = losses.get(name, label_smoothing=0.1)
    real, fake = tf.constant(REAL), tf.constant(FAKE)
    numpy_discriminator, numpy_generator = NUMPY[name]
    np.testing.assert_allclose(
        loss.discriminator(real, fake),
        numpy_discriminator(REAL, FAKE, 0.9),
        rtol=2e-5,
    )
    # One-sided: the generator's targets stay.
    np.testing.assert_allclose(
        loss.generator(real, fake), numpy_generator(REAL, FAKE), rtol=2e-5
    )


@pytest.mark.parametrize("value", [-0.1, 1.0, math.nan])
def test_get_refuses_label_smoothing_out_of_its_range(value):
    with pytest.raises(ValueError, match=r"in \[0, 1\). Received: "):
        losses.get("minimax", label_smoothing=value)


def test_get_names_the_known_losses_when_the_name_is_unknown():
    with pytest.raises(ValueError, match="non_saturating.*Received: hing"):
        losses.get("hing")


def test_names_are_those_that_are_tested():
    assert losses.names() == sorted(NUMPY)


def test_feature_matching_is_the_mean_squared_difference_of_means():
    # Means 2, 3 and 0, 1 of a feature: (2^2 + 2^2) / 2.
    real = tf.constant([[1.0, 2.0], [3.0, 4.0]], tf.bfloat16)
    fake = tf.constant([[-1.0, 3.0], [1.0, -1.0]], tf.bfloat16)
    distance = losses.feature_matching(real, fake)
    assert distance.dtype == tf.float32
    assert distance.numpy() == 4.0


def test_feature_matching_of_low_precision_averages_in_float32():
    """256 + 1 is 256 in bfloat16, whose sum of many would stand still."""
    ones = tf.ones([1000, 1], tf.bfloat16)
    distance = losses.feature_matching(ones, tf.zeros_like(ones))
    assert distance.numpy() == pytest.approx(1.0, rel=1e-6)


RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.normal(size=(2, 8, 3)).astype(np.float32)
WEIGHTS = RANDOM.normal(size=(3, 4)).astype(np.float32)


def _loss_and_gradient(strategy, loss_of):
    """Of `loss_of(real [B, 4], fake [B, 4])`, summed over replicas."""
    with strategy.scope():
        weights = tf.Variable(WEIGHTS)
    rows = 8 // strategy.num_replicas_in_sync

    @tf.function
    def run():
        def replica():
            context = tf.distribute.get_replica_context()
            first = context.replica_id_in_sync_group * rows
            real, fake = tf.unstack(
                tf.constant(INPUTS)[:, first : first + rows]
            )
            with tf.GradientTape() as tape:
                loss = loss_of(tf.tanh(real @ weights), fake @ weights)
            return loss, tape.gradient(loss, weights)

        return strategy.run(replica)

    return [
        np.sum(strategy.experimental_local_results(values), axis=0)
        for values in run()
    ]


def _assert_replicas_agree(two_replicas, loss_of):
    one = _loss_and_gradient(tf.distribute.get_strategy(), loss_of)
    two = _loss_and_gradient(two_replicas, loss_of)
    for a, b in zip(one, two):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)
    assert np.abs(one[1]).max() > 1e-2


def test_feature_matching_on_two_replicas_has_the_gradient_of_one(
    two_replicas,
):
    _assert_replicas_agree(
        two_replicas,
        lambda real, fake: replicas.share(losses.feature_matching(real, fake)),
    )


@pytest.mark.parametrize(
    "name", [name for name in losses.names() if losses.get(name).across_batch]
)
def test_loss_of_gathered_logits_on_two_replicas_has_the_gradient_of_one(
    two_replicas, name
):
    loss = losses.get(name)

    def loss_of(real, fake):
        real, fake = (replicas.gather(x[:, 0]) for x in (real, fake))
        values = 2.0 * loss.discriminator(real, fake)
        return replicas.share(values + loss.generator(real, fake))

    _assert_replicas_agree(two_replicas, loss_of)
