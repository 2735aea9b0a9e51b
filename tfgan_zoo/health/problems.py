"""The kinds of findings, by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, Callable

from tfgan_zoo.health import convergence, outputs, sources
from tfgan_zoo.health.finding import Evidence, Facts
from tfgan_zoo.health.history import History

Rule = Callable[[History, Facts], "Evidence | None"]

NON_FINITE = "non_finite"
# What keeps a generator from learning at all.
_STANDSTILL = (NON_FINITE, "dead_start")
_IMBALANCE = ("discriminator_too_strong", "discriminator_too_weak")
_NOT_LEARNT = (*_STANDSTILL, "vanishing_gradients", "batch_norm_gap")


@dataclasses.dataclass(frozen=True)
class Problem:
    """A kind of finding, and what it is found by.

    Attributes:
        title: for people.
        rule: what it says of the newest step, None if nothing is wrong.
        needs: sets of signals, one of which must be there, the best first;
            none if anything tells.
        signals: what a reader should see of it, the most telling first.
        paper: what explains it.
        is_failure: see `Finding`.
        signs_to_begin: examinations in a row that must show it.
        explained_by: kinds that it is a symptom of: while one of them goes
            on, it is not said.
    """

    title: str
    rule: Rule
    needs: tuple[tuple[str, ...], ...]
    signals: tuple[str, ...]
    paper: str
    is_failure: bool = False
    signs_to_begin: int = 3
    explained_by: tuple[str, ...] = ()

    def is_examined_by(
        self, record: Mapping[str, Any], history: History
    ) -> bool:
        """Whether a record brings what the rule looks at."""
        if not self.needs:
            return True
        for names in self.needs:
            if history.has(*names):
                return names[0] in record
        return False

    def can_be_examined(self, history: History) -> bool:
        """Whether the signals that the rule needs are there."""
        return not self.needs or any(
            history.has(*names) for names in self.needs
        )


PROBLEMS: dict[str, Problem] = {
    NON_FINITE: Problem(
        "Non-finite values",
        convergence.non_finite,
        needs=(),
        signals=(
            "non_finite",
            "discriminator_gradient_norm",
            "generator_gradient_norm",
        ),
        paper="Micikevicius et al. 2018 (arXiv:1710.03740), section 3.2, on "
        "what float16 cannot hold; Mescheder et al. 2018 (arXiv:1801.04406), "
        "on trainings that run away",
        is_failure=True,
        signs_to_begin=1,
    ),
    "dead_start": Problem(
        "Weights that do not change",
        convergence.dead_start,
        needs=(
            ("generator_update", "discriminator_update"),
            ("generator_loss", "discriminator_loss"),
        ),
        signals=("generator_update", "discriminator_update"),
        paper="Glorot and Bengio 2010 (AISTATS), on layers that saturate "
        "before they learn",
        is_failure=True,
        signs_to_begin=2,
    ),
    "vanishing_gradients": Problem(
        "Vanishing gradients",
        convergence.vanishing_gradients,
        needs=(("separation", "generator_gradient_norm"),),
        signals=("logit_gradient", "generator_gradient_norm", "separation"),
        paper="Arjovsky and Bottou 2017 (arXiv:1701.04862), theorem 2.4",
        is_failure=True,
        explained_by=_STANDSTILL,
    ),
    "discriminator_too_strong": Problem(
        "Discriminator too strong",
        convergence.discriminator_too_strong,
        needs=(("separation", "pixel_distance"), ("discriminator_loss",)),
        signals=("separation", "feature_distance", "pixel_distance"),
        paper="Arjovsky and Bottou 2017 (arXiv:1701.04862), theorem 2.1; "
        "Goodfellow et al. 2014 (arXiv:1406.2661), section 3",
        is_failure=True,
        explained_by=(*_STANDSTILL, "vanishing_gradients"),
    ),
    "discriminator_too_weak": Problem(
        "Discriminator too weak",
        convergence.discriminator_too_weak,
        needs=(("separation", "pixel_distance"),),
        signals=("separation", "feature_distance", "pixel_distance"),
        paper="Gulrajani et al. 2017 (arXiv:1704.00028), section 3, on what "
        "clipping takes from a critic; Heusel et al. 2017 (arXiv:1706.08500), "
        "on the two rates",
        is_failure=True,
        explained_by=_STANDSTILL,
    ),
    "divergence": Problem(
        "Divergence",
        convergence.divergence,
        needs=(("pixel_distance",),),
        signals=("feature_distance", "pixel_distance", "singular_value"),
        paper="Mescheder et al. 2018 (arXiv:1801.04406), section 3; Brock et "
        "al. 2019 (arXiv:1809.11096), section 4",
        is_failure=True,
        explained_by=_NOT_LEARNT,
    ),
    "oscillation": Problem(
        "Oscillation",
        convergence.oscillation,
        needs=(("drift",),),
        signals=("drift", "pixel_distance"),
        paper="Mescheder et al. 2017 (arXiv:1705.10461), section 3; Gidel et "
        "al. 2019 (arXiv:1802.10551)",
        explained_by=_STANDSTILL,
    ),
    "source_ignored": Problem(
        "Source ignored",
        sources.source_ignored,
        needs=(("source_distance", "pixel_diversity"),),
        signals=("pixel_diversity", "source_match", "source_distance"),
        paper="Isola et al. 2017 (arXiv:1611.07004), section 3.1, on "
        "discriminators that see the source",
        is_failure=True,
        explained_by=(*_NOT_LEARNT, *_IMBALANCE),
    ),
    "source_copied": Problem(
        "Output equal to source",
        sources.source_copied,
        needs=(("source_distance",),),
        signals=("source_distance", "source_match"),
        paper="Zhu et al. 2017 (arXiv:1703.10593), sections 5.2 and 6, on the "
        "identity term and on translations that change next to nothing",
        is_failure=True,
        explained_by=(*_STANDSTILL, "vanishing_gradients"),
    ),
    "color_collapse": Problem(
        "Colour collapse",
        sources.color_collapse,
        needs=(("color_variety",),),
        signals=("color_variety", "source_distance"),
        paper="Zhang et al. 2016 (arXiv:1603.08511), section 2, on distances "
        "of pixels that favour grey",
        explained_by=(*_NOT_LEARNT, "source_ignored", "source_copied"),
    ),
    "cycle_steganography": Problem(
        "Cycle steganography",
        sources.cycle_steganography,
        needs=(("cycle_noise_effect",),),
        signals=("cycle_noise_effect", "cycle_distance"),
        paper="Chu et al. 2017 (arXiv:1712.02950)",
        explained_by=_STANDSTILL,
    ),
    "mode_collapse": Problem(
        "Mode collapse",
        outputs.mode_collapse,
        needs=(("pixel_diversity", "pixel_distance"),),
        signals=("pixel_diversity", "feature_diversity", "duplicates"),
        paper="Goodfellow 2016 (arXiv:1701.00160), section 5.1.1; Lin et al. "
        "2018 (arXiv:1712.04086)",
        is_failure=True,
        explained_by=(*_NOT_LEARNT, *_IMBALANCE, "source_ignored"),
    ),
    "partial_mode_collapse": Problem(
        "Partial mode collapse",
        outputs.partial_mode_collapse,
        needs=(("duplicates", "pixel_diversity", "pixel_distance"),),
        signals=("duplicates", "feature_diversity", "pixel_diversity"),
        paper="Arora and Zhang 2018 (arXiv:1706.08224); Lin et al. 2018 "
        "(arXiv:1712.04086)",
        explained_by=(
            *_NOT_LEARNT,
            *_IMBALANCE,
            "mode_collapse",
            "source_ignored",
        ),
    ),
    "missing_classes": Problem(
        "Missing classes",
        outputs.missing_classes,
        needs=(("missing_classes",),),
        signals=("missing_classes", "classes_reached"),
        paper="Srivastava et al. 2017 (arXiv:1705.07761), section 4; Bau et "
        "al. 2019 (arXiv:1910.11626)",
        explained_by=(*_NOT_LEARNT, *_IMBALANCE, "mode_collapse"),
    ),
    "conditioning_ignored": Problem(
        "Labels ignored",
        outputs.conditioning_ignored,
        needs=(("label_effect",),),
        signals=("label_accuracy", "label_effect"),
        paper="Mirza and Osindero 2014 (arXiv:1411.1784); Miyato and Koyama "
        "2018 (arXiv:1802.05637), section 3",
        explained_by=(*_NOT_LEARNT, "mode_collapse"),
    ),
    "discriminator_overfitting": Problem(
        "Discriminator overfitting",
        outputs.discriminator_overfitting,
        needs=(("memory",),),
        signals=("memory", "real_accuracy", "held_out_accuracy"),
        paper="Karras et al. 2020 (arXiv:2006.06676), section 2; Zhao et al. "
        "2020 (arXiv:2006.10738)",
        explained_by=_STANDSTILL,
    ),
    "batch_norm_gap": Problem(
        "Batch-norm gap",
        outputs.batch_norm_gap,
        needs=(("batch_norm_gap",),),
        signals=("batch_norm_gap",),
        paper="Ioffe 2017 (arXiv:1702.03275), on batches too small for their "
        "statistics",
        explained_by=_STANDSTILL,
    ),
    "blurred": Problem(
        "Blurred samples",
        outputs.blurred,
        needs=(("sharpness",),),
        signals=("sharpness", "contrast"),
        paper="Mathieu et al. 2016 (arXiv:1511.05440); Sonderby et al. 2017 "
        "(arXiv:1610.04490), on noise on the discriminator's inputs",
        signs_to_begin=2,
        explained_by=(*_NOT_LEARNT, "mode_collapse", "source_ignored"),
    ),
    "constant_output": Problem(
        "Constant output",
        outputs.constant_output,
        needs=(("contrast",),),
        signals=("contrast", "saturation"),
        paper="Goodfellow 2016 (arXiv:1701.00160), section 5.1.1",
        is_failure=True,
        explained_by=_NOT_LEARNT,
    ),
}
"""What the doctor looks for, by name, in the order of examination."""
