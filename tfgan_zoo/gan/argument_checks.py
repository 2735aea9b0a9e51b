"""Arguments that `GAN`, `compile` and `fit` refuse, in one line each."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Iterable
from typing import Any

from tfgan_zoo import losses, optimizers
from tfgan_zoo.backend import (
    check_keras_object,
    keras,
    refuse_other_keras,
)
from tfgan_zoo.checks import integer
from tfgan_zoo.messages import value_text
from tfgan_zoo.recipe import STRUCTURE

# Of keras.Model.compile, and of use to a GAN.
_COMPILE_SETTINGS = (
    "jit_compile",
    "run_eagerly",
    "steps_per_execution",
)
_NO_METRICS = (
    "A GAN's `compile` takes no `{name}`: it reports its losses, and "
    "`tfgan_zoo.evaluation` measures its samples."
)
_NO_VALIDATION = (
    "`fit` takes no `{name}`: a GAN has no validation loss, and "
    "`tfgan_zoo.evaluation` compares its samples with held-out images."
)
_NO_WEIGHTS = (
    "`fit` takes no `{name}`: all images of a GAN weigh alike. "
    "`tf.data.Dataset.sample_from_datasets` draws some more often."
)
_FIT_REFUSED = {
    "validation_data": _NO_VALIDATION,
    "validation_split": _NO_VALIDATION,
    "sample_weight": _NO_WEIGHTS,
    "class_weight": _NO_WEIGHTS,
}
# By arguments of `compile` that may be functions, what they are called with.
_TAKEN = {
    "constraint": ("variable",),
    "latents": ("normals",),
    "penalty": ("discriminate", "real", "fake", "random"),
}
_FIT_COUNTS = {"epochs": 0, "initial_epoch": 0, "steps_per_epoch": 1}
_VERBOSE = ("auto", 0, 1, 2)
_KERAS_FILES = (".keras", ".h5", ".hdf5")


def check_compile_settings(
    settings: dict[str, Any], known: Iterable[str]
) -> None:
    """Checks what `compile` is to hand on to `keras.Model.compile`.

    Args:
        settings: by name.
        known: names that `compile` itself takes.

    Raises:
        TypeError: one is unknown, or nothing for a GAN.
        ValueError: the networks are built by one.
    """
    structure = sorted({*STRUCTURE} & {*settings})
    if structure:
        raise ValueError(
            "`compile` cannot change what the networks are built by; give it "
            f"to the constructor's recipe. Received: {', '.join(structure)}."
        )
    for name in sorted(set(settings) - {*_COMPILE_SETTINGS}):
        if name.endswith("optimizer"):
            raise TypeError(
                "A GAN has two optimizers; give `compile` "
                "`generator_optimizer` and `discriminator_optimizer`. "
                f"Received: `{name}`."
            )
        if name in ("metrics", "weighted_metrics", "loss_weights"):
            raise TypeError(
                f"{_NO_METRICS.format(name=name)} Received: {settings[name]!r}."
            )
        close = difflib.get_close_matches(name, [*known, *_COMPILE_SETTINGS])
        hint = f" Similar: {', '.join(close)}." if close else ""
        raise TypeError(
            "`compile` takes settings of `Recipe`, and of Keras "
            f"{', '.join(_COMPILE_SETTINGS)}.{hint} Received: `{name}`."
        )
    for name in sorted({"jit_compile", "run_eagerly"} & {*settings}):
        if not isinstance(settings[name], (bool, type(None))):
            raise TypeError(
                f"`{name}` must be True, False or None. "
                f"Received: {settings[name]!r}."
            )
    check_count("steps_per_execution", settings.get("steps_per_execution"), 1)


def check_count(name: str, value: Any, least: int) -> None:
    """Checks that a number of things is an integer, or None.

    Raises:
        TypeError: it is something else.
        ValueError: it is below `least`.
    """
    if value is not None and integer(name, value) < least:
        raise ValueError(
            f"`{name}` must be at least {least}. Received: {value}."
        )


def check_objects(given: dict[str, Any]) -> None:
    """Checks objects that `compile` is given instead of names.

    Args:
        given: by argument; None and names are passed over.

    Raises:
        TypeError: one is of the wrong kind.
    """
    objects = {
        name: value
        for name, value in given.items()
        if value is not None and not isinstance(value, str)
    }
    for name, value in objects.items():
        if name.endswith("optimizer"):
            check_keras_object(
                name, value, optimizers.KINDS, "a name or an optimizer"
            )
        elif name == "loss" and not isinstance(value, losses.Loss):
            raise TypeError(
                "`loss` must be a `tfgan_zoo.losses.Loss` or one of: "
                f"{', '.join(losses.names())}. "
                f"Received: {type(value).__name__}."
            )
        elif name == "loss":
            for side in ("discriminator", "generator"):
                _check_function(
                    f"Loss.{side}", getattr(value, side), ("real", "fake")
                )
        else:
            _check_function(name, value, _TAKEN[name])


def _check_function(name: str, value: Any, taken: tuple[str, ...]) -> None:
    if not callable(value):
        raise TypeError(
            f"`{name}` must be a name or a function. "
            f"Received: {value_text(value)}."
        )
    try:
        signature = inspect.signature(value)
    except (TypeError, ValueError):  # of C code, which tells none
        return
    try:
        signature.bind(*taken)
    except TypeError:
        raise TypeError(
            f"`{name}` must be a function of ({', '.join(taken)}). "
            f"Received: one of {signature}."
        ) from None


def bind_fit(x: Any, args: tuple[Any, ...], kwargs: Any) -> dict[str, Any]:
    """Returns the arguments of `keras.Model.fit` by name, checked.

    Raises:
        TypeError: one is unknown, or the data are a sequence of another Keras.
        ValueError: a GAN does not train by one.
    """
    refuse_other_keras("`x`", x, "an array, or a sequence")
    signature = inspect.signature(keras.Model.fit)
    try:
        bound = signature.bind(None, x, *args, **kwargs)
    except TypeError as error:
        raise TypeError(f"`fit`: {error}.") from None
    arguments = dict(bound.arguments)
    arguments.pop(next(iter(signature.parameters)))
    refuse_weights(arguments)
    for name, least in _FIT_COUNTS.items():
        check_count(name, arguments.get(name), least)
    if arguments.get("verbose", 0) not in _VERBOSE:
        raise ValueError(
            f"`verbose` must be one of: {', '.join(map(str, _VERBOSE))}. "
            f"Received: {arguments['verbose']!r}."
        )
    return arguments


def refuse_weights(arguments: dict[str, Any]) -> None:
    """Refuses validation data, and weights of samples and classes.

    Raises:
        ValueError: `arguments` has one.
    """
    for name, rule in _FIT_REFUSED.items():
        value = arguments.get(name)
        is_off = value is None or (
            isinstance(value, (int, float)) and not value
        )
        if not is_off:
            raise ValueError(
                f"{rule.format(name=name)} Received: {type(value).__name__}."
            )


def check_folder(path: Any) -> None:
    """Checks that a GAN is not to be saved as a file of Keras.

    Raises:
        ValueError: its name ends as one.
    """
    if str(path).endswith(_KERAS_FILES):
        raise ValueError(
            "A GAN is saved as a folder, from which `models.load` or "
            "`restore` brings it back, not as a file of Keras; a name without "
            f"{', '.join(_KERAS_FILES)} makes one. Received: {path}."
        )
