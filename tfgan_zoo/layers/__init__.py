"""Layers that two or more networks share.

Each is loaded when first used, so that a network loads only its own layers.
"""

from __future__ import annotations

import importlib
from typing import Any

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
