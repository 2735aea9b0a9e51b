"""Images of an export, from its files alone."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import images, random
from tfgan_zoo import labels as class_labels
from tfgan_zoo.export import batches
from tfgan_zoo.export import seeds as sample_seeds
from tfgan_zoo.export.loading import (
    fingerprint,
    load,
    require_images,
    running,
)
from tfgan_zoo.inputs import LATENTS, InputSpec
from tfgan_zoo.latents import Distribution

_BATCH_SIZE = 64
_LATENTS_BATCH_SIZE = 4096


class Sampler:
    """Samples images by seed, or by latents, from an exported SavedModel.

    Args:
        folder: of an export, or its SavedModel.
        trust: see `loading.load`.

    Attributes:
        metadata: what the export says of itself.
        latents_spec: of its latents.
        num_classes: labels that it takes, 0 if none.
        sha256: of its graph and weights.

    Raises:
        FileNotFoundError: `folder` is no export.
        ValueError: its SavedModel cannot be loaded, or samples nothing by
            seed.
    """

    def __init__(self, folder: Path, *, trust: bool = False) -> None:
        # The loaded object owns the variables that the functions read.
        self._loaded, self.metadata = load(folder, trust=trust)
        self.num_classes = self.metadata.num_classes
        self.sha256 = fingerprint(folder)
        self.latents_spec: InputSpec = self.metadata.inputs[0]
        signatures = self._loaded.signatures
        if "sample" not in signatures or self.latents_spec.kind != LATENTS:
            raise ValueError(
                "The generator must take random latents; to one that takes "
                "images, `tfgan-sample --input` gives them. "
                f"Received: an export of {self.metadata.architecture}, which "
                f"takes {self.latents_spec.name}."
            )
        self._sample = signatures["sample"]
        self._serve = signatures["serving_default"]

    def sample(
        self,
        seeds: np.ndarray,
        labels: np.ndarray | int | None = None,
        *,
        truncation: float | None = None,
    ) -> np.ndarray:
        """Returns the images of seeds, of truncated latents if it is given.

        Args:
            seeds: int64 [N].
            labels: int32 [N], or one for all, for a conditional generator.
                Without them, the images cycle through the classes.
            truncation: see `InputSpec.from_normals`.

        Returns:
            uint8 [N, H, W, C]; of points, float32 [N, D].

        Raises:
            ValueError: see `seeds.as_array`, `labels.broadcast_labels` and
                `InputSpec.from_normals`; or the model fails.
            MemoryError: they do not fit into memory.
        """

        def sample(rows: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
            return self._sample(seeds=rows, **self._by_name(labels))["images"]

        if truncation is not None:
            sample = functools.partial(
                self.latents_spec.sample,
                self.generate,
                self._latents_maker(truncation),
            )
        rows = sample_seeds.as_array(seeds)
        return self._batched(sample, rows, labels, dtype=self._sample_dtype())

    def normals(self, seeds: np.ndarray) -> np.ndarray:
        """Returns the standard normals that make the latents of `seeds`.

        Args:
            seeds: int64 [N].

        Returns:
            float32 [N, Z].

        Raises:
            ValueError: see `seeds.as_array`.
            MemoryError: they do not fit into memory.
        """
        size = self.latents_spec.size
        return batches.run(
            lambda rows, _: random.seeded_normal(rows, size),
            sample_seeds.as_array(seeds),
            batch_size=_LATENTS_BATCH_SIZE,
            empty=np.empty([0, size], np.float32),
        )

    def latents(
        self, normals: np.ndarray, *, truncation: float | None = None
    ) -> np.ndarray:
        """Returns the latents that are made of standard normals.

        Args:
            normals: float32 [N, Z].
            truncation: see `InputSpec.from_normals`.

        Returns:
            float32 [N, Z].

        Raises:
            ValueError: see `InputSpec.from_normals`.
            MemoryError: they do not fit into memory.
        """
        make = self._latents_maker(truncation)
        return batches.run(
            lambda rows, _: make(rows),
            normals,
            batch_size=_LATENTS_BATCH_SIZE,
            empty=np.empty([0, self.latents_spec.size], np.float32),
        )

    def _latents_maker(self, truncation: float | None) -> Distribution:
        make = functools.partial(
            self.latents_spec.from_normals, truncation=truncation
        )
        make(tf.zeros([1, self.latents_spec.size]))  # raises before any work
        return make

    def images(
        self, latents: np.ndarray, labels: np.ndarray | int | None = None
    ) -> np.ndarray:
        """Returns the images of latents.

        Args:
            latents: float32 [N, Z].
            labels: see `sample`.

        Returns:
            uint8 [N, H, W, C]; of points, float32 [N, D].

        Raises:
            ValueError: see `labels.broadcast_labels`; or the model fails.
            MemoryError: see `sample`.
        """

        def generate(rows: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
            return images.to_output_dtype(self.generate(rows, labels))

        return self._batched(
            generate, latents, labels, dtype=self._sample_dtype()
        )

    def float_images(
        self, latents: np.ndarray, labels: np.ndarray | int | None = None
    ) -> np.ndarray:
        """Returns the images of latents before they are rounded.

        Args:
            latents: float32 [N, Z].
            labels: see `sample`.

        Returns:
            float32 [N, H, W, C] in [-1, 1]; of points, [N, D].

        Raises:
            ValueError: see `labels.broadcast_labels`; or the model fails.
            MemoryError: see `sample`.
        """
        return self._batched(self.generate, latents, labels, dtype=np.float32)

    def generate(
        self, latents: tf.Tensor, labels: tf.Tensor | None = None
    ) -> tf.Tensor:
        """Returns images in [-1, 1], differentiable by latents.

        Args:
            latents: float32 [N, Z].
            labels: int32 [N], None of an unconditional generator.

        Returns:
            float32 [N, H, W, C]; of points, [N, D].
        """
        with running():
            named = {self.latents_spec.name: latents, **self._by_name(labels)}
            return self._serve(**named)["images"]

    @property
    def serving_function(self) -> Any:
        """The signature `serving_default`, a concrete function."""
        return self._serve

    def _by_name(self, labels: tf.Tensor | None) -> dict[str, tf.Tensor]:
        if labels is None:
            return {}
        return {self.metadata.inputs[1].name: labels}

    def _sample_dtype(self) -> Any:
        return np.float32 if self.metadata.makes_points else np.uint8

    def _batched(
        self, function: Any, rows: np.ndarray, labels: Any, *, dtype: Any
    ) -> np.ndarray:
        def run(some: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
            with running():
                return require_images(function(some, labels), len(some))

        return batches.run(
            run,
            rows,
            class_labels.broadcast_labels(len(rows), labels, self.num_classes),
            batch_size=_BATCH_SIZE,
            empty=np.empty([0, *self.metadata.image_shape], dtype),
        )
