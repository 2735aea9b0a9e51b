"""A trained generator, as one calls it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Callable, Union

import numpy as np
import tensorflow as tf

from tfgan_zoo import json_files
from tfgan_zoo import labels as class_labels
from tfgan_zoo.data.spec import DatasetSpec
from tfgan_zoo.export import batches, loading
from tfgan_zoo.export import seeds as sample_seeds
from tfgan_zoo.export.card import SAVED_MODEL_NAME, read_card
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.export.upscale import paints_larger
from tfgan_zoo.messages import value_text
from tfgan_zoo.pretrained import sources

Seeds = Union[int, Sequence[int], np.ndarray]
Labels = Union[int, str, Sequence[int], Sequence[str], np.ndarray, None]

_RANGE_SLACK = 1e-4
# Small images are painted so many of their pixels at a time.
_PIXELS_A_BATCH = 2**18


def load(
    source: str | os.PathLike[str],
    *,
    sha256: str = "",
    cache_dir: str | Path | None = None,
    trust: bool = False,
) -> Generator:
    """Loads a trained generator.

    Args:
        source: the name of one that ships, as `names()` lists them; the path
            of a folder that `tfgan-export` or `export.export` wrote; or the
            https address of a zip archive of one.
        sha256: of that archive; an address needs it.
        cache_dir: where what was downloaded is kept; None is
            `tfgan_zoo/generators` in the user's cache folder.
        trust: load a folder too whose files have changed since they were
            written, or whose graph holds operators that could do harm.

    Raises:
        ValueError: an unknown name, a download that is cut short or has
            another hash, or files that are not as they were written.
        FileNotFoundError: the folder is no export.
        TypeError: `source` is neither a text nor a path.
    """
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(
            "`source` must be a name, a path or an address. "
            f"Received: {value_text(source)}."
        )
    if not isinstance(source, str):
        source = Path(source).expanduser()
    elif source.startswith("~"):
        source = os.path.expanduser(source)
    folder = sources.found(
        source, sha256=sha256, cache_dir=Path(cache_dir) if cache_dir else None
    )
    return Generator(folder, trust=trust)


class Generator:
    """Makes images of latents or, reproducibly, of seeds.

    Args:
        folder: of an export.
        trust: see `load`.

    Attributes:
        folder: where its files are.
        card: what is known of it, as `card.json` has it; of an export without
            one, as its SavedModel has it.
        spec: name, size, channels and class names of the data that it was
            trained on.
        num_classes: labels that it takes, 0 if none.
    """

    def __init__(self, folder: Path, *, trust: bool = False) -> None:
        folder = Path(folder)
        self.folder = folder
        self._trust = trust
        self._sampler: Sampler | None = None
        if _has_latents(folder):
            self._sampler = Sampler(folder, trust=trust)
            said = self._sampler.card
        else:
            # The loaded object owns the variables that the signature reads.
            self._loaded, said = loading.load(folder, trust=trust)
        self._latent_name: str = said["latent_name"]
        self._latent_shape: tuple[int, ...] = tuple(said["latent_shape"])
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
            latents: numbers [N, Z], such as `latents(seeds)` returns; of an
                upsampler, small images [N, H, W, C] in [-1, 1].
            labels: of a conditional generator, the numbers of classes, or
                texts that name them, see `tfgan_zoo.labels.number`: [N], or
                one for all; left out, it goes round its classes.

        Returns:
            float32 [N, H, W, C] in [-1, 1]; of points, [N, D].

        Raises:
            ValueError: `latents` are no finite numbers of that shape; or a
                label that it does not know, or does not take.
            MemoryError: the images do not fit into memory.
        """
        if self._sampler is None:
            rows = self._small_images(latents)
            self._settled(len(rows), labels)
            return self._upsample(rows)
        rows = self._latents(latents)
        return self._sampler.float_images(
            rows, self._settled(len(rows), labels)
        )

    def __reduce__(self) -> tuple[Callable[..., Generator], tuple[Any, ...]]:
        # What TensorFlow has loaded cannot be copied; the files are there.
        return _reload, (self.folder.absolute(), self._trust)

    def __copy__(self) -> Generator:
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Generator:
        return self  # nothing of it can be changed

    def latents(
        self, seeds: Seeds, *, truncation: float | None = None
    ) -> np.ndarray:
        """Returns the latents that belong to seeds.

        Args:
            seeds: integers [N], or one, from -2^63 to 2^63 - 1.
            truncation: standard deviations that normal latents may lie from 0.

        Returns:
            float32 [N, Z].

        Raises:
            ValueError: an upsampler, which has none; or a `truncation` that is
                out of its range, or of latents that are not normal.
        """
        sampler = self._require_seeds()
        normals = sampler.normals(sample_seeds.as_array(seeds))
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
            seeds: integers [N], or one, from -2^63 to 2^63 - 1.
            labels: see `__call__`.
            truncation: see `latents`.

        Returns:
            uint8 [N, H, W, C]; of points, float32 [N, D].

        Raises:
            ValueError: see `__call__` and `latents`.
        """
        sampler = self._require_seeds()
        rows = sample_seeds.as_array(seeds)
        settled = self._settled(len(rows), labels)
        return sampler.drawn(rows, settled, truncation=truncation)

    def _latents(self, latents: Any) -> np.ndarray:
        shape = ", ".join(map(str, self._latent_shape))
        rows = _as_floats(latents, "latents", f"[N, {shape}]")
        if rows.shape[1:] != self._latent_shape or rows.ndim < 2:
            raise ValueError(
                f"`latents` must be [N, {shape}]. Received: {list(rows.shape)}."
            )
        return rows

    def _small_images(self, small: Any) -> np.ndarray:
        channels = self._latent_shape[-1]
        wanted = f"[N, H, W, {channels}]"
        rows = _as_floats(small, self._latent_name, wanted)
        if rows.ndim != 4 or rows.shape[-1] != channels or 0 in rows.shape[1:]:
            raise ValueError(
                f"`{self._latent_name}` must be {wanted}. "
                f"Received: {list(rows.shape)}."
            )
        if rows.size and np.abs(rows).max() > 1.0 + _RANGE_SLACK:
            raise ValueError(
                f"`{self._latent_name}` must lie in [-1, 1]. Received: values "
                f"from {rows.min():.3g} to {rows.max():.3g}."
            )
        return rows

    def _upsample(self, small: np.ndarray) -> np.ndarray:
        serve = self._loaded.signatures["serving_default"]
        height, width, channels = small.shape[1:]
        return batches.run(
            lambda rows, _: serve(**{self._latent_name: rows})["images"],
            small,
            batch_size=max(1, _PIXELS_A_BATCH // (height * width)),
            empty=np.empty([0, 2 * height, 2 * width, channels], np.float32),
        )

    def _settled(self, count: int, labels: Labels) -> np.ndarray | None:
        numbers = class_labels.numbers(
            labels, self.spec.class_names, self.num_classes
        )
        _require_labels(labels, numbers)
        return class_labels.broadcast_labels(count, numbers, self.num_classes)

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


def _reload(folder: Path, trust: bool) -> Generator:
    return Generator(folder, trust=trust)


def _as_floats(values: Any, name: str, wanted: str) -> np.ndarray:
    """Returns finite float32 numbers.

    Raises:
        ValueError: they are none.
    """
    if isinstance(values, tf.Tensor) and values.dtype.is_floating:
        values = tf.cast(values, tf.float32)  # NumPy knows no bfloat16
    try:
        rows = np.asarray(values)
    except ValueError:  # rows of different lengths
        raise ValueError(
            f"`{name}` must be numbers {wanted}. "
            "Received: rows of several lengths."
        ) from None
    if rows.dtype.kind not in "fiu":
        raise ValueError(
            f"`{name}` must be numbers {wanted}. "
            f"Received: {rows.dtype} {list(rows.shape)}."
        )
    with np.errstate(over="ignore"):
        floats = rows.astype(np.float32)
    finite = np.isfinite(floats)
    if not finite.all():
        raise ValueError(
            f"`{name}` must be finite numbers. Received: {rows[~finite][0]}."
        )
    return floats


def _require_labels(labels: Any, numbers: Any) -> None:
    """Checks that labels are integers once names have become such.

    Raises:
        ValueError: they are something else, or one-hot.
    """
    if numbers is None:
        return
    values = np.asarray(numbers)
    among = labels if isinstance(labels, (list, tuple)) else [labels]
    is_bool = any(isinstance(label, (bool, np.bool_)) for label in among)
    is_empty = values.ndim == 1 and not values.size
    is_integers = is_empty or values.dtype.kind in "iu"
    if values.ndim > 1 or is_bool or not is_integers:
        example = f", such as {values.ravel()[0]!r}" if values.size else ""
        raise ValueError(
            "`labels` must be integers or names of classes, one or [N]. "
            f"Received: {values.dtype} {list(values.shape)}{example}."
        )
