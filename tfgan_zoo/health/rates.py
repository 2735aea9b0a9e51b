"""Learning rates: whether they explain a finding, and better ones."""

from __future__ import annotations

from tfgan_zoo.health.finding import Cure, Facts

# What most recipes of the zoo train by.
_USUAL_RATE = 2e-4
_LIVELY_RATE, _LOW_RATE = 1e-3, 2e-5
# Times the recipe's own.
_HIGH = 8.0
_RATES = ("generator_learning_rate", "discriminator_learning_rate")


def _usual_rates(facts: Facts) -> list[float]:
    return [float(facts.usual.get(name, _USUAL_RATE)) for name in _RATES]


def _rates(facts: Facts) -> list[float]:
    usual = zip(_RATES, _usual_rates(facts))
    return [float(facts.get(name, rate)) for name, rate in usual]


def _flags_of(rates: list[float]) -> str:
    pairs = zip(_RATES, rates)
    return " ".join(f"--{name}={rate:g}" for name, rate in pairs)


def are_next_to_nothing(facts: Facts) -> bool:
    """Whether one of them is."""
    return min(_rates(facts)) < _LOW_RATE


def are_apart(facts: Facts) -> bool:
    """Whether one is many times the other."""
    low, high = sorted(_rates(facts))
    return high >= 8.0 * low


def are_high(facts: Facts) -> bool:
    """Whether one is many times what the model's recipe has."""
    pairs = zip(_rates(facts), _usual_rates(facts))
    return any(rate > _HIGH * usual for rate, usual in pairs)


def lower(facts: Facts) -> Cure:
    """The recipe's own rates, or half of those that are no higher."""
    rates, usual = _rates(facts), _usual_rates(facts)
    if any(rate > recipe_rate for rate, recipe_rate in zip(rates, usual)):
        return Cure(_flags_of(usual), "The model's own learning rates.")
    halves = [rate / 2.0 for rate in rates]
    return Cure(_flags_of(halves), "Half of the learning rates.")


def even(facts: Facts) -> Cure:
    """Both rates as the higher one, if that is nothing unusual."""
    rate = min(max(*_rates(facts), _USUAL_RATE), _LIVELY_RATE)
    return Cure(
        _flags_of([rate, rate]),
        "One network's learning rate is far below the other's, or next to "
        "nothing.",
    )
