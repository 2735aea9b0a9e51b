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


@pytest.mark.parametrize("error", [ValueError, OSError, RuntimeError])
def test_a_tpu_that_is_not_found_is_a_line(error, monkeypatch):
    def find(tpu):
        raise error("not known")

    resolvers = tf.distribute.cluster_resolver
    monkeypatch.setattr(resolvers, "TPUClusterResolver", find)
    rule = r"`strategy` tpu needs a TPU, .*: host \(not known\)\."
    with pytest.raises(ValueError, match=rule):
        strategies.get("tpu", "host")
