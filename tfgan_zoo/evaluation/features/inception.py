"""Inception, by which FID was defined, and Keras' other one of that name.

Neither comes with the package, and both are loaded from a path or, if that is
asked for, downloaded.
"""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import tensorflow as tf

from tfgan_zoo import files
from tfgan_zoo.backend import keras
from tfgan_zoo.evaluation.features import fetch
from tfgan_zoo.evaluation.features.network import (
    TENSORFLOW_1,
    FeatureNetwork,
    scaled,
)

NAMES = ("inception", "keras_inception")
_SHAPE = (299, 299, 3)
# TF-GAN's export of the network of 2015-12-05, and the network itself.
_ADDRESS = (
    "https://tfhub.dev/tensorflow/tfgan/eval/inception/1?"
    "tf-hub-format=compressed"
)
_ARCHIVE = "inception-tfgan-eval-1.tar.gz"
_INPUT, _POOL, _LOGITS = "Mul:0", "pool_3:0", "softmax/logits/MatMul"
_KERAS_FILE = "inception_v3_weights_tf_dim_ordering_tf_kernels.h5"


def inception(request: fetch.Request) -> FeatureNetwork:
    """The Inception of 2015 that FID is defined by (Heusel et al. 2017).

    Images are resized as TensorFlow 1 did, without antialiasing, and scaled
    to (x - 128) / 128; features are `pool_3`, 2,048 wide; logits, 1,008, are
    without bias, as in the original Inception score.

    Args:
        request: its `path` may be TF-GAN's SavedModel as TF-Hub has it, packed
            (.tar.gz) or not, or the graph, classify_image_graph_def.pb.

    Raises:
        ValueError: it is not there and may not or cannot be downloaded, is not
            what the hash says, or no such network.
    """
    path = fetch.get(request, name=_ARCHIVE, address=_ADDRESS)
    try:
        is_graph = path.suffix == ".pb"
        network = (_graph if is_graph else _saved_model)(_unpacked(path))
    except (OSError, tf.errors.OpError, KeyError, tarfile.TarError) as error:
        raise ValueError(
            "`inception` must be TF-GAN's SavedModel or "
            f"classify_image_graph_def.pb. Received: {path} ({error})."
        ) from None
    hashed = path if path.is_file() else path / "saved_model.pb"
    return FeatureNetwork(
        name="inception",
        version="2015-12-05",
        sha256=files.sha256(hashed),
        image_shape=_SHAPE,
        network=lambda images: network((images - 128.0) / 128.0),
        resizing=TENSORFLOW_1,
        copies_grey=True,
    )


def _unpacked(path: Path) -> Path:
    if not path.name.endswith((".tar.gz", ".tgz")):
        return path
    folder = path.with_name(f"{path.name}.unpacked")
    if not folder.is_dir():
        with files.new_folder(folder) as partial, tarfile.open(path) as packed:
            for member in packed.getmembers():
                target = (partial / member.name).resolve()
                inside = target.is_relative_to(partial.resolve())
                if not inside or not (member.isfile() or member.isdir()):
                    raise ValueError(
                        "An archive must hold files within it alone. "
                        f"Received: {member.name} in {path}."
                    )
                packed.extract(member, partial)
    return folder


def _saved_model(path: Path) -> Any:
    loaded = tf.saved_model.load(str(path))

    def network(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        outputs = loaded(images)
        pooled = tf.reshape(outputs["pool_3"], [len(images), -1])
        return pooled, outputs["logits"]

    return network


def _graph(path: Path) -> Any:
    graph = tf.compat.v1.GraphDef()
    graph.ParseFromString(path.read_bytes())

    def imported(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        pooled, product = tf.compat.v1.import_graph_def(
            graph,
            input_map={_INPUT: images},
            return_elements=[_POOL, _LOGITS],
        )
        return pooled, product.inputs[1]

    spec = tf.TensorSpec([None, *_SHAPE], tf.float32)
    whole = tf.compat.v1.wrap_function(imported, [spec])
    # What leads to the graph's own logits is of one image alone.
    pruned = whole.prune(whole.inputs, whole.outputs)

    def network(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        pooled, weights = pruned(images)
        features = tf.reshape(pooled, [len(images), -1])
        return features, features @ weights

    return network


def keras_inception(request: fetch.Request) -> FeatureNetwork:
    """Keras' InceptionV3, of other weights than FID's: a scale of its own.

    Images are resized with antialiasing and scaled to [-1, 1]; features are
    the global average pooling, 2,048 wide, logits 1,000.

    Args:
        request: its `path` is Keras' file of weights, with the top; without
            one it is looked for where Keras keeps its files.

    Raises:
        ValueError: as of `inception`.
    """
    if request.path is None:
        kept = Path.home() / ".keras" / "models" / _KERAS_FILE
        if kept.is_file() or request.download:
            request = fetch.Request(_kept_by_keras(), sha256=request.sha256)
    path = fetch.get(request, name=_KERAS_FILE, address="")
    try:
        model = keras.applications.InceptionV3(
            weights=None, classifier_activation=None
        )
        model.load_weights(path)
    except (OSError, ValueError) as error:
        raise ValueError(
            "`keras_inception` must be Keras' weights of InceptionV3 with its "
            f"top. Received: {path} ({error})."
        ) from None
    pooled = model.get_layer("avg_pool").output
    both = keras.Model(model.input, [pooled, model.output])
    return FeatureNetwork(
        name="keras_inception",
        version=_KERAS_FILE,
        sha256=files.sha256(path),
        image_shape=_SHAPE,
        network=lambda images: both(scaled(images), training=False),
        copies_grey=True,
    )


def _kept_by_keras() -> Path:
    """Returns Keras' file, which it downloads and checks where it is not."""
    try:
        keras.applications.InceptionV3()
    except Exception as error:  # noqa: BLE001  (Keras raises a plain one)
        raise ValueError(
            "The weights of keras_inception must be within reach to be "
            f"downloaded. Received: {error}."
        ) from None
    return Path.home() / ".keras" / "models" / _KERAS_FILE
