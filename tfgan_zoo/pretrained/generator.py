"""A trained generator: loaded, and called from Python."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Callable, Union

import numpy as np

from tfgan_zoo import json_files
from tfgan_zoo import labels as class_labels
from tfgan_zoo.data.spec import DatasetSpec
from tfgan_zoo.directions.file import Directions
from tfgan_zoo.encoders.encoding import Encoded
from tfgan_zoo.export import latent_space, loading
from tfgan_zoo.export import seeds as sample_seeds
from tfgan_zoo.export.file_names import CARD_NAME
from tfgan_zoo.export.metadata import ExportMetadata, read_metadata
from tfgan_zoo.export.sampler import Sampler
from tfgan_zoo.export.translator import Translator
from tfgan_zoo.inputs import LATENTS
from tfgan_zoo.pretrained import arguments, editing, encoding

Seeds = Union[int, Sequence[int], np.ndarray]
Labels = Union[int, str, Sequence[int], Sequence[str], np.ndarray, None]


class Generator:
    """A generator of images from seeds or latents, or from other images.

    Args:
        folder: an export.
        trust: see `load`.

    Attributes:
        folder: the folder of its files.
        metadata: task, inputs, image size, classes and training, as stored in
            the SavedModel.
        card: the content of `card.json`; of an export without one, the
            metadata as a dict.
        spec: name, size, channels and class names of the training data.
        num_classes: number of classes that labels choose from; 0 if it takes
            no labels.

    Examples:
        >>> import tfgan_zoo
        >>> generator = tfgan_zoo.load("conditional_gan-mnist")
        >>> generator
        <Generator 'conditional_gan-mnist': latents and labels to 28 x 28 x 1>
        >>> generator.sample([0, 1], labels=7).shape  # uint8
        (2, 28, 28, 1)
    """

    def __init__(self, folder: Path, *, trust: bool = False) -> None:
        folder = Path(folder)
        self.folder = folder
        self._trust = trust
        first = read_metadata(loading.saved_model_path(folder)).inputs[0]
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
        """Generates images from latents.

        Args:
            latents: numbers [N, Z], such as `latents(seeds)` returns; for a
                generator that takes images, images [N, H, W, C] in [-1, 1].
            labels: classes of a conditional generator, as numbers or names
                (see `tfgan_zoo.labels.number`): [N], or one for all. Without
                them, the images cycle through the classes.

        Returns:
            float32 [N, H, W, C] in [-1, 1]; points are [N, D].

        Raises:
            ValueError: `latents` are not finite numbers of that shape, or so
                large that an image is not of numbers; or a label is unknown or
                not taken.
            MemoryError: the images do not fit into memory.
        """
        if isinstance(self._model, Translator):
            spec = self._model.spec
            rows = arguments.to_images(latents, spec.name, spec.shape[-1])
        else:
            rows = arguments.to_latents(latents, self._model.latents_spec.size)
        made = self._model.float_images(
            rows, self._broadcast(len(rows), labels)
        )
        arguments.require_numbers(made, rows)
        return made

    def __repr__(self) -> str:
        inputs = " and ".join(spec.name for spec in self.metadata.inputs)
        size = " x ".join(str(side) for side in self.metadata.image_shape)
        name = self.card.get("name", str(self.folder))
        return f"<Generator {name!r}: {inputs} to {size}>"

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
        """Returns the latents of seeds.

        Args:
            seeds: integers [N], or one, from -2^63 to 2^63 - 1.
            truncation: largest distance of normal latents from 0, in standard
                deviations, such as 1.0; None does not truncate.

        Returns:
            float32 [N, Z].

        Raises:
            ValueError: the generator has no random latents, or `truncation` is
                out of range or the latents are not normal.
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
        """Generates an image from each seed.

        A seed, with a label, gives the same image in every batch and process.

        Args:
            seeds: integers [N], or one, from -2^63 to 2^63 - 1.
            labels: classes of a conditional generator, as numbers or names:
                [N], or one for all. Without them, the images cycle through the
                classes.
            truncation: see `latents`.

        Returns:
            uint8 [N, H, W, C]; points are float32 [N, D].

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
        """Translates or enlarges images, by a generator that takes images.

        Args:
            images: uint8 [N, H, W, C], or a single image [H, W, C], where H
                and W are multiples of `metadata.inputs[0].multiple`; or a PIL
                image, or a list of PIL images of one size, of any mode:
                transparent pixels become white.
            labels: see `sample`.
            times: how often the generator is applied; 2 enlarges twice.

        Returns:
            uint8 [N, H', W', C], or [H', W', C] for a single image. H' and W'
            are H and W, or their multiples if the generator enlarges.

        Raises:
            ValueError: the generator takes latents, or `images`, `labels` or
                `times` are not as above.
            TypeError: `images` are not images.
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

    @functools.cached_property
    def directions(self) -> Directions:
        """Its folder's directions; `directions["slant"]` is float32 [Z].

        Raises:
            ValueError: there are none, or the file is damaged.
        """
        spec = self.metadata.inputs[0]
        return editing.read_directions(self.folder, spec, trust=self._trust)

    def edit(self, latents: Any, /, **steps: Any) -> np.ndarray:
        """Moves latents along named directions.

        Args:
            latents: numbers [N, Z], such as `latents(seeds)` returns.
            **steps: how far, by the name of a direction, in standard
                deviations of the latents along it: one number, or [N].
                `edit(latents, slant=2.0)` moves all by two.

        Returns:
            float32 [N, Z], within the bounds of latents that have some.

        Raises:
            ValueError: there is no such direction, or `latents` or a step are
                not finite numbers of that shape.
        """
        directions, spec = self.directions, self.metadata.inputs[0]
        rows = arguments.to_latents(latents, spec.size)
        offsets = editing.sum_offsets(directions, steps, len(rows), spec)
        return latent_space.move(rows, offsets, spec)

    @functools.cached_property
    def _encoding(self) -> encoding.Encoding:
        return encoding.Encoding(self.folder, self._model, trust=self._trust)

    def encode(self, images: Any, *, steps: int = 0) -> Encoded:
        """Finds the latents of images, by the encoder that its folder has.

        Args:
            images: uint8 [N, H, W, C] of the generator's size, such as
                `sample` returns, or a list of PIL images.
            steps: of refinement on the pixels, up to 1,000; ten make images
                as near as a search from many seeds finds them.

        Returns:
            `latents`, float32 [N, Z], and `labels`, int32 [N], or None of a
            generator without classes: what `generator(latents, labels)`
            takes.

        Raises:
            ValueError: the generator has no encoder, which `tfgan-encoder`
                trains and adds; or `images` or `steps` are not as above.
            TypeError: `images` are not images.
        """
        return self._encoding(images, steps)

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
