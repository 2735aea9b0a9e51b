"""Recurrent attention against a NumPy loop over the steps."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo.backend import keras, precision_policy
from tfgan_zoo.layers import RecurrentAttention1D, RecurrentAttention2D

BATCH, STEPS, UNITS, FEATURES = 2, 4, 3, 5
CELLS = ["GRUCell", "LSTMCell", "SimpleRNNCell"]
# 1D attends to a vector; 2D to a sequence, or to a map.
ATTENDED = {
    "1D": (RecurrentAttention1D, [BATCH, FEATURES]),
    "2D": (RecurrentAttention2D, [BATCH, 6, FEATURES]),
    "2D map": (RecurrentAttention2D, [BATCH, 2, 3, FEATURES]),
}


def _normal(shape, seed):
    random = np.random.default_rng(seed)
    return random.normal(size=shape).astype(np.float32)


def _make(kind, cell="LSTMCell", **kwargs):
    """Returns a layer with weights all other than 0, and its two inputs."""
    attention, shape = ATTENDED[kind]
    layer = attention(getattr(keras.layers, cell)(UNITS), **kwargs)
    inputs = (_normal([BATCH, STEPS, 2], 0), _normal(shape, 1))
    layer(inputs)
    layer.set_weights(
        [_normal(one.shape, 2 + i) for i, one in enumerate(layer.weights)]
    )
    return layer, inputs


def _sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def _softmax(x):
    powers = np.exp(x)
    return powers / powers.sum(-1, keepdims=True)


def _lstm(cell, x, hidden, carry):
    kernel, recurrent, bias = (one.numpy() for one in cell.weights)
    i, f, g, o = np.split(x @ kernel + hidden @ recurrent + bias, 4, -1)
    carry = _sigmoid(f) * carry + _sigmoid(i) * np.tanh(g)
    return _sigmoid(o) * np.tanh(carry), carry


def _gru(cell, x, hidden, carry):
    kernel, recurrent, (bias, recurrent_bias) = (
        one.numpy() for one in cell.weights
    )
    z, r, h = np.split(x @ kernel + bias, 3, -1)
    hz, hr, hh = np.split(hidden @ recurrent + recurrent_bias, 3, -1)
    z = _sigmoid(z + hz)
    new = np.tanh(h + _sigmoid(r + hr) * hh)
    return z * hidden + (1.0 - z) * new, carry


def _simple(cell, x, hidden, carry):
    kernel, recurrent, bias = (one.numpy() for one in cell.weights)
    return np.tanh(x @ kernel + hidden @ recurrent + bias), carry


def _affine(dense, x):
    kernel, *bias = (one.numpy() for one in dense.weights)
    return x @ kernel + sum(bias)


def _gate(layer, hidden, attended):
    if isinstance(layer, RecurrentAttention1D):
        m = np.tanh(
            _affine(layer.hidden_to_m, hidden)
            + _affine(layer.attended_to_m, attended)
        )
        return _sigmoid(_affine(layer.m_to_gate, m))
    weights = _softmax(_affine(layer.to_weights, hidden))
    places = attended.reshape([BATCH, -1, FEATURES])
    seen = (weights[:, :, None] * places).sum(1)
    return _sigmoid(_affine(layer.to_gate, seen))


def _expected(layer, sequence, attended):
    step = {"LSTMCell": _lstm, "GRUCell": _gru, "SimpleRNNCell": _simple}[
        type(layer.cell).__name__
    ]
    hidden = carry = np.zeros([BATCH, UNITS])
    steps = []
    for t in range(sequence.shape[1]):
        hidden, carry = step(layer.cell, sequence[:, t], hidden, carry)
        hidden = hidden * _gate(layer, hidden, attended)
        steps.append(hidden)
    return np.stack(steps, 1)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("kind", ATTENDED)
def test_steps_equal_a_numpy_loop(kind, cell):
    layer, inputs = _make(kind, cell, return_sequences=True)
    np.testing.assert_allclose(
        layer(inputs), _expected(layer, *inputs), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("kind", ATTENDED)
@pytest.mark.parametrize("unroll", [False, True])
def test_last_step_is_the_same_in_a_graph_and_unrolled(kind, unroll):
    layer, inputs = _make(kind, unroll=unroll)
    expected = _expected(layer, *inputs)[:, -1]
    outputs = tf.function(layer)(tuple(map(tf.constant, inputs)))
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_one_step_of_a_known_cell_gives_a_known_number():
    cell = keras.layers.SimpleRNNCell(1, activation="linear")
    layer = RecurrentAttention1D(cell)
    inputs = (tf.constant([[[2.0]]]), tf.constant([[0.5]]))
    layer(inputs)
    for one in layer.weights:
        one.assign(tf.zeros_like(one) if "bias" in one.name else [[1.0]])
    # h = 2, m = tanh(2 + 0.5), s = sigmoid(m) = 0.728418, h' = 2 s.
    np.testing.assert_allclose(layer(inputs), [[1.456837]], rtol=1e-5)


def test_attention_weights_places_by_the_hidden_state():
    cell = keras.layers.SimpleRNNCell(1, activation="linear")
    layer = RecurrentAttention2D(cell, gate_activation="linear")
    inputs = (tf.constant([[[1.0]]]), tf.constant([[[2.0], [4.0]]]))
    layer(inputs)
    cell.kernel.assign([[1.0]])
    layer.to_weights.kernel.assign([[0.0, 1.0986123]])  # log 3
    layer.to_gate.kernel.assign([[1.0]])
    # Weights 1/4 and 3/4: s = 0.5 + 3 = 3.5.
    np.testing.assert_allclose(layer(inputs), [[3.5]], rtol=1e-5)


@pytest.mark.parametrize(
    ("kind", "cell"), [("1D", "LSTMCell"), ("2D map", "GRUCell")]
)
def test_gradient_reaches_all_weights_and_both_inputs(kind, cell):
    layer, inputs = _make(kind, cell)
    inputs = tuple(map(tf.constant, inputs))

    @tf.function
    def gradients():
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            loss = tf.reduce_sum(tf.square(layer(inputs)))
        return tape.gradient(loss, [*inputs, *layer.trainable_variables])

    assert len(layer.trainable_variables) == len(layer.weights) >= 7
    for one in gradients():
        assert np.isfinite(one).all()
        assert np.any(one != 0.0)


@pytest.mark.parametrize("kind", ATTENDED)
def test_config_round_trip_gives_the_same_layer(kind):
    layer, inputs = _make(kind, return_sequences=True, gate_activation="relu")
    again = type(layer).from_config(layer.get_config())
    again(inputs)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(inputs), layer(inputs))
    assert again.get_config() == layer.get_config()


@pytest.mark.parametrize("kind", ATTENDED)
def test_functional_model_takes_batches_of_any_size(kind):
    layer, inputs = _make(kind)
    entries = [keras.Input(one.shape[1:]) for one in inputs]
    model = keras.Model(entries, layer(entries))
    assert model.output_shape == (None, UNITS)
    np.testing.assert_allclose(
        model([one[:1] for one in inputs]), layer(inputs)[:1], atol=1e-6
    )


@pytest.mark.parametrize("kind", ATTENDED)
def test_layer_made_under_bfloat16_computes_near_float32(kind):
    float32, inputs = _make(kind, "GRUCell")
    with precision_policy("mixed_bfloat16"):
        layer = type(float32)(keras.layers.GRUCell(UNITS))
    outputs = layer(inputs)  # built out of the policy's scope
    assert outputs.dtype == tf.bfloat16
    assert {one.dtype for one in layer.weights} == {tf.float32}
    layer.set_weights(float32.get_weights())
    np.testing.assert_allclose(
        tf.cast(layer(inputs), tf.float32), float32(inputs), atol=0.05
    )


@pytest.mark.parametrize("return_sequences", [False, True])
def test_masked_steps_of_the_sequence_leave_the_state(return_sequences):
    layer, (sequence, attended) = _make("1D", return_sequences=return_sequences)
    sequence[:, 2] = 9.0  # what stands for nothing
    masked = keras.layers.Masking(9.0)(tf.constant(sequence))
    outputs = layer((masked, attended))
    kept = _expected(layer, np.delete(sequence, 2, 1), attended)
    if return_sequences:
        expected = kept[:, [0, 1, 1, 2]]
        np.testing.assert_array_equal(
            outputs._keras_mask, [[True, True, False, True]] * BATCH
        )
    else:
        expected = kept[:, -1]
        assert getattr(outputs, "_keras_mask", None) is None
    np.testing.assert_allclose(outputs, expected, rtol=1e-4, atol=1e-5)


def test_cells_that_do_not_serve_are_refused():
    with pytest.raises(TypeError, match="`cell` must be one of: GRUCell"):
        RecurrentAttention1D(keras.layers.LSTM(UNITS))
    with pytest.raises(ValueError, match="dropout.*Received: 0.5 and 0.0"):
        RecurrentAttention2D(keras.layers.GRUCell(UNITS, dropout=0.5))


@pytest.mark.parametrize(
    ("attention", "sequence", "attended", "message"),
    [
        (RecurrentAttention1D, [2, 3], [2, 5], r"\[B, S, D\]. Rec.*\(2, 3\)"),
        (RecurrentAttention1D, [2, 3, 4], [2, 5, 6], r"\[B, A\]. Received"),
        (RecurrentAttention2D, [2, 3, 4], [2, 5], r"\[B, P, A\] or.*\(2, 5\)"),
    ],
)
def test_shapes_that_do_not_serve_are_refused(
    attention, sequence, attended, message
):
    layer = attention(keras.layers.GRUCell(UNITS))
    with pytest.raises(ValueError, match=message):
        layer((tf.zeros(sequence), tf.zeros(attended)))
