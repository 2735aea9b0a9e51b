"""Inception, by which FID was defined, and Keras' other one of that name.

Neither comes with the package, and both are loaded from a path or, if that is
asked for, downloaded.
"""

from __future__ import annotations

import tarfile
import zlib
from pathlib import Path
from typing import Any

import tensorflow as tf
from google.protobuf.message import DecodeError

from tfgan_zoo import archives, files
from tfgan_zoo.backend import keras
from tfgan_zoo.evaluation.features import custom, fetch
from tfgan_zoo.evaluation.features.network import (
    TENSORFLOW_1,
    FeatureNetwork,
    normalize,
)
from tfgan_zoo.messages import list_some
from tfgan_zoo.untrusted import operators
from tfgan_zoo.untrusted.regular_files import GRAPH_NAME

_SHAPE = (299, 299, 3)
# TF-GAN's export of the network of 2015-12-05, and the network itself.
_ADDRESS = (
    "https://tfhub.dev/tensorflow/tfgan/eval/inception/1?"
    "tf-hub-format=compressed"
)
_ARCHIVE = "inception-tfgan-eval-1.tar.gz"
_INPUT, _POOL, _LOGITS = "Mul:0", "pool_3:0", "softmax/logits/MatMul"
# The original decodes and resizes JPEG as well, which is not run.
_OPERATORS = operators.ALLOWED | {
    "BatchNormWithGlobalNormalization",
    "CheckNumerics",
    "Concat",
    "DecodeJpeg",
    "Placeholder",
}
_OF_DAMAGE = (
    OSError,
    tf.errors.OpError,
    KeyError,
    TypeError,
    ValueError,
    IndexError,
    DecodeError,
    tarfile.TarError,
    EOFError,
    zlib.error,
)
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
        load = _graph if is_graph else _saved_model
        network = load(_unpacked(path), trust=request.trust)
    except _OF_DAMAGE as error:
        raise ValueError(
            "`inception` must be TF-GAN's SavedModel or "
            f"classify_image_graph_def.pb. Received: {path} ({error})."
        ) from None
    hashed = path if path.is_file() else path / GRAPH_NAME
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
        with files.new_folder(folder) as partial:
            _unpack(path, partial)
    return folder


def _unpack(path: Path, folder: Path) -> None:
    try:
        archives.unpack_tar(path, folder)
    except ValueError as error:
        raise ValueError(
            "An archive must hold files within it alone. "
            f"Received: {path}, {error}."
        ) from None


def _saved_model(path: Path, *, trust: bool) -> Any:
    loaded = custom.load_saved_model(path, trust=trust)
    serve = loaded.signatures["serving_default"]
    (name,) = serve.structured_input_signature[1]

    def network(images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        # The loaded object owns the variables that the signature reads.
        outputs = loaded.signatures["serving_default"](**{name: images})
        pooled = tf.reshape(outputs["pool_3"], [len(images), -1])
        return pooled, outputs["logits"]

    return network


def _graph(path: Path, *, trust: bool) -> Any:
    graph = tf.compat.v1.GraphDef()
    graph.ParseFromString(path.read_bytes())
    if not trust:
        _require_harmless(graph, path)

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


def _require_harmless(graph: Any, path: Path) -> None:
    """Checks the operators of a graph, which TensorFlow runs as they are."""
    foreign = {node.op for node in graph.node} - _OPERATORS
    foreign |= {function.signature.name for function in graph.library.function}
    if foreign:
        raise ValueError(
            "`inception` must compute by arithmetic alone; --trust loads it "
            f"all the same. Received: {path}, which holds "
            f"{list_some(sorted(foreign))}."
        )


def keras_inception(request: fetch.Request) -> FeatureNetwork:
    """Keras' InceptionV3, of other weights than FID's: a scale of its own.

    Images are resized with antialiasing and scaled to [-1, 1]; features are
    the global average pooling, 2,048 wide, logits 1,000.

    Args:
        request: its `path` is Keras' file of weights, with the top; without
            one it is looked for where Keras keeps its files.

    Raises:
        ValueError: see `inception`.
    """
    if request.path is None:
        keras_file = Path.home() / ".keras" / "models" / _KERAS_FILE
        if keras_file.is_file() or request.download:
            request = fetch.Request(_fetch_with_keras(), sha256=request.sha256)
    path = fetch.get(request, name=_KERAS_FILE, address="")
    try:
        model = keras.applications.InceptionV3(
            weights=None, classifier_activation=None
        )
        model.load_weights(path)
    # A damaged file makes Keras raise any error.
    except Exception as error:  # noqa: BLE001
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
        network=lambda images: both(normalize(images), training=False),
        copies_grey=True,
    )


def _fetch_with_keras() -> Path:
    """Returns Keras' file, which it downloads and checks where it is not."""
    try:
        keras.applications.InceptionV3()
    except Exception as error:  # noqa: BLE001  (Keras raises a plain one)
        raise ValueError(
            "The weights of keras_inception must be within reach to be "
            f"downloaded. Received: {error}."
        ) from None
    return Path.home() / ".keras" / "models" / _KERAS_FILE
