"""`AdversarialModel`: networks that train against each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorflow as tf

from tfgan_zoo import optimizers, replicas
from tfgan_zoo.backend import check_keras_policy, keras
from tfgan_zoo.gan import sampling
from tfgan_zoo.gan.callback_checks import check_callbacks
from tfgan_zoo.gan.players import Batch, Player, Terms
from tfgan_zoo.gan.train_step import TrainStep
from tfgan_zoo.random import StepRandom


class AdversarialModel(keras.Model):
    """Generators and discriminators, any number of each.

    A subclass defines `players` and what they make and lose. In a step the
    generators run once; then the discriminators learn, and then the generators,
    from the discriminators' newest weights, or with `update` "joint" both from
    one pass. The terms of all players of a role are summed and differentiated
    together, as CycleGAN's are (Zhu et al. 2017, arXiv:1703.10593, equation 3):
    a term that must not reach a player's weights stops its gradient.

    Args:
        seed: between 0 and 2^63 - 1, of a training's random numbers, which
            depend on (seed, step) alone.

    Attributes:
        step: int64 variable, training steps done.
        term_names: of all terms that the losses return, which are logged.
        update: "alternating" or "joint".
        discriminator_steps: for each of the generators'; a batch is shared
            among them.
        ema_decay: share of a player's average that a step keeps.
        average_warms_up: whether the averages soon forget the first weights,
            as they should unless these are trained.
    """

    term_names: tuple[str, ...] = ()
    update: str = "alternating"
    discriminator_steps: int = 1
    ema_decay: float = 0.999
    average_warms_up: bool = True

    def __init__(self, *, seed: int = 0) -> None:
        # Keras casts a call's inputs to the policy's type; latents must not be
        # rounded on their way to the float32 average.
        super().__init__(dtype="float32")
        check_keras_policy()
        self.seed = sampling.check_seed("seed", seed)
        self.step = tf.Variable(
            0,
            dtype=tf.int64,
            trainable=False,
            name="step",
            aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
        )

    @property
    def players(self) -> dict[str, Player]:
        """The players by name, built."""
        raise NotImplementedError

    def run_generators(self, batch: Batch, rng: StepRandom) -> Any:
        """Returns what the generators make of a batch, in training.

        Args:
            batch: features by name, [B, ...] each.
            rng: random numbers of this step, a row for each example.
        """
        raise NotImplementedError

    def discriminator_losses(
        self, batch: Batch, generated: Any, rng: StepRandom
    ) -> Terms:
        """Returns the discriminators' terms, weighted, [B, ...] or scalar.

        Args:
            batch, rng: see `run_generators`.
            generated: what it returned.
        """
        raise NotImplementedError

    def generator_losses(
        self, batch: Batch, generated: Any, rng: StepRandom
    ) -> Terms:
        """Returns the generators' terms; see `discriminator_losses`."""
        raise NotImplementedError

    def joint_losses(
        self, batch: Batch, generated: Any, rng: StepRandom
    ) -> tuple[Terms, Terms]:
        """Returns both, for a joint update, from one pass where it can."""
        return (
            self.discriminator_losses(batch, generated, rng),
            self.generator_losses(batch, generated, rng.scoped("generator")),
        )

    def compile(self, **settings: Any) -> None:
        """Builds the players' optimizers, to train from now on.

        Args:
            **settings: see `keras.Model.compile`, such as `run_eagerly`.
        """
        super().compile(**settings)
        with self.distribute_strategy.scope():
            for player in self.players.values():
                variables = player.network.trainable_variables
                optimizers.build(player.optimizer, variables)
        self._start_logs(self.term_names)

    def _start_logs(self, names: Sequence[str]) -> None:
        # Keras' own, which nothing uses, would take what callbacks set.
        self.optimizer = None
        # The logs are means over all replicas on each of them.
        self.distribute_reduction_method = "first"
        self._means = {
            name: keras.metrics.Mean(name=name, dtype="float32")
            for name in names
        }

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return list(getattr(self, "_means", {}).values())

    def fit(self, x: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Trains, as `keras.Model.fit` does.

        Raises:
            TypeError, ValueError: see `callback_checks.check_callbacks`.
        """
        names = [metric.name for metric in self.metrics]
        check_callbacks(kwargs.get("callbacks"), names)
        return super().fit(x, *args, **kwargs)

    def to_batch(self, data: Any) -> Batch:
        """Returns the features of what `fit` hands to a step."""
        return data

    def prepare_batch(self, batch: Batch, rng: StepRandom) -> Batch:
        """Returns the features that a step computes with.

        Args:
            batch, rng: see `run_generators`.
        """
        return batch

    def minibatch_size(self, batch: Batch) -> int | tf.Tensor:
        """Returns the examples of a discriminator step on this replica.

        Raises:
            ValueError: it is unknown where there are several replicas.
        """
        first = next(iter(batch.values()))
        size = first.shape[0]
        if size is None and replicas.count() > 1:
            raise ValueError(
                "With several replicas, batches must have a static size; "
                "`batch(..., drop_remainder=True)` gives it. "
                f"Received: shape {first.shape}."
            )
        size = tf.shape(first)[0] if size is None else size
        return size // self.discriminator_steps

    def train_step(self, data: Any) -> Terms:
        """Does the discriminators' steps and one of the generators.

        Args:
            data: see `to_batch`.
        """
        batch = self.to_batch(data)
        rng = StepRandom(self.seed, self.step, self.minibatch_size(batch))
        logs = TrainStep(self, rng)(batch)
        self.finish_step(logs)
        warm_up = self.step if self.average_warms_up else None
        for player in self.players.values():
            player.update_average(decay=self.ema_decay, step=warm_up)
        # At the end of data of unknown length a graph runs without a batch.
        with tf.control_dependencies([next(iter(batch.values()))]):
            self.step.assign_add(1)
        self._check_terms(logs)
        for name, mean in self._means.items():
            mean.update_state(logs[name])
        return {name: mean.result() for name, mean in self._means.items()}

    def _check_terms(self, logs: Terms) -> None:
        unlisted = logs.keys() - self._means.keys()
        missing = self._means.keys() - logs.keys()
        if unlisted or missing:
            kind = "not listed" if unlisted else "not returned"
            raise ValueError(
                f"`term_names` of {type(self).__name__} must list the terms "
                "that its losses return, all of them and no other. "
                f"Received: {min(unlisted or missing)}, {kind}."
            )

    def finish_step(self, logs: Terms) -> None:
        """Does what is to be done once all players have learnt.

        Args:
            logs: means by name, to which more may be added.
        """

    def training_state(self) -> dict[str, Any]:
        """Returns what a checkpoint of a training must hold, by name."""
        state: dict[str, Any] = {"step": self.step}
        for name, player in self.players.items():
            state[name] = player.network
            state[f"{name}_optimizer"] = player.optimizer
            if player.average is not None:
                state[f"ema_{name}"] = player.average
        return state
