"""A second SavedModel that computes in bfloat16, to serve images with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2,
)

from tfgan_zoo import networks
from tfgan_zoo.export import (
    comparison,
    loading,
    proof,
    saved_model,
    tflite,
    variants,
)
from tfgan_zoo.export.comparison import Differences
from tfgan_zoo.export.file_names import BFLOAT16_NAME
from tfgan_zoo.export.metadata import ExportMetadata
from tfgan_zoo.gan import BaseGAN, copying
from tfgan_zoo.layers import deployment

_POLICY = "mixed_bfloat16"
# Weights and activations have 8 significant bits, as files of integers do.
_LIMITS = variants.Variant("bfloat16", "all but what goes in and out")


def require_possible(gan: BaseGAN) -> None:
    """Checks that a generator can compute in bfloat16.

    Raises:
        ValueError: its layers cannot be built again with another dtype policy.
    """
    generator = gan.ema_generator
    if not isinstance(generator, networks.Network):
        raise ValueError(
            "`saved_model_precision` must be float32 for a generator that is "
            "no architecture of the zoo. "
            f"Received: bfloat16, for {type(generator).__name__}."
        )


def write(
    gan: BaseGAN,
    metadata: ExportMetadata,
    folder: Path,
    rows: dict[str, np.ndarray],
    expected: np.ndarray,
    measure: comparison.MeasureRounding,
) -> Differences:
    """Writes the bfloat16 SavedModel, of the same signatures as the other.

    Its weights are constants, with the normalisations folded into them.

    Args:
        gan: whose averaged generator it is.
        metadata: as of the SavedModel.
        folder: of the export.
        rows, expected: inputs by name, and the SavedModel's images of them.
        measure: see `comparison.require`.

    Returns:
        How far its images are from the SavedModel's.

    Raises:
        comparison.ExportError: they are too far.
    """
    path = folder / BFLOAT16_NAME
    module = saved_model.ServedGenerator(gan, serving_function(gan))
    saved_model.write(module, metadata, path)
    loaded, _ = loading.load(path)
    images = proof.run_in_batches(loaded.signatures[tflite.SIGNATURE], rows)
    differences = comparison.compare("bfloat16 SavedModel", images, expected)
    comparison.require("bfloat16 SavedModel", differences, _LIMITS, measure)
    return differences


def serving_function(gan: BaseGAN) -> Any:
    """Returns the function behind `serving_default`, without variables.

    Args:
        gan: whose averaged generator it is, see `require_possible`.
    """
    specs = saved_model.tensor_specs(gan)
    network = copying.copy_network(gan.ema_generator, policy=_POLICY)
    networks.call_network(
        network, *(tf.zeros([1, *s.shape[1:]], s.dtype) for s in specs)
    )
    copying.copy_weights(gan.ema_generator, network)

    @tf.function(input_signature=specs)
    def serve(first: tf.Tensor, labels: tf.Tensor | None = None) -> tf.Tensor:
        images = networks.call_network(network, first, labels)
        return tf.cast(images, tf.float32)

    with deployment.deployed(network):
        concrete = serve.get_concrete_function()
    frozen = convert_variables_to_constants_v2(concrete)

    @tf.function(input_signature=specs)
    def serve_frozen(
        first: tf.Tensor, labels: tf.Tensor | None = None
    ) -> dict[str, tf.Tensor]:
        images = frozen(*([first] if labels is None else [first, labels]))[0]
        return {"images": images}

    return serve_frozen
