"""An export's latents: what they are made of, and how far each one goes.

The card says it, so that latents can be moved without the architecture's code.
"""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np
import tensorflow as tf

from tfgan_zoo import latents as distributions
from tfgan_zoo.export.card import Card
from tfgan_zoo.messages import value_text
from tfgan_zoo.models import infogan

MOST_TRUNCATION = 4.0


def parts(card: Card) -> list[dict[str, Any]]:
    """Returns what a vector of latents is made of, from left to right.

    Returns:
        The distribution and the number of values of each part: "normal",
        "uniform" in (-1, 1), "truncated", normal within +-2, "one_hot", or
        "custom", a function that the SavedModel alone knows. Of a generator
        of images "image", values in [-1, 1].
    """
    size = card.latent_dim
    name = card.latent_distribution or "image"
    if card.architecture != "infogan":
        return [{"distribution": name, "size": size}]
    return [
        {"distribution": name, "size": size - infogan.CODES},
        {"distribution": "one_hot", "size": infogan.CATEGORIES},
        {"distribution": "uniform", "size": infogan.VALUES},
    ]


def made_of(
    normals: tf.Tensor,
    card: dict[str, Any],
    *,
    truncation: float | None = None,
) -> tf.Tensor:
    """Returns the latents that an export's `sample` makes of standard normals.

    Args:
        normals: float32 [N, Z].
        card: the export's.
        truncation: how many standard deviations normal latents may lie from
            0, as of `latents.truncated`. InfoGAN's codes stay what they are.

    Returns:
        float32 [N, Z].

    Raises:
        ValueError: `truncation` is out of its range, the latents are not
            normal, or of a distribution that the card does not know.
    """
    if card["architecture"] != "infogan":
        return _drawn(normals, card, truncation)
    noise, category, values = tf.split(
        normals, [-1, infogan.CATEGORIES, infogan.VALUES], axis=1
    )
    one_hot = tf.one_hot(tf.argmax(category, axis=1), infogan.CATEGORIES)
    codes = [one_hot, distributions.uniform(values)]
    return tf.concat([_drawn(noise, card, truncation), *codes], axis=1)


def _drawn(
    normals: tf.Tensor, card: dict[str, Any], truncation: float | None
) -> tf.Tensor:
    name = card["latent_distribution"]
    if name == distributions.CUSTOM:
        raise ValueError(
            "Latents can be moved where they are "
            f"{', '.join(distributions.names())}. Received: a model whose "
            "latents are of a function of its own."
        )
    if truncation is None:
        return distributions.get(name)(normals)
    if name != "normal":
        raise ValueError(
            "`truncation` is for a model whose latents are normal. "
            f"Received: {truncation}, for {name} ones."
        )
    value: Any = truncation
    is_number = isinstance(value, Real) and not isinstance(value, bool)
    if not is_number or not 0.0 < value <= MOST_TRUNCATION:
        raise ValueError(
            "`truncation` must be a number above 0 and at most "
            f"{MOST_TRUNCATION}. Received: {value_text(truncation)}."
        )
    return distributions.truncated(normals, truncation)


def of_each_category(normals: np.ndarray, card: dict[str, Any]) -> np.ndarray:
    """Returns normals that make each of InfoGAN's categories in turn.

    No gradient leads from one category to another, so a search must start in
    all of them.

    Args:
        normals: float32 [N, Z].
        card: the export's.

    Returns:
        float32 [10 * N, Z]; of other architectures `normals` as they are.
    """
    if card["architecture"] != "infogan":
        return normals
    count = infogan.CATEGORIES
    repeated = np.repeat(normals, count, axis=0)
    one_hot = np.tile(np.eye(count, dtype=np.float32), (len(normals), 1))
    repeated[:, -infogan.CODES : -infogan.VALUES] = one_hot
    return repeated


def along(
    latents: np.ndarray, index: int, frames: int, card: dict[str, Any]
) -> np.ndarray:
    """Moves one latent value from end to end and keeps the others.

    A normal value goes from -2 to 2, a uniform one from -1 to 1. An index of
    InfoGAN's category goes through all ten of them, as a value between two
    categories is none.

    Args:
        latents: float32 [N, Z].
        index: of the value, from 0 or, from the end, from -1.
        frames: how many places.
        card: the export's.

    Returns:
        float32 [N, frames, Z].

    Raises:
        ValueError: there is no such value.
    """
    size = latents.shape[1]
    if not -size <= index < size:
        raise ValueError(
            f"A latent's index must be between {-size} and {size - 1}. "
            f"Received: {index}."
        )
    place = index % size
    moved = np.repeat(latents[:, np.newaxis], frames, axis=1)
    is_infogan = card["architecture"] == "infogan"
    first_code = size - infogan.CODES
    if is_infogan and 0 <= place - first_code < infogan.CATEGORIES:
        categories = np.arange(frames) * infogan.CATEGORIES // frames
        one_hot = np.eye(infogan.CATEGORIES, dtype=np.float32)[categories]
        moved[..., -infogan.CODES : -infogan.VALUES] = one_hot
        return moved
    is_uniform = card["latent_distribution"] == "uniform"
    is_uniform |= is_infogan and place >= first_code
    end = 1.0 if is_uniform else 2.0
    moved[..., place] = np.linspace(-end, end, frames)
    return moved
