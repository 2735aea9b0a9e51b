"""Optimizers by name: Keras', and those of tensorflow-addons if installed."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from types import ModuleType
from typing import Callable, Union

import tensorflow as tf

from tfgan_zoo import checks
from tfgan_zoo.backend import keras, refuse_other_keras, standard_settings

_Rate = Union[float, keras.optimizers.schedules.LearningRateSchedule]
# The classes of optimizers that train a network.
KINDS = (
    keras.optimizers.Optimizer,
    keras.optimizers.legacy.Optimizer,
    keras.mixed_precision.LossScaleOptimizer,
)


def names() -> list[str]:
    """Returns the names of all optimizers, addons' included, sorted."""
    return sorted([*_KERAS, *_ADDONS])


def get(
    name: str,
    learning_rate: _Rate,
    *,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
) -> keras.optimizers.Optimizer:
    """Returns a new optimizer, with the library's defaults for all else.

    `sgd`, `adagrad` and `rmsprop` ignore both betas; `momentum`, which is
    `sgd` with momentum `beta_1`, ignores `beta_2`; `lookahead` passes them to
    the Adam that it wraps.

    Args:
        name: one of `names()`.
        learning_rate: at least 0, or a schedule over the optimizer's steps,
            which `nadam` does not support.
        beta_1: in [0, 1), decay rate of the mean gradient.
        beta_2: in [0, 1), decay rate of the mean squared gradient.

    Raises:
        TypeError: the schedule is of another Keras.
        ValueError: no optimizer has that name, a number is out of its range,
            or the optimizer needs tensorflow-addons, which is not installed.
    """
    checks.one_of("optimizer", name, names())
    refuse_other_keras("`learning_rate`", learning_rate, "a schedule")
    if isinstance(learning_rate, (int, float)):
        checks.in_range("learning_rate", learning_rate, (0.0, math.inf))
    elif name in _OF_CONSTANT_RATE:
        raise ValueError(
            "The learning rate cannot change from step to step with the "
            f"optimizers {', '.join(_OF_CONSTANT_RATE)}. "
            f"Received: {type(learning_rate).__name__} for {name}."
        )
    checks.below_one("beta_1", beta_1)
    checks.below_one("beta_2", beta_2)
    if name in _KERAS:
        with standard_settings():  # Keras' `floatx` would round the rate.
            return _KERAS[name](learning_rate, beta_1, beta_2)
    addons = _import_addons(name)
    return _ADDONS[name](addons, learning_rate, beta_1, beta_2)


def build(
    optimizer: keras.optimizers.Optimizer, variables: Sequence[tf.Variable]
) -> None:
    """Makes all variables of an optimizer, so that a checkpoint can hold them.

    Call it in the scope of the strategy of `variables`. Lookahead takes their
    values at that time as its slow weights.

    Args:
        optimizer: Keras', current or legacy.
        variables: those that it will update.

    Raises:
        ValueError: it was built for other variables.
    """
    if isinstance(optimizer, keras.optimizers.legacy.Optimizer):
        optimizer._create_all_weights(variables)
        return
    optimizer.build(variables)
    known = unscaled(optimizer)._index_dict
    keys = map(unscaled(optimizer)._var_key, variables)
    if any(key not in known for key in keys):
        raise ValueError(
            "An optimizer must be new, as it keeps to the weights that it "
            "trained first. Received: one of Keras' "
            f"{type(optimizer).__name__} with the weights of another network."
        )


def unscaled(
    optimizer: keras.optimizers.Optimizer,
) -> keras.optimizers.Optimizer:
    """Returns the optimizer that a `LossScaleOptimizer` wraps, or itself."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def scaling_losses(
    optimizer: keras.optimizers.Optimizer,
) -> keras.optimizers.Optimizer:
    """Wraps a built optimizer in one that scales losses, for float16.

    Micikevicius et al. 2018 (arXiv:1710.03740), section 3.2, with a scale that
    is halved where a gradient is not finite, which skips the step, and doubled
    after 2,000 steps with finite ones.

    Args:
        optimizer: whose variables `build` has made.
    """
    return keras.mixed_precision.LossScaleOptimizer(optimizer)


def scale_loss(
    optimizer: keras.optimizers.Optimizer, loss: tf.Tensor
) -> tf.Tensor:
    """Returns the loss whose gradients `apply` takes.

    Args:
        optimizer: of `get`, or of `scaling_losses`.
        loss: floating scalar.
    """
    if isinstance(optimizer, keras.mixed_precision.LossScaleOptimizer):
        return optimizer.get_scaled_loss(loss)
    return loss


def apply(
    optimizer: keras.optimizers.Optimizer,
    gradients: Sequence[tf.Tensor],
    variables: Sequence[tf.Variable],
) -> None:
    """Takes a step by the gradients of a loss that `scale_loss` returned.

    Args:
        optimizer: the one that `scale_loss` was given.
        gradients: one a variable, of its shape.
        variables: what is trained, as `build` was given it.
    """
    if isinstance(optimizer, keras.mixed_precision.LossScaleOptimizer):
        gradients = optimizer.get_unscaled_gradients(gradients)
    optimizer.apply_gradients(zip(gradients, variables))


def _import_addons(name: str) -> ModuleType:
    """Returns tensorflow-addons, without its warning of its end of life."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import tensorflow_addons
    except ImportError:
        raise ValueError(
            f"The optimizer {name} needs tensorflow-addons, which "
            "`pip install tfgan_zoo[addons]` brings, with TensorFlow 2.15, for "
            "Python 3.9 to 3.11 on Linux x86-64 and macOS."
        ) from None
    return tensorflow_addons.optimizers


def _lookahead(
    addons: ModuleType, rate: _Rate, beta_1: float, beta_2: float
) -> keras.optimizers.Optimizer:
    # It wraps legacy optimizers only.
    adam = keras.optimizers.legacy.Adam(rate, beta_1, beta_2)
    return addons.Lookahead(adam)


# (learning_rate, beta_1, beta_2) -> optimizer.
_KERAS: dict[str, Callable[..., keras.optimizers.Optimizer]] = {
    "adagrad": lambda rate, b1, b2: keras.optimizers.Adagrad(rate),
    "adam": lambda rate, b1, b2: keras.optimizers.Adam(rate, b1, b2),
    "adamw": lambda rate, b1, b2: keras.optimizers.AdamW(
        rate, beta_1=b1, beta_2=b2
    ),
    "lion": lambda rate, b1, b2: keras.optimizers.Lion(rate, b1, b2),
    "momentum": lambda rate, b1, b2: keras.optimizers.SGD(rate, b1),
    # Keras' newer one divides by 0 on a second replica.
    "nadam": lambda rate, b1, b2: keras.optimizers.legacy.Nadam(rate, b1, b2),
    # Keras' epsilon of 1e-7 stands under the root, and damps gradients as small
    # as WGAN's; these are PyTorch's settings, which its authors used.
    "rmsprop": lambda rate, b1, b2: keras.optimizers.RMSprop(
        rate, rho=0.99, epsilon=1e-16
    ),
    "sgd": lambda rate, b1, b2: keras.optimizers.SGD(rate),
}

# Its schedule of the momentum assumes a constant rate.
_OF_CONSTANT_RATE = ("nadam",)

# (tensorflow_addons.optimizers, learning_rate, beta_1, beta_2) -> optimizer.
_ADDONS: dict[str, Callable[..., keras.optimizers.Optimizer]] = {
    # Zhuang et al. 2020 (arXiv:2010.07468).
    "adabelief": lambda addons, rate, b1, b2: addons.AdaBelief(rate, b1, b2),
    # Zhang et al. 2019 (arXiv:1907.08610).
    "lookahead": _lookahead,
    # Liu et al. 2020 (arXiv:1908.03265).
    "rectified_adam": lambda addons, rate, b1, b2: addons.RectifiedAdam(
        rate, b1, b2
    ),
    # Zaheer et al. 2018 (NeurIPS, "Adaptive methods for nonconvex
    # optimization").
    "yogi": lambda addons, rate, b1, b2: addons.Yogi(rate, b1, b2),
}
