"""Data with sources train a tiny model that translates them."""

import numpy as np
import pytest
import tensorflow as tf
from image_folders import save

from tfgan_zoo import GAN, augment
from tfgan_zoo.backend import keras
from tfgan_zoo.data import DataRequest, batches, load_examples
from tfgan_zoo.gan.adversarial import AdversarialModel
from tfgan_zoo.gan.players import Player

STEPS = 2


class TinyTranslator(AdversarialModel):
    """A convolution translates, another one looks at both images of a pair."""

    term_names = ("real_loss", "fake_loss", "generator_loss", "l1")

    def __init__(self):
        super().__init__()
        self.translator = keras.Sequential(
            [keras.layers.Conv2D(3, 3, padding="same", activation="tanh")]
        )
        self.discriminator = keras.Sequential([keras.layers.Conv2D(1, 3)])
        self.translator.build([None, 8, 8, 3])
        self.discriminator.build([None, 8, 8, 6])
        self.augmentation = augment.get("diffaugment")
        self.rates = keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1)

    @property
    def players(self):
        return {
            "generator": Player(self.translator, "generator", self.rates[0]),
            "discriminator": Player(
                self.discriminator, "discriminator", self.rates[1]
            ),
        }

    def run_generators(self, batch, rng):
        return self.translator(batch["source"])

    def logits(self, source, image, rng):
        seen = augment.augment_features(
            self.augmentation, {"source": source, "image": image}, rng
        )
        pair = tf.concat([seen["source"], seen["image"]], -1)
        return self.discriminator(pair)[..., 0]  # [B, 6, 6], of patches

    def discriminator_losses(self, batch, generated, rng):
        source, image = batch["source"], batch["image"]
        real = self.logits(source, image, rng.scoped("real"))
        fake = self.logits(source, generated, rng.scoped("fake"))
        return {
            "real_loss": tf.nn.softplus(-real),
            "fake_loss": tf.nn.softplus(fake),
        }

    def generator_losses(self, batch, generated, rng):
        logits = self.logits(batch["source"], generated, rng.scoped("fake"))
        distance = tf.abs(batch["image"] - generated)
        return {
            "generator_loss": tf.nn.softplus(-logits),
            "l1": tf.reduce_mean(distance, [1, 2, 3]),
        }


@pytest.fixture
def open_data(tmp_path):
    folder = tmp_path / "data"
    for number in range(6):
        save(folder / "A" / f"{number}.png", 20 * number)
        save(folder / "B" / f"{number}.png", 255 - 20 * number)

    def open_data(dataset):
        name, cache = dataset.format(folder), str(tmp_path / "cache")
        return load_examples(DataRequest(name, image_size=8, cache_dir=cache))

    return open_data


def _train(examples, strategy):
    keras.utils.set_random_seed(0)
    with strategy.scope():
        model = TinyTranslator()
        model.compile()
    before = [value.numpy() for value in model.translator.variables]
    dataset = strategy.distribute_datasets_from_function(
        lambda context: batches(examples, batch_size=4, seed=0, context=context)
    )
    history = model.fit(dataset, steps_per_epoch=STEPS, verbose=0).history
    return model, before, history


def test_pairs_train_a_translator_on_replicas_as_on_one(
    two_replicas, open_data
):
    examples = open_data("pairs:{0}")
    model, before, history = _train(examples, tf.distribute.get_strategy())
    assert model.step.numpy() == STEPS
    assert set(history) == set(TinyTranslator.term_names)
    weights = [variable.numpy() for variable in model.translator.variables]
    assert np.abs(weights[0] - before[0]).max() > 1e-3
    other, _, _ = _train(examples, two_replicas)
    for variable, weight in zip(other.translator.variables, weights):
        np.testing.assert_allclose(variable, weight, rtol=0, atol=1e-5)


def test_unpaired_images_train_a_translator(open_data):
    examples = open_data("unpaired:{0}/A,{0}/B")
    model, before, _ = _train(examples, tf.distribute.get_strategy())
    after = model.translator.variables[0].numpy()
    assert np.abs(after - before[0]).max() > 1e-3


def test_gan_from_latents_refuses_sources(open_data):
    examples = open_data("pairs:{0}")
    generator = keras.Sequential(
        [
            keras.layers.Dense(192, input_shape=(100,)),
            keras.layers.Reshape([8, 8, 3]),
        ]
    )
    discriminator = keras.Sequential(
        [keras.layers.Flatten(input_shape=(8, 8, 3)), keras.layers.Dense(1)]
    )
    gan = GAN(generator, discriminator)
    gan.compile()
    dataset = batches(examples, batch_size=4, seed=0)
    with pytest.raises(ValueError, match="does not take a `source`") as error:
        gan.fit(dataset, steps_per_epoch=1, verbose=0)
    assert "\n" not in str(error.value)
