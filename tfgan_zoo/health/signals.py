"""The signals of a training: their names in metrics.jsonl and their meaning.

Logs of other programs are read in the same form: one JSON object per line, with
`step` and any of these.
"""

from __future__ import annotations

from typing import NamedTuple

# Values of signals by name, at a step.
Record = dict[str, float]

CLASS_SHARE = "class_share/"

# In percent: their names.
_QUANTILES = {5: "5th percentile", 50: "median", 95: "95th percentile"}


class Signal(NamedTuple):
    """The meaning of a number in a log.

    Attributes:
        title: of its plot.
        description: with its range or unit.
        is_log: whether its plot is logarithmic.
    """

    title: str
    description: str
    is_log: bool = False


def _of(network: str) -> dict[str, Signal]:
    name = network.capitalize()
    return {
        f"{network}_gradient_norm": Signal(
            f"{name} gradient norm",
            "Euclidean norm of the gradient of its adversarial loss with "
            "respect to all weights, on one batch.",
            is_log=True,
        ),
        f"{network}_gradient_ratio": Signal(
            f"Relative {network} gradient norm",
            "The same norm, divided by the norm of the weights.",
            is_log=True,
        ),
        f"{network}_update": Signal(
            f"{name} update",
            "Norm of the change of the weights since the last examination, "
            "divided by the norm of the weights.",
            is_log=True,
        ),
    }


def _quantiles(name: str, title: str) -> dict[str, Signal]:
    return {
        f"{name}_logit_p{percent}": Signal(
            f"Logits of {title}, {quantile}",
            f"The {quantile} of the logits of {title}.",
        )
        for percent, quantile in _QUANTILES.items()
    }


SIGNALS: dict[str, Signal] = {
    "discriminator_loss": Signal(
        "Discriminator loss",
        "Adversarial loss, averaged since the last record.",
    ),
    "generator_loss": Signal(
        "Generator loss", "Adversarial loss, averaged since the last record."
    ),
    **_of("generator"),
    **_of("discriminator"),
    "logit_gradient": Signal(
        "Slope of the generator loss",
        "Mean absolute derivative of the loss with respect to the logit of a "
        "generated image: 0 where the loss has saturated.",
        is_log=True,
    ),
    "singular_value": Signal(
        "Largest singular value",
        "Largest of the discriminator's kernels as matrices, by power "
        "iteration continued from one examination to the next. Spectrally "
        "normalised kernels, which have 1, are left out.",
        is_log=True,
    ),
    "separation": Signal(
        "Separation",
        "Share of pairs in which the logit of a training image is above that "
        "of a generated one: 0.5 if they cannot be told apart, 1 if always.",
    ),
    "memory": Signal(
        "Memorisation",
        "Share of pairs in which the logit of a training image is above that "
        "of a held-out real one: 0.5 if the discriminator has memorised "
        "nothing.",
    ),
    "real_accuracy": Signal(
        "Accuracy on training images", "Share with a logit above 0."
    ),
    "held_out_accuracy": Signal(
        "Accuracy on held-out real images", "Share with a logit above 0."
    ),
    "fake_accuracy": Signal(
        "Accuracy on generated images", "Share with a logit below 0."
    ),
    **_quantiles("real", "training images"),
    **_quantiles("fake", "generated images"),
    "held_out_logit_p50": Signal(
        "Logits of held-out images, median",
        "The median of the logits of held-out real images.",
    ),
    "pixel_diversity": Signal(
        "Pixel diversity",
        "Mean distance between two samples, relative to two real images.",
    ),
    "feature_diversity": Signal(
        "Feature diversity",
        "The same in the features of the data set's network.",
    ),
    "pixel_distance": Signal(
        "Pixel distance",
        "Energy distance of samples from real images: 0 if alike, at most 1.",
    ),
    "feature_distance": Signal(
        "Feature distance",
        "The same in the features of the data set's network.",
    ),
    "batch_similarity": Signal(
        "Similarity",
        "Mean cosine similarity of two samples, minus the mean real image.",
    ),
    "ms_ssim": Signal(
        "MS-SSIM", "Mean of pairs of samples: 1 where they are equal."
    ),
    "real_ms_ssim": Signal(
        "MS-SSIM of real images", "Mean of pairs of real images."
    ),
    "duplicates": Signal(
        "Duplicates",
        "Share of 128 samples whose nearest neighbour among them is closer "
        "than half the distance from a real image to its nearest neighbour.",
    ),
    "classes_reached": Signal(
        "Classes reached", "Number of classes, or modes, among 128 samples."
    ),
    "missing_classes": Signal(
        "Missing classes",
        "Number of classes, or modes, whose share among the samples of four "
        "examinations is below 4 % of that among real images.",
    ),
    "label_accuracy": Signal(
        "Label accuracy", "Share of samples that are of the requested class."
    ),
    "label_effect": Signal(
        "Label effect",
        "Mean distance between images of the same latents and different "
        "labels, relative to that between two real images.",
    ),
    "saturation": Signal(
        "Saturated outputs",
        "Share of the values of samples within 0.02 of -1 or 1.",
    ),
    "real_saturation": Signal(
        "Saturated values of real images", "Share within 0.02 of -1 or 1."
    ),
    "sharpness": Signal(
        "Sharpness",
        "Mean absolute Laplacian of samples divided by their contrast, "
        "relative to real images.",
    ),
    "contrast": Signal(
        "Contrast",
        "Mean standard deviation within a sample, relative to real images.",
    ),
    "drift": Signal(
        "Drift",
        "Change of the images of the same latents since the last examination, "
        "relative to the mean distance between two real images.",
    ),
    "batch_norm_gap": Signal(
        "Batch-norm gap",
        "Distance between the images of the same latents in training and in "
        "inference mode, relative to that between two real images.",
    ),
    "source_distance": Signal(
        "Distance from the source",
        "Mean absolute difference between translations and sources, relative "
        "to that between targets and sources: 0 where they are equal.",
    ),
    "source_match": Signal(
        "Match with the target",
        "Share of translations that are nearer to their target than to that of "
        "another source: 0.5 if the source has no effect.",
    ),
    "color_variety": Signal(
        "Colour variety",
        "Standard deviation of the colours of translations in the direction in "
        "which they vary the least, relative to targets: 0 for grey images or "
        "a single colour.",
    ),
    "cycle_distance": Signal(
        "Cycle distance",
        "Mean absolute difference between sources and what comes back after "
        "both translations, of 255.",
    ),
    "cycle_noise_effect": Signal(
        "Effect of noise on the cycle",
        "Distance after a cycle with noise of less than 1 of 255 added to the "
        "translations, divided by that without noise.",
        is_log=True,
    ),
    "ada_r_t": Signal("ADA r_t", "Mean sign of the logits of real images."),
    "ada_probability": Signal(
        "ADA probability", "Probability of each augmentation."
    ),
    "non_finite": Signal(
        "Not finite",
        "Number of values of weights, samples and signals that are not finite.",
    ),
}
"""What the doctor reads, by the name that a record has it by."""


def signal(name: str) -> Signal:
    """Returns the signal of a name, also of one that the table lacks."""
    if name.startswith(CLASS_SHARE):
        number = name[len(CLASS_SHARE) :]
        return Signal(f"Share of class {number}", "Of 128 samples.")
    known = SIGNALS.get(name)
    return known or Signal(name.replace("_", " ").capitalize(), "")
