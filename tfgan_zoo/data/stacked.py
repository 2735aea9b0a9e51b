"""Stacked MNIST: three random digits, one in each colour.

A thousand modes that can be counted, by a classifier of digits (Srivastava et
al. 2017, arXiv:1705.07761, section 4; Lin et al. 2018, arXiv:1712.04086).
"""

from __future__ import annotations

import dataclasses

import numpy as np

from tfgan_zoo.data.content import Content
from tfgan_zoo.data.packing import Log
from tfgan_zoo.data.spec import DataRequest, DatasetSpec
from tfgan_zoo.data.store import Arrays, Examples
from tfgan_zoo.data.tfds_source import load_tfds

NAME = "stacked_mnist"
DIGITS = 10
MODES = DIGITS**3
# As many as in the authors' code, fjxmlzn/PacGAN: of their training, and as
# samples to judge by.
COUNTS = {"train": 128_000, "test": 26_000}
_SEED = 0


class StackedRows:
    """Rows that are stacked when they are read.

    Args:
        digits: grey images with labels below 10.
        count: rows; which digits make one depends on its index alone.
    """

    def __init__(self, digits: Examples, *, count: int) -> None:
        # The one generator whose numbers no later NumPy may change.
        random = np.random.RandomState(_SEED)
        self._parts = random.randint(
            len(digits), size=(count, 3), dtype=np.int64
        )
        self._digits = digits

    def __len__(self) -> int:
        return len(self._parts)

    def read(self, indices: np.ndarray) -> Arrays:
        parts = self._parts[indices]
        digits = self._digits.read(parts.ravel())
        count, (height, width) = len(indices), digits["image"].shape[1:3]
        stacked = digits["image"].reshape(count, 3, height, width)
        return {
            "image": np.ascontiguousarray(np.moveaxis(stacked, 1, -1)),
            "label": mode(digits["label"].reshape(count, 3)),
        }


def mode(digits: np.ndarray) -> np.ndarray:
    """Returns the modes, int32 [N], of digits [N, 3] in red, green, blue."""
    red, green, blue = np.moveaxis(digits.astype(np.int32), -1, 0)
    return (red * DIGITS + green) * DIGITS + blue


def load_stacked(request: DataRequest, *, log: Log) -> Examples:
    """Stacks the digits of MNIST, as TFDS has them, always the same ones.

    Args:
        request: its `dataset` is `NAME`; `data_dir` and `download` are about
            MNIST.
        log: see `load_tfds`.

    Returns:
        The examples: 128,000 of MNIST's split `train`, 26,000 of `test`. The
        label of one is its mode, "314" for a red 3, a green 1 and a blue 4.

    Raises:
        ValueError: one channel is asked for, or see `load_tfds`.
    """
    if request.channels not in (None, 3):
        raise ValueError(
            f"`channels` of {NAME} must be 3, a digit each. "
            f"Received: {request.channels}."
        )
    if request.split_name not in COUNTS:
        raise ValueError(
            f"`split` of {NAME} must be one of: {', '.join(COUNTS)}. "
            f"Received: {request.split}."
        )
    digits = load_tfds(
        dataclasses.replace(
            request, dataset="mnist", channels=1, class_names=None
        ),
        log=log,
    )
    spec = DatasetSpec(
        NAME,
        digits.spec.height,
        digits.spec.width,
        3,
        tuple(f"{number:03}" for number in range(MODES)),
    )
    count = COUNTS[request.split_name]
    rows = StackedRows(digits, count=count)
    content = Content.from_text(f"{NAME} {_SEED} {digits.fingerprint}", count)
    return Examples(spec, rows, content=content)
