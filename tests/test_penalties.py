"""Penalties against closed forms, NumPy, replicas and mixed precision."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import penalties, replicas
from tfgan_zoo.backend import computing_in_float32, keras, precision_policy
from tfgan_zoo.random import StepRandom

ROWS = 8
NAMES = [name for name in penalties.names() if name != "none"]
BETWEEN = ["gradient_penalty", "one_sided_gradient_penalty"]
NUMBERS = np.random.default_rng(0)
REAL = NUMBERS.uniform(-1.0, 1.0, (ROWS, 6, 6, 1)).astype(np.float32)
FAKE = NUMBERS.normal(size=(ROWS, 6, 6, 1)).astype(np.float32)

all_penalties = pytest.mark.parametrize("name", NAMES)


def _rng(rows=ROWS):
    return StepRandom(0, tf.constant(3), rows)


def _values(name, discriminate, real=REAL, fake=FAKE):
    penalty = penalties.get(name)
    return penalty(
        discriminate, tf.constant(real), tf.constant(fake), _rng(len(real))
    )


def _direction(shape, norm):
    values = NUMBERS.normal(size=shape).astype(np.float32)
    return norm * values / np.linalg.norm(values)


def _sum(values):
    return tf.reduce_sum(values, axis=list(range(1, values.shape.rank)))


@pytest.mark.parametrize("shape", [(2,), (6, 6, 1), (3, 2, 2, 2)])
@pytest.mark.parametrize(
    ("name", "norm", "expected"),
    [
        ("gradient_penalty", 3.0, 4.0),
        ("gradient_penalty", 0.5, 0.25),
        ("one_sided_gradient_penalty", 3.0, 4.0),
        ("one_sided_gradient_penalty", 0.5, 0.0),
        ("dragan", 3.0, 4.0),
        ("dragan", 0.5, 0.25),
        ("r1", 3.0, 4.5),
        ("r2", 3.0, 4.5),
        ("r1_r2", 3.0, 9.0),
    ],
)
def test_penalty_of_a_linear_discriminator_is_its_closed_form(
    shape, name, norm, expected
):
    weights = _direction(shape, norm)
    images = tf.random.stateless_normal([5, *shape], [0, 0]).numpy()
    values = _values(name, lambda x: _sum(weights * x), images, -images)
    assert values.dtype == tf.float32
    np.testing.assert_allclose(values, [expected] * 5, rtol=1e-5)


class _Quadratic:
    """Its gradient at x is `scale * x`; remembers where it was asked."""

    def __init__(self):
        self.scale = NUMBERS.normal(size=REAL.shape[1:]).astype(np.float32)
        self.all_images = []

    def __call__(self, images):
        self.all_images.append(images.numpy())
        return _sum(0.5 * self.scale * images**2)

    @property
    def images(self):
        (images,) = self.all_images
        return images

    def norms(self):
        """Of the gradients at all images together, one for each row."""
        gradients = self.scale * np.stack(self.all_images, 1)
        squares = gradients.astype(np.float64).reshape(ROWS, -1) ** 2
        return np.sqrt(squares.sum(axis=1))


NUMPY = {
    "gradient_penalty": lambda norms: (norms - 1.0) ** 2,
    "one_sided_gradient_penalty": lambda norms: np.maximum(0, norms - 1.0) ** 2,
    "dragan": lambda norms: (norms - 1.0) ** 2,
    "r1": lambda norms: norms**2 / 2.0,
    "r2": lambda norms: norms**2 / 2.0,
    "r1_r2": lambda norms: norms**2 / 2.0,
}


@all_penalties
def test_penalty_of_a_quadratic_discriminator_equals_numpy(name):
    discriminate = _Quadratic()
    values = _values(name, discriminate)
    expected = NUMPY[name](discriminate.norms())
    np.testing.assert_allclose(values, expected, rtol=1e-4)


@pytest.mark.parametrize("name", BETWEEN)
def test_gradient_penalty_looks_at_one_point_between_for_each_example(name):
    discriminate = _Quadratic()
    _values(name, discriminate, REAL, REAL + 2.0)
    shares = (discriminate.images - REAL).reshape(ROWS, -1) / 2.0
    np.testing.assert_allclose(shares, shares[:, :1] + 0 * shares, atol=1e-6)
    assert 0.0 <= shares.min() < 0.4 < 0.6 < shares.max() < 1.0
    assert len(np.unique(shares[:, 0].round(4))) == ROWS


def test_dragan_looks_around_real_images_as_its_authors_do():
    discriminate = _Quadratic()
    real = np.random.default_rng(1).normal(size=(400, 20)).astype(np.float32)
    discriminate.scale = np.float32(1.0)
    _values("dragan", discriminate, real, real)
    moves = (discriminate.images - real) / (0.5 * real.std())
    shares, noise = moves.max(axis=1), moves / moves.max(axis=1, keepdims=True)
    assert -1e-5 < moves.min() < 0.01
    assert 0.9 < moves.max() < 1.0
    # Means of a product of two uniforms, of one for an image, of its values.
    assert moves.mean() == pytest.approx(0.25, abs=0.02)
    assert shares.mean() == pytest.approx(0.5 * 20 / 21, abs=0.04)
    assert noise.std(axis=1).mean() == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("r1", [REAL]), ("r2", [FAKE]), ("r1_r2", [REAL, FAKE])],
)
def test_r1_looks_at_real_and_r2_at_generated_images(name, expected):
    discriminate = _Quadratic()
    _values(name, discriminate)
    np.testing.assert_array_equal(discriminate.all_images, expected)


def _gradient(name, discriminate, weights):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(_values(name, discriminate))
    return loss, tape.gradient(loss, weights)


@pytest.mark.parametrize(
    ("name", "factor"),
    [
        # d (norm - 1)^2 = 2 (norm - 1) w / norm; d norm^2 / 2 = w
        ("gradient_penalty", 4.0 / 3.0),
        ("one_sided_gradient_penalty", 4.0 / 3.0),
        ("dragan", 4.0 / 3.0),
        ("r1", 1.0),
        ("r2", 1.0),
        ("r1_r2", 2.0),
    ],
)
def test_gradient_of_the_penalty_of_a_linear_discriminator(name, factor):
    weights = tf.Variable(_direction(REAL.shape[1:], 3.0))
    _, gradient = _gradient(name, lambda x: _sum(weights * x), weights)
    np.testing.assert_allclose(gradient, factor * weights, rtol=1e-4)


@all_penalties
def test_gradient_of_the_penalty_is_its_change_with_the_weights(name):
    weights = tf.Variable(0.5 * NUMBERS.normal(size=(36, 3)), dtype=tf.float32)
    way = _direction(weights.shape, 1.0)

    def discriminate(images):
        hidden = tf.tanh(tf.reshape(images, [ROWS, 36]) @ weights)
        return 3.0 * _sum(hidden)

    _, gradient = _gradient(name, discriminate, weights)
    losses = []
    for sign in (1.0, -2.0):
        weights.assign_add(sign * 0.01 * way)
        losses.append(_gradient(name, discriminate, weights)[0].numpy())
    change = (losses[0] - losses[1]) / 0.02
    assert np.sum(gradient * way) == pytest.approx(change, rel=0.02)
    assert abs(change) > 0.02


@all_penalties
@pytest.mark.parametrize("size", [0.0, 1e-30, 1e-7, 1e15])
def test_penalty_and_gradient_are_finite_at_any_norm(name, size):
    weights = tf.Variable(size * np.ones(REAL.shape[1:]), dtype=tf.float32)
    loss, gradient = _gradient(name, lambda x: _sum(weights * x), weights)
    assert np.isfinite(loss)
    assert np.isfinite(gradient).all()
    if size < 1.0:
        expected = 1.0 if name in ("gradient_penalty", "dragan") else 0.0
        assert loss.numpy() == pytest.approx(expected, abs=1e-5)


@all_penalties
def test_penalty_of_what_ignores_the_images_has_no_gradient_to_take(name):
    weight = tf.Variable(2.0)
    values = _values(name, lambda x: weight * tf.ones(ROWS))
    expected = 1.0 if name in ("gradient_penalty", "dragan") else 0.0
    np.testing.assert_allclose(values, [expected] * ROWS, atol=1e-5)


@all_penalties
def test_penalties_of_two_replicas_are_those_of_one(two_replicas, name):
    scale = _Quadratic().scale
    penalty = penalties.get(name)

    def values(strategy):
        rows = ROWS // strategy.num_replicas_in_sync

        @tf.function
        def run():
            def replica():
                context = tf.distribute.get_replica_context()
                first = context.replica_id_in_sync_group * rows
                own = slice(first, first + rows)
                return penalty(
                    lambda x: _sum(scale * x**2),
                    tf.constant(REAL)[own],
                    tf.constant(FAKE)[own],
                    _rng(rows),
                )

            return strategy.run(replica)

        return np.concatenate(strategy.experimental_local_results(run()))

    one = values(tf.distribute.get_strategy())
    np.testing.assert_allclose(values(two_replicas), one, rtol=1e-4)
    assert len(np.unique(one)) == ROWS


@pytest.mark.parametrize("name", BETWEEN)
def test_gradient_penalty_refuses_images_of_different_shapes(name):
    with pytest.raises(
        ValueError, match=r"Received: \(8, 6, 6, 1\) and \(8, 6, 5, 1\)"
    ):
        _values(name, _sum, REAL, FAKE[:, :, :5])


def test_none_is_no_penalty():
    assert penalties.get("none") is None
    assert penalties.names() == sorted(["none", *NUMPY])


def test_get_names_the_known_penalties_when_the_name_is_unknown():
    with pytest.raises(ValueError, match="none, .*r1_r2, r2. Received: r3"):
        penalties.get("r3")


class _Head(keras.layers.Layer):
    """A layer that holds others in a list."""

    def __init__(self):
        super().__init__()
        self.parts = [
            keras.layers.Flatten(),
            keras.layers.Dense(1),
            keras.layers.Activation("linear", dtype="float32"),
        ]

    def call(self, inputs):
        for part in self.parts:
            inputs = part(inputs)
        return inputs[:, 0]


def _network(policy):
    with precision_policy(policy):
        network = keras.Sequential(
            [
                keras.layers.Conv2D(8, 3, 2),
                keras.layers.LeakyReLU(0.2),
                keras.layers.Conv2D(8, 2),
                keras.layers.Activation("tanh"),
                _Head(),
            ]
        )
        network(REAL)
    numbers = np.random.default_rng(0)
    network.set_weights(
        [0.5 * numbers.normal(size=w.shape) for w in network.get_weights()]
    )
    return network


def _penalty_and_gradients(name, network):
    variables = network.trainable_variables
    with tf.GradientTape() as tape:
        values = _values(name, network)
    gradients = tape.gradient(values, variables, unconnected_gradients="zero")
    return values, tf.concat([tf.reshape(g, [-1]) for g in gradients], 0)


def _relative_error(actual, expected):
    return np.linalg.norm(actual - expected) / np.linalg.norm(expected)


@all_penalties
@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_penalty_of_a_mixed_network_is_near_that_of_float32(name, policy):
    mixed, exact = _network(policy), _network("float32")
    expected = _penalty_and_gradients(name, exact)
    for rough, value in zip(_penalty_and_gradients(name, mixed), expected):
        assert 1e-5 < _relative_error(rough, value) < 0.1
    with computing_in_float32(mixed):
        inside = _penalty_and_gradients(name, mixed)
    for same, value in zip(inside, expected):
        assert _relative_error(same, value) < 1e-5


def _policies(network):
    return [layer.dtype_policy.name for layer in network._flatten_layers()]


def test_computing_in_float32_restores_the_policies_after_an_error():
    network = _network("mixed_bfloat16")
    before = _policies(network)
    assert sorted(set(before)) == ["float32", "mixed_bfloat16"]
    with pytest.raises(RuntimeError, match="within"):
        with computing_in_float32(network):
            assert set(_policies(network)) == {"float32"}
            raise RuntimeError("within")
    assert _policies(network) == before


def test_computing_in_float32_may_be_entered_again_within():
    network = _network("mixed_float16")
    before = _policies(network)
    with computing_in_float32(network):
        with computing_in_float32(network):
            pass
        assert set(_policies(network)) == {"float32"}
    assert _policies(network) == before


class _Talker(keras.layers.Layer):
    """Waits for the other replicas, then notes what it computes in."""

    def __init__(self):
        super().__init__()
        self.notes = []

    def call(self, inputs):
        outputs = replicas.mean(inputs)
        context = tf.distribute.get_replica_context()
        replica = context.replica_id_in_sync_group
        replica = int(tf.get_static_value(replica))
        self.notes.append((replica, self.compute_dtype))
        return outputs


def test_computing_in_float32_switches_all_replicas_at_the_same_place(
    two_replicas,
):
    """Replicas run in turns, from one exchange to the next."""
    with two_replicas.scope(), precision_policy("mixed_bfloat16"):
        network = keras.Sequential([_Talker(), _Talker()])

    def replica():
        network(REAL)
        with computing_in_float32(network):
            network(REAL)
        network(REAL)

    two_replicas.run(tf.function(replica))
    for layer in network.layers:
        for index in (0, 1):
            seen = [dtype for who, dtype in layer.notes if who == index]
            assert seen == ["bfloat16", "float32", "bfloat16"]
    assert set(_policies(network)) == {"mixed_bfloat16"}
