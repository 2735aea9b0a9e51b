"""Rules for trainings that do not converge, or do not move."""

from __future__ import annotations

from tfgan_zoo.health import thresholds
from tfgan_zoo.health.finding import LIKELY, SURE, Evidence, Facts
from tfgan_zoo.health.history import NON_FINITE, History
from tfgan_zoo.health.quality import (
    best_distance,
    distance,
    distance_name,
    has_stalled,
    is_far,
    progress,
)

# Losses that are 0 where the discriminator is sure of everything.
_CROSS_ENTROPY = ("minimax", "non_saturating")


def non_finite(history: History, facts: Facts) -> Evidence | None:
    """NaN or infinity anywhere."""
    if history.non_finite:
        return Evidence(
            f"NaN or infinite: {', '.join(history.non_finite)}.", SURE
        )
    if not history.has(NON_FINITE):
        return None
    count = history.last(NON_FINITE)
    if history.last_step(NON_FINITE) == history.step and count > 0:
        return Evidence(
            f"{count:,.0f} values of losses, weights or samples are NaN "
            "or infinite.",
            SURE,
        )
    return None


def vanishing_gradients(history: History, facts: Facts) -> Evidence | None:
    """The discriminator tells all, and nothing of it reaches the generator."""
    separation = history.recent("separation")
    if separation < thresholds.VANISHED_SEPARATION:
        return None
    if history.has("logit_gradient"):
        slope = history.recent("logit_gradient")
        if slope >= thresholds.VANISHED_SLOPE.likely:
            return None
        return Evidence(
            "The generator's loss is nearly flat: its derivative with respect "
            f"to the logits is {slope:.1e} (0.5 is usual), while the "
            f"discriminator tells {separation:.1%} of pairs apart.",
            SURE if slope < thresholds.VANISHED_SLOPE.sure else LIKELY,
        )
    largest = history.highest("generator_gradient_norm")
    now = history.recent("generator_gradient_norm")
    if now >= thresholds.VANISHED_NORM.likely * largest:
        return None
    return Evidence(
        f"The generator's gradient has a norm of {now:.1e}, a thousandth of "
        f"its largest, {largest:.1e}, while the discriminator tells "
        f"{separation:.1%} of pairs apart.",
        SURE if now < thresholds.VANISHED_NORM.sure * largest else LIKELY,
    )


def discriminator_too_strong(history: History, facts: Facts) -> Evidence | None:
    """It tells all, and the samples do not get better."""
    if not history.has("separation"):
        return _strong_by_its_loss(history, facts)
    if progress(history, facts, "separation") < thresholds.EARLY:
        return None
    values = history.values("separation", 5)
    if len(values) < 5 or not distance_name(history):
        return None
    if min(values) < thresholds.STRONG_SEPARATION:
        return None
    if facts.get("loss") == "wasserstein":
        return None  # whose critic is to be as good as it can
    now = distance(history)
    if now < thresholds.STRONG_DISTANCE.likely:
        return None
    if not is_far(history) or not has_stalled(history):
        return None
    return Evidence(
        f"The discriminator tells at least {min(values):.1%} of pairs apart, "
        "and the samples are as far from real ones as before "
        f"({now:.2f} of the start's distance).",
        SURE if now > thresholds.STRONG_DISTANCE.sure else LIKELY,
    )


def _strong_by_its_loss(history: History, facts: Facts) -> Evidence | None:
    """Where nothing but losses was logged."""
    if facts.get("loss", "non_saturating") not in _CROSS_ENTROPY:
        return None
    values = history.values("discriminator_loss", 5)
    if len(values) < 5 or max(values) > thresholds.STRONG_LOSS:
        return None
    return Evidence(
        f"The discriminator's loss has stayed below {max(values):.1e}: it is "
        "sure of every image."
    )


def discriminator_too_weak(history: History, facts: Facts) -> Evidence | None:
    """It tells nothing, though the samples are bad."""
    if progress(history, facts, "separation") < thresholds.EARLY:
        return None
    limits, far = thresholds.WEAK_SEPARATION, thresholds.WEAK_DISTANCE
    separation = history.recent("separation", 5)
    if separation > limits.likely or not distance_name(history):
        return None
    now = distance(history)
    if now < far.likely or not is_far(history):
        return None
    return Evidence(
        f"The discriminator tells {separation:.1%} of pairs apart, no more "
        "than by chance, though the samples are far from real ones "
        f"({now:.2f} of the start's distance).",
        SURE if separation < limits.sure and now > far.sure else LIKELY,
    )


def divergence(history: History, facts: Facts) -> Evidence | None:
    """The samples were better before."""
    name = distance_name(history)
    if history.count(name) < 6:
        return None
    statement = _runs_away(history) or _scores_worse(history)
    if statement is not None:
        return statement
    now, best = distance(history), best_distance(history)
    if not is_far(history):
        return None
    beyond, far, worse = (
        thresholds.BEYOND_START,
        thresholds.DIVERGED_DISTANCE,
        thresholds.DIVERGED_FROM_BEST,
    )
    is_early = progress(history, facts, name) <= thresholds.EARLY
    if now > beyond.likely and not is_early:
        return Evidence(
            f"The samples are further from real ones than at the start, by a "
            f"factor of {now:.2f}.",
            SURE if now > beyond.sure else LIKELY,
        )
    if now < far.likely or now < worse.likely * best:
        return None
    return Evidence(
        f"The samples' distance from real ones is {now:.2f} of the start's, "
        f"after it had been {best:.2f}.",
        SURE if now > far.sure and now > worse.sure * best else LIKELY,
    )


def _runs_away(history: History) -> Evidence | None:
    """Logits that no loss asks for, of bad samples."""
    if not history.has("real_logit_p50", "fake_logit_p50"):
        return None
    size = max(
        abs(history.recent(name))
        for name in ("real_logit_p50", "fake_logit_p50")
    )
    now = distance(history)
    if size < thresholds.RUNAWAY_LOGIT or now < thresholds.RUNAWAY_DISTANCE:
        return None
    if not is_far(history):
        return None
    return Evidence(
        f"Half of the logits are beyond {size:,.0f}, while the samples are far "
        f"from real ones ({now:.2f} of the start's distance).",
        SURE,
    )


def _scores_worse(history: History) -> Evidence | None:
    """The evaluation as the training goes on, twice in a row."""
    name = "frechet_distance"
    if history.count(name) < 3:
        return None
    scores, best = history.values(name, 2), history.lowest(name)
    if min(scores) < thresholds.WORSE_SCORE.likely * best:
        return None
    return Evidence(
        f"The Frechet distance is {scores[-1]:.4g}, and was {best:.4g}.",
        SURE if min(scores) > thresholds.WORSE_SCORE.sure * best else LIKELY,
    )


def oscillation(history: History, facts: Facts) -> Evidence | None:
    """The same latents' images go on changing."""
    if progress(history, facts, "drift") < thresholds.EARLY:
        return None
    if history.count("drift") < 6:
        return None
    drift = history.recent("drift", 6)
    if drift < thresholds.DRIFT.likely:
        return None
    return Evidence(
        "From one examination to the next, an image of the same latents "
        f"changes by {drift:.2f} of the distance between two real images, and "
        "does not settle.",
        SURE if drift > thresholds.DRIFT.sure else LIKELY,
    )


def dead_start(history: History, facts: Facts) -> Evidence | None:
    """A network has not moved since the first step."""
    if not history.has("generator_update", "discriminator_update"):
        return _same_losses(history)
    for network in ("generator", "discriminator"):
        name = f"{network}_update"
        largest = history.highest(name)
        if largest < thresholds.STANDS_STILL:
            return Evidence(
                f"The {network}'s weights have changed by at most "
                f"{largest:.1e} of their norm between examinations since "
                "the start.",
                SURE,
            )
    return None


def _same_losses(history: History) -> Evidence | None:
    """Where nothing but losses was logged."""
    for network in ("generator", "discriminator"):
        name = f"{network}_loss"
        if history.count(name) < 5:
            continue
        low, high = history.lowest(name), history.highest(name)
        if high - low <= thresholds.STANDS_STILL * abs(high):
            return Evidence(
                f"The {network}'s loss has been {high:.6g} since the start.",
                SURE,
            )
    return None
