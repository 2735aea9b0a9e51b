"""float16 with scaled losses: nearly the steps of float32."""

import numpy as np
import pytest
from small_gan import small_gan, train, values

from tfgan_zoo.backend import keras, precision_policy


@pytest.mark.slow
def test_steps_are_those_of_float32_but_for_rounding():
    with precision_policy("mixed_float16"):
        half = small_gan(penalty="r1")
    whole = small_gan(penalty="r1")
    for optimizer in (half.generator_optimizer, half.discriminator_optimizer):
        assert isinstance(optimizer, keras.mixed_precision.LossScaleOptimizer)
        assert optimizer.loss_scale.numpy() == 2**15
    start = values(whole.generator) + values(whole.discriminator)
    logs = [train(gan, steps=3) for gan in (half, whole)]
    after = [
        values(gan.generator) + values(gan.discriminator)
        for gan in (half, whole)
    ]
    moved, apart = (
        np.sqrt(sum(np.square(a - b).sum() for a, b in zip(one, after[1])))
        for one in (start, after[0])
    )
    assert apart <= 0.1 * moved
    for name, value in logs[1].items():
        np.testing.assert_allclose(logs[0][name], value, rtol=0.02)
