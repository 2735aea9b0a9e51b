"""What a training step hands to layers besides Keras' `training`.

Keras passes `training` on through the layers of any network, a user's own too,
and nothing else; and replicas trace a step in threads of their own while they
share the layers. So neither an argument nor an attribute of a layer can carry
these two; a thread's context does.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tfgan_zoo.random import StepRandom


@dataclasses.dataclass(frozen=True)
class TrainingPass:
    """A pass of a network, as its layers see it.

    Attributes:
        random: what dropout takes its random numbers from; None outside a
            training step.
        updates_state: whether layers update their state: the moving statistics
            of batch normalisation and the u of spectral normalisation. A
            second pass over the same images does not.
    """

    random: StepRandom | None = None
    updates_state: bool = True


_active = threading.local()


@contextlib.contextmanager
def training_pass(
    *, random: StepRandom | None = None, updates_state: bool | None = None
) -> Iterator[None]:
    """Sets the training pass of layers that are called in this context.

    Args:
        random, updates_state: see `TrainingPass`; None keeps the value from
            outside this context.
    """
    before = current()
    _active.training_pass = TrainingPass(
        before.random if random is None else random,
        before.updates_state if updates_state is None else updates_state,
    )
    try:
        yield
    finally:
        _active.training_pass = before


def current() -> TrainingPass:
    """Returns the training pass of the caller."""
    return getattr(_active, "training_pass", TrainingPass())
