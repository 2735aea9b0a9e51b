"""All signals of a training at a step, in one record."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfgan_zoo import images
from tfgan_zoo.health import measures, translations
from tfgan_zoo.health.measures import ratio
from tfgan_zoo.health.network_pair import NetworkPair
from tfgan_zoo.health.probe import Batch, Examples, Probe, ProbeResult
from tfgan_zoo.health.real_data import RealBatch, RealData
from tfgan_zoo.health.sample_signals import SampleSignals
from tfgan_zoo.health.signals import Record
from tfgan_zoo.networks import call_network

ROWS = 32
SAMPLES = 128
_NETWORKS = ("generator", "discriminator")
_BAD_SAMPLES = "bad_samples"
# With fewer logits, how often one is above another says little.
_FEWEST_LOGITS = 16
_PERCENTS = (5, 50, 95)


class Examination:
    """Examines two networks again and again.

    Args:
        subject: the networks, which are built.
        real: to compare with.
        rows: examples a batch of the probe, a multiple of the
            subject's packing.
    """

    def __init__(
        self, subject: NetworkPair, real: RealData, rows: int = ROWS
    ) -> None:
        self._subject = subject
        self._real = real
        self._rows = max(rows // subject.packing, 1) * subject.packing
        self._probe = Probe(subject)
        self._samples = SampleSignals(real)
        self._count = 0
        self._weights: dict[str, np.ndarray] = {}
        self._trained: np.ndarray | None = None
        self._sample_latents = tf.function(self._random_latents)
        self._sample = tf.function(self._generate)
        self._cycle_distances = tf.function(self._measure_cycles)
        self._fixed = self._latents(0, self._rows)

    def probe(self) -> ProbeResult:
        """Probes the networks in training, on all replicas."""
        self._count += 1
        real = self._real.read(self._count, self._rows)
        held_out = None
        if self._real.read_held_out is not None:
            held_out = self._training_examples(
                self._real.read_held_out(self._count, self._rows)
            )
        return self._probe(
            Batch(self._training_examples(real), held_out, *self._fixed)
        )

    def _training_examples(self, real: RealBatch) -> Examples:
        """Returns real samples as a training step has them."""
        prepare = self._subject.prepare
        if prepare is None:
            return self._examples(real)
        batch = prepare(_features(real))
        return Examples(batch["image"], batch.get("label"), batch["source"])

    def _examples(self, real: RealBatch) -> Examples:
        """Returns real samples as they are."""
        labels = _integers(real.labels) if self._subject.num_classes else None
        takes_images = self._subject.latent_shape is None
        sources = (
            self._subject.latents(_features(real)) if takes_images else None
        )
        return Examples(_to_floats(real.samples), labels, sources)

    def record(self, result: ProbeResult) -> Record:
        """Returns the signals of a probe, and of further samples.

        A signal that is not finite is left out, and counted in `non_finite`.
        """
        signals = {
            "logit_gradient": result.logit_gradient,
            **_logit_signals(result),
            **self._weight_signals(result),
            **self._motion_signals(result),
            **self._measure_samples(),
        }
        bad = signals.pop(_BAD_SAMPLES)
        for name in _NETWORKS:
            bad += np.count_nonzero(~np.isfinite(self._weights[name]))
        finite = {
            name: float(value)
            for name, value in signals.items()
            if np.isfinite(value)
        }
        return {**finite, "non_finite": float(bad + len(signals) - len(finite))}

    def _weight_signals(self, result: ProbeResult) -> Record:
        signals: Record = {}
        norms = {
            "generator": result.generator_gradient_norm,
            "discriminator": result.discriminator_gradient_norm,
        }
        for name, norm in norms.items():
            now = getattr(result, f"{name}_weights")
            size = float(np.linalg.norm(now))
            signals[f"{name}_gradient_norm"] = norm
            signals[f"{name}_gradient_ratio"] = ratio(norm, size)
            before = self._weights.get(name)
            if before is not None:
                moved = float(np.linalg.norm(now - before))
                signals[f"{name}_update"] = ratio(moved, size)
            self._weights[name] = now
        if len(result.singular_values):
            signals["singular_value"] = result.singular_values.max()
        return signals

    def _motion_signals(self, result: ProbeResult) -> Record:
        trained = measures.flat(result.trained)
        signals = {
            "batch_norm_gap": self._samples.mean_distance(
                trained, measures.flat(result.inferred)
            )
        }
        if self._trained is not None:
            signals["drift"] = self._samples.mean_distance(
                trained, self._trained
            )
        self._trained = trained
        return signals

    def _measure_samples(self) -> Record:
        """Returns the signals of samples, with those of `_BAD_SAMPLES`."""
        if self._subject.latent_shape is None:
            return self._measure_translations()
        latents, labels = self._latents(self._count, SAMPLES)
        samples, bad = self._sample(latents, labels)
        signals = self._samples.measure(
            samples.numpy(), None if labels is None else labels.numpy()
        )
        return {**signals, _BAD_SAMPLES: bad.numpy()}

    def _measure_translations(self) -> Record:
        """Returns the same of samples that are made of images."""
        real = self._real.read(self._count, SAMPLES)
        examples = self._examples(real)
        samples, bad = self._sample(examples.sources, examples.labels)
        signals = {
            **self._samples.measure(samples.numpy(), None),
            **translations.measure(
                images.to_uint8(examples.sources).numpy(),
                samples.numpy(),
                real.samples,
                is_paired=self._real.is_paired,
            ),
            _BAD_SAMPLES: bad.numpy(),
        }
        if self._subject.translate_back is not None:
            distances = self._cycle_distances(
                examples, tf.constant(self._count)
            )
            signals |= translations.measure_cycles(
                *(values.numpy() for values in distances)
            )
        return signals

    def _measure_cycles(
        self, examples: Examples, number: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns distances after cycles, without and with a little noise.

        Returns:
            float32 [2] each: of sources, and of images.
        """
        translate_back = self._subject.translate_back
        assert translate_back is not None

        def translate(sources: tf.Tensor) -> tf.Tensor:
            return call_network(self._subject.sampled, sources, examples.labels)

        cycles = (
            (examples.sources, translate, translate_back),
            (examples.samples, translate_back, translate),
        )
        distances: tuple[list[tf.Tensor], list[tf.Tensor]] = ([], [])
        for start, there, back in cycles:
            translated = there(start)
            noisy = translated + translations.noise_like(translated, number)
            for values, made in zip(distances, (translated, noisy)):
                values.append(tf.reduce_mean(tf.abs(back(made) - start)))
        return tf.stack(distances[0]), tf.stack(distances[1])

    def _latents(
        self, number: int, count: int
    ) -> tuple[tf.Tensor, tf.Tensor | None]:
        """What the generator takes, others for each number."""
        networks = self._subject
        if networks.latent_shape is None:
            real = self._training_examples(self._real.read(number, count))
            return real.sources, real.labels
        classes = networks.num_classes
        different = count // 2 if classes and number else count
        latents = self._sample_latents(tf.constant([number, 0]), different)
        if not classes:
            return latents, None
        labels = np.arange(different) % classes
        if different < count:
            latents = tf.concat([latents, latents], axis=0)
            other = (labels + 1 + number % (classes - 1)) % classes
            labels = np.concatenate([labels, other])
        return latents, tf.constant(labels, tf.int32)

    def _random_latents(self, seed: tf.Tensor, count: int) -> tf.Tensor:
        networks = self._subject
        assert networks.latent_shape is not None
        return networks.latents(
            tf.random.stateless_normal(
                [count, *networks.latent_shape], seed, alg="philox"
            )
        )

    def _generate(
        self, latents: tf.Tensor, labels: tf.Tensor | None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns samples, and how many of their values are not finite."""
        samples = call_network(self._subject.sampled, latents, labels)
        samples = tf.cast(samples, tf.float32)
        bad = tf.logical_not(tf.math.is_finite(samples))
        return images.to_output_dtype(samples), tf.math.count_nonzero(bad)


def _logit_signals(result: ProbeResult) -> Record:
    real, fake, held_out = (
        result.real_logits,
        result.fake_logits,
        result.held_out_logits,
    )
    signals = {
        "real_accuracy": np.mean(real > 0),
        "fake_accuracy": np.mean(fake < 0),
        "separation": measures.separation(real, fake),
    }
    for name, logits in (("real", real), ("fake", fake)):
        values = np.percentile(logits, _PERCENTS)
        for percent, value in zip(_PERCENTS, values):
            signals[f"{name}_logit_p{percent}"] = value
    if held_out is not None:
        signals["held_out_accuracy"] = np.mean(held_out > 0)
        signals["held_out_logit_p50"] = np.percentile(held_out, 50)
        if len(real) >= _FEWEST_LOGITS:
            signals["memory"] = measures.separation(real, held_out)
    return signals


def _features(real: RealBatch) -> dict[str, np.ndarray]:
    names = {"image": "samples", "label": "labels", "source": "sources"}
    features = {name: getattr(real, value) for name, value in names.items()}
    return {name: rows for name, rows in features.items() if rows is not None}


def _to_floats(samples: np.ndarray) -> tf.Tensor:
    if samples.dtype == np.uint8:
        return images.from_uint8(samples)
    return tf.constant(samples, tf.float32)


def _integers(values: np.ndarray | None) -> tf.Tensor | None:
    return None if values is None else tf.constant(values, tf.int32)
