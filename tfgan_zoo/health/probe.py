"""A probe of two networks in training, which changes nothing of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import tensorflow as tf

from tfgan_zoo.backend import computing_in_float32, keras
from tfgan_zoo.health.network_pair import NetworkPair
from tfgan_zoo.layers.spectral import power_iteration
from tfgan_zoo.layers.training_pass import training_pass
from tfgan_zoo.logits import mean_per_example
from tfgan_zoo.networks import Network, call_network
from tfgan_zoo.random import StepRandom


class Examples(NamedTuple):
    """Real samples as the discriminator sees them.

    Attributes:
        samples: float32 [P, ...].
        labels: int32 [P], or None.
        sources: what a generator that takes images takes for them, [P, ...], or
            None.
    """

    samples: tf.Tensor
    labels: tf.Tensor | None
    sources: tf.Tensor | None


class Batch(NamedTuple):
    """What the networks are shown.

    Attributes:
        real: of the training images.
        held_out: of images that were not trained on, or None.
        latents: what the generator takes, [P, ...].
        labels: int32 [P] that it is asked for, or None.
    """

    real: Examples
    held_out: Examples | None
    latents: tf.Tensor
    labels: tf.Tensor | None


class ProbeResult(NamedTuple):
    """What a probe measures; arrays of the first replica.

    Attributes:
        generator_gradient_norm, discriminator_gradient_norm: of the
            adversarial losses' gradients by all weights.
        logit_gradient: mean size of the derivative of an example's generator
            loss by its logit.
        real_logits, fake_logits: float32 [P].
        held_out_logits: float32 [P], or None.
        trained: images of the generator in training, [P, ...] in [-1, 1].
        inferred: the same latents' in inference.
        singular_values: the largest one of each of the discriminator's
            kernels that is not spectrally normalised, float32 [K].
        generator_weights, discriminator_weights: all that they learn, float32
            [W].
    """

    generator_gradient_norm: Any
    discriminator_gradient_norm: Any
    logit_gradient: Any
    real_logits: Any
    fake_logits: Any
    held_out_logits: Any
    trained: Any
    inferred: Any
    singular_values: Any
    generator_weights: Any
    discriminator_weights: Any


class Probe:
    """Probes a subject by one compiled function.

    Args:
        subject: whose networks are built.
    """

    def __init__(self, subject: NetworkPair) -> None:
        self._subject = subject
        self._kernels = _kernels(subject.discriminator)
        self._vectors = [
            tf.math.l2_normalize(tf.ones([kernel.shape[-1]]))
            for kernel in self._kernels
        ]
        self._compiled = tf.function(self._probe)

    def __call__(self, batch: Batch) -> ProbeResult:
        """Probes once, on every replica alike."""
        strategy = tf.distribute.get_strategy()
        with _restore_states(self._subject):
            result, self._vectors = strategy.run(
                self._compiled, args=(batch, self._vectors)
            )
        result, self._vectors = tf.nest.map_structure(
            lambda value: strategy.experimental_local_results(value)[0],
            (result, self._vectors),
        )
        return ProbeResult(
            *(None if array is None else array.numpy() for array in result)
        )

    def _probe(
        self, batch: Batch, vectors: list[tf.Tensor]
    ) -> tuple[ProbeResult, list[tf.Tensor]]:
        networks = self._subject
        with contextlib.ExitStack() as stack:
            stack.enter_context(training_pass(updates_state=False))
            for network in (networks.generator, networks.discriminator):
                if _is_half(network):
                    stack.enter_context(computing_in_float32(network))
            return self._measure(batch, vectors)

    def _measure(
        self, batch: Batch, vectors: list[tf.Tensor]
    ) -> tuple[ProbeResult, list[tf.Tensor]]:
        networks = self._subject
        step = (
            tf.zeros([], tf.int64) if networks.step is None else networks.step
        )
        rows = batch.real.samples.shape[0]
        rng = StepRandom(networks.seed, step, rows).scoped("health/")
        with tf.GradientTape(
            persistent=True, watch_accessed_variables=False
        ) as tape:
            tape.watch(networks.generator.trainable_variables)
            tape.watch(networks.discriminator.trainable_variables)
            fake = self._generate(batch, rng, training=True)
            real_logits = self._discriminate(batch.real, rng)
            fake_output = self._discriminate(
                Examples(fake, batch.labels, batch.latents), rng
            )
            tape.watch(fake_output)
            values = networks.loss.generator(real_logits, fake_output)
            generator_loss = tf.reduce_mean(values)
            discriminator_loss = tf.reduce_mean(
                networks.loss.discriminator(real_logits, fake_output)
            )
        count = tf.cast(tf.size(fake_output), tf.float32)
        by_logit = tape.gradient(generator_loss, fake_output)
        singular_values, vectors = self._singular_values(vectors)
        result = ProbeResult(
            _norm(tape, generator_loss, networks.generator),
            _norm(tape, discriminator_loss, networks.discriminator),
            count * tf.reduce_mean(tf.abs(by_logit)),
            mean_per_example(real_logits),
            mean_per_example(fake_output),
            self._held_out_logits(batch, rng),
            tf.cast(fake, tf.float32),
            tf.cast(self._generate(batch, rng, training=False), tf.float32),
            singular_values,
            _weights(networks.generator),
            _weights(networks.discriminator),
        )
        return result, vectors

    def _discriminate(self, examples: Examples, rng: StepRandom) -> tf.Tensor:
        samples, labels, sources = examples
        output = self._subject.discriminate(samples, sources, labels, rng)
        return output.logits

    def _held_out_logits(
        self, batch: Batch, rng: StepRandom
    ) -> tf.Tensor | None:
        if batch.held_out is None:
            return None
        return mean_per_example(self._discriminate(batch.held_out, rng))

    def _generate(
        self, batch: Batch, rng: StepRandom, *, training: bool
    ) -> tf.Tensor:
        with training_pass(random=rng):
            return call_network(
                self._subject.generator,
                batch.latents,
                batch.labels,
                training=training,
            )

    def _singular_values(
        self, vectors: list[tf.Tensor]
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """A step of the power iteration from where the last result ended."""
        values, renewed = [tf.zeros([0])], []
        for kernel, vector in zip(self._kernels, vectors):
            matrix = tf.cast(kernel, tf.float32)
            matrix = tf.reshape(matrix, [-1, kernel.shape[-1]])
            sigma, vector = power_iteration(matrix, vector)
            values.append(sigma[tf.newaxis])
            renewed.append(vector)
        return tf.concat(values, axis=0), renewed


def _norm(
    tape: tf.GradientTape, loss: tf.Tensor, network: keras.Model
) -> tf.Tensor:
    gradients = tape.gradient(loss, network.trainable_variables)
    known = [
        tf.cast(array, tf.float32) for array in gradients if array is not None
    ]
    return tf.linalg.global_norm(known) if known else tf.zeros([])


def _kernels(network: keras.Model) -> list[tf.Variable]:
    normalised = {
        id(variable)
        for layer in network._flatten_layers()
        if hasattr(layer, "kernel_in_use")
        for variable in layer.trainable_variables
    }
    return [
        variable
        for variable in network.trainable_variables
        if variable.shape.rank >= 2 and id(variable) not in normalised
    ]


def _is_half(network: keras.Model) -> bool:
    # Its gradients vanish in float16 unless they are scaled.
    return any(
        layer.compute_dtype == "float16" for layer in network._flatten_layers()
    )


@contextlib.contextmanager
def _restore_states(subject: NetworkPair) -> Iterator[None]:
    """Puts back what layers of others renew; this package's keep theirs."""
    variables = [
        variable
        for network in (subject.generator, subject.discriminator)
        if not isinstance(network, Network)
        for variable in network.non_trainable_variables
    ]
    before = [variable.numpy() for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, before):
            variable.assign(value)


def _weights(network: keras.Model) -> tf.Tensor:
    # In one piece: to fetch each by itself takes longer than all else.
    parts = [
        tf.reshape(tf.cast(variable, tf.float32), [-1])
        for variable in network.trainable_variables
    ]
    return tf.concat([tf.zeros([0]), *parts], axis=0)
