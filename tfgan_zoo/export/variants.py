"""The TFLite files that an export can hold, and how near each must come."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from tfgan_zoo import checks

# By how many of a pixel's 256 values the mean may be off, in 8 bits.
MEAN_LIMIT = 4.0
# Rounding adds up in a deep network, and a tanh is steep where it is 0: so
# much of the pixels keeps to a limit, and the rest to ten times it.
MOST = 0.999
FEW_MAY = 10.0


@dataclasses.dataclass(frozen=True)
class Variant:
    """A way to store and compute a generator's numbers.

    Attributes:
        name: see `--tflite`.
        stores: what the file holds, in a few words.
        limit: by how much pixels in [-1, 1] may differ from the SavedModel's;
            None where the mean alone is bounded.
        in_integers: whether activations have 8 bits too.
        returns_uint8: whether its images are uint8, to be shown as they are.
    """

    name: str
    stores: str
    limit: float | None = None
    in_integers: bool = False
    returns_uint8: bool = False

    @property
    def file_name(self) -> str:
        return f"generator_{self.name}.tflite"


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant("float32", "weights of 32 bits", limit=1e-5),
        Variant("float16", "weights of 16 bits, sums of 32", limit=5e-3),
        Variant("dynamic", "weights of 8 bits, sums of floats"),
        Variant(
            "int8", "all of 8 bits, but what goes in and out", in_integers=True
        ),
        Variant(
            "int8_uint8",
            "all of 8 bits, images of uint8",
            in_integers=True,
            returns_uint8=True,
        ),
    )
}
DEFAULT = ("float32",)


def select(names: Sequence[str]) -> list[Variant]:
    """Returns the variants of these names, in the table's order.

    Raises:
        ValueError: one is unknown, or there is none.
    """
    for name in names:
        checks.one_of("tflite", name, VARIANTS)
    if not names:
        raise ValueError("`tflite` must name a variant. Received: none.")
    return [variant for name, variant in VARIANTS.items() if name in names]
