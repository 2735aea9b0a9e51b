"""Spectral normalisation as a reparametrisation of the weights.

Miyato et al. 2018 (arXiv:1802.05957), section 2.1 and Algorithm 1. A layer
computes with W / sigma(W), sigma being the largest singular value of W, while
the variable stays W: optimizers, constraints and checkpoints see W alone.

sigma is estimated as u^T W v. A forward pass updates u and v by one step of
power iteration, from the u of the last training pass; only in training is the
new u stored. u and v are constants for the gradient, so dL/dW has the term
through sigma of the paper's equation 12.

A kernel with more than two axes is reshaped to a matrix of its last axis and
all others, for a convolution (out, in * h * w) as in the paper. Its sigma is
not the norm of the convolution as an operator on images, which may be larger,
at most by a factor of sqrt(h * w). The sigma of an all-zero kernel is 0, and
the kernel divided by it NaN.
"""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfgan_zoo.backend import keras
from tfgan_zoo.layers import deployment, training_pass


def power_iteration(
    matrix: tf.Tensor, u: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Estimates the largest singular value by one step from `u`.

    Args:
        matrix: float32 [N, M], the transpose of the paper's W.
        u: float32 [M].

    Returns:
        sigma, a scalar with a gradient to `matrix`, and the next u, [M].
    """
    constant = tf.stop_gradient(matrix)
    v = tf.math.l2_normalize(tf.linalg.matvec(constant, u))
    u = tf.math.l2_normalize(tf.linalg.matvec(constant, v, transpose_a=True))
    sigma = tf.tensordot(v, tf.linalg.matvec(matrix, u), axes=1)
    return sigma, u


class _Spectral(deployment.DeployableLayer):
    """Mixed into a Keras layer, divides its kernel by sigma."""

    @property
    def _stored(self) -> tf.Variable:
        return self.kernel

    def add_weight(self, *args: Any, **kwargs: Any) -> tf.Variable:
        # Read as float32 under every policy, for sigma; `call` casts.
        kwargs["experimental_autocast"] = False
        return super().add_weight(*args, **kwargs)

    def build(self, input_shape: tf.TensorShape) -> None:
        super().build(input_shape)
        # Every replica computes the same u of the same kernel.
        self.u = self.add_weight(
            "u",
            [self._stored.shape[-1]],
            dtype="float32",
            initializer=keras.initializers.RandomNormal(stddev=1.0),
            trainable=False,
            synchronization=tf.VariableSynchronization.ON_READ,
            aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
        )

    def kernel_in_use(self, training: bool | None) -> tf.Tensor:
        """Returns what the layer computes with."""
        kernel = tf.cast(self._stored, tf.float32)
        matrix = tf.reshape(kernel, [-1, kernel.shape[-1]])
        sigma, u = power_iteration(matrix, tf.convert_to_tensor(self.u))
        if training and training_pass.current().updates_state:
            self.u.assign(u)
        return tf.cast(kernel / sigma, self.compute_dtype)

    def _kernel(self, training: bool | None) -> tf.Tensor:
        if self.is_deployed:
            return deployment.constant(lambda: self.kernel_in_use(False))
        return self.kernel_in_use(training)

    def _with_bias(self, outputs: tf.Tensor) -> tf.Tensor:
        if self.use_bias:
            bias = tf.cast(self.bias, outputs.dtype)
            outputs = tf.nn.bias_add(outputs, bias)
        return self.activation(outputs)


class SpectralConv2D(_Spectral, keras.layers.Conv2D):
    """`keras.layers.Conv2D` with its kernel divided by sigma, channels last."""

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        kernel = self._kernel(training)
        return self._with_bias(self.convolution_op(inputs, kernel))


class SpectralDense(_Spectral, keras.layers.Dense):
    """`keras.layers.Dense` with its kernel divided by sigma."""

    def call(
        self, inputs: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        return self._with_bias(tf.matmul(inputs, self._kernel(training)))


class SpectralEmbedding(_Spectral, keras.layers.Embedding):
    """`keras.layers.Embedding` with its table divided by sigma.

    Called with labels int [B] in [0, `input_dim`). A label out of that range is
    an error on a CPU; on a GPU it raises nothing and takes a row of zeros.
    """

    @property
    def _stored(self) -> tf.Variable:
        return self.embeddings

    def call(
        self, labels: tf.Tensor, training: bool | None = None
    ) -> tf.Tensor:
        return tf.gather(self._kernel(training), labels)
