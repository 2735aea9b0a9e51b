"""What a generator takes, and the one way from seeds to its latents.

An `InputSpec` goes from the GAN through its export to the web page. Whoever
makes latents reads it, and needs no architecture's name.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from numbers import Real
from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo import images, random
from tfgan_zoo import latents as distributions
from tfgan_zoo.messages import shorten, value_text

LATENTS, LABEL, IMAGE = "latents", "label", "image"
KINDS = (LATENTS, LABEL, IMAGE)
GENERATE, TRANSLATE, ENLARGE = "generate", "translate", "enlarge"
# What a generator is for, and the kind of its first input.
TASKS = {
    GENERATE: LATENTS,
    TRANSLATE: IMAGE,
    ENLARGE: IMAGE,
}
ONE_HOT, CUSTOM = "one_hot", distributions.CUSTOM
DISTRIBUTIONS = (*distributions.names(), ONE_HOT, CUSTOM)
MAX_TRUNCATION = 4.0
_MAX_SIZE = 2**24
_MAX_SIDE_PX = 4096
_CHANNELS = (1, 3)
_MAX_NAME = 200


def _is_integer(value: Any, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _is_image_shape(shape: Any) -> bool:
    return (
        isinstance(shape, tuple)
        and len(shape) == 3
        and all(_is_integer(side, 1, _MAX_SIDE_PX) for side in shape)
        and shape[-1] in _CHANNELS
    )


def _is_vector_shape(shape: Any) -> bool:
    is_vector = isinstance(shape, tuple) and len(shape) == 1
    return is_vector and _is_integer(shape[0], 1, _MAX_SIZE)


_SHAPES = {
    LATENTS: f"(Z,), Z from 1 to {_MAX_SIZE}",
    LABEL: "()",
    IMAGE: f"(height, width, 1 or 3), up to {_MAX_SIDE_PX}",
}
_SHAPE_CHECKS: dict[str, Callable[[Any], bool]] = {
    LATENTS: _is_vector_shape,
    LABEL: lambda shape: shape == (),
    IMAGE: _is_image_shape,
}


@dataclasses.dataclass(frozen=True)
class LatentPart:
    """Neighbouring values of a latent vector that are made in one way.

    Attributes:
        distribution: a name in `latents`; "one_hot", a category as a 1 among
            0s; or "custom", a function that only the GAN knows.
        size: values.

    Raises:
        ValueError: the distribution is unknown, or the size out of its range.
    """

    distribution: str
    size: int

    def __post_init__(self) -> None:
        if self.distribution not in DISTRIBUTIONS:
            raise ValueError(
                "A latent part's `distribution` must be one of "
                f"{', '.join(DISTRIBUTIONS)}. "
                f"Received: {shorten(self.distribution)}."
            )
        if not _is_integer(self.size, 1, _MAX_SIZE):
            raise ValueError(
                "A latent part's `size` must be an integer from 1 to "
                f"{_MAX_SIZE}. Received: {shorten(self.size)}."
            )


@dataclasses.dataclass(frozen=True)
class InputSpec:
    """An input of a generator.

    Attributes:
        name: in the signature `serving_default`.
        kind: "latents", float32; "label", int32; or "image", float32 in
            [-1, 1].
        shape: without the batch: (Z,), () or (height, width, channels).
        parts: of latents, from left to right; they add up to Z.
        multiple: of which the sides of images of any size must be, such as 32
            where the generator halves them five times.

    Raises:
        ValueError: a value is out of its range, or two do not fit each other.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parts: tuple[LatentPart, ...] = ()
    multiple: int = 1

    def __post_init__(self) -> None:
        is_name = isinstance(self.name, str) and self.name.isprintable()
        if not (is_name and 0 < len(self.name) <= _MAX_NAME):
            raise ValueError(
                f"An input's `name` must be a short text. "
                f"Received: {shorten(self.name)}."
            )
        if self.kind not in KINDS:
            raise ValueError(
                f"An input's `kind` must be one of {', '.join(KINDS)}. "
                f"Received: {shorten(self.kind)}."
            )
        if not _SHAPE_CHECKS[self.kind](self.shape):
            raise ValueError(
                f"An input of kind {self.kind} must have the shape "
                f"{_SHAPES[self.kind]}. Received: {shorten(self.shape)}."
            )
        sizes = [part.size for part in self.parts]
        expected = self.size if self.kind == LATENTS else 0
        if sum(sizes) != expected:
            raise ValueError(
                f"An input's `parts` must have {expected} values together. "
                f"Received: {shorten(sizes)}."
            )
        sides = self.shape[:2] if self.kind == IMAGE else (1,)
        is_integer = _is_integer(self.multiple, 1, _MAX_SIDE_PX)
        if not is_integer or any(side % self.multiple for side in sides):
            raise ValueError(
                "An input's `multiple` must divide the sides of its images, "
                f"and be 1 of other kinds. Received: {shorten(self.multiple)}."
            )

    @property
    def size(self) -> int:
        """Returns the number of values of one example."""
        return math.prod(self.shape)

    def from_normals(
        self,
        normals: tf.Tensor,
        *,
        truncation: float | None = None,
        custom: distributions.Distribution | None = None,
    ) -> tf.Tensor:
        """Returns latents, made of standard normals part by part.

        Args:
            normals: float32 [N, Z].
            truncation: how many standard deviations normal parts may lie from
                0, see `latents.truncated`; other parts stay what they are.
            custom: makes the parts that are "custom".

        Returns:
            float32 [N, Z].

        Raises:
            ValueError: `truncation` is out of its range, no part is normal,
                or a part is "custom" and its function is not given.
        """
        makers = self._makers(truncation, custom)
        if len(makers) == 1:
            return makers[0](normals)
        sizes = [part.size for part in self.parts]
        pieces = tf.split(normals, sizes, axis=1)
        return tf.concat(
            [make(piece) for make, piece in zip(makers, pieces)], axis=1
        )

    def sample(
        self,
        generate: Callable[..., tf.Tensor],
        make_latents: distributions.Distribution,
        seeds: tf.Tensor,
        labels: Any = None,
    ) -> tf.Tensor:
        """Returns the images of seeds, each of its seed (and label) alone.

        Args:
            generate: (latents [N, Z], labels [N] or None) -> float32 images.
            make_latents: standard normals [N, Z] -> latents, `from_normals`
                or what a GAN has in its place.
            seeds: int64 [N].
            labels: int32 [N], or None.

        Returns:
            uint8 [N, H, W, C]; of points, float32 [N, D].
        """
        normals = random.seeded_normal(seeds, self.size)
        return images.to_output_dtype(generate(make_latents(normals), labels))

    def _makers(
        self,
        truncation: float | None,
        custom: distributions.Distribution | None,
    ) -> list[distributions.Distribution]:
        names = [part.distribution for part in self.parts]
        if CUSTOM in names and custom is None:
            raise ValueError(
                "Latents can be moved where they are "
                f"{', '.join(distributions.names())}. Received: a model whose "
                "latents are of a function of its own."
            )
        known: dict[str, Any] = {ONE_HOT: _one_hot, CUSTOM: custom}
        if truncation is not None:
            _check_truncation(truncation, names)
            known["normal"] = lambda x: distributions.truncated(x, truncation)
        return [known.get(name) or distributions.get(name) for name in names]


def latents_input(parts: Sequence[LatentPart]) -> InputSpec:
    """Returns the input `latents` [N, Z] of such parts."""
    size = sum(part.size for part in parts)
    return InputSpec("latents", LATENTS, (size,), tuple(parts))


LABELS_INPUT = InputSpec("labels", LABEL, ())


def require_task(task: Any) -> str:
    """Returns a task, which must be in `TASKS`.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(task, str) or task not in TASKS:
        raise ValueError(
            f"`task` must be one of {', '.join(TASKS)}. "
            f"Received: {shorten(task)}."
        )
    return task


def check_task(task: Any, inputs: Sequence[InputSpec]) -> None:
    """Checks that a task and the inputs of a generator fit each other.

    Raises:
        ValueError: the task is unknown, its first input is of another kind,
            or there are more inputs than that one and a label.
    """
    first = TASKS[require_task(task)]
    kinds = [spec.kind for spec in inputs]
    if kinds not in ([first], [first, LABEL]):
        raise ValueError(
            f"The inputs of a generator whose `task` is {task} must be one of "
            f"kind {first} and, if it has classes, one of kind {LABEL}. "
            f"Received: {', '.join(kinds)}{_tasks_of(kinds)}."
        )
    names = [spec.name for spec in inputs]
    if len(set(names)) < len(names):
        raise ValueError(
            f"Inputs must have different names. Received: {', '.join(names)}."
        )


def _tasks_of(kinds: Sequence[str]) -> str:
    tasks = [task for task, kind in TASKS.items() if [kind] == kinds[:1]]
    return f", which is for the `task` {' or '.join(tasks)}" if tasks else ""


def _one_hot(normals: tf.Tensor) -> tf.Tensor:
    # The largest of equally distributed numbers is any of them.
    return tf.one_hot(tf.argmax(normals, axis=1), normals.shape[1])


def _check_truncation(truncation: Any, names: list[str]) -> None:
    if "normal" not in names:
        raise ValueError(
            "`truncation` is for a model whose latents are normal. "
            f"Received: {truncation}, for {names[0]} ones."
        )
    is_number = isinstance(truncation, Real) and not isinstance(
        truncation, bool
    )
    if not is_number or not 0.0 < truncation <= MAX_TRUNCATION:
        raise ValueError(
            "`truncation` must be a number above 0 and at most "
            f"{MAX_TRUNCATION}. Received: {value_text(truncation)}."
        )
