"""The process's strategy."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_zoo import strategies


@pytest.mark.usefixtures("two_replicas")
@pytest.mark.parametrize("size", [2, 8, 3])
def test_each_user_of_the_strategy_reduces_shapes_of_its_own(size):
    strategy = strategies.get()

    def total():
        context = tf.distribute.get_replica_context()
        return context.all_reduce("sum", tf.ones([size]))

    copies = strategy.run(tf.function(total))
    for copy in strategy.experimental_local_results(copies):
        np.testing.assert_array_equal(copy, [2.0] * size)
