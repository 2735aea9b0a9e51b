"""The settings of a training that begins with trained weights."""

# Without `from __future__ import annotations`: the types are read at run time.
import dataclasses
from typing import Optional

from tfgan_zoo.settings import ON, Settings, setting


@dataclasses.dataclass(frozen=True)
class StartSettings(Settings):
    """Which trained weights a training begins with."""

    start_from: Optional[str] = setting(
        None,
        help="Trained networks to begin with: the name of a generator that "
        "ships, see tfgan-zoo list, or the folder of a run, of an export or of "
        "GAN.save.",
        is_path=True,
    )
    start_checkpoint: str = setting(
        "newest",
        help="Which checkpoint of a run to begin with; best needs a run with "
        "evaluate_every.",
        choices=("newest", "best"),
        needs=("start_from", ON),
    )
    start_fingerprint: Optional[str] = setting(
        None,
        help="Fingerprint of the weights to begin with, by default whichever "
        "are there; others are refused.",
        needs=("start_from", ON),
    )
