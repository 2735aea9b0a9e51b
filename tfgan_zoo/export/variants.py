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
# By how much more files may be off than weights rounded to as many bits, where
# that is more than these limits. In integers activations are rounded as well.
ROUNDINGS, ROUNDINGS_IN_INTEGERS = 3.0, 5.0
_FLOAT16_LIMIT = 5e-3
_ROUNDING = 0.5 / 127.5  # half a level of 255, of values in [-1, 1]


@dataclasses.dataclass(frozen=True)
class Variant:
    """A way to store and compute a generator's numbers.

    Attributes:
        name: see `--tflite`.
        stores: what the file holds, in a few words.
        limit: by how much pixels in [-1, 1] may differ from the SavedModel's;
            None where the mean alone is bounded.
        weight_bits: of each weight.
        in_integers: whether activations have 8 bits too.
        uses_uint8: whether its images, those that it takes too, are uint8
            pixels as files and screens have them.
    """

    name: str
    stores: str
    limit: float | None = None
    weight_bits: int = 8
    in_integers: bool = False
    uses_uint8: bool = False

    @property
    def file_name(self) -> str:
        return f"generator_{self.name}.tflite"


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant("float32", "weights of 32 bits", limit=1e-5, weight_bits=32),
        Variant(
            "float16",
            "weights of 16 bits, sums of 32",
            limit=_FLOAT16_LIMIT,
            weight_bits=16,
        ),
        Variant("dynamic", "weights of 8 bits, sums of floats"),
        Variant(
            "int8", "all of 8 bits, but what goes in and out", in_integers=True
        ),
        Variant(
            "uint8",
            "weights of 16 bits, sums of 32, images of uint8",
            limit=_FLOAT16_LIMIT + _ROUNDING,
            weight_bits=16,
            uses_uint8=True,
        ),
        Variant(
            "int8_uint8",
            "all of 8 bits, images of uint8",
            in_integers=True,
            uses_uint8=True,
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
