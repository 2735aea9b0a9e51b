"""Rules for generators that take images: what they make of their sources."""

from __future__ import annotations

from tfgan_zoo.health import thresholds
from tfgan_zoo.health.finding import LIKELY, SURE, Evidence, Facts
from tfgan_zoo.health.history import WINDOW, History, median
from tfgan_zoo.health.quality import progress


def takes_images(history: History) -> bool:
    """Whether the generator makes each image of another one."""
    return history.has("source_distance")


def source_ignored(history: History, facts: Facts) -> Evidence | None:
    """Translations do not depend on the source, or not as their targets do."""
    if progress(history, facts, "pixel_diversity") < thresholds.EARLY:
        return None
    effect = history.recent("pixel_diversity")
    limits = thresholds.SOURCE_EFFECT
    if effect < limits.likely:
        return Evidence(
            f"The translations of two sources are {effect:.2f} as far apart as "
            "two real images.",
            SURE if effect < limits.sure else LIKELY,
        )
    if not history.has("source_match"):
        return None
    match, limits = history.recent("source_match"), thresholds.SOURCE_MATCH
    if match > limits.likely:
        return None
    return Evidence(
        f"A translation is nearer to its target than to another one in "
        f"{match:.0%} of cases; 50 % is chance.",
        SURE if match < limits.sure else LIKELY,
    )


def source_copied(history: History, facts: Facts) -> Evidence | None:
    """Translations are their sources."""
    if progress(history, facts, "source_distance") < thresholds.LEARNT:
        return None
    distance = history.recent("source_distance")
    limits = thresholds.COPIED_DISTANCE
    if distance > limits.likely:
        return None
    return Evidence(
        f"Translations differ from their sources by {distance:.3f} of what "
        "targets do.",
        SURE if distance < limits.sure else LIKELY,
    )


def color_collapse(history: History, facts: Facts) -> Evidence | None:
    """Translations are grey or of one colour, and targets are not."""
    if progress(history, facts, "color_variety") < thresholds.COLORS_LEARNT:
        return None
    variety, before = history.recent("color_variety"), _before(history)
    limits = thresholds.COLOR_VARIETY
    if variety > limits.likely or variety > thresholds.GROWING_VARIETY * before:
        return None
    return Evidence(
        f"The colours of translations vary by {variety:.3f} of those of "
        "targets: they are grey, or shades of one colour.",
        SURE if variety < limits.sure else LIKELY,
    )


def _before(history: History) -> float:
    return median(history.values("color_variety", WINDOW, before=6) or [0.0])


def cycle_steganography(history: History, facts: Facts) -> Evidence | None:
    """The way back reads what is hidden in the pixels' last digits."""
    if progress(history, facts, "cycle_noise_effect") < thresholds.EARLY:
        return None
    effect = history.recent("cycle_noise_effect")
    limits = thresholds.CYCLE_NOISE_EFFECT
    if effect < limits.likely:
        return None
    return Evidence(
        "Noise of less than one grey level on the translations makes the "
        f"distance after a cycle {effect:.1f} times as large.",
        SURE if effect > limits.sure else LIKELY,
    )
