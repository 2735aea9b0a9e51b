"""What native libraries print to standard error."""

import os

import pytest

from tfgan_zoo import quiet


def _print_and_raise(error):
    with quiet.native_stderr_hidden():
        os.write(2, b"chatter\n")
        if error is not None:
            raise error


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (None, ""),
        (ValueError("why"), "chatter\n"),
        (KeyboardInterrupt(), ""),
        (SystemExit(143), ""),
    ],
)
def test_chatter_is_shown_for_an_error_alone(error, shown, capfd):
    try:
        _print_and_raise(error)
    except BaseException as caught:  # noqa: BLE001  (signals' too)
        assert caught is error
    assert capfd.readouterr().err == shown
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"
