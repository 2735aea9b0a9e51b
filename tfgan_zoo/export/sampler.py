"""Images of an export, from its files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import images, random
from tfgan_zoo import labels as class_labels
from tfgan_zoo.export import batches, latent_space
from tfgan_zoo.export import seeds as sample_seeds
from tfgan_zoo.export.loading import (
    fingerprint,
    load,
    require_images,
    running,
)

_BATCH_SIZE = 64
_LATENTS_BATCH_SIZE = 4096
# How far a device's sums in another order may move a pixel, a coordinate.
_PIXELS, _POINTS = 2, 1e-3

_seeded_normal = tf.function(random.seeded_normal)


class Sampler:
    """Draws images by seed, or by latents, from an exported SavedModel.

    Args:
        folder: of an export, or its SavedModel.
        trust: see `loading.load`.

    Attributes:
        card: what the export says of itself.
        num_classes: labels that it takes, 0 if none.
        sha256: of its graph and weights.

    Raises:
        FileNotFoundError: `folder` is no export.
        ValueError: its SavedModel cannot be loaded, or draws nothing by seed.
    """

    def __init__(self, folder: Path, *, trust: bool = False) -> None:
        # The loaded object owns the variables that the functions read.
        self._loaded, self.card = load(folder, trust=trust)
        self.num_classes: int = self.card["num_classes"]
        self.sha256 = fingerprint(folder)
        signatures = self._loaded.signatures
        if "sample" not in signatures:
            raise ValueError(
                "Samples are of a generator with random latents; one of small "
                f"images paints them by --upscale. Received: {folder}, a "
                f"{self.card['architecture']}, which takes "
                f"{self.card['latent_name']}."
            )
        self._sample = signatures["sample"]
        self._serve = signatures["serving_default"]
        self._has_the_cards_latents = False

    def __call__(
        self, seeds: np.ndarray, labels: np.ndarray | int | None = None
    ) -> np.ndarray:
        """Returns the images of `seeds`.

        Args:
            seeds: int64 [N].
            labels: int32 [N], or one for all, of a conditional generator; left
                out, it goes round its classes.

        Returns:
            uint8 [N, H, W, C]; of points, float32 [N, D].

        Raises:
            ValueError: see `seeds.as_array` and `labels.broadcast_labels`;
                or the model fails.
            MemoryError: they do not fit into memory.
        """

        def sample(rows: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
            return self._sample(seeds=rows, **self._named(labels))["images"]

        rows = sample_seeds.as_array(seeds)
        return self._batched(sample, rows, labels, dtype=self._sample_dtype())

    def drawn(
        self,
        seeds: np.ndarray,
        labels: np.ndarray | int | None = None,
        *,
        truncation: float | None = None,
    ) -> np.ndarray:
        """Returns the images of seeds, of truncated latents if it is given.

        Args:
            seeds: int64 [N].
            labels: see `__call__`.
            truncation: see `latent_space.made_of`.

        Returns:
            As of a call.

        Raises:
            ValueError: see `__call__` and `latents`.
            MemoryError: see `__call__`.
        """
        if truncation is None:
            return self(seeds, labels)
        self._require_the_cards_latents()

        def sample(rows: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
            latents = latent_space.made_of(
                _seeded_normal(rows, self.card["latent_dim"]),
                self.card,
                truncation=truncation,
            )
            return images.to_output_dtype(self.generate(latents, labels))

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
        size = self.card["latent_dim"]
        return batches.run(
            lambda rows, _: _seeded_normal(rows, size),
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
            truncation: see `latent_space.made_of`.

        Returns:
            float32 [N, Z].

        Raises:
            ValueError: see `latent_space.made_of`; or the export draws its
                latents in a way of its own, which its card does not tell.
            MemoryError: they do not fit into memory.
        """

        def make(rows: tf.Tensor, _: None = None) -> tf.Tensor:
            return latent_space.made_of(rows, self.card, truncation=truncation)

        make(tf.zeros([1, self.card["latent_dim"]]))
        self._require_the_cards_latents()
        return batches.run(
            make,
            normals,
            batch_size=_LATENTS_BATCH_SIZE,
            empty=np.empty([0, self.card["latent_dim"]], np.float32),
        )

    def images(
        self, latents: np.ndarray, labels: np.ndarray | int | None = None
    ) -> np.ndarray:
        """Returns the images of latents.

        Args:
            latents: float32 [N, Z].
            labels: see `__call__`.

        Returns:
            uint8 [N, H, W, C]; of points, float32 [N, D].

        Raises:
            ValueError: see `labels.broadcast_labels`; or the model fails.
            MemoryError: see `__call__`.
        """

        def paint(rows: tf.Tensor, labels: tf.Tensor | None) -> tf.Tensor:
            return images.to_output_dtype(self.generate(rows, labels))

        return self._batched(paint, latents, labels, dtype=self._sample_dtype())

    def float_images(
        self, latents: np.ndarray, labels: np.ndarray | int | None = None
    ) -> np.ndarray:
        """Returns the images of latents before they are rounded.

        Args:
            latents: float32 [N, Z].
            labels: see `__call__`.

        Returns:
            float32 [N, H, W, C] in [-1, 1]; of points, [N, D].

        Raises:
            ValueError: see `labels.broadcast_labels`; or the model fails.
            MemoryError: see `__call__`.
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
            named = {"latents": latents, **self._named(labels)}
            return self._serve(**named)["images"]

    def _named(self, labels: tf.Tensor | None) -> dict[str, tf.Tensor]:
        return {} if labels is None else {"labels": labels}

    def _sample_dtype(self) -> Any:
        return np.uint8 if len(self.card["image_shape"]) == 3 else np.float32

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
            empty=np.empty([0, *self.card["image_shape"]], dtype),
        )

    def _require_the_cards_latents(self) -> None:
        if self._has_the_cards_latents:
            return
        seeds = np.zeros([1], np.int64)
        made = latent_space.made_of(
            tf.constant(self.normals(seeds)), self.card
        ).numpy()
        drawn = self(seeds)
        # Points have a scale of their own.
        limit = (
            _PIXELS
            if drawn.dtype == np.uint8
            else _POINTS * max(np.abs(drawn).max(), 1.0)
        )
        if np.abs(self.images(made) - drawn.astype(float)).max() > limit:
            raise ValueError(
                "Latents can be moved where a seed makes them as the card "
                "says. Received: a model whose seeds make other ones than "
                f"{self.card['latent_distribution']} ones."
            )
        self._has_the_cards_latents = True
