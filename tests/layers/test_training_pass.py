"""What layers know of the pass that they take part in."""

import threading

import tensorflow as tf

from tfgan_zoo.layers.training_pass import (
    TrainingPass,
    current,
    training_pass,
)
from tfgan_zoo.random import StepRandom


def test_what_is_left_out_stays_as_it_is_around():
    outer, inner = (StepRandom(0, tf.constant(i), 1) for i in (0, 1))
    assert current() == TrainingPass(random=None, updates_state=True)
    with training_pass(random=outer, updates_state=False):
        with training_pass(random=inner):
            assert current().random is inner
            assert not current().updates_state
        with training_pass(updates_state=True):
            assert current().random is outer
            assert current().updates_state
        assert current().random is outer
    assert current() == TrainingPass()


def test_a_pass_belongs_to_its_thread():
    seen = []
    with training_pass(updates_state=False):
        thread = threading.Thread(target=lambda: seen.append(current()))
        thread.start()
        thread.join()
    assert seen == [TrainingPass()]
