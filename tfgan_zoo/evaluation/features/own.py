"""A feature network of the user's: a SavedModel or a file of Keras."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo import files
from tfgan_zoo.backend import keras
from tfgan_zoo.evaluation.features.network import FeatureNetwork, scaled

_KERAS_ENDINGS = (".keras", ".h5", ".hdf5")


def own_network(path: Path) -> FeatureNetwork:
    """Loads a network of the user's.

    It takes images float32 [N, H, W, C] in [-1, 1], of a fixed size, and gives
    features [N, D], or features and logits: a SavedModel's `serving_default`
    by these names, a Keras model as its outputs, in that order.

    Raises:
        FileNotFoundError: there is no such file or folder.
        ValueError: it is no network of that form.
    """
    if not path.exists():
        raise FileNotFoundError(
            "A feature network must be a name or the path of a SavedModel or "
            f"Keras model. Received: {path}."
        )
    is_keras = path.suffix in _KERAS_ENDINGS
    try:
        network, shape = (_keras if is_keras else _saved_model)(path)
    except (OSError, ImportError, tf.errors.OpError, KeyError) as error:
        raise ValueError(
            "A feature network must be a SavedModel or a file of Keras. "
            f"Received: {path} ({error})."
        ) from None
    if len(shape) != 3 or None in shape or shape[-1] not in (1, 3):
        raise ValueError(
            "A feature network must take images of a fixed height and width "
            f"with 1 or 3 channels. Received: {path}, which takes {shape}."
        )
    return FeatureNetwork(
        name=str(path),
        version="",
        sha256=_sha256(path),
        image_shape=shape,
        network=lambda images: network(scaled(images)),
    )


def _keras(path: Path) -> tuple[Any, tuple]:
    model = keras.models.load_model(path, compile=False)

    def network(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        outputs = model(images, training=False)
        if not isinstance(outputs, (list, tuple)):
            outputs = (outputs,)
        return _checked(path, *outputs[:2])

    return network, tuple(model.input_shape[1:])


def _saved_model(path: Path) -> tuple[Any, tuple]:
    loaded = tf.saved_model.load(str(path))
    signature = loaded.signatures["serving_default"]
    (name, spec), *others = signature.structured_input_signature[1].items()
    if others:
        raise ValueError(
            "A feature network must take images alone. "
            f"Received: {path}, which takes more."
        )

    def network(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        # The loaded object owns the variables that the signature reads.
        outputs = loaded.signatures["serving_default"](**{name: images})
        if "features" not in outputs and len(outputs) == 1:
            return _checked(path, *outputs.values())
        return _checked(path, outputs.get("features"), outputs.get("logits"))

    return network, tuple(spec.shape[1:])


def _checked(
    path: Path, features: tf.Tensor | None, logits: tf.Tensor | None = None
) -> tuple[tf.Tensor, tf.Tensor | None]:
    if features is None or features.shape.rank != 2:
        shape = None if features is None else tuple(features.shape)
        raise ValueError(
            "A feature network must give `features` of shape [N, D]. "
            f"Received: {shape} of {path}."
        )
    features = tf.cast(features, tf.float32)
    return features, None if logits is None else tf.cast(logits, tf.float32)


def _sha256(path: Path) -> str:
    if path.is_file():
        return files.sha256(path)
    parts = [
        f"{found.relative_to(path).as_posix()} {files.sha256(found)}"
        for found in sorted(path.rglob("*"))
        if found.is_file()
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
