"""The signals of a training: their names in metrics.jsonl, and what they say.

They are also the form in which other people's logs are read: a JSON object a
line, with `step` and any of these.
"""

from __future__ import annotations

from typing import NamedTuple

# Values of signals by name, at a step.
Record = dict[str, float]

CLASS_SHARE = "class_share/"


class Signal(NamedTuple):
    """What a number in a log is.

    Attributes:
        title: for people.
        description: what it is, with its range or unit.
        is_log: whether its plot is logarithmic.
    """

    title: str
    description: str
    is_log: bool = False


def _of(network: str) -> dict[str, Signal]:
    name = network.capitalize()
    return {
        f"{network}_gradient_norm": Signal(
            f"{name}'s gradient",
            "Euclidean norm of the adversarial loss's gradient by all its "
            "weights, at a batch.",
            is_log=True,
        ),
        f"{network}_gradient_ratio": Signal(
            f"{name}'s gradient, of its weights",
            "That norm, of the norm of the weights.",
            is_log=True,
        ),
        f"{network}_update": Signal(
            f"{name}'s update",
            "Norm of the change of the weights since the last examination, of "
            "the norm of the weights.",
            is_log=True,
        ),
    }


def _quantiles(name: str, title: str) -> dict[str, Signal]:
    return {
        f"{name}_logit_p{percent}": Signal(
            f"Logits of {title}, {percent} %",
            f"What {percent} % of the logits of {title} are below.",
        )
        for percent in (5, 50, 95)
    }


SIGNALS: dict[str, Signal] = {
    "discriminator_loss": Signal(
        "Discriminator's loss", "Its adversarial loss, mean since the last."
    ),
    "generator_loss": Signal(
        "Generator's loss", "Its adversarial loss, mean since the last."
    ),
    **_of("generator"),
    **_of("discriminator"),
    "logit_gradient": Signal(
        "Slope of the generator's loss",
        "Mean size of the loss's derivative by the logit of a generated "
        "image: 0 where the loss has saturated.",
        is_log=True,
    ),
    "singular_value": Signal(
        "Largest singular value",
        "Of the discriminator's kernels as matrices, by power iteration from "
        "one examination to the next; those that are spectrally normalised "
        "have 1 and are left out.",
        is_log=True,
    ),
    "separation": Signal(
        "Separation",
        "How often the logit of a real training image is above that of a "
        "generated one: 0.5 where nothing tells them apart, 1 where all does.",
    ),
    "memory": Signal(
        "Memory",
        "How often the logit of a training image is above that of a held-out "
        "real one: 0.5 if the discriminator knows none by heart.",
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
        "Logits of held-out images, 50 %",
        "What half of the logits of held-out real images are below.",
    ),
    "pixel_diversity": Signal(
        "Diversity of pixels",
        "Mean distance of two samples, of that of two real images.",
    ),
    "feature_diversity": Signal(
        "Diversity of features",
        "The same in the features of the data set's network.",
    ),
    "pixel_distance": Signal(
        "Distance of pixels",
        "Energy distance of samples from real images: 0 if alike, at most 1.",
    ),
    "feature_distance": Signal(
        "Distance of features",
        "The same in the features of the data set's network.",
    ),
    "batch_similarity": Signal(
        "Similarity",
        "Mean cosine of two samples, seen from the mean real image.",
    ),
    "ms_ssim": Signal(
        "MS-SSIM", "Of pairs of samples: 1 where they are equal."
    ),
    "real_ms_ssim": Signal("MS-SSIM of real images", "Of pairs of them."),
    "duplicates": Signal(
        "Duplicates",
        "Share of 128 samples with another nearer than half the distance from "
        "a real image to its nearest neighbour.",
    ),
    "classes_reached": Signal(
        "Classes reached", "Classes, or modes, that are seen in 128 samples."
    ),
    "missing_classes": Signal(
        "Missing classes",
        "Classes, or modes, with less than 4 % of their share among real "
        "images, in the samples of four examinations.",
    ),
    "label_accuracy": Signal(
        "Label accuracy", "Share of samples of the class asked for."
    ),
    "label_effect": Signal(
        "Effect of the label",
        "Mean distance of a latent's images of two labels, of that of two "
        "real images.",
    ),
    "saturation": Signal(
        "Saturated outputs", "Share of samples' values within 0.02 of +-1."
    ),
    "real_saturation": Signal(
        "Saturated values of real images", "Share within 0.02 of +-1."
    ),
    "sharpness": Signal(
        "Sharpness",
        "Mean size of the samples' Laplacian per contrast, of that of real "
        "images.",
    ),
    "contrast": Signal(
        "Contrast",
        "Mean standard deviation within a sample, of that of real images.",
    ),
    "drift": Signal(
        "Drift",
        "How far the same latents' images have moved since the last "
        "examination, of the mean distance of two real images.",
    ),
    "batch_norm_gap": Signal(
        "Batch-norm gap",
        "Distance of the same latents' images in training and in inference, "
        "of that of two real images.",
    ),
    "source_distance": Signal(
        "Distance from the source",
        "Mean absolute difference of translations from their sources, of that "
        "of targets: 0 where they are equal.",
    ),
    "source_match": Signal(
        "Match with the target",
        "How often a translation is nearer to its target than to that of "
        "another source: 0.5 where the source makes no difference.",
    ),
    "color_variety": Signal(
        "Variety of colours",
        "Standard deviation of translations' colours in the direction in which "
        "they vary the least, of that of targets: 0 of grey images, and of one "
        "colour.",
    ),
    "cycle_distance": Signal(
        "Distance after a cycle",
        "Mean absolute difference of sources, translated and back, from "
        "themselves, in grey levels of 255.",
    ),
    "cycle_noise_effect": Signal(
        "Effect of noise on the cycle",
        "Distance after a cycle with noise of less than one grey level on the "
        "translations, of that without.",
        is_log=True,
    ),
    "ada_r_t": Signal("ADA's r_t", "Mean sign of the logits of real images."),
    "ada_probability": Signal(
        "ADA's probability", "With which each augmentation is applied."
    ),
    "non_finite": Signal(
        "Not finite",
        "How many values of weights, samples and signals are NaN or infinite.",
    ),
}


def signal(name: str) -> Signal:
    """Returns what a name says, also of one that the table lacks."""
    if name.startswith(CLASS_SHARE):
        number = name[len(CLASS_SHARE) :]
        return Signal(f"Share of class {number}", "Of 128 samples.")
    known = SIGNALS.get(name)
    return known or Signal(name.replace("_", " ").capitalize(), "")
