"""Layers that two or more networks share."""

from tfgan_zoo.layers.attention import SelfAttention
from tfgan_zoo.layers.batch import (
    BatchSimilarity,
    MinibatchDiscrimination,
    MinibatchStandardDeviation,
)
from tfgan_zoo.layers.convolution import Conv2D, Conv2DTranspose
from tfgan_zoo.layers.dropout import PermanentDropout, StepDropout
from tfgan_zoo.layers.labels import label_planes
from tfgan_zoo.layers.normalization import (
    BatchNormalization,
    ConditionalBatchNormalization,
    LayerNormalization,
)
from tfgan_zoo.layers.recurrent import (
    RecurrentAttention1D,
    RecurrentAttention2D,
)
from tfgan_zoo.layers.residual import Residual
from tfgan_zoo.layers.resnet import DiscriminatorBlock, GeneratorBlock
from tfgan_zoo.layers.spectral import (
    SpectralConv2D,
    SpectralDense,
    SpectralEmbedding,
)
from tfgan_zoo.layers.upsampling import ProjectAndReshape, UpsampleBlock

__all__ = [
    "BatchNormalization",
    "BatchSimilarity",
    "Conv2D",
    "Conv2DTranspose",
    "ConditionalBatchNormalization",
    "DiscriminatorBlock",
    "GeneratorBlock",
    "LayerNormalization",
    "MinibatchDiscrimination",
    "MinibatchStandardDeviation",
    "PermanentDropout",
    "ProjectAndReshape",
    "RecurrentAttention1D",
    "RecurrentAttention2D",
    "Residual",
    "SelfAttention",
    "SpectralConv2D",
    "SpectralDense",
    "SpectralEmbedding",
    "StepDropout",
    "UpsampleBlock",
    "label_planes",
]
