"""An RNN whose hidden state is scaled by a gate that attends to an input."""

from __future__ import annotations

from typing import Any, Callable

import tensorflow as tf

from tfgan_zoo.backend import keras

_CELLS = (
    keras.layers.GRUCell,
    keras.layers.LSTMCell,
    keras.layers.SimpleRNNCell,
)

Gate = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


class _GatedCell(keras.layers.Layer):
    """A cell whose hidden state a gate scales after each step."""

    def __init__(
        self, cell: keras.layers.Layer, gate: Gate, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.cell = cell
        self.gate = gate

    @property
    def state_size(self) -> int | list[int]:
        return self.cell.state_size

    @property
    def output_size(self) -> int:
        return self.cell.output_size

    def call(
        self, inputs: tf.Tensor, states: Any, constants: list[tf.Tensor]
    ) -> tuple[tf.Tensor, list[tf.Tensor]]:
        hidden, states = self.cell(inputs, states)
        hidden *= self.gate(hidden, constants[0])
        return hidden, [hidden, *tf.nest.flatten(states)[1:]]


class GatedRNN(keras.layers.Layer):
    """Base of RNNs with a gate; a subclass defines `make_gate` and its use.

    Args:
        cell: an LSTMCell, GRUCell or SimpleRNNCell of U units.
        return_sequences: whether to return all steps, not only the last.
        unroll: whether to unroll the loop; for a small, static number of steps.
        gate_activation: of s_t, a name that Keras knows.

    Raises:
        TypeError: `cell` is none of these.
        ValueError: `cell` has dropout, or, when built, a shape is wrong.
    """

    def __init__(
        self,
        cell: keras.layers.Layer,
        *,
        return_sequences: bool = False,
        unroll: bool = False,
        gate_activation: str = "sigmoid",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        _check_cell(cell)
        self.supports_masking = True
        self.cell = cell
        self.rnn = keras.layers.RNN(
            _GatedCell(cell, self.gate, dtype=self.dtype_policy),
            return_sequences=return_sequences,
            unroll=unroll,
            dtype=self.dtype_policy,
        )
        self.gate_activation = gate_activation

    def build(self, input_shape: Any) -> None:
        sequence, attended = (tf.TensorShape(shape) for shape in input_shape)
        if sequence.rank != 3:
            raise ValueError(
                f"The sequence must be [B, S, D]. Received: shape {sequence}."
            )
        self.cell.build(tf.TensorShape([None, sequence[-1]]))
        self.make_gate(attended)
        super().build(input_shape)

    def call(
        self, inputs: tuple[tf.Tensor, tf.Tensor], mask: Any = None
    ) -> tf.Tensor:
        sequence, attended = inputs
        return self.rnn(
            sequence,
            mask=None if mask is None else mask[0],
            constants=[self.prepared(attended)],
        )

    def compute_mask(self, inputs: Any, mask: Any = None) -> tf.Tensor | None:
        is_kept = mask is not None and self.rnn.return_sequences
        return mask[0] if is_kept else None

    def dense(self, units: int, **kwargs: Any) -> keras.layers.Dense:
        """Returns a dense layer of this layer's precision."""
        return keras.layers.Dense(units, dtype=self.dtype_policy, **kwargs)

    def make_gate(self, attended: tf.TensorShape) -> None:
        """Builds the gate's weights for an attended input of that shape."""
        raise NotImplementedError

    def prepared(self, attended: tf.Tensor) -> tf.Tensor:
        """Returns what the gate computes from the attended input once."""
        raise NotImplementedError

    def gate(self, hidden: tf.Tensor, prepared: tf.Tensor) -> tf.Tensor:
        """Returns s_t [B, U] of h_t [B, U]."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "cell": keras.layers.serialize(self.cell),
            "return_sequences": self.rnn.return_sequences,
            "unroll": self.rnn.unroll,
            "gate_activation": self.gate_activation,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> GatedRNN:
        cell = keras.layers.deserialize(config["cell"])
        return cls(**{**config, "cell": cell})


def _check_cell(cell: keras.layers.Layer) -> None:
    if not isinstance(cell, _CELLS):
        known = ", ".join(kind.__name__ for kind in _CELLS)
        raise TypeError(f"`cell` must be one of: {known}. Received: {cell}.")
    if cell.dropout or cell.recurrent_dropout:
        raise ValueError(
            "`cell` must have no dropout, whose numbers would belong to no "
            "training step; use StepDropout before the layer. "
            f"Received: {cell.dropout} and {cell.recurrent_dropout}."
        )
