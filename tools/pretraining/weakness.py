"""Says which generators are weak beside others of the same data."""

from __future__ import annotations

from collections.abc import Iterable

from tfgan_zoo.pretrained.cards import ModelCard, samples_seeds

# Times the Frechet distance of the best.
_WEAK = 3.0


def sentence(card: ModelCard, others: Iterable[ModelCard]) -> str:
    """Returns what the first line of a card says of its weakness, or nothing.

    Args:
        card: of the generator.
        others: cards of any generators, its own may be among them.
    """
    rivals = [other for other in others if _is_comparable(card, other)]
    best = min(rivals, key=_distance, default=card)
    if _distance(card) < _WEAK * _distance(best):
        return ""
    return (
        f"Weak: a Frechet distance of {_distance(card):.0f}, where "
        f"`{best['name']}` has {_distance(best):.0f}."
    )


def _distance(card: ModelCard) -> float:
    value: float = card["scores"]["frechet_distance"]["value"]
    return value


def _is_comparable(card: ModelCard, other: ModelCard) -> bool:
    """Whether both make images of latents, measured in the same way."""
    return (
        samples_seeds(card)
        and samples_seeds(other)
        and _measured(card) == _measured(other)
    )


def _measured(card: ModelCard) -> tuple[object, ...]:
    protocol = card["protocol"]
    network = protocol["features"]
    return protocol["dataset"], protocol["split"], network["name"]
