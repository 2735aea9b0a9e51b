"""What a generator that takes images makes of held-out ones."""

from __future__ import annotations

import numpy as np

from tfgan_zoo.evaluation import metrics, targets
from tfgan_zoo.evaluation.feature_sets import FeatureSet
from tfgan_zoo.evaluation.reference import Reference
from tfgan_zoo.evaluation.samples import Fixed, TranslatingGenerator

# Of red, green and blue in grey, of 2^16 (ITU-R BT.601).
_LUMA = (19595, 38470, 7471)


def translate_held_out(
    translator: TranslatingGenerator, reference: Reference
) -> Fixed:
    """Translates the sources of real images, and compares with these.

    Args:
        translator: a generator.
        reference: whose real set has its images, and its sources where there
            are some.

    Returns:
        What it makes of the sources, in their order, with the metrics of each
        image that there can be: of pairs, L1, PSNR and SSIM; of two
        generators, the cycle error.

    Raises:
        ValueError: the data have no sources, or of another size.
    """
    real = reference.real
    sources = make_sources(translator, real)
    labels = None
    if translator.num_classes:
        labels = (np.arange(real.count) % translator.num_classes).astype(
            np.int32
        )
        if real.has("labels"):
            labels = real.labels.astype(np.int32)
    translated = translator.translate(sources, labels)
    per_example: dict[str, np.ndarray] = {}
    if reference.is_paired:
        per_example |= compare_pairs(translated, real.images)
    if translator.translate_back is not None:
        returned = translator.translate_back(translated)
        per_example[metrics.CYCLE_ERROR] = targets.l1_distance(
            returned, sources
        )
    return Fixed(translated, labels, per_example, translator)


def describe_sources(reference: Reference) -> str:
    """Returns what a protocol says of the sources of real images."""
    if not reference.real.has("sources"):
        return "made of the images"
    return "of the data" if reference.is_paired else "unpaired"


def compare_pairs(
    images: np.ndarray, real_images: np.ndarray
) -> dict[str, np.ndarray]:
    """Returns the metrics of each image beside the one at its place.

    Args:
        images, real_images: uint8 [N, H, W, C] each.

    Returns:
        L1, PSNR and, where they are large enough for it, SSIM, float64 [N] by
        name.
    """
    values = {
        metrics.L1: targets.l1_distance(images, real_images),
        metrics.PSNR: targets.psnr(images, real_images),
    }
    if min(images.shape[1:3]) >= targets.SSIM_WINDOW_PX:
        values[metrics.SSIM] = targets.ssim(images, real_images)
    return values


def make_sources(
    translator: TranslatingGenerator, real: FeatureSet
) -> np.ndarray:
    """Returns the sources of real images, as the translator takes them.

    Args:
        translator: a generator.
        real: see `translate_held_out`.

    Returns:
        uint8 [N, h, w, c].

    Raises:
        ValueError: see `translate_held_out`.
    """
    if not real.has("sources"):
        if translator.make_sources is not None:
            return translator.make_sources(real.images)
        raise ValueError(
            "A generator that was trained on sources of a data set must be "
            "evaluated on data that have them, such as pairs:FOLDER. "
            "Received: data without sources."
        )
    height, width, channels = translator.source_shape
    sources = _to_channels(real.arrays["sources"], channels)
    if sources.shape[1:3] != (height, width):
        raise ValueError(
            f"Sources must be of {height} x {width} pixels, as the generator "
            "takes them. Received: "
            f"{sources.shape[1]} x {sources.shape[2]}."
        )
    return sources


def _to_channels(images: np.ndarray, channels: int) -> np.ndarray:
    """Returns colour images as grey ones, or grey as colour, if need be."""
    if images.shape[-1] == channels:
        return images
    if channels == 3:
        return np.repeat(images, 3, axis=-1)
    luma = images.astype(np.uint32) @ np.array([_LUMA], np.uint32).T
    return ((luma + (1 << 15)) >> 16).astype(np.uint8)
