"""tfgan-export: exports the generator of a run folder."""

from __future__ import annotations

from pathlib import Path

from absl import flags

from tfgan_zoo import cli  # noqa: F401  (quiets TensorFlow)
from tfgan_zoo.cli import app

USAGE = """
tfgan-export --run_dir=RUN --output_dir=DIR

Writes a SavedModel and a TFLite file of the run's newest checkpoint, and
proves that their numbers agree before it says so.
"""

_RUN_DIR = flags.DEFINE_string("run_dir", None, "Folder of a training.")
_OUTPUT_DIR = flags.DEFINE_string("output_dir", None, "New folder.")
_OVERWRITE = flags.DEFINE_bool(
    "overwrite", False, "Take the place of what --output_dir holds."
)


def main() -> None:
    """Exports."""
    run_dir = app.required(_RUN_DIR)
    output_dir = Path(app.required(_OUTPUT_DIR))
    app.import_tensorflow()
    from tfgan_zoo.export.run import export_run
    from tfgan_zoo.training.run_folder import RunFolder

    export = export_run(
        RunFolder(run_dir), output_dir, overwrite=_OVERWRITE.value
    )
    print(f"SavedModel: {export.saved_model}")
    print(f"TFLite:     {export.tflite}")
    print(f"Largest difference between them: {export.max_difference:.1e}")


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE)


if __name__ == "__main__":
    run()
