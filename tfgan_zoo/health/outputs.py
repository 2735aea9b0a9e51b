"""Rules for samples that are too few kinds, not asked for, or flat."""

from __future__ import annotations

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

# This share of the classes is many.
_MANY = 0.3
# So near to real samples, a network tells any class, as far as it can.
_NEAR = 0.04
# Until then moving averages are those of the first steps.
_MOVING_STEPS = 150
# By then samples of a healthy training differ, and obey their labels.
_LEARNT, _LABELS_LEARNT = 0.12, 0.25


def mode_collapse(history: History, facts: Facts) -> Evidence | None:
    """All samples are one."""
    done = progress(history, facts, "pixel_diversity")
    if done < _LEARNT:
        return None
    diversity = _diversity(history)
    if diversity > 0.35 or is_coming(history):
        return None
    if _has_not_begun(history, done) or _is_growing(history):
        return None
    if history.has("duplicates") and history.recent("duplicates") < 0.9:
        return None
    return Evidence(
        f"Two samples are {diversity:.2f} as far apart as two real ones"
        f"{_copies(history)}.",
        # Before, it may be one that learns slowly.
        SURE if diversity < 0.2 and done > 2.0 * _LEARNT else LIKELY,
    )


def partial_mode_collapse(history: History, facts: Facts) -> Evidence | None:
    """Samples repeat themselves."""
    done = progress(history, facts, "pixel_diversity")
    if done < _LEARNT or _has_not_begun(history, done):
        return None
    if mode_collapse(history, facts) is not None:
        return None
    diversity = _diversity(history)
    duplicates = history.recent("duplicates", 5)
    if duplicates < 0.75 or not has_stalled(history):
        return None
    return Evidence(
        f"{duplicates:.0%} of the samples have a near copy among 128, and two "
        f"are {diversity:.2f} as far apart as two real images.",
        SURE if duplicates > 0.8 and diversity < 0.5 else LIKELY,
    )


def _has_not_begun(history: History, done: float) -> bool:
    """Whether samples are as at the start: it may be one that learns slowly."""
    return done < 0.5 and best_distance(history) > 0.85


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
    return now > 1.1 * values[0] and now > 0.95 * before


def missing_classes(history: History, facts: Facts) -> Evidence | None:
    """Classes of the data that are not generated."""
    values = history.values("missing_classes", 12)
    if progress(history, facts, "missing_classes") < _LEARNT or len(values) < 7:
        return None
    # Of bad samples, a network cannot tell the class; real ones that lack
    # seven of ten digits are nearer than that.
    name = distance_name(history)
    if name and is_far(history):
        return None
    missing = history.recent("missing_classes")
    if min(values[-5:]) < 1.0 or missing < 0.85 * values[-7]:
        return None  # they are on their way
    many = missing >= _MANY * max(history.classes, 1)
    # A few may be rare for a while, or generated so that they look like others.
    if not many and (len(values) < 12 or min(values) < 1.0):
        return None
    if not many and name and history.recent(name) > _NEAR:
        return None
    return Evidence(
        f"{missing:.0f} of the data's classes or modes have less than 4 % of "
        "their share, in the samples of four examinations.",
        SURE if many else LIKELY,
    )


def conditioning_ignored(history: History, facts: Facts) -> Evidence | None:
    """Samples do not depend on the label."""
    if progress(history, facts, "label_effect") < _LABELS_LEARNT:
        return None
    effect, before = history.recent("label_effect"), _before(history)
    classes = history.classes
    if history.has("label_accuracy") and classes:
        accuracy = history.recent("label_accuracy", 8)
        # An effect that grows will soon be the right one.
        if accuracy > 1.25 / classes or effect > 1.5 * before:
            return None
        return Evidence(
            f"{accuracy:.0%} of the samples are of the class asked for; "
            f"{1 / classes:.0%} would be by chance.",
            SURE if accuracy < 1.15 / classes else LIKELY,
        )
    if effect > 0.05:
        return None
    return Evidence(
        f"With another label, an image of the same latents changes by "
        f"{effect:.2f} of the distance of two real images.",
        SURE if effect < 0.02 else LIKELY,
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
    if memory < 0.72:
        return None
    return Evidence(
        "The discriminator prefers training images to held-out real ones in "
        f"{memory:.0%} of pairs; 50 % is no memory.",
        SURE if memory > 0.85 else LIKELY,
    )


def batch_norm_gap(history: History, facts: Facts) -> Evidence | None:
    """Inference generates something else than training does."""
    if history.step < _MOVING_STEPS:
        return None
    gap = history.recent("batch_norm_gap", 5)
    if gap < 0.3:
        return None
    return Evidence(
        "In inference, an image of the same latents differs from that in "
        f"training by {gap:.2f} of the distance of two real images.",
        SURE if gap > 0.6 else LIKELY,
    )


def blurred(history: History, facts: Facts) -> Evidence | None:
    """Samples have no fine detail."""
    if progress(history, facts, "sharpness") < _LEARNT:
        return None
    sharpness = history.recent("sharpness")
    if sharpness > 0.5:
        return None
    return Evidence(
        f"The samples have {sharpness:.2f} of real images' detail per "
        "contrast.",
        SURE if sharpness < 0.3 else LIKELY,
    )


def constant_output(history: History, facts: Facts) -> Evidence | None:
    """Every sample is one flat colour."""
    if progress(history, facts, "contrast") < 0.1:
        return None
    contrast = history.recent("contrast")
    if contrast > 0.05:
        return None
    return Evidence(
        f"The samples have {contrast:.3f} of real images' contrast: they are "
        "flat.",
        SURE if contrast < 0.01 else LIKELY,
    )
