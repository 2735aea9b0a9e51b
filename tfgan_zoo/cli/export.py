"""tfgan-export: exports the generator of a run folder."""

from __future__ import annotations

import os
from pathlib import Path

from absl import flags

from tfgan_zoo import (
    checks,
    cli,  # noqa: F401  (quiets TensorFlow)
    files,
)
from tfgan_zoo.cli import app, path_flags

USAGE = """
Usage: tfgan-export --run_dir=PATH --output_dir=PATH [FLAGS]

  tfgan-export --run_dir=runs/demo --output_dir=exports/clothes
  tfgan-export --run_dir=runs/demo --output_dir=exports/phone \\
      --tflite=float16,int8 --web=exports/page

Exports a run's generator as a SavedModel and TFLite files. The export fails if
the outputs of a file differ too much from those of the SavedModel.
export_report.md has the differences.
"""

_RUN_DIR = path_flags.define_path(
    "run_dir", None, "Folder of the run, as tfgan-train wrote it. Required."
)
_CHECKPOINT = flags.DEFINE_enum(
    "checkpoint",
    "newest",
    ["newest", "best"],
    "Checkpoint to export; only evaluated runs have a best one.",
)
_OUTPUT_DIR = path_flags.define_path(
    "output_dir", None, "New folder for the export. Required."
)
_OVERWRITE = flags.DEFINE_bool(
    "overwrite", False, "Replace the contents of --output_dir and --web."
)
_TFLITE = flags.DEFINE_list(
    "tflite",
    "float32",
    "TFLite files to write, separated by commas: float32; float16, half its "
    "size; dynamic, with 8-bit weights; int8, integers throughout, the "
    "smallest and fastest; uint8, a float16 file with uint8 images in and "
    "out; int8_uint8, an int8 file with uint8 images in and out.",
)
_WEB = path_flags.define_path(
    "web",
    None,
    "New folder for a web page that runs one of the TFLite files in the "
    "browser.",
)
_BATCH_SIZE = flags.DEFINE_integer(
    "tflite_batch_size", 1, "Number of images per call of a TFLite file.", 1
)
_MEAN_LIMIT = flags.DEFINE_float(
    "tflite_mean_limit",
    None,
    "Largest mean difference of pixels between an 8-bit file and the "
    "SavedModel, on the scale from 0 to 255. Default: 4, or three times "
    "the difference made by rounding the weights alone, if that is more.",
    0.0,
)
_PRECISION = flags.DEFINE_enum(
    "saved_model_precision",
    "float32",
    ["float32", "bfloat16"],
    "bfloat16 also writes saved_model_bfloat16, a SavedModel that computes in "
    "bfloat16: for servers whose processors or GPUs have it.",
)
_AUTHOR = flags.DEFINE_string(
    "author", "", "Author, in the metadata of the TFLite files."
)
_LICENSE = flags.DEFINE_string(
    "license", "", "Licence, in the metadata of the TFLite files."
)
_MODEL_VERSION = flags.DEFINE_string(
    "model_version",
    "",
    "Version of the generator, in the metadata of the TFLite files.",
)


def main() -> None:
    """Exports."""
    run_dir = app.required(_RUN_DIR)
    output_dir = Path(app.required(_OUTPUT_DIR))
    web_dir = Path(_WEB.value) if _WEB.value else None
    for path in filter(None, (output_dir, web_dir)):
        files.require_new_folder(path, overwrite=_OVERWRITE.value)
    _require_apart(output_dir, web_dir)
    names = tuple(name.strip() for name in _TFLITE.value)
    _require_use_of_mean_limit(names)
    for text in (_AUTHOR, _LICENSE, _MODEL_VERSION):
        if text.present:
            checks.printable_line(text.name, text.value)
    app.import_tensorflow()
    from tfgan_zoo.export import manifest, report_text, web
    from tfgan_zoo.export.run import export_run
    from tfgan_zoo.export.tflite_settings import TFLiteSettings
    from tfgan_zoo.training.run_folder import RunFolder

    if web_dir is not None and _OVERWRITE.value:
        web.require_page(web_dir, manifest.NAME)
    tflite_files = TFLiteSettings(
        names,
        _BATCH_SIZE.value,
        _MEAN_LIMIT.value,
        author=_AUTHOR.value,
        license=_LICENSE.value,
        model_version=_MODEL_VERSION.value,
        saved_model_precision=_PRECISION.value,
    )
    export = export_run(
        RunFolder(run_dir),
        output_dir,
        tflite_files=tflite_files,
        checkpoint=_CHECKPOINT.value,
        overwrite=_OVERWRITE.value,
    )
    print(f"SavedModel: {export.saved_model}")
    if export.bfloat16 is not None:
        print(f"In bfloat16: {export.bfloat16_saved_model}")
    print()
    print(report_text.to_markdown(export.reports, export.bfloat16), end="")
    if web_dir is not None:
        page = web.write(output_dir, web_dir, overwrite=_OVERWRITE.value)
        print(f"\nWeb page: {page}, for any server of files")


def _require_apart(output_dir: Path, web_dir: Path | None) -> None:
    """Checks that the page does not take the place of the export."""
    if web_dir is None:
        return
    export, page = (Path(os.path.realpath(p)) for p in (output_dir, web_dir))
    if page in (export, *export.parents):
        raise ValueError(
            "--web must be another folder than --output_dir, and none that "
            f"holds it. Received: {web_dir}, with {output_dir}."
        )


def _require_use_of_mean_limit(names: tuple[str, ...]) -> None:
    from tfgan_zoo.export import variants

    has_limit = [variant.limit is None for variant in variants.select(names)]
    if _MEAN_LIMIT.present and not any(has_limit):
        raise ValueError(
            "--tflite_mean_limit is of files in 8 bits. "
            f"Received: {_MEAN_LIMIT.value}, with {','.join(names)}."
        )


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE)


if __name__ == "__main__":
    run()
