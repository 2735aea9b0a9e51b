"""A trained generator, as one calls it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Callable, Union

import numpy as np
import tensorflow as tf

from tfgan_zoo import json_files
from tfgan_zoo import labels as class_labels
from tfgan_zoo.data.spec import DatasetSpec
from tfgan_zoo.export import card_checks, loading
from tfgan_zoo.export.card import SAVED_MODEL_NAME, read_card
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.export.upscale import paints_larger
from tfgan_zoo.pretrained import sources

Seeds = Union[int, Sequence[int], np.ndarray]
Labels = Union[int, str, Sequence[int], Sequence[str], np.ndarray, None]


def load(
    source: str | Path,
    *,
    sha256: str = "",
    cache_dir: str | Path | None = None,
    trust: bool = False,
) -> Generator:
    """Loads a trained generator.

    Args:
        source: the name of one that ships, as `names()` lists them; the path
            of a folder that `tfgan-export` wrote; or the https address of a
            zip archive of one.
        sha256: of that archive; an address needs it.
        cache_dir: where what was downloaded is kept; None is
            `tfgan_zoo/generators` in the user's cache folder.
        trust: load a folder too whose files have changed since they were
            written, or whose graph holds operators that could do harm.

    Raises:
        ValueError: an unknown name, a download that is cut short or has
            another hash, or files that are not as they were written.
        FileNotFoundError: the folder is no export.
    """
    folder = sources.found(
        source, sha256=sha256, cache_dir=Path(cache_dir) if cache_dir else None
    )
    return Generator(folder, trust=trust)


class Generator:
    """Makes images of latents or, reproducibly, of seeds.

    Args:
        folder: of an export.
        trust: as of `load`.

    Attributes:
        folder: where its files are.
        card: what is known of it, as `card.json` has it; of an export without
            one, as its SavedModel has it.
        spec: name, size, channels and class names of the data that it was
            trained on.
        num_classes: labels that it takes, 0 if none.
    """

    def __init__(self, folder: Path, *, trust: bool = False) -> None:
        self.folder = folder
        self._sampler: Sampler | None = None
        self._serve: Callable[[tf.Tensor, tf.Tensor | None], tf.Tensor]
        if _has_latents(folder):
            self._sampler = Sampler(folder, trust=trust)
            said = self._sampler.card
            self._serve = self._sampler.generate
        else:
            # The loaded object owns the variables that the signature reads.
            self._loaded, said = loading.load(folder, trust=trust)
            card_checks.require_fit(said, self._loaded.signatures, folder)
            self._serve = self._paint
        self._latent_name: str = said["latent_name"]
        self.num_classes: int = said["num_classes"]
        shape = said["image_shape"]
        height, width, channels = shape if len(shape) == 3 else [None] * 3
        self.spec = DatasetSpec(
            said["dataset"],
            height,
            width,
            channels,
            tuple(said["class_names"]),
        )
        card = folder / sources.CARD_NAME
        self.card: dict[str, Any] = said
        if card.is_file():
            self.card = json_files.read_object(card, "A generator's card")

    def __call__(self, latents: Any, labels: Labels = None) -> np.ndarray:
        """Returns the images of latents.

        Args:
            latents: float32 [N, Z], such as `latents(seeds)` returns; of an
                upsampler, small images [N, H, W, C] in [-1, 1].
            labels: of a conditional generator, the numbers of classes, or
                texts that name them, as of `tfgan_zoo.labels.number`: [N], or
                one for all; left out, it goes round its classes.

        Returns:
            float32 [N, H, W, C] in [-1, 1]; of points, [N, D].

        Raises:
            ValueError: a label that it does not know, or does not take.
        """
        rows = tf.constant(np.asarray(latents, np.float32))
        settled = self._settled(len(rows), labels)
        return self._serve(
            rows, None if settled is None else tf.constant(settled)
        ).numpy()

    def latents(
        self, seeds: Seeds, *, truncation: float | None = None
    ) -> np.ndarray:
        """Returns the latents that belong to seeds.

        Args:
            seeds: integers [N], or one.
            truncation: standard deviations that normal latents may lie from 0.

        Returns:
            float32 [N, Z].

        Raises:
            ValueError: an upsampler, which has none; or a `truncation` that is
                out of its range, or of latents that are not normal.
        """
        sampler = self._require_seeds()
        normals = sampler.normals(_seeds(seeds))
        return sampler.latents(normals, truncation=truncation)

    def sample(
        self,
        seeds: Seeds,
        labels: Labels = None,
        *,
        truncation: float | None = None,
    ) -> np.ndarray:
        """Returns the images of seeds: the same ones everywhere and always.

        Args:
            seeds: integers [N], or one.
            labels: as of a call.
            truncation: as of `latents`.

        Returns:
            uint8 [N, H, W, C]; of points, float32 [N, D].

        Raises:
            ValueError: as of a call and of `latents`.
        """
        sampler = self._require_seeds()
        rows = _seeds(seeds)
        settled = self._settled(len(rows), labels)
        return sampler.drawn(rows, settled, truncation=truncation)

    def _paint(
        self, small: tf.Tensor, labels: tf.Tensor | None = None
    ) -> tf.Tensor:
        del labels  # no generator of small images takes any
        serve = self._loaded.signatures["serving_default"]
        return serve(**{self._latent_name: small})["images"]

    def _settled(self, count: int, labels: Labels) -> np.ndarray | None:
        numbers = class_labels.numbers(
            labels, self.spec.class_names, self.num_classes
        )
        return class_labels.settled(count, numbers, self.num_classes)

    def _require_seeds(self) -> Sampler:
        if self._sampler is None:
            raise ValueError(
                "Seeds are for a generator with random latents; this one "
                f"paints {self._latent_name}, given to a call. "
                f"Received: {self.folder.name}."
            )
        return self._sampler


def _has_latents(folder: Path) -> bool:
    inner = folder / SAVED_MODEL_NAME
    card = read_card(inner if inner.is_dir() else folder)
    return not paints_larger(card)


def _seeds(seeds: Seeds) -> np.ndarray:
    rows = np.atleast_1d(np.asarray(seeds))
    if rows.ndim != 1 or not np.issubdtype(rows.dtype, np.integer):
        raise ValueError(
            f"`seeds` must be integers [N]. Received: {rows.dtype} "
            f"{list(rows.shape)}."
        )
    return rows.astype(np.int64)
