"""One training step of all players: tapes, gradients, updates."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import tensorflow as tf

from tfgan_zoo import optimizers, replicas
from tfgan_zoo.constraints import Constraint
from tfgan_zoo.gan import function_checks
from tfgan_zoo.gan.players import (
    DISCRIMINATOR,
    GENERATOR,
    Batch,
    Player,
    Terms,
)
from tfgan_zoo.random import StepRandom

if TYPE_CHECKING:
    from tfgan_zoo.gan.adversarial import AdversarialModel


class TrainStep:
    """The step of a compiled `AdversarialModel`, on one replica.

    Args:
        model: at its present step.
        rng: random numbers of the step, a row for each example.
    """

    def __init__(self, model: AdversarialModel, rng: StepRandom) -> None:
        self._model = model
        self._rng = rng
        players = model.players
        self._generators, self._discriminators = (
            {name: p for name, p in players.items() if p.role == role}
            for role in (GENERATOR, DISCRIMINATOR)
        )

    def __call__(self, batch: Batch) -> Terms:
        """Does the discriminators' steps and one of the generators.

        Args:
            batch: features [N * B, ...]; every Nth example makes a minibatch,
                for N discriminator steps.

        Returns:
            This replica's means of all terms, by name.
        """
        count = self._model.discriminator_steps
        for k in range(count - 1):
            rng = self._rng.scoped(f"extra_{k}")
            part = self._prepare(_every(batch, k, count), rng)
            generated = self._model.run_generators(part, rng)
            self._discriminator_step(part, generated, rng)
        part = self._prepare(_every(batch, count - 1, count), self._rng)
        if self._model.update == "joint":
            return self._joint_step(part)
        return self._alternating_step(part)

    def _prepare(self, batch: Batch, rng: StepRandom) -> Batch:
        return self._model.prepare_batch(batch, rng.scoped("batch"))

    def _alternating_step(self, batch: Batch) -> Terms:
        """The generators learn from the discriminators' newest weights."""
        with _watching(self._generators) as tape:
            generated = self._model.run_generators(batch, self._rng)
            with tape.stop_recording():
                logs = self._discriminator_step(batch, generated, self._rng)
            terms = self._model.generator_losses(
                batch, generated, self._rng.scoped("generator")
            )
            losses = _sum_terms(self._generators, terms)
        _update(self._generators, _gradients(tape, losses, self._generators))
        return {**logs, **_means(terms)}

    def _discriminator_step(
        self, batch: Batch, generated: Any, rng: StepRandom
    ) -> Terms:
        with _watching(self._discriminators) as tape:
            terms = self._model.discriminator_losses(batch, generated, rng)
            losses = _sum_terms(self._discriminators, terms)
        gradients = _gradients(tape, losses, self._discriminators)
        _update(self._discriminators, gradients)
        return _means(terms)

    def _joint_step(self, batch: Batch) -> Terms:
        """All gradients come from one pass, before any network moves."""
        with _watching(self._generators) as tape:
            generated = self._model.run_generators(batch, self._rng)
            with _watching(self._discriminators) as discriminator_tape:
                discriminator_terms, terms = self._model.joint_losses(
                    batch, generated, self._rng
                )
                discriminator_losses = _sum_terms(
                    self._discriminators, discriminator_terms
                )
            losses = _sum_terms(self._generators, terms)
        discriminator_gradients = _gradients(
            discriminator_tape, discriminator_losses, self._discriminators
        )
        gradients = _gradients(tape, losses, self._generators)
        _update(self._discriminators, discriminator_gradients)
        _update(self._generators, gradients)
        return {**_means(discriminator_terms), **_means(terms)}


def _every(batch: Batch, first: int, count: int) -> Batch:
    if count == 1:
        return batch
    return {name: values[first::count] for name, values in batch.items()}


@contextlib.contextmanager
def _watching(players: Mapping[str, Player]) -> Iterator[tf.GradientTape]:
    with tf.GradientTape(
        # Losses that are scaled for float16 take a pass for each player.
        persistent=len(players) > 1,
        watch_accessed_variables=False,
    ) as tape:
        for player in players.values():
            tape.watch(player.network.trainable_variables)
        yield tape


def _sum_terms(players: Mapping[str, Player], terms: Terms) -> list[tf.Tensor]:
    """Returns for each player the sum of the terms, as its optimizer takes it.

    The sum is this replica's part of the mean over the global batch.
    """
    first, *rest = terms.values()
    loss = replicas.share(first)
    for values in rest:
        loss += replicas.share(values)
    return [optimizers.scale_loss(p.optimizer, loss) for p in players.values()]


def _gradients(
    tape: tf.GradientTape,
    losses: list[tf.Tensor],
    players: Mapping[str, Player],
) -> list[list[tf.Tensor]]:
    sources = [p.network.trainable_variables for p in players.values()]
    if all(loss is losses[0] for loss in losses):
        return tape.gradient(losses[0], sources)
    return [
        tape.gradient(loss, variables)
        for loss, variables in zip(losses, sources)
    ]


def _update(
    players: Mapping[str, Player], gradients: list[list[tf.Tensor]]
) -> None:
    for (name, player), by_variable in zip(players.items(), gradients):
        function_checks.require_gradient(f"{name}'s loss", by_variable)
        variables = player.network.trainable_variables
        optimizers.apply(player.optimizer, by_variable, variables)
        if player.constraint is not None:
            _constrain(variables, player.constraint)


def _constrain(variables: list[tf.Variable], constraint: Constraint) -> None:
    replicas.assign(
        variables, lambda v: function_checks.constrained(constraint(v), v)
    )


def _means(terms: Terms) -> Terms:
    return {name: tf.reduce_mean(values) for name, values in terms.items()}
