"""A training whose terminal goes while it is at work."""

import io
import sys

import pytest

from tfgan_zoo.cli import app, train


class _Gone(io.TextIOWrapper):
    """A stream whose every flush fails with an error number."""

    def __init__(self, number):
        super().__init__(io.BytesIO(), encoding="utf-8")
        self._number = number

    def flush(self):
        raise OSError(self._number, "gone")


@pytest.fixture
def discarded(monkeypatch):
    """How often standard output has been given up."""
    calls = []
    monkeypatch.setattr(app, "discard_output", lambda: calls.append(1))
    return calls


def test_a_training_goes_on_without_its_terminal(monkeypatch, discarded):
    monkeypatch.setattr(sys, "stdout", _Gone(5))  # EIO
    train._log("step 1")
    assert discarded == [1]


def test_a_full_disk_is_still_an_error(monkeypatch, discarded):
    monkeypatch.setattr(sys, "stdout", _Gone(28))  # ENOSPC
    with pytest.raises(OSError, match="gone"):
        train._log("step 1")
    assert discarded == []
