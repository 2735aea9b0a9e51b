"""Which files an export holds beside its SavedModel."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from tfgan_zoo import checks
from tfgan_zoo.export import proof, variants

PRECISIONS = ("float32", "bfloat16")


@dataclasses.dataclass(frozen=True)
class TFLiteSettings:
    """Which TFLite files an export holds, and which second SavedModel.

    Attributes:
        names: of the variants, in `variants.VARIANTS`.
        batch_size: images that a call makes, of each file.
        mean_limit: by how many of a pixel's 256 values the mean of an image in
            8 bits may be off; None for `variants.MEAN_LIMIT`, or more where
            rounding the weights alone costs as much, see `comparison.require`.
        sources: uint8 [N, H, W, C], images such as the generator will take, to
            calibrate files in 8 bits and to compare all by; None takes random
            ones.
        author, license, model_version: for the files' metadata, see
            `tflite_metadata.add`: a line of printable text of at most 200
            characters each, or "", which leaves one out.
        saved_model_precision: "bfloat16" writes `saved_model_bfloat16` as
            well, a SavedModel that computes in it; of architectures of the
            zoo alone.

    Raises:
        TypeError: a text is none.
        ValueError: a name is unknown, a number out of its range, or a text is
            blank, too long or not one printable line.
    """

    names: Sequence[str] = variants.DEFAULT
    batch_size: int = 1
    mean_limit: float | None = None
    sources: np.ndarray | None = dataclasses.field(
        default=None, compare=False, repr=False
    )
    author: str = ""
    license: str = ""
    model_version: str = ""
    saved_model_precision: str = "float32"

    def __post_init__(self) -> None:
        variants.select(self.names)
        checks.one_of(
            "saved_model_precision", self.saved_model_precision, PRECISIONS
        )
        if not 1 <= self.batch_size <= proof.IMAGES:
            raise ValueError(
                f"`tflite_batch_size` must be between 1 and {proof.IMAGES}. "
                f"Received: {self.batch_size}."
            )
        if self.mean_limit is not None:
            checks.in_range("tflite_mean_limit", self.mean_limit, (0.0, 255.0))
        for name in ("author", "license", "model_version"):
            text = getattr(self, name)
            if text != "":
                checks.printable_line(name, text)


FLOAT32_ALONE = TFLiteSettings()
