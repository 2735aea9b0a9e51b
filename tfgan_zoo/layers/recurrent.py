"""Recurrent layers that attend, at each step, to another input.

After codekansas/gandlf's wrappers of the same names, by the formulas of their
documentation. After each step of an RNN cell, a gate s_t in (0, 1), computed
from the hidden state h_t [B, U] and the attended input a, scales that state:

    h'_t = s_t * h_t

h'_t is the output of the step and the hidden state of the next; an LSTM's
carry is unchanged. 1D and 2D count the axes of an attended example.

Differs from gandlf: the attended input is an argument of the call, not stored
in the layer, and may be a map; the softmax runs over time, where gandlf's ran
over an axis of size 1 and so gave all the same weight.
"""

from __future__ import annotations

import math
from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers.gated_rnn import GatedRNN


class RecurrentAttention1D(GatedRNN):
    """An RNN that attends at each step to a vector a [B, A].

        m_t  = activation(h_t U_m + a U_a + b_m)      [B, U]
        s_t  = gate_activation(m_t U_s + b_s)         [B, U]
        h'_t = s_t * h_t

    Called with (sequence float [B, S, D], attended float [B, A]); returns
    float [B, U], or [B, S, U] with `return_sequences`. A step that a Keras mask
    of the sequence leaves out keeps the state.

    Args:
        cell: an LSTMCell, GRUCell or SimpleRNNCell of U units.
        activation: of m_t, a name that Keras knows.
        **kwargs: of `GatedRNN`: `return_sequences`, `unroll` and
            `gate_activation`; and of a Keras layer.

    Raises:
        TypeError: `cell` is none of these.
        ValueError: `cell` has dropout, or, when built, a shape is wrong.
    """

    def __init__(
        self,
        cell: keras.layers.Layer,
        *,
        activation: str = "tanh",
        **kwargs: Any,
    ) -> None:
        super().__init__(cell, **kwargs)
        self.activation = activation
        self.activate = keras.activations.get(activation)
        units = cell.units
        self.attended_to_m = self.dense(units)  # U_a, b_m
        self.hidden_to_m = self.dense(units, use_bias=False)  # U_m
        self.m_to_gate = self.dense(  # U_s, b_s
            units, activation=self.gate_activation
        )

    def make_gate(self, attended: tf.TensorShape) -> None:
        if attended.rank != 2:
            raise ValueError(
                "The attended input must be [B, A]. "
                f"Received: shape {attended}."
            )
        hidden = tf.TensorShape([None, self.cell.units])
        self.attended_to_m.build(attended)
        self.hidden_to_m.build(hidden)
        self.m_to_gate.build(hidden)

    def prepared(self, attended: tf.Tensor) -> tf.Tensor:
        return self.attended_to_m(attended)

    def gate(self, hidden: tf.Tensor, prepared: tf.Tensor) -> tf.Tensor:
        return self.m_to_gate(
            self.activate(self.hidden_to_m(hidden) + prepared)
        )

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "activation": self.activation}


class RecurrentAttention2D(GatedRNN):
    """An RNN that attends at each step to places of a sequence or a map.

    For a_p [B, A] at places p = 1 to P of an attended [B, P, A], or
    [B, H, W, A] with P = H W:

        w_t  = weight_activation(h_t U_w + b_w)              [B, P]
        v_t  = sum over p of w_t,p a_p                       [B, A]
        s_t  = gate_activation(v_t U_a + b_a)                [B, U]
        h'_t = s_t * h_t

    The weights belong to places, so P must be static.

    Called with (sequence float [B, S, D], attended); returns float [B, U], or
    [B, S, U] with `return_sequences`. A step that a Keras mask of the sequence
    leaves out keeps the state; a mask of the attended input is ignored.

    Args:
        cell: an LSTMCell, GRUCell or SimpleRNNCell of U units.
        weight_activation: of w_t, a name that Keras knows.
        **kwargs: see `RecurrentAttention1D`.

    Raises:
        TypeError: `cell` is none of these.
        ValueError: `cell` has dropout, or, when built, a shape is wrong.
    """

    def __init__(
        self,
        cell: keras.layers.Layer,
        *,
        weight_activation: str = "softmax",
        **kwargs: Any,
    ) -> None:
        super().__init__(cell, **kwargs)
        self.weight_activation = weight_activation
        self.to_gate = self.dense(  # U_a, b_a
            cell.units, activation=self.gate_activation
        )

    def make_gate(self, attended: tf.TensorShape) -> None:
        if attended.rank not in (3, 4) or None in attended[1:].as_list():
            raise ValueError(
                "The attended input must be [B, P, A] or [B, H, W, A], all but "
                f"B static. Received: shape {attended}."
            )
        self.places = math.prod(attended[1:-1])
        self.to_weights = self.dense(  # U_w, b_w
            self.places, activation=self.weight_activation
        )
        self.to_weights.build(tf.TensorShape([None, self.cell.units]))
        self.to_gate.build(tf.TensorShape([None, attended[-1]]))

    def prepared(self, attended: tf.Tensor) -> tf.Tensor:
        return tf.reshape(attended, [-1, self.places, attended.shape[-1]])

    def gate(self, hidden: tf.Tensor, prepared: tf.Tensor) -> tf.Tensor:
        weights = self.to_weights(hidden)
        return self.to_gate(tf.einsum("bp,bpa->ba", weights, prepared))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "weight_activation": self.weight_activation,
        }
