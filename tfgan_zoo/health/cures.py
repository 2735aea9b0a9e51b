"""What helps against each kind of finding, by the settings that it came of."""

from __future__ import annotations

from typing import Callable

from tfgan_zoo.health import causes, rates
from tfgan_zoo.health.finding import Cure, Facts

_R1 = Cure(
    "--penalty=r1 --penalty_weight=1",
    "R1 takes the discriminator's slope away where it has won, and makes "
    "training converge (Mescheder et al. 2018, arXiv:1801.04406).",
)
_PACKING = Cure(
    "--packing=2",
    "A discriminator that sees two samples at once tells a set without "
    "variety (Lin et al. 2018, arXiv:1712.04086).",
)
_MINIBATCH = Cure(
    "--batch_feature=minibatch_stddev",
    "The discriminator is told how much a batch varies (Karras et al. 2018, "
    "arXiv:1710.10196, section 3).",
)
_CALM = Cure(
    "--beta_1=0 --beta_2=0.99",
    "Momentum drives two networks around their balance (Gidel et al. 2019, "
    "arXiv:1807.04740).",
)


def cures(name: str, facts: Facts) -> tuple[Cure, ...]:
    """Returns what to try against a finding, the most promising first.

    What the settings show to be the cause comes first; what is set already
    is left out.

    Args:
        name: a key of `problems.PROBLEMS`.
        facts: of the training.
    """
    candidates = [*causes.cures_by_cause(name, facts), *_USUAL[name](facts)]
    chosen: dict[str, Cure] = {}
    for cure in candidates:
        if cure.flags and _is_set(cure.flags, facts):
            continue
        chosen.setdefault(cure.flags or cure.why, cure)
    return tuple(chosen.values())


def _is_set(flags: str, facts: Facts) -> bool:
    """Whether the training has all these settings."""
    pairs = [flag[2:].split("=", 1) for flag in flags.split()]
    return all(_same(facts.get(name), value) for name, value in pairs)


def _same(setting: object, value: str) -> bool:
    if isinstance(setting, (int, float)) and not isinstance(setting, bool):
        return float(setting) == float(value)
    return str(setting) == value


def _of_cycles(facts: Facts) -> list[Cure]:
    """Returns what lets a translation with a cycle change more."""
    weight = facts.get("cycle_weight", 0.0)
    if not weight:
        return []
    return [
        Cure(
            "--identity_weight=0",
            "The identity term rewards what leaves an image as it is (Zhu et "
            "al. 2017, arXiv:1703.10593, section 5.2).",
        ),
        Cure(
            f"--cycle_weight={0.3 * weight:.2g}",
            "The less a cycle weighs, the less a translation has to hold of "
            "its source.",
        ),
    ]


_USUAL: dict[str, Callable[[Facts], list[Cure]]] = {
    "non_finite": lambda facts: [
        rates.lower(facts),
        Cure(
            "--on_failure=restore",
            "If it came of a single batch, the way back to a checkpoint and "
            "on by other batches passes it.",
        ),
        Cure("--precision=float32", "Small numbers have more digits there."),
    ],
    "dead_start": lambda facts: [
        rates.lower(facts),
        Cure(
            "",
            "Look whether the network's variables are trainable, and whether "
            "its optimizer gets them.",
        ),
    ],
    "vanishing_gradients": lambda _: [
        Cure("--loss=non_saturating", "Its slope does not vanish."),
        _R1,
        Cure(
            "--instance_noise=0.3",
            "Noise on both kinds of images makes their distributions overlap "
            "(Arjovsky and Bottou 2017, arXiv:1701.04862, section 3).",
        ),
    ],
    "discriminator_too_strong": lambda _: [
        _R1,
        Cure(
            "--label_smoothing=0.1",
            "Keeps the discriminator from being sure (Salimans et al. 2016, "
            "arXiv:1606.03498).",
        ),
        Cure("--augmentation=diffaugment", "If the data are few."),
    ],
    "discriminator_too_weak": lambda facts: [
        Cure(
            "--discriminator_steps=2",
            "Two steps of the discriminator for each of the generator.",
        ),
        rates.lower(facts),
    ],
    "divergence": lambda facts: [
        rates.lower(facts),
        _R1,
        Cure(
            "--learning_rate_decay=linear",
            "Rates that go down keep what was reached.",
        ),
    ],
    "oscillation": lambda facts: [
        causes.relativistic(facts),
        _CALM,
        rates.lower(facts),
    ],
    "source_ignored": lambda facts: [
        Cure(
            "",
            "Look whether each source belongs to its image: they must have "
            "the same name, and show the same at the same place.",
        ),
        Cure(
            "--reconstruction_weight=100",
            "The distance to the target ties an output to its source (Isola "
            "et al. 2017, arXiv:1611.07004, section 3.1).",
        ),
        rates.lower(facts),
    ],
    "source_copied": lambda facts: [
        *_of_cycles(facts),
        Cure("", "Look whether the targets differ from the sources."),
    ],
    "color_collapse": lambda _: [
        Cure(
            "--reconstruction_weight=10",
            "Where several colours are right, their mean, grey, is nearest to "
            "all of them; the discriminator asks for one.",
        ),
        Cure("", "Look whether the images that are trained on have colours."),
    ],
    "cycle_steganography": lambda facts: [
        Cure(
            "--model=cut",
            "It keeps what a source shows without a way back (Park et al. "
            "2020, arXiv:2007.15651).",
        ),
        *_of_cycles(facts),
    ],
    "mode_collapse": lambda facts: [
        causes.relativistic(facts),
        _PACKING,
        _MINIBATCH,
        rates.lower(facts),
    ],
    "partial_mode_collapse": lambda facts: [
        causes.relativistic(facts),
        _PACKING,
        _MINIBATCH,
        rates.lower(facts),
    ],
    "missing_classes": lambda facts: [
        causes.relativistic(facts),
        _PACKING,
        _MINIBATCH,
    ],
    "conditioning_ignored": lambda _: [
        Cure(
            "",
            "Look whether the labels belong to the images: in a folder, the "
            "subfolders are the classes.",
        ),
        Cure(
            "--model=sngan_projection",
            "A discriminator that projects onto the label (Miyato and Koyama "
            "2018, arXiv:1802.05637).",
        ),
        Cure(
            "--model=acgan",
            "A discriminator that has to tell the class (Odena et al. 2017, "
            "arXiv:1610.09585).",
        ),
    ],
    "discriminator_overfitting": lambda _: [
        Cure(
            "--augmentation=diffaugment",
            "Real and generated images are shown under random changes (Zhao "
            "et al. 2020, arXiv:2006.10738).",
        ),
        Cure(
            "--augmentation=ada",
            "The same, as strong as needed (Karras et al. 2020, "
            "arXiv:2006.06676).",
        ),
        _R1,
    ],
    "batch_norm_gap": lambda _: [
        Cure(
            "",
            "Look whether training calls the generator with training=True, so "
            "that its moving statistics are renewed.",
        ),
        Cure(
            "--batch_size=64",
            "More images tell the statistics that inference uses better.",
        ),
    ],
    "blurred": lambda _: [
        _R1,
        Cure("--loss=hinge", "Another loss, which rewards detail longer."),
    ],
    "constant_output": lambda facts: [rates.lower(facts), _R1],
}
