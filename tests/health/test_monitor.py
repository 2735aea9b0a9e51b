"""The doctor beside networks of Keras' own, in `fit` and in a loop."""

import json

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import losses
from tfgan_zoo.backend import keras
from tfgan_zoo.health import SIGNALS, GANMonitor, diagnose, wrap_networks
from tfgan_zoo.health.finding import Facts

layers = keras.layers
LATENT = 4


def _networks(sigmoid=False):
    keras.utils.set_random_seed(0)
    generator = keras.Sequential(
        [
            layers.Input([LATENT]),
            layers.Dense(16),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.Dense(64, activation="tanh"),
            layers.Reshape([8, 8, 1]),
        ]
    )
    discriminator = keras.Sequential(
        [
            layers.Input([8, 8, 1]),
            layers.Flatten(),
            layers.Dense(16),
            layers.BatchNormalization(),
            layers.LeakyReLU(),
            layers.Dropout(0.3),
            layers.Dense(1, activation="sigmoid" if sigmoid else None),
        ]
    )
    return generator, discriminator


@pytest.fixture(scope="module")
def real():
    random = np.random.RandomState(0)
    return random.randint(0, 256, (300, 8, 8, 1)).astype(np.uint8)


class _Loop(keras.Model):
    """A GAN as a tutorial has it."""

    def __init__(self, generator, discriminator):
        super().__init__()
        self.generator, self.discriminator = generator, discriminator

    def compile(self, rate):
        super().compile()
        self.optimizers = [keras.optimizers.Adam(rate) for _ in range(2)]
        self.loss_pair = losses.get("non_saturating")

    def train_step(self, real):
        latents = tf.random.normal([tf.shape(real)[0], LATENT])
        with tf.GradientTape(persistent=True) as tape:
            fake = self.generator(latents, training=True)
            said = [
                self.discriminator(one, training=True)[:, 0]
                for one in (real, fake)
            ]
            pair = {
                self.generator: self.loss_pair.generator(*said),
                self.discriminator: self.loss_pair.discriminator(*said),
            }
        for optimizer, (network, loss) in zip(self.optimizers, pair.items()):
            weights = network.trainable_variables
            optimizer.apply_gradients(
                zip(tape.gradient(loss, weights), weights)
            )
        return {"loss": tf.reduce_mean(pair[self.generator])}


def _batches(real):
    images = tf.cast(real, tf.float32) / 127.5 - 1.0
    return tf.data.Dataset.from_tensor_slices(images).repeat().batch(32)


def test_fit_is_watched_and_its_log_can_be_read_again(real, tmp_path, capsys):
    generator, discriminator = _networks()
    log = tmp_path / "health.jsonl"
    monitor = GANMonitor(
        wrap_networks(generator, discriminator, latent_dim=LATENT),
        real,
        held_out=real[:100],
        every=5,
        steps=40,
        log=log,
    )
    gan = _Loop(generator, discriminator)
    gan.compile(0.0)
    gan.fit(_batches(real), steps_per_epoch=40, verbose=0, callbacks=[monitor])
    records = [json.loads(line) for line in log.read_text().splitlines()]
    assert [one["step"] for one in records] == [*range(5, 41, 5)]
    assert set(records[-1]) - {"step"} <= set(SIGNALS)
    assert {"separation", "memory", "drift", "ms_ssim"} <= set(records[-1])
    names = [found.name for found in monitor.doctor.findings]
    assert "dead_start" in names  # of a learning rate of 0
    assert "weights that do not change" in capsys.readouterr().out
    again = diagnose(records, Facts({"loss": "non_saturating"}, 40))
    assert again.findings == monitor.doctor.findings


def test_examining_changes_nothing_of_the_networks(real):
    networks = _networks()
    before = [[w.numpy() for w in network.weights] for network in networks]
    monitor = GANMonitor(wrap_networks(*networks, latent_dim=LATENT), real)
    for step in (1, 2):
        monitor.examine(step, generator_loss=0.5)
    after = [[w.numpy() for w in network.weights] for network in networks]
    tf.nest.map_structure(np.testing.assert_array_equal, before, after)
    assert monitor.doctor.history.last("generator_loss") == 0.5


def test_signals_are_those_of_the_definitions(real):
    generator, discriminator = _networks()
    discriminator.layers[-2].rate = 0.0
    monitor = GANMonitor(
        wrap_networks(generator, discriminator, latent_dim=LATENT), real
    )
    monitor.examine(1)
    found = monitor.doctor.history
    latents = tf.random.stateless_normal([32, LATENT], [0, 0], alg="philox")
    batch = monitor._examination._real.read(1, 32).samples
    with tf.GradientTape() as tape:
        said = [
            discriminator(one, training=True)[:, 0]
            for one in (
                tf.cast(batch, tf.float32) / 127.5 - 1.0,
                generator(latents, training=True),
            )
        ]
        loss = tf.reduce_mean(tf.nn.softplus(-said[1]))
    norm = tf.linalg.global_norm(
        tape.gradient(loss, generator.trainable_variables)
    )
    real_logits, fake_logits = (one.numpy() for one in said)
    expected = {
        "generator_gradient_norm": norm.numpy(),
        "real_accuracy": np.mean(real_logits > 0),
        "fake_accuracy": np.mean(fake_logits < 0),
        "fake_logit_p50": np.median(fake_logits),
        "logit_gradient": np.mean(1 / (1 + np.exp(fake_logits))),
        "separation": np.mean(real_logits[:, None] > fake_logits),
    }
    for name, value in expected.items():
        assert found.last(name) == pytest.approx(value, rel=1e-3), name


def test_singular_value_is_that_of_the_largest_kernel(real):
    generator, discriminator = _networks()
    monitor = GANMonitor(
        wrap_networks(generator, discriminator, latent_dim=LATENT), real
    )
    for step in range(1, 30):
        monitor.examine(step)
    expected = max(
        np.linalg.svd(w.numpy(), compute_uv=False)[0]
        for w in discriminator.trainable_variables
        if len(w.shape) == 2
    )
    found = monitor.doctor.history.last("singular_value")
    assert found == pytest.approx(expected, rel=0.02)


def test_a_sigmoid_at_the_end_is_undone(real):
    plain, with_sigmoid = (_networks(sigmoid) for sigmoid in (False, True))
    medians = []
    for networks, from_logits in ((plain, True), (with_sigmoid, False)):
        subject = wrap_networks(
            *networks, latent_dim=LATENT, from_logits=from_logits
        )
        monitor = GANMonitor(subject, real)
        monitor.examine(1)
        medians.append(monitor.doctor.history.last("real_logit_p50"))
    # Dropout draws differ.
    assert medians[0] == pytest.approx(medians[1], abs=0.5)
    assert abs(medians[0]) > 0.0


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        (np.zeros((1, 8, 8, 1), np.uint8), "two samples or more"),
        (np.full((9, 8, 8, 1), 255.0), r"in \[-1, 1\], or uint8.*255"),
    ],
)
def test_wrong_samples_are_refused(wrong, line):
    subject = wrap_networks(*_networks(), latent_dim=LATENT)
    with pytest.raises(ValueError, match=line):
        GANMonitor(subject, wrong)
