"""Any number of players: here two generators and a discriminator."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.gan.adversarial import AdversarialModel
from tfgan_zoo.gan.players import Player
from tfgan_zoo.random import StepRandom

BATCH_SIZE = 8
STEPS = 4


def _network(units):
    network = keras.Sequential(
        [keras.layers.Dense(16, "relu"), keras.layers.Dense(units)]
    )
    network.build([None, 2])
    return network


class TwoGenerators(AdversarialModel):
    """Two generators of points, whose samples one discriminator looks at."""

    term_names = ("real_loss", "fake_loss", "first_loss", "second_loss")

    def __init__(self, *, update="alternating", discriminator_steps=1):
        super().__init__()
        self.update = update
        self.discriminator_steps = discriminator_steps
        self.first, self.second = _network(2), _network(2)
        self.discriminator = _network(1)
        self.rates = keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.2)
        self.own_optimizer = keras.optimizers.SGD(0.3)

    @property
    def players(self):
        return {
            "first": Player(self.first, "generator", self.rates[0]),
            "second": Player(self.second, "generator", self.rates[1]),
            "discriminator": Player(
                self.discriminator, "discriminator", self.own_optimizer
            ),
        }

    def to_batch(self, data):
        return {"image": data}

    def run_generators(self, batch, rng):
        latents = rng.normal("latents", [2])
        return self.first(latents), self.second(latents)

    def discriminator_losses(self, batch, generated, rng):
        logits = self.discriminator(batch["image"])
        fake = self.discriminator(tf.concat(generated, 0))
        return {
            "real_loss": tf.nn.softplus(-logits),
            "fake_loss": tf.nn.softplus(fake),
        }

    def generator_losses(self, batch, generated, rng):
        first, second = map(self.discriminator, generated)
        return {
            "first_loss": tf.nn.softplus(-first),
            "second_loss": tf.nn.softplus(-second),
        }


def _variables(model):
    networks = (player.network for player in model.players.values())
    return [variable for one in networks for variable in one.variables]


def _weights(model):
    return [variable.numpy() for variable in _variables(model)]


def _train(strategy, *, seed=0, **settings):
    keras.utils.set_random_seed(seed)
    with strategy.scope():
        model = TwoGenerators(**settings)
        model.compile()
    points = np.random.default_rng(0).normal(2.0, 0.1, [64, 2])
    data = tf.data.Dataset.from_tensor_slices(points.astype(np.float32))
    data = data.repeat().batch(BATCH_SIZE, drop_remainder=True)
    before = _weights(model)
    history = model.fit(data, steps_per_epoch=STEPS, verbose=0).history
    return model, before, history


@pytest.mark.parametrize("update", ["alternating", "joint"])
@pytest.mark.parametrize("discriminator_steps", [1, 2])
def test_three_players_on_replicas_end_with_the_weights_of_one(
    two_replicas, update, discriminator_steps
):
    settings = {"update": update, "discriminator_steps": discriminator_steps}
    one, before, history = _train(tf.distribute.get_strategy(), **settings)
    two, _, other_history = _train(two_replicas, **settings)
    for start, end, other in zip(before, _weights(one), _weights(two)):
        assert np.abs(end - start).max() > 1e-3
        np.testing.assert_allclose(other, end, rtol=0, atol=1e-5)
    assert set(history) == set(TwoGenerators.term_names)
    for name, values in history.items():
        np.testing.assert_allclose(other_history[name], values, rtol=1e-4)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (TwoGenerators.term_names[:3], "second_loss, not listed"),
        ((*TwoGenerators.term_names, "third_loss"), "third_loss, not returned"),
    ],
)
def test_terms_that_are_not_those_listed_are_named(monkeypatch, names, message):
    monkeypatch.setattr(TwoGenerators, "term_names", names)
    with pytest.raises(ValueError, match=f"`term_names` of Two.*{message}"):
        _train(tf.distribute.get_strategy())


def test_first_step_is_that_of_the_formulas():
    model, before, _ = _train(tf.distribute.get_strategy())
    again = TwoGenerators()
    for variable, value in zip(_variables(again), before):
        variable.assign(value)
    again.compile()
    assert model.step.numpy() == STEPS
    points = np.random.default_rng(0).normal(2.0, 0.1, [64, 2])
    real = tf.constant(points[:BATCH_SIZE], tf.float32)
    with tf.GradientTape() as tape:
        rng = StepRandom(again.seed, again.step, BATCH_SIZE)
        generated = again.run_generators({"image": real}, rng)
        terms = again.discriminator_losses({"image": real}, generated, None)
        loss = tf.add_n([tf.reduce_mean(value) for value in terms.values()])
    kernel = again.discriminator.layers[0].kernel
    expected = kernel - 0.3 * tape.gradient(loss, kernel)
    again.fit(real, batch_size=BATCH_SIZE, epochs=1, verbose=0)
    np.testing.assert_allclose(
        again.discriminator.layers[0].kernel, expected, rtol=1e-5, atol=1e-7
    )
