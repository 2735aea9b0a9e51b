"""A trained generator, as one calls it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Callable, Union

import numpy as np

from tfgan_zoo import json_files
from tfgan_zoo import labels as class_labels
from tfgan_zoo.data.spec import DatasetSpec
from tfgan_zoo.export import loading
from tfgan_zoo.export import seeds as sample_seeds
from tfgan_zoo.export.file_names import CARD_NAME
from tfgan_zoo.export.metadata import ExportMetadata, read_metadata
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.export.translator import Translator
from tfgan_zoo.inputs import LATENTS
from tfgan_zoo.messages import value_text
from tfgan_zoo.pretrained import arguments, sources

Seeds = Union[int, Sequence[int], np.ndarray]
Labels = Union[int, str, Sequence[int], Sequence[str], np.ndarray, None]


def load(
    source: str | os.PathLike[str],
    *,
    sha256: str = "",
    cache_dir: str | Path | None = None,
    trust: bool = False,
) -> Generator:
    """Loads a trained generator.

    Args:
        source: the name of one that ships, with or without a version, as
            `dcgan-mnist-v1`; the path of a folder that `tfgan-export` or
            `export.export` wrote; `hf://owner/name` or
            `hf://owner/name@revision`, a repository of the Hugging Face Hub;
            or the https address of a zip archive of such a folder.
        sha256: of that archive; an address needs it.
        cache_dir: where what was downloaded is kept; None is
            `tfgan_zoo/generators` in the user's cache folder.
        trust: load a folder too whose files have changed since they were
            written, or whose graph holds operators that could do harm.

    Raises:
        ValueError: an unknown name, a download that is cut short or has
            another hash, no such repository, or files that are not as they
            were written.
        FileNotFoundError: the folder is no export.
        ImportError: a repository needs the extra `hub`.
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
    folder = sources.locate(
        source, sha256=sha256, cache_dir=Path(cache_dir) if cache_dir else None
    )
    return Generator(folder, trust=trust)


class Generator:
    """Makes images of latents or, reproducibly, of seeds; or of other images.

    Args:
        folder: of an export.
        trust: see `load`.

    Attributes:
        folder: where its files are.
        metadata: what its SavedModel says of it: its task, what it takes, and
            more.
        card: what is known of it, as `card.json` has it; of an export without
            one, its metadata.
        spec: name, size, channels and class names of the data that it was
            trained on.
        num_classes: labels that it takes, 0 if none.
    """

    def __init__(self, folder: Path, *, trust: bool = False) -> None:
        folder = Path(folder)
        self.folder = folder
        self._trust = trust
        saved_model = loading.saved_model_path(folder)
        first = read_metadata(saved_model).inputs[0]
        kind = Sampler if first.kind == LATENTS else Translator
        self._model: Sampler | Translator = kind(folder, trust=trust)
        self.metadata: ExportMetadata = self._model.metadata
        metadata = self.metadata
        self.num_classes = metadata.num_classes
        no_size = (None, None, None)
        height, width, channels = (
            no_size if metadata.makes_points else metadata.image_shape
        )
        self.spec = DatasetSpec(
            metadata.dataset, height, width, channels, metadata.class_names
        )
        path = folder / CARD_NAME
        self.card: dict[str, Any] = (
            json_files.read_object(path, "A generator's card")
            if path.is_file()
            else metadata.to_dict()
        )

    def __call__(self, latents: Any, labels: Labels = None) -> np.ndarray:
        """Returns the images of latents.

        Args:
            latents: numbers [N, Z], such as `latents(seeds)` returns; of a
                generator that takes images, these, [N, H, W, C] in [-1, 1].
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
        if isinstance(self._model, Translator):
            spec = self._model.spec
            rows = arguments.to_images(latents, spec.name, spec.shape[-1])
            return self._model.float_images(
                rows, self._broadcast(len(rows), labels)
            )
        rows = self._to_latents(latents, self._model.latents_spec.size)
        return self._model.float_images(
            rows, self._broadcast(len(rows), labels)
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
            ValueError: it has no random latents; or `truncation` is out of its
                range, or its latents are not normal.
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
        return sampler.sample(
            rows, self._broadcast(len(rows), labels), truncation=truncation
        )

    def translate(
        self, images: Any, labels: Labels = None, *, times: int = 1
    ) -> np.ndarray:
        """Returns what a generator makes of images: translated or enlarged.

        Args:
            images: uint8 [N, H, W, C] of any H and W that are multiples of
                `metadata.inputs[0].multiple`, or one, [H, W, C]; or a PIL
                image, or a list of those of one size: of any mode, with what
                is transparent laid over white.
            labels: see `__call__`.
            times: 2 enlarges what was enlarged.

        Returns:
            uint8 [N, H, W, C], or [H, W, C] of one; of a generator that
            enlarges, of larger images.

        Raises:
            ValueError: the generator takes latents, or not such images, labels
                or times.
            TypeError: `images` are no images.
            MemoryError: the images do not fit into memory.
        """
        if not isinstance(self._model, Translator):
            raise ValueError(
                "Images are for a generator that translates or enlarges them; "
                "this one takes latents, see `sample`. "
                f"Received: {self.folder.name}."
            )
        rows = arguments.to_pixels(images, self._model.spec.shape[-1])
        several = rows if rows.ndim == 4 else rows[np.newaxis]
        made = self._model.translate(
            several, self._broadcast(len(several), labels), times=times
        )
        return made if rows.ndim == 4 else made[0]

    def _to_latents(self, latents: Any, size: int) -> np.ndarray:
        expected = f"[N, {size}]"
        rows = arguments.to_floats(latents, "latents", expected)
        if rows.ndim != 2 or rows.shape[1] != size:
            raise ValueError(
                f"`latents` must be {expected}. Received: {list(rows.shape)}."
            )
        return rows

    def _broadcast(self, count: int, labels: Labels) -> np.ndarray | None:
        numbers = class_labels.numbers(
            labels, self.spec.class_names, self.num_classes
        )
        arguments.require_labels(labels, numbers)
        return class_labels.broadcast_labels(count, numbers, self.num_classes)

    def _require_seeds(self) -> Sampler:
        if not isinstance(self._model, Sampler):
            raise ValueError(
                "Seeds are for a generator with random latents; this one takes "
                f"images, see `translate`. Received: {self.folder.name}."
            )
        return self._model


def _reload(folder: Path, trust: bool) -> Generator:
    return Generator(folder, trust=trust)
