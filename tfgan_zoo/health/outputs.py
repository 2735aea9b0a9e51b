"""Rules for samples that are too few kinds, not asked for, or flat."""

from __future__ import annotations

from tfgan_zoo.health import thresholds
from tfgan_zoo.health.finding import LIKELY, SURE, Evidence, Facts
from tfgan_zoo.health.history import History, median
from tfgan_zoo.health.quality import (
    best_distance,
    distance_name,
    has_stalled,
    is_coming,
    is_far,
    progress,
)
from tfgan_zoo.health.sources import takes_images


def mode_collapse(history: History, facts: Facts) -> Evidence | None:
    """All samples are one; of translations it is the source that is ignored."""
    if takes_images(history):
        return None
    done = progress(history, facts, "pixel_diversity")
    if done < thresholds.LEARNT:
        return None
    diversity = _diversity(history)
    if diversity > thresholds.COLLAPSED_DIVERSITY.likely or is_coming(history):
        return None
    if _has_not_begun(history, done) or _is_growing(history):
        return None
    if (
        history.has("duplicates")
        and history.recent("duplicates") < thresholds.COLLAPSED_COPIES
    ):
        return None
    is_low = diversity < thresholds.COLLAPSED_DIVERSITY.sure
    return Evidence(
        f"Two samples are {diversity:.2f} as far apart as two real ones"
        f"{_copies(history)}.",
        # Before, it may be one that learns slowly.
        SURE if is_low and done > 2.0 * thresholds.LEARNT else LIKELY,
    )


def partial_mode_collapse(history: History, facts: Facts) -> Evidence | None:
    """Samples repeat themselves."""
    done = progress(history, facts, "pixel_diversity")
    if done < thresholds.LEARNT or _has_not_begun(history, done):
        return None
    if mode_collapse(history, facts) is not None:
        return None
    diversity = _diversity(history)
    duplicates = history.recent("duplicates", 5)
    copies = thresholds.REPEATED_COPIES
    if duplicates < copies.likely or not has_stalled(history):
        return None
    is_low = diversity < thresholds.REPEATED_DIVERSITY
    return Evidence(
        f"{duplicates:.0%} of the samples have a near copy among 128, and two "
        f"are {diversity:.2f} as far apart as two real images.",
        SURE if duplicates > copies.sure and is_low else LIKELY,
    )


def _has_not_begun(history: History, done: float) -> bool:
    """Whether samples are as at the start: it may be one that learns slowly."""
    is_early = done < thresholds.NOT_BEGUN_UNTIL
    return is_early and best_distance(history) > thresholds.NOT_BEGUN


def _copies(history: History) -> str:
    if not history.has("duplicates"):
        return ""
    return (
        f", and {history.recent('duplicates'):.0%} have a near copy among 128"
    )


def _diversity(history: History) -> float:
    return history.recent(_least_diversity(history))


def _least_diversity(history: History) -> str:
    names = ("pixel_diversity", "feature_diversity")
    known = [name for name in names if history.has(name)]
    return min(known, key=history.recent)


def _is_growing(history: History) -> bool:
    """Whether samples differ more than ever, and ever more."""
    name = _least_diversity(history)
    values = history.values(name, 7)
    if len(values) < 7:
        return False
    now = median(values[-3:])
    before = history.highest(name, before=3)
    return (
        now > thresholds.GROWING * values[0]
        and now > thresholds.NEAR_HIGHEST * before
    )


def missing_classes(history: History, facts: Facts) -> Evidence | None:
    """Classes of the data that are not generated."""
    values = history.values("missing_classes", 12)
    if (
        progress(history, facts, "missing_classes") < thresholds.LEARNT
        or len(values) < 7
    ):
        return None
    # Of bad samples, a network cannot tell the class; real ones that lack
    # seven of ten digits are nearer than that.
    name = distance_name(history)
    if name and is_far(history):
        return None
    missing = history.recent("missing_classes")
    before = values[-7]
    if min(values[-5:]) < 1.0 or missing < thresholds.COMING_BACK * before:
        return None  # they are on their way
    many = missing >= thresholds.MANY_CLASSES * max(history.classes, 1)
    # A few may be rare for a while, or generated so that they look like others.
    if not many and (len(values) < 12 or min(values) < 1.0):
        return None
    if not many and name and history.recent(name) > thresholds.NEAR:
        return None
    return Evidence(
        f"{missing:.0f} of the data's classes or modes have less than 4 % of "
        "their share, in the samples of four examinations.",
        SURE if many else LIKELY,
    )


def conditioning_ignored(history: History, facts: Facts) -> Evidence | None:
    """Samples do not depend on the label."""
    if progress(history, facts, "label_effect") < thresholds.LABELS_LEARNT:
        return None
    effect, before = history.recent("label_effect"), _before(history)
    classes = history.classes
    if history.has("label_accuracy") and classes:
        accuracy = history.recent("label_accuracy", 8)
        # An effect that grows will soon be the right one.
        limits = thresholds.IGNORED_ACCURACY
        is_growing = effect > thresholds.GROWING_EFFECT * before
        if accuracy > limits.likely / classes or is_growing:
            return None
        return Evidence(
            f"{accuracy:.0%} of the samples are of the class asked for; "
            f"{1 / classes:.0%} would be by chance.",
            SURE if accuracy < limits.sure / classes else LIKELY,
        )
    if effect > thresholds.IGNORED_EFFECT.likely:
        return None
    return Evidence(
        f"With another label, an image of the same latents changes by "
        f"{effect:.2f} of the distance between two real images.",
        SURE if effect < thresholds.IGNORED_EFFECT.sure else LIKELY,
    )


def _before(history: History) -> float:
    values = history.values("label_effect", 6)
    return values[0] if len(values) == 6 else 0.0


def discriminator_overfitting(
    history: History, facts: Facts
) -> Evidence | None:
    """It knows the training images by heart."""
    if history.count("memory") < 5:
        return None
    memory = history.recent("memory", 5)
    if memory < thresholds.MEMORY.likely:
        return None
    return Evidence(
        "The discriminator prefers training images to held-out real ones in "
        f"{memory:.0%} of pairs; 50 % is no memory.",
        SURE if memory > thresholds.MEMORY.sure else LIKELY,
    )


def batch_norm_gap(history: History, facts: Facts) -> Evidence | None:
    """Inference generates something else than training does."""
    if history.step < thresholds.MOVING_STEPS:
        return None
    gap = history.recent("batch_norm_gap", 5)
    limits = thresholds.BATCH_NORM_GAP
    if takes_images(history):
        limits = thresholds.TRANSLATION_BATCH_NORM_GAP
    if gap < limits.likely:
        return None
    return Evidence(
        "In inference, an image of the same latents differs from that in "
        f"training by {gap:.2f} of the distance between two real images.",
        SURE if gap > limits.sure else LIKELY,
    )


def blurred(history: History, facts: Facts) -> Evidence | None:
    """Samples have no fine detail."""
    learnt = thresholds.LEARNT
    if takes_images(history):
        learnt = thresholds.DETAIL_LEARNT
    if progress(history, facts, "sharpness") < learnt:
        return None
    sharpness = history.recent("sharpness")
    if sharpness > thresholds.BLURRED.likely:
        return None
    return Evidence(
        f"The samples have {sharpness:.2f} of real images' detail per "
        "contrast.",
        SURE if sharpness < thresholds.BLURRED.sure else LIKELY,
    )


def constant_output(history: History, facts: Facts) -> Evidence | None:
    """Every sample is one flat colour."""
    if progress(history, facts, "contrast") < thresholds.EARLY:
        return None
    contrast = history.recent("contrast")
    if contrast > thresholds.FLAT_CONTRAST.likely:
        return None
    return Evidence(
        f"The samples have {contrast:.3f} of real images' contrast: they are "
        "flat.",
        SURE if contrast < thresholds.FLAT_CONTRAST.sure else LIKELY,
    )
