"""What the binaries share: flags, errors of one line, exit codes."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Callable, NoReturn

from absl import flags, logging

from tfgan_zoo import quiet
from tfgan_zoo.cli import limits, parsing, start

_LONGEST_MESSAGE = 1_600
BAD_INPUT = 2
INTERNAL_ERROR = 1
INTERRUPTED = 130
UNREAD = 141  # as a shell reports SIGPIPE
_OUTPUT_ERRORS = (errno.EBADF, errno.ENOSPC, errno.EIO, errno.EFBIG)
# Whose flags belong to every binary that imports it.
SETTINGS_MODULE = "tfgan_zoo.cli.settings"
_FULL_HELP_FLAGS = {"--helpfull", "-helpfull"}
_HELP_FLAGS = {"--help", "-h", "-help"} | _FULL_HELP_FLAGS

_ERRORS = (
    ValueError,
    TypeError,
    OSError,
    ArithmeticError,
    RuntimeError,
    MemoryError,
    ImportError,
)

_DEBUG = flags.DEFINE_bool(
    "debug", False, "Show the traceback of an error, not only its message."
)


def run(
    main: Callable[..., int | None],
    module: str,
    usage: str,
    *,
    sections: Mapping[str, Sequence[str]] | None = None,
    takes_words: bool = False,
) -> NoReturn:
    """Parses the flags and runs `main`; bad input ends in one line and 2.

    Args:
        main: returns the exit code, None for 0.
        module: the name of the binary's module, whose flags `--help` shows.
        usage: what the binary does, the first paragraphs of its help.
        sections: names of flags by title, see `help_text.format_help`.
        takes_words: whether there are words beside the flags, which `main` is
            called with.
    """
    start.prepare()

    def call() -> int | None:
        if _HELP_FLAGS & _words_of_command():
            print(_help(module, usage, sections or {}))
            return None
        return _run(main, takes_words=takes_words)

    try:
        code = _guarded(call)
    except KeyboardInterrupt:  # while an error was told
        code = INTERRUPTED
    # Nothing is half made any more, and TensorFlow takes a while to end.
    start.end_at_once_on_signals()
    sys.exit(code)


def _words_of_command() -> set[str]:
    """Returns the words of the command line, without the flags' values."""
    return {word.partition("=")[0] for word in sys.argv[1:]}


def _run(main: Callable[..., int | None], *, takes_words: bool) -> int | None:
    _, *words = parsing.parse(sys.argv, takes_words=takes_words)
    if not _DEBUG.value:
        # Python prints the traceback of what is raised in a destructor.
        sys.unraisablehook = _ignore
    logging.use_absl_handler()
    return main(*words)


def _ignore(_: sys.UnraisableHookArgs) -> None:
    """What ends the command is told by the exception that does."""


def _guarded(main: Callable[[], int | None]) -> int | None:
    """Returns the exit code of `main`, once what it printed has gone out."""
    try:
        start.unwind_on_signals()
        code = main()
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _interrupted(signal.SIGINT)
    except BrokenPipeError:
        # The reader, such as `head`, has enough.
        discard_output()
        return UNREAD
    except Exception as error:
        number = start.received()
        if number is not None:
            # Keras makes other errors of what a signal's handler raises.
            return _interrupted(number)
        if flags.FLAGS.is_parsed() and _DEBUG.value:
            raise
        code, message = _explain(_output_error(error) or error)
        _print_error(message)
        return code


def _interrupted(number: int) -> int:
    if number == signal.SIGINT:
        _print_error("Interrupted.")
    return 128 + number


def _explain(error: Exception) -> tuple[int, str]:
    """Returns the exit code and the line for an error."""
    text = _readable(error)
    if isinstance(error, _ERRORS + _tensorflow_errors()):
        return getattr(error, "exit_code", BAD_INPUT), f"Error: {text}"
    return INTERNAL_ERROR, (
        f"Internal error: {type(error).__name__}: {text} (--debug shows where; "
        "please report it)"
    )


def _print_error(line: str) -> None:
    # Standard error may be full or gone, and the exit code says enough.
    with contextlib.suppress(OSError):
        print(line, file=sys.stderr, flush=True)


def _output_error(error: Exception) -> OSError | None:
    """Returns what says that standard output is to blame for an error.

    Leaves nothing for Python to flush at its end where that would fail.
    """
    number = None
    if isinstance(error, OSError) and error.filename is None:
        number = error.errno
    try:
        # Python may have forgotten what it could not write.
        print(end="\n" if number in _OUTPUT_ERRORS else "", flush=True)
    except OSError as lost:
        discard_output()
        if lost.errno == number:
            return OSError(
                f"Standard output cannot be written to ({lost.strerror})."
            )
    return None


def discard_output() -> None:
    """Sends standard output to the null device from now on."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def _readable(error: Exception) -> str:
    """Returns an error's message in a line, without TensorFlow's own marks."""
    text = re.sub(r"\{\{.*?\}\}|\[Op:\w*\]", "", str(error))
    if isinstance(error, MemoryError):
        text = f"Out of memory. {text}"
    text = " ".join(f"{text} {limits.explain(error)}".split())
    # What a file holds may be codes that a terminal obeys.
    text = "".join("?" if unicodedata.category(c) == "Cc" else c for c in text)
    if len(text) <= _LONGEST_MESSAGE:
        return text or type(error).__name__
    # The rule comes first and the reason, if there is one, last.
    half = _LONGEST_MESSAGE // 2
    return f"{text[:half]} [...] {text[-half:]}"


def _tensorflow_errors() -> tuple[type[Exception], ...]:
    # Only asked for when something was raised; TensorFlow may not be loaded.
    tensorflow = sys.modules.get("tensorflow")
    return (tensorflow.errors.OpError,) if tensorflow else ()


def _help(
    module: str, usage: str, sections: Mapping[str, Sequence[str]]
) -> str:
    from tfgan_zoo.cli import help_text

    find = flags.FLAGS.get_key_flags_for_module
    # A module run as a script has its flags under the script's name.
    of_module = find(module) or find(sys.argv[0])
    return help_text.format_help(
        usage,
        [*find(SETTINGS_MODULE), *of_module, *find(__name__)],
        sections,
        width=help_text.terminal_width(),
        with_absl=bool(_FULL_HELP_FLAGS & _words_of_command()),
    )


def import_tensorflow() -> None:
    """Imports TensorFlow, which takes seconds, without what it logs.

    Raises:
        ImportError: it cannot be loaded, see `limits.require_docstrings`.
        MemoryError: see `limits.require_address_space`.
    """
    limits.require_address_space()
    limits.require_docstrings()
    with start.ending_at_once(), quiet.native_stderr_hidden():
        import tensorflow  # noqa: F401

        import tfgan_zoo.backend  # noqa: F401  (Keras takes as long again)
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
