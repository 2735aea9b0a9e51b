"""Images made from images, by an export's files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import images
from tfgan_zoo.export import batches
from tfgan_zoo.export.loading import load, require_images, running
from tfgan_zoo.inputs import ENLARGE, IMAGE, InputSpec

_TIMES = (1, 2)

# An image takes some hundred bytes of memory for each of its pixels.
MAX_PIXELS = 2**22
_PIXELS_A_BATCH = 2**18  # of the images that go in


class Translator:
    """Translates or enlarges images by an exported SavedModel.

    Args:
        folder: of an export, or its SavedModel.
        trust: see `loading.load`.

    Attributes:
        metadata: what the export says of itself.
        spec: of the images that it takes.

    Raises:
        FileNotFoundError: `folder` is no export.
        ValueError: its SavedModel cannot be loaded, or takes no images.
    """

    def __init__(self, folder: Path, *, trust: bool = False) -> None:
        # The loaded object owns the variables that the signature reads.
        self._loaded, self.metadata = load(folder, trust=trust)
        self.spec: InputSpec = self.metadata.inputs[0]
        if self.spec.kind != IMAGE:
            raise ValueError(
                "Images are input for a generator that translates or enlarges, "
                "such as one of pix2pix or upsampler. "
                f"Received: an export of {self.metadata.architecture}, which "
                f"takes {self.spec.name}."
            )
        # Exports of the first version lack the signature `translate`.
        self._serve = self._loaded.signatures["serving_default"]

    def translate(
        self,
        sources: np.ndarray,
        labels: np.ndarray | None = None,
        *,
        times: int = 1,
    ) -> np.ndarray:
        """Returns what the generator makes of images.

        Args:
            sources: uint8 [N, H, W, C] of any H and W that are multiples of
                `spec.multiple`.
            labels: int32 [N] of a conditional generator, else None.
            times: 2 enlarges an enlarged image, in full precision from the one
                to the other.

        Returns:
            uint8 [N, H, W, C]; of a generator that enlarges, of larger ones.

        Raises:
            ValueError: the generator does not take such images, or the result
                would have over `MAX_PIXELS` pixels; or `times` is not for it.
            MemoryError: they do not fit into memory.
        """
        self._require_times(times)
        channels = self.spec.shape[-1]
        is_images = sources.dtype == np.uint8 and sources.ndim == 4
        if not is_images or sources.shape[-1] != channels:
            raise ValueError(
                f"Images must be uint8 [N, H, W, {channels}], as the "
                "generator was trained. "
                f"Received: {sources.dtype} {list(sources.shape)}."
            )

        def translate(rows: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
            made = images.from_uint8(rows)
            for _ in range(times):
                made = self._run(made, labels)
            return images.to_uint8(made)

        return self._in_batches(translate, sources, labels, times)

    def float_images(
        self, sources: np.ndarray, labels: np.ndarray | None = None
    ) -> np.ndarray:
        """Returns what the generator makes of images, before it is rounded.

        Args:
            sources: float32 [N, H, W, C] in [-1, 1], see `translate`.
            labels: see `translate`.

        Returns:
            float32 [N, H, W, C] in [-1, 1]; see `translate`.

        Raises:
            ValueError: see `translate`.
            MemoryError: they do not fit into memory.
        """
        return self._in_batches(self._run, sources, labels, 1)

    def output_shape(
        self, height: int, width: int, *, times: int = 1
    ) -> tuple[int, int, int]:
        """Returns (height, width, channels) of what becomes of an image."""
        for _ in range(times):
            height = height * self.metadata.image_shape[0] // self.spec.shape[0]
            width = width * self.metadata.image_shape[1] // self.spec.shape[1]
        return height, width, self.metadata.image_shape[-1]

    def _run(self, sources: tf.Tensor, labels: tf.Tensor | None) -> Any:
        named = {self.spec.name: sources}
        if labels is not None:
            named[self.metadata.inputs[1].name] = labels
        with running():
            made = self._serve(**named)["images"]
        return require_images(made, len(sources))

    def _in_batches(
        self, function: Any, sources: np.ndarray, labels: Any, times: int
    ) -> np.ndarray:
        height, width = sources.shape[1:3]
        self._require_size(height, width, times)
        dtype = np.uint8 if sources.dtype == np.uint8 else np.float32
        shape = self.output_shape(height, width, times=times)
        return batches.run(
            function,
            sources,
            labels,
            batch_size=max(1, _PIXELS_A_BATCH // (height * width)),
            empty=np.empty([0, *shape], dtype),
        )

    def _require_times(self, times: int) -> None:
        most = max(_TIMES) if self.metadata.task == ENLARGE else min(_TIMES)
        if times not in _TIMES or times > most:
            raise ValueError(
                "`times` must be 1 or, of a generator that enlarges, 2. "
                f"Received: {times}."
            )

    def _require_size(self, height: int, width: int, times: int) -> None:
        multiple = self.spec.multiple
        if not height * width or height % multiple or width % multiple:
            raise ValueError(
                f"The sides of images must be multiples of {multiple}. "
                f"Received: {height} x {width}."
            )
        height, width, _ = self.output_shape(height, width, times=times)
        if height * width > MAX_PIXELS:
            raise ValueError(
                f"An image must have {MAX_PIXELS:,} pixels at most when the "
                f"generator has made it. Received: {height} x {width}."
            )
