"""The encoder beside an export, loaded as its generator is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo.encoders import file_names
from tfgan_zoo.encoders.prediction import Prediction
from tfgan_zoo.export import batches, checksums, loading, safety
from tfgan_zoo.export.metadata import ExportMetadata

_BATCH_SIZE = 64


class Encoder:
    """Predicts latents, and labels, of images.

    Args:
        loaded: a SavedModel, which owns the variables of its signature.
        metadata: of the generator.
    """

    def __init__(self, loaded: Any, metadata: ExportMetadata) -> None:
        self._loaded = loaded
        self._serve = loaded.signatures["serving_default"]
        self._size = metadata.inputs[0].size
        self._num_classes = metadata.num_classes

    @classmethod
    def load(
        cls, path: Path, metadata: ExportMetadata, *, trust: bool = False
    ) -> Encoder:
        """Loads the SavedModel of an encoder.

        Args:
            path: its folder.
            metadata: of the generator.
            trust: see `tfgan_zoo.load`.

        Raises:
            ValueError: it is damaged, of another generator, or could, without
                `trust`, do more than compute.
        """
        load = safety.load_trusted if trust else safety.load
        loaded = load(path)
        require_signature(loaded, metadata, path)
        return cls(loaded, metadata)

    def __call__(self, images: np.ndarray) -> Prediction:
        """Predicts the latents of images.

        Args:
            images: float32 [N, H, W, C] in [-1, 1].

        Returns:
            Of each image what its own pixels tell.

        Raises:
            ValueError: the graph fails.
        """
        values = batches.run(
            lambda rows, _: self._values(rows),
            images,
            batch_size=_BATCH_SIZE,
            empty=np.empty([0, self._size + self._num_classes], np.float32),
        )
        latents, probabilities = np.split(values, [self._size], axis=1)
        return Prediction(latents, probabilities if self._num_classes else None)

    def _values(self, images: tf.Tensor) -> tf.Tensor:
        with loading.running():
            outputs = self._serve(**{file_names.IMAGES: images})
        names = [file_names.LATENTS]
        names += [file_names.PROBABILITIES] * bool(self._num_classes)
        return tf.concat([outputs[name] for name in names], axis=1)


def load_encoder(
    folder: Path, metadata: ExportMetadata, *, trust: bool = False
) -> Encoder:
    """Loads the encoder of an export.

    Args:
        folder: of the export.
        metadata: of its generator.
        trust: see `tfgan_zoo.load`.

    Raises:
        ValueError: the export has no encoder, the list of its hashes lacks
            it, its files have changed, or see `Encoder.load`.
    """
    path = folder / file_names.SAVED_MODEL
    if not path.is_dir():
        raise ValueError(
            "To find images, an export needs an encoder; `tfgan-encoder "
            "--model=...` trains one and adds it. "
            f"Received: {folder}, without {file_names.SAVED_MODEL}."
        )
    if not trust and (folder / checksums.NAME).is_file():
        checksums.check(folder, beside=file_names.SAVED_MODEL)
    return Encoder.load(path, metadata, trust=trust)


def require_signature(
    loaded: Any, metadata: ExportMetadata, path: Path
) -> None:
    """Checks that an encoder is one of a generator.

    Args:
        loaded: has `signatures`.
        metadata: of the generator.
        path: of the encoder, for the message.

    Raises:
        ValueError: its signature takes or makes other tensors.
    """
    outputs = {file_names.LATENTS: metadata.inputs[0].size}
    if metadata.num_classes:
        outputs[file_names.PROBABILITIES] = metadata.num_classes
    taken = {file_names.IMAGES: [None, *metadata.image_shape]}
    made = {name: [None, size] for name, size in outputs.items()}
    serve = getattr(loaded, "signatures", {}).get("serving_default")
    is_same = (
        serve is not None
        and _are_of(serve.structured_input_signature[1], taken)
        and _are_of(serve.structured_outputs, made)
    )
    if not is_same:
        raise ValueError(
            f"An encoder's serving_default must take float32 {taken} and make "
            f"float32 {made}, as its generator is. Received: {path}, another's."
        )


def _are_of(
    actual: Mapping[str, Any], shapes: Mapping[str, list[int | None]]
) -> bool:
    """Whether specs by name are float32 of such shapes, and no others."""
    return actual.keys() == shapes.keys() and all(
        actual[name].dtype == tf.float32
        and actual[name].shape.is_compatible_with(shape)
        for name, shape in shapes.items()
    )
