"""Keras files as feature networks: what may run, and what is refused unread."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path
from typing import Any, Callable

import h5py
import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.evaluation import features
from tfgan_zoo.evaluation.features import Request, keras_files

ENDINGS = ("h5", "keras")
layers = keras.layers


def _touching(path: Path) -> Callable[[tf.Tensor], tf.Tensor]:
    """Returns a function whose bytecode alone makes a file."""
    code = (
        f"lambda x: (__import__('pathlib').Path({str(path)!r}).touch(), x)[1]"
    )
    return eval(code)


def _model(*inner: Any) -> Any:
    images = layers.Input((8, 8, 3))
    x = images
    for layer in inner:
        x = layer(x)
    return keras.Model(images, layers.Dense(4)(layers.Flatten()(x)))


def _named(path: Path) -> Any:
    touching = _touching(path)
    touching.__name__ = "touching"
    return keras.saving.register_keras_serializable("Own")(touching)


# Where a layer may hold another one, or a function.
WRAPPED = {
    "alone": lambda touch: layers.Lambda(touch),
    "time_distributed": lambda touch: layers.TimeDistributed(
        layers.Lambda(touch)
    ),
    "nested": lambda touch: keras.Sequential(
        [layers.Input((8, 8, 3)), keras.Sequential([layers.Lambda(touch)])]
    ),
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("how", WRAPPED)
def test_bytecode_is_refused_unrun_without_trust(
    tmp_path: Path, how: str, ending: str
) -> None:
    marker, path = tmp_path / "marker", tmp_path / f"own.{ending}"
    _model(WRAPPED[how](_touching(marker))).save(path)
    marker.unlink()  # of what the layer did when it was built
    with pytest.raises(ValueError, match="Lambda.*function") as error:
        features.get(str(path))
    assert "--trust loads it" in str(error.value)
    assert not marker.exists()
    network = features.get(str(path), Request(trust=True))
    network(np.zeros((1, 8, 8, 3), np.uint8))
    assert marker.exists()


def test_trust_does_not_replace_the_hash_that_is_demanded(
    tmp_path: Path,
) -> None:
    path = tmp_path / "own.keras"
    path.write_bytes(b"another")
    request = Request(trust=True, sha256="0" * 64)
    with pytest.raises(ValueError, match="must have the SHA-256 0{64}"):
        features.get(str(path), request)


# What a class or a function may be given as, in a place of its own.
FOREIGN = [
    {"class_name": "Lambda", "config": {}},
    {"class_name": "TFSMLayer", "config": {"filepath": "/"}},
    {"class_name": "TensorFlowOpLayer", "config": {"node_def": "x"}},
    {"class_name": "TFOpLambda", "config": {"function": "io.write_file"}},
    {"class_name": "TFOpLambda", "config": {"function": ["math.add"]}},
    {"class_name": "TFOpLambda", "config": None},
    {"class_name": "StringLookup", "config": {"vocabulary": "/etc/passwd"}},
    {"class_name": "Own>Dense", "config": {}},
    {"class_name": "Dense", "registered_name": "Own>Dense", "config": {}},
    {"class_name": "Dense", "module": "os", "config": {}},
    {"class_name": "Dense", "module": "keras_of_mine", "config": {}},
    {"class_name": "Dense", "module": ["keras"], "config": {}},
    {"class_name": ["Dense"], "config": {}},
    {"class_name": None, "config": {}},
    {"class_name": "function", "module": "os", "config": "system"},
    {"class_name": "function", "module": "os", "config": "relu"},
    {"class_name": "function", "module": "builtins", "config": "eval"},
    {"class_name": "__lambda__", "config": {"value": "x"}},
    {"class_name": "__typespec__", "module": "os", "spec_name": "system"},
    {"module": "os", "spec_name": "system"},
    {"class_name": "Activation", "config": {"activation": "deserialize"}},
    {"class_name": "Dense", "config": {"kernel_initializer": "Mine"}},
    {"class_name": "Dense", "config": {"bias_regularizer": "mine"}},
    {"class_name": "Dense", "config": {"kernel_constraint": "mine"}},
    {"class_name": "LSTM", "config": {"recurrent_activation": "eval"}},
    {"class_name": "Dense", "config": {"function_type": "lambda"}},
    {"class_name": "Dense", "config": {"function": "x"}},
]


def _hide(foreign: Any) -> dict[str, Any]:
    """Returns a model's configuration that holds something, deep within."""
    wrapper = {"class_name": "Bidirectional", "config": {"layer": foreign}}
    return {
        "class_name": "Sequential",
        "module": "keras",
        "registered_name": None,
        "config": {"name": "own", "layers": [{"x": [wrapper]}]},
    }


def _write(path: Path, config: Any) -> None:
    """Writes a file of this configuration, and no weights."""
    text = config if isinstance(config, str) else json.dumps(config)
    weights = path.with_suffix(".weights")
    with h5py.File(weights, "w") as file:
        if path.suffix == ".h5":
            file.attrs["model_config"] = text
    if path.suffix == ".h5":
        weights.rename(path)
        return
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("config.json", text)
        packed.writestr("metadata.json", "{}")
        packed.write(weights, "model.weights.h5")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("foreign", FOREIGN, ids=str)
def test_what_is_on_no_list_is_refused_before_keras_sees_it(
    tmp_path: Path,
    foreign: Any,
    ending: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(keras.models, "load_model", None)
    path = tmp_path / f"own.{ending}"
    _write(path, _hide(foreign))
    with pytest.raises(ValueError, match="layers and arithmetic alone"):
        features.get(str(path))


def test_what_is_on_the_lists_is_not_refused(tmp_path: Path) -> None:
    images = layers.Input((8, 8, 3))
    x = tf.image.resize(images / 2.0 - 0.5, (4, 4))[:, ::2]
    x = layers.TimeDistributed(layers.Dense(4, activation=tf.nn.relu6))(x)
    x = layers.Conv2D(
        4,
        1,
        activation="swish",
        kernel_initializer=keras.initializers.HeNormal(),
        kernel_regularizer=keras.regularizers.L2(0.1),
        kernel_constraint="max_norm",
    )(x)
    x = layers.BatchNormalization()(layers.LeakyReLU()(x))
    x = layers.Reshape((4, 8))(x)
    x = layers.Bidirectional(layers.LSTM(3))(
        layers.MultiHeadAttention(2, 2)(x, x)
    )
    inner = keras.Sequential([layers.Input((6,)), layers.Dense(5)])
    inner.compile("adam", "mse")
    model = keras.Model(images, inner(x))
    model.compile("adam", "mse")
    pictures = np.full((2, 8, 8, 3), 7, np.uint8)
    expected = model(pictures / 127.5 - 1.0).numpy()
    for ending in ENDINGS:
        model.save(tmp_path / f"own.{ending}")
        network = features.get(str(tmp_path / f"own.{ending}"))
        found = network(pictures).features
        np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    "config", ["", "[1]", "{", "[" * 100_000, '{"a":' * 100_000, "3"]
)
def test_damaged_configuration_is_a_line(
    tmp_path: Path, config: str, ending: str
) -> None:
    path = tmp_path / f"own.{ending}"
    _write(path, config)
    with pytest.raises(ValueError, match="must be a whole file of Keras"):
        features.get(str(path))


@pytest.mark.parametrize("ending", ENDINGS)
def test_sound_names_with_senseless_values_are_a_line(
    tmp_path: Path, ending: str
) -> None:
    for config in ({"class_name": "Sequential", "config": 3}, {"a": 1}):
        path = tmp_path / f"own.{ending}"
        _write(path, config)
        with pytest.raises(ValueError, match="SavedModel or a file of Keras"):
            features.get(str(path))
        path.unlink()


@pytest.mark.parametrize("ending", ENDINGS)
def test_truncated_file_is_a_line(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"own.{ending}"
    _model().save(path)
    content = path.read_bytes()
    for part in (0, 1, 100, len(content) // 2, len(content) - 1):
        path.write_bytes(content[:part])
        with pytest.raises(ValueError, match="of Keras"):
            features.get(str(path))


@pytest.mark.parametrize("ending", [*ENDINGS, "hdf5"])
def test_pipes_and_folders_are_a_line(tmp_path: Path, ending: str) -> None:
    pipe, folder = tmp_path / f"a.{ending}", tmp_path / f"b.{ending}"
    os.mkfifo(pipe)
    folder.mkdir()
    for path in (pipe, folder):
        with pytest.raises(ValueError, match="SavedModel or a file of Keras"):
            features.get(str(path))
    with pytest.raises(ValueError, match="of a file or a folder"):
        features.get("keras_inception", Request(path=pipe))


def _external(file: h5py.File) -> None:
    file["elsewhere"] = h5py.ExternalLink("/etc/passwd", "/")


def _soft(file: h5py.File) -> None:
    file["elsewhere"] = h5py.SoftLink("/model_weights")


def _raw(file: h5py.File) -> None:
    outside = [("/dev/zero", 0, 100)]
    file.create_dataset("data", (100,), np.uint8, external=outside)


def _huge(file: h5py.File) -> None:
    file.create_dataset("data", (10**12,), np.float32, chunks=(1000,))


@pytest.mark.parametrize("add", [_external, _soft, _raw, _huge])
def test_weights_that_reach_elsewhere_or_are_huge_are_refused(
    tmp_path: Path, add: Callable[[h5py.File], None]
) -> None:
    path = tmp_path / "own.h5"
    _model().save(path)
    keras_files.require_harmless(path)
    with h5py.File(path, "a") as file:
        add(file["model_weights"])
    with pytest.raises(ValueError, match="elsewhere|other files|when read"):
        features.get(str(path))


def test_groups_that_hold_each_other_end(tmp_path: Path) -> None:
    path = tmp_path / "own.h5"
    _model().save(path)
    with h5py.File(path, "a") as file:
        file["model_weights"]["again"] = file["/"]
    keras_files.require_harmless(path)


def test_archive_of_other_files_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.keras"
    _model().save(path)
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("assets/../../x", "x")
    with pytest.raises(ValueError, match="files must be among"):
        features.get(str(path))


def _touching_saved_model(folder: Path, marker: Path) -> None:
    module = tf.Module()

    @tf.function(input_signature=[tf.TensorSpec([None, 8, 8, 3], tf.float32)])
    def serve(images: tf.Tensor) -> dict[str, tf.Tensor]:
        tf.io.write_file(str(marker), "x")
        return {"features": tf.reduce_mean(images, [1, 2])}

    module.serve = serve
    tf.saved_model.save(module, str(folder), signatures=serve)


def test_saved_model_is_checked_as_generators_are(tmp_path: Path) -> None:
    folder, marker = tmp_path / "own", tmp_path / "marker"
    _touching_saved_model(folder, marker)
    with pytest.raises(ValueError, match="WriteFile"):
        features.get(str(folder))
    with pytest.raises(ValueError, match="WriteFile"):
        features.get("inception", Request(path=folder))
    assert not marker.exists()
    network = features.get(str(folder), Request(trust=True))
    network(np.zeros((1, 8, 8, 3), np.uint8))
    assert marker.exists()


def test_graph_of_inception_is_checked(tmp_path: Path) -> None:
    graph = tf.Graph()
    with graph.as_default():
        tf.io.write_file(str(tmp_path / "marker"), "x")
    path = tmp_path / "graph.pb"
    path.write_bytes(graph.as_graph_def().SerializeToString())
    with pytest.raises(ValueError, match="WriteFile"):
        features.get("inception", Request(path=path))
    path.write_bytes(b"\xff\xff")
    with pytest.raises(ValueError, match="must be TF-GAN's SavedModel"):
        features.get("inception", Request(path=path))
    assert not (tmp_path / "marker").exists()


def test_hash_is_that_of_the_network_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.keras"
    _model().save(path)
    for name in ("digits", str(path)):
        network = features.get(name)
        features.get(name, Request(sha256=network.sha256.upper()))
        with pytest.raises(ValueError, match="must have the SHA-256 0000"):
            features.get(name, Request(sha256="0" * 64))
        with pytest.raises(ValueError, match="must be 64 hexadecimal digits"):
            features.get(name, Request(sha256="zz"))
        with pytest.raises(ValueError, match="--features_path is of im"):
            features.get(name, Request(path=path))


def _layer(name: str, **config: Any) -> dict[str, Any]:
    return {
        "class_name": name,
        "module": "keras.layers",
        "registered_name": None,
        "config": {"name": name.lower(), **config},
    }


def _sequence(*inner: dict[str, Any]) -> dict[str, Any]:
    images = _layer("InputLayer", batch_input_shape=[None, 8, 8, 3])
    config = {"name": "own", "layers": [images, *inner]}
    return {
        "class_name": "Sequential",
        "module": "keras",
        "registered_name": None,
        "config": config,
    }


def _relu(number: int) -> dict[str, Any]:
    return _layer("Activation", activation="relu", x=number)


# Gigabytes, of a file of a kilobyte.
BOMBS = {
    "dense": [_layer("Flatten"), _layer("Dense", units=10**7)],
    "convolution": [_layer("Conv2D", filters=10**7, kernel_size=3)],
    "large kernel": [
        _layer("Conv2D", filters=9, kernel_size=6000, padding="same")
    ],
    "recurrent": [
        _layer("TimeDistributed", layer=_layer("LSTM", units=10**4)),
    ],
    "embedding": [
        _layer("Flatten"),
        _layer("Embedding", input_dim=10**8, output_dim=9),
    ],
    "layers": [*map(_relu, range(4000))],
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("inner", BOMBS.values(), ids=BOMBS)
def test_weights_that_no_file_holds_are_not_made(
    tmp_path: Path, ending: str, inner: list[dict[str, Any]]
) -> None:
    path = tmp_path / f"own.{ending}"
    _write(path, _sequence(*inner))
    with pytest.raises(ValueError, match="weights or more|4,002 layers"):
        features.get(str(path))


@pytest.mark.parametrize(
    "layer",
    [
        layers.UpSampling2D(10**5),
        layers.ZeroPadding2D(10**5),
        layers.Resizing(10**5, 10**5),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_layers_whose_output_fills_the_memory_are_refused(
    tmp_path: Path, layer: Any
) -> None:
    images = layers.Input((8, 8, 3))
    inner = keras.Sequential([layers.Input((8, 8, 3)), layer])
    x = layers.GlobalAveragePooling2D()(inner(images))
    path = tmp_path / "own.keras"
    keras.Model(images, x).save(path)
    with pytest.raises(ValueError, match="makes .* values of an image"):
        features.get(str(path))


def test_weights_packed_small_are_refused(tmp_path: Path) -> None:
    plain, packed = tmp_path / "own.h5", tmp_path / "own.keras"
    _model().save(plain)
    with h5py.File(plain, "a") as file:
        data = np.zeros(2**25, np.uint8)
        file.create_dataset("bomb", data=data, compression="gzip")
    with pytest.raises(ValueError, match="bytes when read"):
        features.get(str(plain))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("model.weights.h5", bytes(2**25))
        file.writestr("config.json", "{}")
    with pytest.raises(ValueError, match="bytes when unpacked"):
        features.get(str(packed))
