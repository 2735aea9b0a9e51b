"""A feature network of the user's: a SavedModel or a file of Keras."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo import files, untrusted
from tfgan_zoo.backend import keras
from tfgan_zoo.evaluation.features import fetch, keras_files, keras_sizes
from tfgan_zoo.evaluation.features.network import FeatureNetwork, normalize
from tfgan_zoo.messages import error_text


def load_custom_network(
    path: Path, *, sha256: str = "", trust: bool = False
) -> FeatureNetwork:
    """Loads a network of the user's.

    It takes images float32 [N, H, W, C] in [-1, 1], of a fixed size, and gives
    features [N, D], or features and logits: a SavedModel's `serving_default`
    by these names, a Keras model as its outputs, in that order.

    Args:
        path: of a SavedModel's folder, or a file of Keras 2.
        sha256: that it must have, as the network's attribute; "" takes any.
        trust: load it too where it could do more than compute.

    Raises:
        FileNotFoundError: there is no such file or folder.
        ValueError: it is no network of that form, has another hash, or,
            without `trust`, could do more than compute.
    """
    if not path.exists():
        raise FileNotFoundError(
            "A feature network must be a name or the path of a SavedModel or "
            f"Keras model. Received: {path}."
        )
    is_keras = path.suffix in keras_files.ENDINGS
    if not (path.is_file() if is_keras else path.is_dir()):
        raise _of_no_kind(path, "neither a file nor a folder of that name")
    digest = _sha256(path)
    fetch.require_same(path, digest, sha256)
    load = _keras if is_keras else _saved_model
    network, shape = load(path, trust=trust)
    sizes = [size for size in shape if type(size) is int]
    if len(sizes) != 3 or len(shape) != 3 or shape[-1] not in (1, 3):
        raise ValueError(
            "A feature network must take images of a fixed height and width "
            f"with 1 or 3 channels. Received: {path}, which takes {shape}."
        )
    return FeatureNetwork(
        name=str(path),
        version="",
        sha256=digest,
        image_shape=shape,
        network=lambda images: network(normalize(images)),
    )


def _of_no_kind(path: Path, how: object) -> ValueError:
    return ValueError(
        "A feature network must be a SavedModel or a file of Keras. "
        f"Received: {path} ({error_text(how)})."
    )


def _keras(path: Path, *, trust: bool) -> tuple[Any, tuple]:
    most = None if trust else keras_files.require_harmless(path)
    try:
        with keras_sizes.limit_weights(most):
            model = keras.models.load_model(
                path, compile=False, safe_mode=not trust
            )
        if not trust:
            keras_sizes.require_small(model)
        shape = model.input_shape[1:]
    # What is damaged, or of another version, makes Keras raise any error.
    except Exception as error:  # noqa: BLE001
        raise _of_no_kind(path, error) from None

    def network(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor | None]:
        outputs = model(images, training=False)
        if not isinstance(outputs, (list, tuple)):
            outputs = (outputs,)
        return _checked(path, *outputs[:2])

    return network, tuple(shape)


def load_saved_model(path: Path, *, trust: bool) -> Any:
    """Loads a SavedModel, rebuilt from what it declares without `trust`.

    Raises:
        ValueError: it cannot be loaded, or could do more than compute.
    """
    return untrusted.load_trusted(path) if trust else untrusted.load(path)


def _saved_model(path: Path, *, trust: bool) -> tuple[Any, tuple]:
    loaded = load_saved_model(path, trust=trust)
    if "serving_default" not in loaded.signatures:
        raise _of_no_kind(path, "without the signature serving_default")
    signature = loaded.signatures["serving_default"]
    inputs = [*signature.structured_input_signature[1].items()]
    if not inputs:
        raise _of_no_kind(path, "whose serving_default takes nothing")
    (name, spec), *others = inputs
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

    return network, tuple(spec.shape[1:]) if spec.shape.rank else ()


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
        f"{file.relative_to(path).as_posix()} {files.sha256(file)}"
        for file in sorted(path.rglob("*"))
        if file.is_file()
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
