"""What every feature network is: images in, features and logits out."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from typing import Callable, NamedTuple, Union

import numpy as np
import tensorflow as tf

from tfgan_zoo.evaluation import arrays

# Images of a call, and values that they may hold in all: layers of a network
# for large ones hold thirty times as many.
_BATCH_SIZE, _BATCH_VALUES = 250, 2**22


class FeatureOutput(NamedTuple):
    """A feature network's output for images.

    Attributes:
        features: float32 [N, D].
        logits: float32 [N, K]; None of a network without classes.
    """

    features: np.ndarray
    logits: np.ndarray | None


@dataclasses.dataclass(frozen=True)
class Resizing:
    """How images get the size that a network takes.

    Attributes:
        name: as a protocol states it.
        resize: float32 [N, H, W, C] in [0, 255], and (height, width).
    """

    name: str
    resize: Callable[[tf.Tensor, tuple[int, int]], tf.Tensor]


def _antialiased(images: tf.Tensor, size: tuple[int, int]) -> tf.Tensor:
    return tf.image.resize(images, size, "bilinear", antialias=True)


def _bicubic(images: tf.Tensor, size: tuple[int, int]) -> tf.Tensor:
    resized = tf.image.resize(images, size, "bicubic", antialias=True)
    # It overshoots at edges.
    return tf.clip_by_value(resized, 0.0, 255.0)


def _as_tensorflow_1(images: tf.Tensor, size: tuple[int, int]) -> tf.Tensor:
    return tf.raw_ops.ResizeBilinear(images=images, size=size)


ANTIALIASED = Resizing("bilinear, antialiased", _antialiased)
BICUBIC = Resizing("bicubic, antialiased", _bicubic)
# Corners of pixels, not centres, as the original FID resizes.
TENSORFLOW_1 = Resizing("bilinear of TensorFlow 1", _as_tensorflow_1)


@dataclasses.dataclass(frozen=True)
class FeatureNetwork:
    """A network whose features represent images in comparisons.

    Attributes:
        name: of the network, or its path.
        version: of the weights; "" if only the hash identifies them.
        sha256: of its files.
        image_shape: (height, width, channels) of its input.
        network: float32 [B, H, W, C] in [0, 255] -> features [B, D] and
            logits [B, K], or None for these.
        resizing: how images of another size are resized.
        copies_grey: whether grey images are copied to three channels.
        class_names: a name per logit; empty if they are unknown, or if there
            are no logits.
    """

    name: str
    version: str
    sha256: str
    image_shape: tuple[int, int, int]
    network: Callable[[tf.Tensor], tuple[tf.Tensor, tf.Tensor | None]]
    resizing: Resizing = ANTIALIASED
    copies_grey: bool = False
    class_names: tuple[str, ...] = ()

    def __call__(self, images: np.ndarray) -> FeatureOutput:
        """Returns features and logits of images.

        Args:
            images: uint8 [N, H, W, C], N at least 1.

        Returns:
            `features`, float32 [N, D], and `logits`, float32 [N, K], or None.

        Raises:
            ValueError: `images` are not such an array, or have another number
                of channels than the network takes.
        """
        images = arrays.pixels(images)
        self.check(images.shape[1:])
        if not len(images):
            raise ValueError("`images` must hold one or more. Received: 0.")
        batches = _batches(images, self._batch_size())
        parts = [self._compiled(batch) for batch in batches]
        features = np.concatenate([output.numpy() for output, _ in parts])
        logits = None
        if parts[0][1] is not None:
            logits = np.concatenate([output.numpy() for _, output in parts])
            logits = logits[: len(images)]
        return FeatureOutput(features[: len(images)], logits)

    def at_once(self, images: np.ndarray) -> FeatureOutput:
        """Runs images as one batch, which must always be as large.

        Args:
            images: as of a call, as many as memory allows.
        """
        features, logits = self._compiled(tf.constant(arrays.pixels(images)))
        return FeatureOutput(
            features.numpy(), None if logits is None else logits.numpy()
        )

    def check(self, image_shape: tuple[int, ...]) -> None:
        """Checks that it takes images of a shape, resized if need be.

        Raises:
            ValueError: their channels are not its own.
        """
        known = self.image_shape[-1]
        if len(image_shape) != 3:
            raise ValueError(
                f"The feature network {self.name} takes images. "
                f"Received: samples of shape {tuple(image_shape)}."
            )
        channels = image_shape[-1]
        if channels != known and not (self.copies_grey and channels == 1):
            raise ValueError(
                f"The feature network {self.name} takes {_colours(known)} "
                f"images. Received: {_colours(channels)} ones."
            )

    def how_resized(self, image_shape: tuple[int, ...]) -> str:
        """Says what becomes of images of a shape, for a protocol."""
        size = self.image_shape[:2]
        how = "none"
        if tuple(image_shape[:2]) != size:
            how = f"{self.resizing.name}, to {size[0]} x {size[1]}"
        if image_shape[-1] != self.image_shape[-1]:
            how += "; grey copied to three channels"
        return how

    def _batch_size(self) -> int:
        fitting = _BATCH_VALUES // math.prod(self.image_shape)
        return max(1, min(_BATCH_SIZE, fitting))

    def _compiled(self, batch: tf.Tensor) -> tuple:
        # One trace a shape of images, kept with the network.
        function = self.__dict__.get("_function")
        if function is None:
            function = tf.function(self._extract)
            self.__dict__["_function"] = function
        return function(batch)

    def _extract(self, batch: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        images = tf.cast(batch, tf.float32)
        size = self.image_shape[:2]
        if tuple(images.shape[1:3]) != size:
            images = self.resizing.resize(images, size)
        if images.shape[-1] != self.image_shape[-1]:
            images = tf.repeat(images, self.image_shape[-1], axis=-1)
        return self.network(images)


class Coordinates:
    """Of points in the plane, whose coordinates are their features.

    The attributes are those of `FeatureNetwork`.
    """

    name = "coordinates"
    version = ""
    sha256 = ""
    class_names: tuple[str, ...] = ()

    def __call__(self, points: np.ndarray) -> FeatureOutput:
        """Takes points, float [N, D]."""
        return FeatureOutput(points, None)

    def check(self, image_shape: tuple[int, ...]) -> None:
        """Checks that samples are points.

        Raises:
            ValueError: they are images.
        """
        if len(image_shape) != 1:
            raise ValueError(
                "The data are points, so samples must be. "
                f"Received: samples of shape {tuple(image_shape)}."
            )

    def how_resized(self, _: tuple[int, ...]) -> str:
        return "none"


class NoFeatures:
    """Of images that are compared with their targets, pixel by pixel.

    The attributes are those of `FeatureNetwork`.
    """

    name = "none"
    version = ""
    sha256 = ""
    class_names: tuple[str, ...] = ()

    def __call__(self, images: np.ndarray) -> FeatureOutput:
        """Takes images [N, H, W, C], and returns zeros [N, 1]."""
        return FeatureOutput(np.zeros([len(images), 1], np.float32), None)

    def check(self, _: tuple[int, ...]) -> None:
        """Takes images of any shape."""

    def how_resized(self, _: tuple[int, ...]) -> str:
        return "none"


AnyNetwork = Union[FeatureNetwork, Coordinates, NoFeatures]
"""A feature network, or what stands for one: of points, or of no features."""


def normalize(images: tf.Tensor) -> tf.Tensor:
    """Maps [0, 255] to [-1, 1]."""
    return images / 127.5 - 1.0


def _batches(images: np.ndarray, size: int) -> Iterator[tf.Tensor]:
    """Yields batches of one size: others may be summed in another order."""
    for start in range(0, len(images), size):
        batch = images[start : start + size]
        missing = size - len(batch)
        if missing:
            batch = np.concatenate([batch, np.repeat(batch[:1], missing, 0)])
        yield tf.constant(batch)


def _colours(channels: int) -> str:
    return {1: "grey (1 channel)", 3: "colour (3 channels)"}[channels]
