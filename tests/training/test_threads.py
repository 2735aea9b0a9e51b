"""A training that a web server's or a notebook's thread starts."""

import os
import signal
import threading
from types import SimpleNamespace

import pytest

from tfgan_zoo.training.callbacks import StopOnSignal


def test_only_the_main_thread_listens_to_signals():
    """Python lets no other; a training there goes on without."""
    before = signal.getsignal(signal.SIGINT)
    seen = []

    def train():
        with StopOnSignal(print) as stop:
            stop.on_train_batch_end(0)
            seen.append((stop.received, signal.getsignal(signal.SIGINT)))

    thread = threading.Thread(target=train)
    thread.start()
    thread.join()
    assert seen == [(None, before)]
    with StopOnSignal(print):
        assert signal.getsignal(signal.SIGINT) != before
    assert signal.getsignal(signal.SIGINT) == before


@pytest.fixture
def ignored():
    """SIGHUP is ignored, as by `nohup`."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    yield signal.SIGHUP
    signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no SIGHUP here")
def test_a_terminal_that_goes_ends_a_training_after_its_step():
    """Nothing can be printed any more, which must not cost the checkpoint."""

    def log(line):
        raise OSError(5, "Input/output error")

    with StopOnSignal(log) as stop:
        stop.set_model(SimpleNamespace(stop_training=False))
        os.kill(os.getpid(), signal.SIGHUP)
        stop.on_train_batch_end(0)
    assert stop.received == signal.SIGHUP
    assert stop.model.stop_training is True


def test_an_ignored_signal_stays_ignored(ignored):
    with StopOnSignal(print) as stop:
        os.kill(os.getpid(), ignored)
    assert stop.received is None
    assert signal.getsignal(ignored) is signal.SIG_IGN
