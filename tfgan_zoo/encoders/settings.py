"""How an encoder is trained, and on which real images."""

from __future__ import annotations

import dataclasses

from tfgan_zoo import checks


@dataclasses.dataclass(frozen=True)
class Training:
    """How an encoder is trained.

    Attributes:
        steps: of Adam.
        batch_size: samples a step, and as many real images if there are any.
        seed: of weights, samples and the order of images, at least 0.
        width: channels of the first convolution.
        learning_rate: at the start; it falls to 0 along a cosine.

    Raises:
        ValueError: a number is out of its range.
    """

    steps: int = 3000
    batch_size: int = 32
    seed: int = 0
    width: int = 32
    learning_rate: float = 1e-3

    def __post_init__(self) -> None:
        checks.in_range("steps", self.steps, (1, 10_000_000))
        checks.in_range("batch_size", self.batch_size, (1, 4096))
        checks.in_range("seed", self.seed, (0, 2**31 - 1))
        checks.in_range("width", self.width, (1, 256))
        checks.in_range("learning_rate", self.learning_rate, (1e-6, 0.1))


@dataclasses.dataclass(frozen=True)
class RealData:
    """The real images that an encoder is trained on besides samples.

    Attributes:
        dataset: name or path, as `tfgan-train` takes it; "none" for samples
            alone. None is the data set of the generator, if it is at hand.
        data_dir: where TensorFlow data sets are stored; None is that of the
            generator's training.
        download: whether TFDS may download and prepare what is not there.

    Raises:
        ValueError: `dataset` is empty.
    """

    dataset: str | None = None
    data_dir: str | None = None
    download: bool = False

    def __post_init__(self) -> None:
        if self.dataset is not None and not self.dataset.strip():
            raise ValueError(
                "`dataset` must be a name or a folder; `none` is for samples "
                f"alone. Received: {self.dataset!r}."
            )
