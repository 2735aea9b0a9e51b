"""The settings of generators that take images, in a recipe."""

# Without `from __future__ import annotations`: the types are read at run time.
import dataclasses

from tfgan_zoo.settings import AMOUNT, SHARE, Settings, list_settings, setting


@dataclasses.dataclass(frozen=True)
class TranslationSettings(Settings):
    """What a generator that takes images translates, and what it preserves."""

    source: str = setting(
        "data",
        help="Source images of a translation: data, those of the data set; or "
        "edges, grey or small, which are made from its images.",
        choices=("data", "edges", "grey", "small"),
    )
    upscale_factor: int = setting(
        2,
        help="How many times higher and wider the output is than the input, "
        "for an architecture that enlarges.",
        choices=(2, 4),
        is_structural=True,
    )
    reconstruction_weight: float = setting(
        0.0,
        help="Weight of the L1 distance between output and target.",
        limits=AMOUNT,
    )
    cycle_weight: float = setting(
        0.0, help="Weight of the cycle consistency loss.", limits=AMOUNT
    )
    patch_nce_weight: float = setting(
        0.0,
        help="Weight of PatchNCE, the contrastive loss of patches.",
        limits=AMOUNT,
    )
    identity_weight: float = setting(
        0.0,
        help="Weight of the identity loss, by which the generator leaves "
        "targets unchanged.",
        limits=AMOUNT,
    )
    jitter: float = setting(
        0.0,
        help="Strength of random scaling and shifting; above 0, images are "
        "also mirrored.",
        limits=SHARE,
    )


# No other generators use them.
NAMES = tuple(s.name for s in list_settings(TranslationSettings))
