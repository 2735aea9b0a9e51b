"""A training that a web server's or a notebook's thread starts."""

import signal
import threading

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
