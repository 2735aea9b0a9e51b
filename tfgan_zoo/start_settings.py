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
        help="Trained networks to start from: a name that tfgan-zoo list "
        "shows, the folder of a run, of an export or of GAN.save, or "
        "hf://owner/name.",
        is_path=True,
    )
    start_checkpoint: str = setting(
        "newest",
        help="Checkpoint to start from, if start_from is a run; only evaluated "
        "runs have a best one.",
        choices=("newest", "best"),
        needs=("start_from", ON),
    )
    start_fingerprint: Optional[str] = setting(
        None,
        help="Fingerprint that the weights of start_from must have.",
        default_text="any",
        needs=("start_from", ON),
    )
