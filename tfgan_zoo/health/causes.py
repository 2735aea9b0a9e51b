"""Settings that explain a finding, and what undoes them."""

from __future__ import annotations

from typing import Callable

from tfgan_zoo.health import rates
from tfgan_zoo.health.finding import Cure, Facts

_FEW_LATENTS, _LATENTS = 8, 64
# The data sets of points.
_POINTS = ("ring8", "grid25")


def cures_by_cause(name: str, facts: Facts) -> list[Cure]:
    """Returns what undoes a setting that explains a finding."""
    return [
        cure(facts)
        for names, is_cause, cure in _CAUSES
        if name in names and is_cause(facts)
    ]


def relativistic(facts: Facts) -> Cure:
    """Returns the relativistic loss with R1, weighed for the data."""
    why = (
        "A loss that compares real with generated images, with R1, keeps the "
        "pull on every mode (Sun et al. 2020, arXiv:2011.04926; "
        "Huang et al. 2024, arXiv:2501.05441)"
    )
    flags = "--loss=relativistic --penalty=r1 --penalty_every=4"
    if facts.get("dataset") in _POINTS:
        return Cure(
            f"{flags} --penalty_weight=0.02 --update=alternating --beta_1=0 "
            "--beta_2=0.99 --generator_learning_rate=0.003",
            f"{why}; of points, a little of it, without momentum.",
        )
    return Cure(f"{flags} --penalty_weight=1", f"{why}.")


def _unbounded(facts: Facts) -> bool:
    return (
        facts.get("loss") == "wasserstein"
        and facts.get("penalty", "none") == "none"
        and facts.get("constraint", "none") == "none"
    )


def _bounded(facts: Facts) -> Cure:
    if facts.get("dataset") in _POINTS:
        return relativistic(facts)
    return Cure(
        "--penalty=gradient_penalty --penalty_weight=10",
        "A critic of the Wasserstein loss needs a bound on its slope "
        "(Gulrajani et al. 2017, arXiv:1704.00028).",
    )


# Findings, whether the settings explain them, and what undoes it.
_CAUSES: list[
    tuple[tuple[str, ...], Callable[[Facts], bool], Callable[[Facts], Cure]]
] = [
    (
        ("vanishing_gradients",),
        lambda facts: facts.get("loss") == "minimax",
        lambda _: Cure(
            "--loss=non_saturating",
            "The minimax loss is flat where the discriminator is sure; this "
            "one is steep there (Goodfellow et al. 2014, arXiv:1406.2661, "
            "section 3).",
        ),
    ),
    (
        ("dead_start", "discriminator_too_strong", "discriminator_too_weak"),
        lambda facts: (
            rates.are_next_to_nothing(facts) or rates.are_apart(facts)
        ),
        rates.even,
    ),
    (
        ("divergence", "oscillation", "non_finite"),
        _unbounded,
        _bounded,
    ),
    (
        (
            "divergence",
            "oscillation",
            "mode_collapse",
            "partial_mode_collapse",
            "constant_output",
            "non_finite",
        ),
        rates.are_high,
        rates.lower,
    ),
    (
        ("discriminator_too_weak", "vanishing_gradients"),
        lambda facts: facts.get("constraint", "none") != "none",
        lambda _: Cure(
            "--constraint=none --penalty=gradient_penalty --penalty_weight=10",
            "Clipped weights leave the critic too little slope; a penalty "
            "bounds it without (Gulrajani et al. 2017, arXiv:1704.00028).",
        ),
    ),
    (
        ("blurred",),
        lambda facts: facts.get("instance_noise", 0.0) > 0.0,
        lambda _: Cure(
            "--instance_noise=0",
            "Noise on what the discriminator sees hides fine detail from it.",
        ),
    ),
    (
        ("blurred",),
        lambda facts: facts.get("feature_matching", 0.0) > 0.0,
        lambda _: Cure(
            "--feature_matching=0",
            "Mean features of a batch are matched by means of images.",
        ),
    ),
    (
        ("non_finite",),
        lambda facts: facts.get("precision") == "mixed_float16",
        lambda _: Cure("--precision=float32", "float16 ends at 65,504."),
    ),
    (
        ("mode_collapse", "partial_mode_collapse", "missing_classes"),
        lambda facts: (
            facts.get("latent_dim", _LATENTS) < _FEW_LATENTS
            and facts.get("dataset") not in _POINTS
        ),
        lambda _: Cure(
            f"--latent_dim={_LATENTS}",
            "So few latents leave the samples few directions to differ in.",
        ),
    ),
    (
        ("batch_norm_gap",),
        lambda facts: facts.get("batch_size", 64) < 16,
        lambda _: Cure(
            "--batch_size=64",
            "So few images do not tell the statistics that inference uses.",
        ),
    ),
]
