"""What the binaries share: flags, errors of one line, exit codes."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Callable, NoReturn

from absl import app, flags, logging

from tfgan_zoo import quiet

BAD_INPUT = 2
INTERRUPTED = 130
UNREAD = 141  # as a shell reports SIGPIPE
# Whose flags belong to every binary that imports it.
SETTINGS_MODULE = "tfgan_zoo.cli.settings"

_ERRORS = (
    ValueError,
    TypeError,
    OSError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
)

_DEBUG = flags.DEFINE_bool(
    "debug", False, "Show the traceback of an error instead of one line."
)


def run(
    main: Callable[..., int | None],
    module: str,
    usage: str,
    *,
    takes_words: bool = False,
) -> None:
    """Parses the flags and runs `main`; bad input ends in one line and 2.

    Args:
        main: returns the exit code, None for 0.
        module: the name of the binary's module, whose flags `--help` shows.
        usage: what the binary does, first lines of its help.
        takes_words: whether there are words beside the flags, which `main` is
            called with.
    """
    if {"--help", "-h", "-help", "--helpfull"} & set(sys.argv[1:]):
        print(_help(module, usage))
        sys.exit(0)
    app.run(
        lambda argv: _guarded(lambda: main(*argv[1:])),
        argv=sys.argv,
        flags_parser=lambda argv: _parse(argv, takes_words),
    )


def _parse(argv: Sequence[str], takes_words: bool) -> list[str]:
    try:
        # Flags may come after words.
        rest = flags.FLAGS(argv)
        if len(rest) > 1 and not takes_words:
            raise flags.Error(
                "Settings must be flags, as --name=value. "
                f"Received: {' '.join(rest[1:])}."
            )
    except flags.Error as error:
        _fail(" ".join(str(error).split()))
    return rest


def _guarded(main: Callable[[], int | None]) -> int | None:
    # As Ctrl-C does: unwinding removes what is half-made.
    signal.signal(signal.SIGTERM, _exit_by_signal)
    try:
        code = main()
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader, such as `head`, has enough; Python flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except _ERRORS + _tensorflow_errors() as e:
        if _DEBUG.value:
            raise
        _fail(_readable(e), getattr(e, "exit_code", BAD_INPUT))


def _readable(error: Exception) -> str:
    """Returns an error's message in a line, without TensorFlow's own marks."""
    text = re.sub(r"\{\{.*?\}\}|\[Op:\w*\]", "", str(error))
    return " ".join(text.split())


def _exit_by_signal(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _tensorflow_errors() -> tuple[type[Exception], ...]:
    # Only asked for when something was raised; TensorFlow may not be loaded.
    tensorflow = sys.modules.get("tensorflow")
    return (tensorflow.errors.OpError,) if tensorflow else ()


def _fail(message: str, exit_code: int = BAD_INPUT) -> NoReturn:
    print(f"Error: {message}", file=sys.stderr)
    sys.exit(exit_code)


def _help(module: str, usage: str) -> str:
    by_module = flags.FLAGS.flags_by_module_dict()
    # A module run as a script has its flags under the script's name.
    own = by_module.get(module) or by_module[sys.argv[0]]
    lines = [usage.strip(), "", "Flags:"]
    for flag in [*by_module.get(SETTINGS_MODULE, []), *own]:
        value = "" if flag.boolean else f"={flag.default_as_str or '...'}"
        name = f"[no]{flag.name}" if flag.boolean else flag.name
        lines.append(f"  --{name}{value}")
        lines.append(flags.text_wrap(flag.help, 78, indent="      "))
    return "\n".join(lines)


def import_tensorflow() -> None:
    """Imports TensorFlow, which takes seconds, without what it logs."""
    with quiet.native_stderr_hidden():
        import tensorflow  # noqa: F401
    # TensorFlow Datasets logs what it reads through absl.
    logging.set_verbosity(logging.ERROR)


def required(flag: flags.FlagHolder) -> str:
    """Returns the value of a flag that has no default.

    Raises:
        ValueError: it was not given.
    """
    if not flag.value:
        raise ValueError(f"--{flag.name} must be given. See --help.")
    return flag.value
