"""What configurations of Keras models may name.

Classes, functions and operators that compute on tensors and do nothing else.
A name that is on no list is refused, however harmless it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tfgan_zoo.messages import shorten

_LAYERS = """
Activation ActivityRegularization Add AdditiveAttention AlphaDropout Attention
Average AveragePooling1D AveragePooling2D AveragePooling3D BatchNormalization
Bidirectional CategoryEncoding CenterCrop Concatenate Conv1D Conv1DTranspose
Conv2D Conv2DTranspose Conv3D Conv3DTranspose ConvLSTM1D ConvLSTM2D ConvLSTM3D
Cropping1D Cropping2D Cropping3D Dense DepthwiseConv1D DepthwiseConv2D Dot
Dropout ELU EinsumDense Embedding Flatten Functional GRU GRUCell GaussianDropout
GaussianNoise GlobalAveragePooling1D GlobalAveragePooling2D
GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
GroupNormalization Identity InputLayer LSTM LSTMCell LayerNormalization
LeakyReLU LocallyConnected1D LocallyConnected2D Masking MaxPooling1D
MaxPooling2D MaxPooling3D Maximum Minimum Model MultiHeadAttention Multiply
Normalization PReLU Permute RNN ReLU RepeatVector Rescaling Reshape Resizing
SeparableConv1D SeparableConv2D Sequential SimpleRNN SimpleRNNCell Softmax
SpatialDropout1D SpatialDropout2D SpatialDropout3D SpectralNormalization
StackedRNNCells Subtract SyncBatchNormalization ThresholdedReLU TimeDistributed
UnitNormalization UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D
ZeroPadding2D ZeroPadding3D
"""
_INITIALIZERS = """
Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity
IdentityInitializer LecunNormal LecunUniform Ones Orthogonal
OrthogonalInitializer RandomNormal
RandomUniform TruncatedNormal VarianceScaling Zeros constant glorot_normal
glorot_uniform he_normal he_uniform identity lecun_normal lecun_uniform ones
orthogonal random_normal random_uniform truncated_normal variance_scaling zeros
"""
_REGULARIZERS = "L1 L1L2 L2 OrthogonalRegularizer l1 l1_l2 l2"
_CONSTRAINTS = """
MaxNorm MinMaxNorm NonNeg RadialConstraint UnitNorm max_norm min_max_norm
non_neg radial_constraint unit_norm
"""
_ACTIVATIONS = """
elu exponential gelu hard_sigmoid leaky_relu linear log_softmax mish relu relu6
selu sigmoid silu softmax softplus softsign swish tanh
"""
# Of `TFOpLambda`, under `tf`.
_OPERATORS = """
__operators__.add __operators__.getitem __operators__.ne abs add
cast clip_by_value concat divide expand_dims identity image.resize
image.rgb_to_grayscale image.grayscale_to_rgb math.abs math.add math.divide
math.exp math.log math.maximum math.minimum math.multiply math.negative
math.pow math.reduce_max math.reduce_mean math.reduce_min math.reduce_prod
math.reduce_std math.reduce_sum math.reduce_variance math.rsqrt math.sigmoid
math.sqrt math.square math.subtract math.tanh math.truediv maximum minimum
multiply nn.avg_pool nn.avg_pool2d nn.bias_add nn.conv2d nn.gelu
nn.l2_normalize math.l2_normalize nn.leaky_relu nn.max_pool nn.max_pool2d
nn.relu nn.relu6 nn.sigmoid nn.silu nn.softmax nn.softplus nn.tanh pad
reduce_max reduce_mean reduce_min reduce_sum reshape reverse split sqrt square
squeeze stack strided_slice subtract tile transpose truediv unstack
"""
_OPERATOR_LAYERS = {"TFOpLambda", "SlicingOpLambda"}
# Values that JSON has no notation for, and how numbers are held.
_VALUES = "Policy TensorShape __ellipsis__ __numpy__ __tensor__ __tuple__"


def _words(*texts: str) -> frozenset[str]:
    return frozenset(" ".join(texts).split())


_LAYER_NAMES = _words(_LAYERS) | frozenset(_OPERATOR_LAYERS)
_CLASSES = _LAYER_NAMES | _words(
    _INITIALIZERS, _REGULARIZERS, _CONSTRAINTS, _VALUES
)
_FUNCTIONS = _words(_OPERATORS)
# What the values of keys with such an end may be called.
_BY_KEY = {
    "activation": _words(_ACTIVATIONS),
    "initializer": _words(_INITIALIZERS),
    "regularizer": _words(_REGULARIZERS),
    "constraint": _words(_CONSTRAINTS),
}
_MODULE = re.compile(r"(tf_)?keras(\.[a-z0-9_]+)*|builtins")
# Python code, and operators that no layer stands for.
_NEVER = ("function_type", "node_def", "function")


def count_layers(config: Any) -> int:
    """Returns how many layers a configuration holds, each within others too."""
    names = [entry.get("class_name") for entry in _objects(config)]
    return sum(isinstance(name, str) and name in _LAYER_NAMES for name in names)


def find_foreign(config: Any) -> list[str]:
    """Returns what a configuration names that is on no list.

    Args:
        config: of a model, as JSON has it. How it is to be compiled is passed
            over, as it is loaded without.

    Returns:
        The names, sorted.
    """
    content = {k: v for k, v in config.items() if k != "compile_config"}
    names = {
        shorten(name) for entry in _objects(content) for name in _foreign(entry)
    }
    return sorted(names)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Yields all dictionaries within a value."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def _foreign(content: dict[str, Any]) -> Iterator[Any]:
    """Yields what a dictionary, but not those within it, names."""
    if "class_name" in content:
        yield from _foreign_class(content)
    if not _is_module(content.get("module")):
        yield content["module"]
    # A function's is its own name, which the registry may have.
    known_names = (None, content.get("class_name"))
    name = content.get("registered_name")
    if name not in known_names and known_names[1] != "function":
        yield name
    for key, value in content.items():
        known = _BY_KEY.get(key.rpartition("_")[2])
        if known is not None and isinstance(value, str) and value not in known:
            yield value
        if key in _NEVER and not _is_operators(content, key):
            yield key
    if "spec_name" in content:  # of a type, which is imported
        yield content["spec_name"]


def _foreign_class(content: dict[str, Any]) -> Iterator[Any]:
    name, config = content["class_name"], content.get("config")
    if name == "function":
        # By its name, of one of Keras' activations.
        if config not in _BY_KEY["activation"]:
            yield config
    elif not isinstance(name, str) or name not in _CLASSES:
        yield name
    elif name in _OPERATOR_LAYERS:
        function = config.get("function") if isinstance(config, dict) else None
        if not isinstance(function, str) or function not in _FUNCTIONS:
            yield function


def _is_operators(content: dict[str, Any], key: str) -> bool:
    """Whether a key is that of `TFOpLambda`, which `_foreign_class` checks.

    Its configuration alone has no `class_name`.
    """
    value = content[key]
    return key == "function" and isinstance(value, str) and value in _FUNCTIONS


def _is_module(name: Any) -> bool:
    if name is None:
        return True
    return isinstance(name, str) and _MODULE.fullmatch(name) is not None
