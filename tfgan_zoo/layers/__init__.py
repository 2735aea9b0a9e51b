"""Layers that two or more networks share.

Each is loaded when first used, so that a network loads only its own layers.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfgan_zoo.layers.activations import PixelTanh as PixelTanh
    from tfgan_zoo.layers.activations import clip_to_pixels as clip_to_pixels
    from tfgan_zoo.layers.activations import leaky_relu as leaky_relu
    from tfgan_zoo.layers.attention import SelfAttention as SelfAttention
    from tfgan_zoo.layers.basis import (
        DiscriminativeBasis as DiscriminativeBasis,
    )
    from tfgan_zoo.layers.basis import GenerativeBasis as GenerativeBasis
    from tfgan_zoo.layers.batch import BatchSimilarity as BatchSimilarity
    from tfgan_zoo.layers.batch import (
        MinibatchDiscrimination as MinibatchDiscrimination,
    )
    from tfgan_zoo.layers.batch import (
        MinibatchStandardDeviation as MinibatchStandardDeviation,
    )
    from tfgan_zoo.layers.convolution import Conv2D as Conv2D
    from tfgan_zoo.layers.convolution import Conv2DTranspose as Conv2DTranspose
    from tfgan_zoo.layers.dense import NormalizedDense as NormalizedDense
    from tfgan_zoo.layers.dropout import PermanentDropout as PermanentDropout
    from tfgan_zoo.layers.dropout import StepDropout as StepDropout
    from tfgan_zoo.layers.equalized import EqualizedConv2D as EqualizedConv2D
    from tfgan_zoo.layers.equalized import EqualizedDense as EqualizedDense
    from tfgan_zoo.layers.grouped import GroupedConv2D as GroupedConv2D
    from tfgan_zoo.layers.labels import OneHot as OneHot
    from tfgan_zoo.layers.labels import label_planes as label_planes
    from tfgan_zoo.layers.mapping import Mapping as Mapping
    from tfgan_zoo.layers.modulated import ModulatedConv2D as ModulatedConv2D
    from tfgan_zoo.layers.normalization import (
        BatchNormalization as BatchNormalization,
    )
    from tfgan_zoo.layers.normalization import (
        ConditionalBatchNormalization as ConditionalBatchNormalization,
    )
    from tfgan_zoo.layers.normalization import (
        LayerNormalization as LayerNormalization,
    )
    from tfgan_zoo.layers.pixels import Colorize as Colorize
    from tfgan_zoo.layers.pixels import SubpixelDetails as SubpixelDetails
    from tfgan_zoo.layers.recurrent import (
        RecurrentAttention1D as RecurrentAttention1D,
    )
    from tfgan_zoo.layers.recurrent import (
        RecurrentAttention2D as RecurrentAttention2D,
    )
    from tfgan_zoo.layers.residual import Residual as Residual
    from tfgan_zoo.layers.resnet import DiscriminatorBlock as DiscriminatorBlock
    from tfgan_zoo.layers.resnet import DoublingConv2D as DoublingConv2D
    from tfgan_zoo.layers.resnet import GeneratorBlock as GeneratorBlock
    from tfgan_zoo.layers.spectral import SpectralConv2D as SpectralConv2D
    from tfgan_zoo.layers.spectral import SpectralDense as SpectralDense
    from tfgan_zoo.layers.spectral import SpectralEmbedding as SpectralEmbedding
    from tfgan_zoo.layers.upsampling import (
        BilinearUpsampling2D as BilinearUpsampling2D,
    )
    from tfgan_zoo.layers.upsampling import (
        ProjectAndReshape as ProjectAndReshape,
    )
    from tfgan_zoo.layers.upsampling import UpsampleBlock as UpsampleBlock

_MODULES = {
    "BatchNormalization": "normalization",
    "BatchSimilarity": "batch",
    "BilinearUpsampling2D": "upsampling",
    "ConditionalBatchNormalization": "normalization",
    "Colorize": "pixels",
    "Conv2D": "convolution",
    "Conv2DTranspose": "convolution",
    "DiscriminativeBasis": "basis",
    "DiscriminatorBlock": "resnet",
    "DoublingConv2D": "resnet",
    "EqualizedConv2D": "equalized",
    "EqualizedDense": "equalized",
    "GenerativeBasis": "basis",
    "GeneratorBlock": "resnet",
    "GroupedConv2D": "grouped",
    "LayerNormalization": "normalization",
    "Mapping": "mapping",
    "MinibatchDiscrimination": "batch",
    "MinibatchStandardDeviation": "batch",
    "ModulatedConv2D": "modulated",
    "NormalizedDense": "dense",
    "OneHot": "labels",
    "PermanentDropout": "dropout",
    "PixelTanh": "activations",
    "ProjectAndReshape": "upsampling",
    "RecurrentAttention1D": "recurrent",
    "RecurrentAttention2D": "recurrent",
    "Residual": "residual",
    "SelfAttention": "attention",
    "SpectralConv2D": "spectral",
    "SpectralDense": "spectral",
    "SpectralEmbedding": "spectral",
    "StepDropout": "dropout",
    "SubpixelDetails": "pixels",
    "UpsampleBlock": "upsampling",
    "clip_to_pixels": "activations",
    "label_planes": "labels",
    "leaky_relu": "activations",
}

__all__ = list(_MODULES)


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.{_MODULES[name]}")
    return getattr(module, name)


def __dir__() -> list[str]:
    return __all__
