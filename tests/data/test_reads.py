import threading
import time

import pytest

from tfgan_zoo.data import pipeline


def test_no_read_no_wait() -> None:
    start = time.monotonic()
    pipeline.Reads().wait()
    assert time.monotonic() - start < 0.4


def test_waits_for_reads_of_other_threads() -> None:
    reads = pipeline.Reads()
    done = []

    def read_twice() -> None:
        for _ in range(2):
            with reads.track():
                time.sleep(0.3)
            time.sleep(0.1)
            done.append(True)

    thread = threading.Thread(target=read_twice)
    thread.start()
    time.sleep(0.1)
    reads.wait()
    assert len(done) == 2
    thread.join()


def test_a_read_that_never_ends_does_not_hold_the_exit_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipeline, "_MOST_SECONDS", 0.7)
    reads = pipeline.Reads()
    start = time.monotonic()
    with reads.track():
        reads.wait()
    assert 0.7 <= time.monotonic() - start < 5
