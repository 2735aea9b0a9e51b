"""The small classifiers that ship with the package, as files of weights.

A file holds convolutions whose normalisation is folded into them, so that what
it computes depends on no Keras and no layer of a later version.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import json_files

FOLDER = Path(__file__).parent / "files"
# Of the features over the training images, summed over the layer: a Frechet
# distance is in thousandths of it, whatever the network.
TOTAL_VARIANCE = 1000.0
_PLAN = "plan"


@dataclasses.dataclass(frozen=True)
class Plan:
    """The layers of a classifier, and what it was trained on.

    Convolutions of 3 x 3 with ReLU, a pooling of 2 x 2 where `pooled`, a dense
    layer with ReLU, whose values are the features, and a linear one.

    Attributes:
        name: of the network.
        version: counts up whenever its weights change.
        image_shape: (height, width, channels) that it takes.
        convolutions: (channels, stride) of each.
        pooled: whether the last one's output is pooled.
        features: width of the feature layer.
        class_names: one a logit.
        dataset: TFDS name of what it was trained on, split `train`.
        test_accuracy: share of the test set that it names rightly.
        command: what trained it.
    """

    name: str
    version: int
    image_shape: tuple[int, int, int]
    convolutions: tuple[tuple[int, int], ...]
    pooled: bool
    features: int
    class_names: tuple[str, ...]
    dataset: str
    test_accuracy: float = 0.0
    command: str = ""


Layer = tuple[np.ndarray, np.ndarray]


def write(path: Path, plan: Plan, layers: list[Layer]) -> None:
    """Writes a file of weights, rounded to float16.

    Args:
        path: ends in .npz.
        plan: of the network.
        layers: kernel and bias of each layer, in order.
    """
    arrays: dict[str, Any] = {
        _PLAN: np.array(json.dumps(dataclasses.asdict(plan)))
    }
    for number, (kernel, bias) in enumerate(layers):
        arrays[f"kernel_{number}"] = kernel.astype(np.float16)
        arrays[f"bias_{number}"] = bias.astype(np.float16)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)


class Classifier:
    """A classifier, read from its file.

    Attributes:
        plan: its layers.
    """

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as arrays:
            self.plan = _plan(str(arrays[_PLAN]))
            count = len(self.plan.convolutions) + 2
            self._layers = [
                (
                    tf.constant(arrays[f"kernel_{number}"], tf.float32),
                    tf.constant(arrays[f"bias_{number}"], tf.float32),
                )
                for number in range(count)
            ]

    def __call__(self, images: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Returns features and logits of images.

        Args:
            images: float32 [N, H, W, C] in [-1, 1], of the plan's shape.

        Returns:
            features float32 [N, F] and logits float32 [N, K].
        """
        x = images
        *convolutions, dense, linear = self._layers
        strides = [stride for _, stride in self.plan.convolutions]
        for (kernel, bias), stride in zip(convolutions, strides):
            x = tf.nn.conv2d(x, kernel, stride, "SAME")
            x = tf.nn.relu(tf.nn.bias_add(x, bias))
        if self.plan.pooled:
            x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        flat = tf.reshape(x, [-1, dense[0].shape[0]])
        features = tf.nn.relu(flat @ dense[0] + dense[1])
        return features, features @ linear[0] + linear[1]


def _plan(text: str) -> Plan:
    values = json_files.parse(text)
    values["image_shape"] = tuple(values["image_shape"])
    values["class_names"] = tuple(values["class_names"])
    values["convolutions"] = tuple(map(tuple, values["convolutions"]))
    return Plan(**values)
