"""tfgan-doctor: says what went wrong in a training, and what helps."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import flags

from tfgan_zoo import (
    cli,  # noqa: F401  (quiets TensorFlow)
    files,
)
from tfgan_zoo.cli import app, path_flags

if TYPE_CHECKING:
    from tfgan_zoo.health.doctor import Doctor

USAGE = """
Usage: tfgan-doctor --run_dir=PATH [FLAGS]
       tfgan-doctor --log=PATH [FLAGS]

  tfgan-doctor --run_dir=runs/demo
  tfgan-doctor --log=losses.jsonl --loss=hinge --steps=10000

Says what went wrong in a training, since which step, on what evidence, and
what to try. With --run_dir, during the training or after it, it also rewrites
the run's report.html. The exit code is 3 if the training is failing, else 0.
"""

_RUN_DIR = path_flags.define_path(
    "run_dir",
    None,
    "Folder of the run, as tfgan-train wrote it. Required, unless --log is "
    "given.",
)
_LOG = path_flags.define_path(
    "log",
    None,
    "Log of any other training: a file with a JSON object per line, with "
    "`step` and any signals that docs/doctor.md lists. Required, unless "
    "--run_dir is given.",
)
_LOSS = flags.DEFINE_string(
    "loss", None, "Adversarial loss of the training. Only used with --log."
)
_STEPS = flags.DEFINE_integer(
    "steps",
    None,
    "Number of steps of the training. Only used with --log.",
    lower_bound=1,
)
_JSON = flags.DEFINE_bool("json", False, "Print the findings as JSON.")
_OUTPUT = path_flags.define_path(
    "output",
    None,
    "Report to write, an HTML page. Default: report.html in --run_dir.",
)

FAILED = 3


def main() -> int | None:
    """Reads, judges and reports; returns the exit code."""
    if bool(_RUN_DIR.value) == bool(_LOG.value):
        raise ValueError(
            "One of --run_dir and --log must be given. Received: "
            f"{'both' if _LOG.value else 'none'}. See --help."
        )
    if _OUTPUT.value:
        files.require_writable(Path(_OUTPUT.value))
    doctor, note = _of_run() if _RUN_DIR.value else _of_log()
    from tfgan_zoo.health import formatting

    if _JSON.value:
        print(formatting.to_json(doctor), end="")
    else:
        print(formatting.to_text(doctor))
        if note is not None:
            print(f"\nReport: {note}")
    has_failed = any(finding.is_failure for finding in doctor.ongoing())
    return FAILED if has_failed else None


def _of_run() -> tuple[Doctor, str]:
    """Returns the doctor of a run, and where the report is."""
    for name, flag in (("loss", _LOSS), ("steps", _STEPS)):
        if flag.value is not None:
            raise ValueError(
                f"--{name} is for --log; a run folder knows its own. "
                f"Received: {flag.value}."
            )
    app.import_tensorflow()
    from tfgan_zoo.health.doctor import diagnose
    from tfgan_zoo.training import report
    from tfgan_zoo.training.monitor import facts_of
    from tfgan_zoo.training.run_folder import RunFolder

    folder = RunFolder(str(_RUN_DIR.value))
    facts = facts_of(folder.read_config())
    doctor = diagnose(folder.read_metrics(_note), facts)
    output = _path(_OUTPUT.value)
    try:
        return doctor, str(report.write(folder, output))
    except OSError as error:
        if output is not None:
            raise
        # Of somebody else's run the findings are what is wanted.
        return doctor, f"not written; --output takes another file. {error}"


def _of_log() -> tuple[Doctor, str | None]:
    """Returns the doctor of a log, and where the report is, if anywhere."""
    from tfgan_zoo.health import logs
    from tfgan_zoo.health.doctor import diagnose
    from tfgan_zoo.health.finding import Facts

    path = Path(str(_LOG.value))
    settings: dict[str, Any] = {}
    if _LOSS.value:
        app.import_tensorflow()
        from tfgan_zoo import checks, losses

        checks.one_of("loss", _LOSS.value, losses.names())
        settings["loss"] = _LOSS.value
    records = logs.read(path, _note)
    doctor = diagnose(records, Facts(settings, _STEPS.value or 0))
    output = _path(_OUTPUT.value)
    if output is not None:
        app.import_tensorflow()
        from tfgan_zoo.training import report

        report.write_log(records, doctor, output, title=path.name)
    return doctor, _OUTPUT.value


def _note(line: str) -> None:
    # Standard output may be JSON for a program.
    print(f"Note: {line}", file=sys.stderr)


def _path(value: str | None) -> Path | None:
    return Path(value) if value else None


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE)


if __name__ == "__main__":
    run()
