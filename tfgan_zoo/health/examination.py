"""All signals of a training at a step, in one record."""

from __future__ import annotations

import collections
import dataclasses
from typing import Callable

import numpy as np
import tensorflow as tf

from tfgan_zoo import images
from tfgan_zoo.evaluation import pixels
from tfgan_zoo.health import measures
from tfgan_zoo.health.measures import Reference
from tfgan_zoo.health.probe import Batch, Look, Probe
from tfgan_zoo.health.subject import Subject
from tfgan_zoo.networks import call_network

Record = dict[str, float]
# uint8 [N, H, W, C], or points float32 [N, D] -> features float [N, F], and
# each one's class, or -1, int [N], or None.
Features = Callable[[np.ndarray], tuple[np.ndarray, "np.ndarray | None"]]

ROWS = 32
SAMPLES = 128
REAL = 256
# More classes than these are counted, but so few samples do not tell whether
# one of them is missing.
_MOST_CLASSES = 32
# Images of MS-SSIM, two a pair.
_PAIRED = 64
# Examinations whose samples together tell whether a class is missing, and
# below which share of its share among real ones it is.
_OF_CLASSES, _MISSING = 4, 0.04
_NETWORKS = ("generator", "discriminator")
_BAD_SAMPLES = "bad_samples"
# With fewer logits, how often one is above another says little.
_FEWEST_LOGITS = 16
_PERCENTS = (5, 50, 95)


@dataclasses.dataclass(frozen=True)
class Real:
    """Real samples to examine by.

    Attributes:
        read: (number of the examination, count) -> training samples, uint8
            [count, H, W, C] or points float32 [count, D], and labels or None;
            others each time.
        read_held_out: the same of samples that were not trained on, or None.
        features: of samples, or None.
        num_classes: that `features` tells apart; 0 if none.
    """

    read: Callable[[int, int], tuple[np.ndarray, np.ndarray | None]]
    read_held_out: (
        Callable[[int, int], tuple[np.ndarray, np.ndarray | None]] | None
    ) = None
    features: Features | None = None
    num_classes: int = 0


class Examination:
    """Examines a subject again and again.

    Args:
        subject: whose networks are built.
        real: to compare with.
        rows: examples that the networks are shown at once, a multiple of the
            subject's packing.
    """

    def __init__(self, subject: Subject, real: Real, rows: int = ROWS) -> None:
        self._subject = subject
        self._real = real
        self._rows = max(rows // subject.packing, 1) * subject.packing
        self._probe = Probe(subject)
        self._count = 0
        self._weights: dict[str, np.ndarray] = {}
        self._trained: np.ndarray | None = None
        samples, _ = real.read(0, REAL)
        # Of a small data set, an image may have come twice. In their order:
        # sorted, neighbours would be alike, which make the pairs of MS-SSIM.
        _, first = np.unique(samples, axis=0, return_index=True)
        samples = samples[np.sort(first)]
        # Of a data set of one image, or of copies of it, all pairs are alike.
        samples = samples if len(samples) > 1 else np.repeat(samples, 2, axis=0)
        self._is_image = samples.ndim == 4
        self._samples = samples
        self._real_ms_ssim = _ms_ssim(samples) if self._is_image else {}
        self._pixels = Reference.of(measures.flat(samples))
        self._features: Reference | None = None
        self._shares: np.ndarray | None = None
        self._seen: collections.deque[np.ndarray] = collections.deque(
            maxlen=_OF_CLASSES
        )
        if real.features is not None:
            features, classes = real.features(samples)
            self._features = Reference.of(features)
            if classes is not None:
                self._shares = _shares(classes, real.num_classes)
        self._drawn = tf.function(self._random)
        self._sample = tf.function(self._sampled)
        self._fixed = self._latents(0, self._rows)

    def probe(self) -> Look:
        """Looks at the networks in training, on all replicas."""
        self._count += 1
        real, real_labels = self._real.read(self._count, self._rows)
        held_out = held_out_labels = None
        if self._real.read_held_out is not None:
            held_out, held_out_labels = self._real.read_held_out(
                self._count, self._rows
            )
        has_labels = self._subject.num_classes > 0
        latents, asked_for = self._fixed
        return self._probe(
            Batch(
                _scaled(real),
                _integers(real_labels) if has_labels else None,
                None if held_out is None else _scaled(held_out),
                _integers(held_out_labels) if has_labels else None,
                latents,
                asked_for,
            )
        )

    def record(self, look: Look) -> Record:
        """Returns the signals of what was seen, and of further samples.

        A signal that is not finite is left out, and counted in `non_finite`.
        """
        found = {
            "logit_gradient": look.logit_gradient,
            **_of_logits(look),
            **self._of_weights(look),
            **self._of_motion(look),
            **self._of_samples(),
        }
        bad = found.pop(_BAD_SAMPLES)
        for name in _NETWORKS:
            bad += np.count_nonzero(~np.isfinite(self._weights[name]))
        finite = {
            name: float(value)
            for name, value in found.items()
            if np.isfinite(value)
        }
        return {**finite, "non_finite": float(bad + len(found) - len(finite))}

    def _of_weights(self, look: Look) -> Record:
        found: Record = {}
        norms = {
            "generator": look.generator_gradient_norm,
            "discriminator": look.discriminator_gradient_norm,
        }
        for name, norm in norms.items():
            now = getattr(look, f"{name}_weights")
            size = float(np.linalg.norm(now))
            found[f"{name}_gradient_norm"] = norm
            found[f"{name}_gradient_ratio"] = _over(norm, size)
            before = self._weights.get(name)
            if before is not None:
                moved = float(np.linalg.norm(now - before))
                found[f"{name}_update"] = _over(moved, size)
            self._weights[name] = now
        if len(look.singular_values):
            found["singular_value"] = look.singular_values.max()
        return found

    def _of_motion(self, look: Look) -> Record:
        trained = measures.flat(look.trained)
        found = {
            "batch_norm_gap": self._apart(trained, measures.flat(look.inferred))
        }
        if self._trained is not None:
            found["drift"] = self._apart(trained, self._trained)
        self._trained = trained
        return found

    def _apart(self, one: np.ndarray, other: np.ndarray) -> float:
        """The same latents' mean distance, of that of two real samples."""
        moved = np.linalg.norm(one - other, axis=1).mean()
        return _over(moved, self._pixels.pair)

    def _of_samples(self) -> Record:
        latents, asked_for = self._latents(self._count, SAMPLES)
        samples, non_finite = (
            one.numpy() for one in self._sample(latents, asked_for)
        )
        rows = measures.flat(samples)
        # Of a conditional generator, the second half has the first's latents.
        different = SAMPLES // 2 if self._subject.num_classes else SAMPLES
        found = {
            "pixel_diversity": measures.spread(rows, self._pixels),
            "pixel_distance": measures.energy_distance(rows, self._pixels),
            "batch_similarity": measures.similarity(rows, self._pixels),
            _BAD_SAMPLES: non_finite,
        }
        if self._subject.num_classes:
            moved = self._apart(rows[:different], rows[different:])
            found["label_effect"] = moved
        if self._is_image:
            found |= self._of_images(samples)
            found["duplicates"] = measures.duplicates(
                rows[:different], self._pixels
            )
        if self._real.features is not None:
            found |= self._of_features(samples, asked_for)
        return found

    def _of_images(self, samples: np.ndarray) -> Record:
        real = self._samples
        found = {
            **_ms_ssim(samples),
            **{
                f"real_{name}": value
                for name, value in self._real_ms_ssim.items()
            },
            "saturation": measures.saturation(samples),
            "real_saturation": measures.saturation(real),
            "sharpness": _over(
                measures.sharpness(samples), measures.sharpness(real)
            ),
            "contrast": _over(
                measures.contrast(samples), measures.contrast(real)
            ),
        }
        return found

    def _of_features(
        self, samples: np.ndarray, asked_for: tf.Tensor | None
    ) -> Record:
        assert self._real.features is not None and self._features is not None
        rows, classes = self._real.features(samples)
        found = {
            "feature_diversity": measures.spread(rows, self._features),
            "feature_distance": measures.energy_distance(rows, self._features),
        }
        if classes is None or self._shares is None:
            return found
        shares = _shares(classes, self._real.num_classes)
        found["classes_reached"] = float(np.count_nonzero(shares))
        if self._real.num_classes <= _MOST_CLASSES:
            found |= {
                f"class_share/{number}": share
                for number, share in enumerate(shares)
            }
            self._seen.append(shares)
        if len(self._seen) == _OF_CLASSES:
            mean = np.mean(self._seen, axis=0)
            missing = mean < _MISSING * self._shares
            found["missing_classes"] = float(np.count_nonzero(missing))
        if asked_for is not None:
            found["label_accuracy"] = np.mean(classes == asked_for.numpy())
        return found

    def _latents(
        self, number: int, count: int
    ) -> tuple[tf.Tensor, tf.Tensor | None]:
        """What the generator takes, others for each number."""
        own = self._subject
        if own.latent_shape is None:
            real, _ = self._real.read(number, count)
            return own.latents(_scaled(real)), None
        classes = own.num_classes
        different = count // 2 if classes and number else count
        latents = self._drawn(tf.constant([number, 0]), different)
        if not classes:
            return latents, None
        asked_for = np.arange(different) % classes
        if different < count:
            latents = tf.concat([latents, latents], axis=0)
            other = (asked_for + 1 + number % (classes - 1)) % classes
            asked_for = np.concatenate([asked_for, other])
        return latents, tf.constant(asked_for, tf.int32)

    def _random(self, seed: tf.Tensor, count: int) -> tf.Tensor:
        own = self._subject
        assert own.latent_shape is not None
        return own.latents(
            tf.random.stateless_normal(
                [count, *own.latent_shape], seed, alg="philox"
            )
        )

    def _sampled(
        self, latents: tf.Tensor, asked_for: tf.Tensor | None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns samples, and how many of their values are not finite."""
        samples = call_network(self._subject.sampled, latents, asked_for)
        samples = tf.cast(samples, tf.float32)
        bad = tf.logical_not(tf.math.is_finite(samples))
        return images.to_output_dtype(samples), tf.math.count_nonzero(bad)


def _ms_ssim(samples: np.ndarray) -> Record:
    if min(samples.shape[1:3]) < pixels.SMALLEST_PX:
        return {}
    return {"ms_ssim": pixels.ms_ssim_diversity(samples[:_PAIRED]).ms_ssim}


def _of_logits(look: Look) -> Record:
    real, fake, held_out = (
        look.real_logits,
        look.fake_logits,
        look.held_out_logits,
    )
    found = {
        "real_accuracy": np.mean(real > 0),
        "fake_accuracy": np.mean(fake < 0),
        "separation": measures.separation(real, fake),
    }
    for name, logits in (("real", real), ("fake", fake)):
        values = np.percentile(logits, _PERCENTS)
        for percent, value in zip(_PERCENTS, values):
            found[f"{name}_logit_p{percent}"] = value
    if held_out is not None:
        found["held_out_accuracy"] = np.mean(held_out > 0)
        found["held_out_logit_p50"] = np.percentile(held_out, 50)
        if len(real) >= _FEWEST_LOGITS:
            found["memory"] = measures.separation(real, held_out)
    return found


def _shares(classes: np.ndarray, count: int) -> np.ndarray:
    known = classes[classes >= 0]
    counts = np.bincount(known, minlength=count)
    return counts / max(len(classes), 1)


def _scaled(samples: np.ndarray) -> tf.Tensor:
    if samples.dtype == np.uint8:
        return images.from_uint8(samples)
    return tf.constant(samples, tf.float32)


def _integers(values: np.ndarray | None) -> tf.Tensor | None:
    return None if values is None else tf.constant(values, tf.int32)


def _over(part: float, whole: float) -> float:
    return float(part) / whole if whole > 0.0 else 0.0
