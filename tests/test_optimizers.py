"""Optimizers: arguments, replicas, checkpoints, and addons' absence."""

import importlib.util
import math
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import optimizers

ADDONS = ["adabelief", "lookahead", "rectified_adam", "yogi"]
HAS_ADDONS = importlib.util.find_spec("tensorflow_addons") is not None
AVAILABLE = [
    name for name in optimizers.names() if HAS_ADDONS or name not in ADDONS
]
NO_BETAS = {"adagrad", "rmsprop", "sgd"}
# Of the gradients: they turn round, and one is large, which Lion's signs need.
# Lookahead looks back at the sixth step.
SCALES = (1.0, -0.5, 2.0, -3.0, 1.0, 100.0, -0.1)

all_available = pytest.mark.parametrize("name", AVAILABLE)
needs_addons = pytest.mark.skipif(
    not HAS_ADDONS, reason="needs tensorflow-addons"
)


class _Training:
    """Of four numbers, towards targets that differ from row to row."""

    def __init__(self, make, strategy=None):
        self.strategy = strategy or tf.distribute.get_strategy()
        with self.strategy.scope():
            self.variables = [tf.Variable([0.5, -1.0, 2.0]), tf.Variable(0.3)]
            self.optimizer = make()
            optimizers.build(self.optimizer, self.variables)

    def step(self, scale):
        self.strategy.run(self._replica_step, args=(scale,))

    def _replica_step(self, scale):
        count = self.strategy.num_replicas_in_sync
        context = tf.distribute.get_replica_context()
        rows = tf.reshape(tf.range(12.0), [count, 4 // count, 3])
        rows = rows[context.replica_id_in_sync_group]
        with tf.GradientTape() as tape:
            weights, offset = self.variables
            distances = tf.reduce_mean((weights + offset - rows) ** 4)
            loss = scale * distances / (2000.0 * count)
        gradients = tape.gradient(loss, self.variables)
        self.optimizer.apply_gradients(zip(gradients, self.variables))

    def after(self, scales=SCALES, run=lambda step: step):
        step = run(self.step)
        for scale in scales:
            step(tf.constant(scale))
        return self.values()

    def values(self):
        weights, offset = self.variables
        return np.append(weights.numpy(), offset.numpy())


@all_available
def test_two_replicas_take_the_steps_of_one(name, two_replicas):
    def make():
        return optimizers.get(name, 0.01)

    one, two = _Training(make), _Training(make, two_replicas)
    start, end = one.values(), one.after()
    np.testing.assert_allclose(two.after(run=tf.function), end, rtol=1e-5)
    assert np.isfinite(end).all()
    assert (np.abs(end - start) > 1e-5).all()


@all_available
def test_a_checkpoint_holds_all_that_an_optimizer_has_built(name, tmp_path):
    def make():
        return optimizers.get(name, 0.01)

    def checkpoint(training):
        return tf.train.Checkpoint(
            variables=training.variables, optimizer=training.optimizer
        )

    straight = _Training(make)
    path = checkpoint(straight).write(str(tmp_path / "built"))
    names = [key for key, _ in tf.train.list_variables(path)]
    straight.after(SCALES[:4])
    path = checkpoint(straight).write(str(tmp_path / "trained"))
    # The steps made no variables that `build` had not made.
    assert [key for key, _ in tf.train.list_variables(path)] == names
    resumed = _Training(make)
    checkpoint(resumed).read(path).assert_consumed()
    np.testing.assert_array_equal(
        resumed.after(SCALES[4:]), straight.after(SCALES[4:])
    )


@all_available
def test_betas_count_where_they_are_said_to(name):
    def after(**betas):
        return _Training(lambda: optimizers.get(name, 0.01, **betas)).after()

    usual = after()
    assert np.any(after(beta_1=0.2) != usual) == (name not in NO_BETAS)
    uses_beta_2 = name not in {*NO_BETAS, "momentum"}
    assert np.any(after(beta_2=0.9) != usual) == uses_beta_2


@all_available
def test_optimizer_has_the_learning_rate_that_is_asked_for(name):
    optimizer = optimizers.get(name, 0.0)
    optimizers.build(optimizer, [tf.Variable([1.0])])
    assert float(optimizer.learning_rate) == 0.0
    optimizer = optimizers.get(name, 0.25)
    optimizers.build(optimizer, [tf.Variable([1.0])])
    assert float(optimizer.learning_rate) == 0.25


def test_sgd_and_momentum_are_those_of_the_books():
    """Gradient 1 at rate 0.1: steps of 0.1, and of 0.1 and 0.1 * (1 + 0.5)."""
    for name, expected in (("sgd", -0.2), ("momentum", -0.25)):
        weight = tf.Variable(0.0)
        optimizer = optimizers.get(name, 0.1, beta_1=0.5)
        for _ in range(2):
            optimizer.apply_gradients([(tf.constant(1.0), weight)])
        assert weight.numpy() == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("name", ADDONS)
def test_get_says_where_addons_exist_when_it_has_none(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_addons", None)
    with pytest.raises(ValueError) as caught:
        optimizers.get(name, 0.1)
    assert str(caught.value) == (
        f"The optimizer {name} needs tensorflow-addons, which "
        "`pip install tfgan_zoo[addons]` brings, with TensorFlow 2.15, for "
        "Python 3.9 to 3.11 on Linux x86-64 and macOS."
    )


def test_names_are_the_same_with_and_without_addons(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow_addons", None)
    assert set(ADDONS) < set(optimizers.names())
    assert optimizers.names() == sorted(optimizers.names())


@pytest.mark.slow
@needs_addons
def test_addons_say_nothing_of_their_end():
    code = (
        "from tfgan_zoo import optimizers; optimizers.get('yogi', 0.1)\n"
        "import sys; assert 'tensorflow_addons' in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "TFA" not in done.stderr + done.stdout
    assert "Addons" not in done.stderr + done.stdout


@pytest.mark.parametrize("value", [-0.1, math.inf, math.nan])
def test_get_refuses_a_learning_rate_out_of_its_range(value):
    with pytest.raises(
        ValueError, match="`learning_rate` must be .*at least 0"
    ):
        optimizers.get("adam", value)


@pytest.mark.parametrize("value", [-0.1, 1.0, math.nan])
@pytest.mark.parametrize("beta", ["beta_1", "beta_2"])
def test_get_refuses_betas_out_of_their_range(beta, value):
    with pytest.raises(ValueError, match=rf"`{beta}` must be in \[0, 1\)"):
        optimizers.get("adam", 0.1, **{beta: value})


def test_get_names_the_known_optimizers_when_the_name_is_unknown():
    with pytest.raises(ValueError, match="adabelief, .*yogi. Received: adm"):
        optimizers.get("adm", 0.1)
