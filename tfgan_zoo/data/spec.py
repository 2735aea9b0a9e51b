"""What a data set is, and what is asked for."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

from tfgan_zoo import checks, paths

# What a data set's name begins with that has sources.
PAIRS = "pairs:"
UNPAIRED = "unpaired:"
EMOJI_DRAWINGS = "emoji_drawings"  # the whole name
# What files do not name that were written before there were sources.
_NEWER = ("source_channels", "paired", "has_drawings")


@dataclasses.dataclass(frozen=True)
class Feature:
    """One named value of an example.

    Attributes:
        kind: `image`, `point` or `label`.
        shape: of one example's, as it is stored.
        dtype: as it is stored.
    """

    kind: str
    shape: tuple[int, ...]
    dtype: str


@dataclasses.dataclass(frozen=True)
class DatasetSpec:
    """What every example of a data set has in common.

    Attributes:
        name: the name it was asked for by, or the folder's own name.
        height, width: of every image, in pixels; None of points.
        channels: 1 (grey) or 3 (RGB); None of points.
        class_names: one a label, in the labels' order; empty if unlabelled.
        source_channels: of the images that are to be translated, which are of
            the same height and width; None if there are none.
        paired: whether an image is what its source becomes, pixel by pixel,
            which it is not in two folders without pairs.
        has_drawings: whether these are line drawings, black on white.
    """

    name: str
    height: int | None
    width: int | None
    channels: int | None
    class_names: tuple[str, ...] = ()
    source_channels: int | None = None
    paired: bool = True
    has_drawings: bool = False

    @property
    def image_shape(self) -> tuple[int, ...]:
        """(height, width, channels), or (2,) of points in the plane."""
        if self.height is None or self.width is None or self.channels is None:
            return (2,)
        return (self.height, self.width, self.channels)

    @property
    def num_classes(self) -> int:
        """0 if the data set is unlabelled."""
        return len(self.class_names)

    @property
    def features(self) -> dict[str, Feature]:
        """What an example has, by name.

        `image` (or a point), `label` if the data set is labelled, and
        `source`, the image to be translated into `image`, if it has that.
        """
        shape = self.image_shape
        features = {"image": Feature("point", shape, "float32")}
        if self.height is not None and self.width is not None:
            features = {"image": Feature("image", shape, "uint8")}
        if self.num_classes:
            features["label"] = Feature("label", (), "int32")
        if self.source_channels is not None:
            shape = (*shape[:2], self.source_channels)
            features["source"] = Feature("image", shape, "uint8")
        return features

    @property
    def image_names(self) -> tuple[str, ...]:
        """The features that are images, `image` the first of them."""
        return tuple(
            name
            for name, feature in self.features.items()
            if feature.kind == "image"
        )

    def to_dict(self) -> dict[str, Any]:
        """Returns the attributes, without what older files do not have."""
        values = dataclasses.asdict(self)
        for name in _NEWER:
            if values[name] == getattr(DatasetSpec, name):
                del values[name]
        return values


@dataclasses.dataclass(frozen=True)
class DataRequest:
    """Which data set is asked for, and in which form.

    Attributes:
        dataset: `fashion_mnist_10k`, `smileys`, `stacked_mnist`, `ring8`,
            `grid25`, `xor`, a TFDS name or the path of a folder. With sources:
            `emoji_drawings`, `pairs:FOLDER` or `unpaired:FOLDER_A,FOLDER_B`.
        image_size: side of the square images in pixels; None is the data's
            own size where all have one and it is square, else 64. Points
            have none.
        channels: 1 (grey) or 3 (RGB); None is the data's own, 3 for a folder.
            Points have none.
        data_dir: where TFDS keeps its data sets; None is its own default.
        download: whether TFDS may download and prepare what is not there.
        cache_dir: where packed images are kept; None is `tfgan_zoo` in the
            user's cache folder (`$XDG_CACHE_HOME` or `~/.cache`).
        strict: whether an image that cannot be read is an error.
        split: of a TFDS data set, of `stacked_mnist`, `emoji_drawings` or
            `smileys`, or of a folder that holds splits, by the name of one
            (`valid`) or what it stands for; the other sources have `train`
            only. None is `train`, and of a folder all of it, which then must
            not hold splits.
        class_names: the order by which a run has numbered the classes of a
            folder before; an empty one is of data without labels. None is the
            natural order.
        value_range: the values, (least, greatest) or "least,greatest", that
            become black and white in images of more than 8 bits a sample;
            None finds out how many bits 16-bit integers use, all images of
            the data set together, and leaves other numbers out.
        sample_bits: how many bits 16-bit integers use, 8 to 16, where images
            of other sets or splits go by the same scale; None finds it out.
        source_channels: of the sources of pairs; None is as of the images.
        image_width: in pixels, where the images are not square; `image_size`
            is the height then.

    Raises:
        ValueError: a field holds what no data set can have.
    """

    dataset: str
    image_size: int | None = None
    channels: int | None = None
    data_dir: str | None = None
    download: bool = False
    cache_dir: str | None = None
    strict: bool = False
    split: str | None = None
    class_names: tuple[str, ...] | None = None
    value_range: str | tuple[float, float] | None = None
    sample_bits: int | None = None
    image_width: int | None = None
    source_channels: int | None = None

    @property
    def split_name(self) -> str:
        """The split, `train` where none is named."""
        return self.split or "train"

    def __post_init__(self) -> None:
        if self.value_range is not None:
            checks.value_range("value_range", self.value_range)
        if self.sample_bits not in (None, *range(8, 17)):
            raise ValueError(
                f"`sample_bits` must be from 8 to 16. "
                f"Received: {self.sample_bits}."
            )
        if not self.dataset:
            raise ValueError(
                "`dataset` must be a name or the path of a folder. "
                f"Received: {self.dataset!r}."
            )
        for name in ("dataset", "data_dir", "cache_dir"):
            if getattr(self, name) is not None:
                expanded = _expand(os.fspath(getattr(self, name)))
                object.__setattr__(self, name, expanded)
        for name in ("image_size", "image_width"):
            size = getattr(self, name)
            if size is not None and size < 1:
                raise ValueError(
                    f"`{name}` must be at least 1. Received: {size}."
                )
        if self.image_width is not None and self.image_size is None:
            raise ValueError(
                "`image_width` needs `image_size`, the height. "
                f"Received: {self.image_width} alone."
            )
        if self.channels not in (None, 1, 3):
            raise ValueError(
                "`channels` must be 1 (grey) or 3 (RGB). "
                f"Received: {self.channels}."
            )

    def choose_size(self, default: int) -> tuple[int, int]:
        """Returns height and width, `default` each where none is given."""
        height = self.image_size or default
        return height, self.image_width or height

    @property
    def value_limits(self) -> tuple[float, float] | None:
        """`value_range` as numbers."""
        if self.value_range is None:
            return None
        return checks.value_range("value_range", self.value_range)

    def require_eight_bits(self) -> None:
        """Checks that a data set of 8 bits a sample is asked for as such.

        Raises:
            ValueError: a range or depth of more than 8 bits is given.
        """
        for name in ("value_range", "sample_bits"):
            value = getattr(self, name)
            if value is not None:
                raise ValueError(
                    f"`{name}` is of images of more than 8 bits, which "
                    f"{self.dataset} does not have. Received: {value}."
                )


def has_sources(dataset: str) -> bool:
    """Whether a data set of that name has images to be translated."""
    return dataset == EMOJI_DRAWINGS or dataset.startswith((PAIRS, UNPAIRED))


def _expand(text: str) -> str:
    """Expands `~` at the start of each path."""
    for prefix in (PAIRS, UNPAIRED):
        if text.startswith(prefix):
            folders = text[len(prefix) :].split(",")
            return prefix + ",".join(map(paths.expand_text, folders))
    return paths.expand_text(text)
