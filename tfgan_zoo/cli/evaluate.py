"""tfgan-evaluate: how good generated images are, with error bars."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from absl import flags

from tfgan_zoo import cli, files  # noqa: F401  (cli quiets TensorFlow)
from tfgan_zoo.cli import app, evaluation_output, outputs, path_flags
from tfgan_zoo.pretrained import sources

if TYPE_CHECKING:
    from tfgan_zoo.cli.evaluating import Model
    from tfgan_zoo.evaluation.reference import ReferenceRequest
    from tfgan_zoo.evaluation.scores import Evaluation
    from tfgan_zoo.evaluation.settings import Settings

USAGE = """
tfgan-evaluate --model=DIR
tfgan-evaluate --model=DIR --compare=OTHER
tfgan-evaluate --images=samples.npy --dataset=mnist --data_dir=...

Measures the samples of an export or of a run folder, or images that are there
already, against real ones, and what a generator that takes images makes of
held-out ones against their targets: prints a table and writes a JSON file, with
the error of every value and all that it depends on. Works offline for digits,
clothes and CIFAR-10, and by --features=imagenet for images of any kind.
"""

_MODEL = path_flags.define_path(
    "model",
    None,
    "Folder that tfgan-export wrote, or of a training, or a name of tfgan-zoo "
    "list.",
)
_IMAGES = path_flags.define_path(
    "images",
    None,
    "In the place of a model: a folder of images, whose subfolders may be the "
    "classes, or an .npy or .npz file, of whatever made them.",
)
_COMPARE = path_flags.define_path(
    "compare", None, "A second model, to say whether it differs."
)
_DATASET = path_flags.define_path(
    "dataset",
    None,
    "The real images, as tfgan-train names them; by default those that the "
    "model was trained on.",
)
_DATA_DIR = path_flags.define_path(
    "data_dir", None, "Where TensorFlow data sets are."
)
_SPLIT = flags.DEFINE_string(
    "split", "", "Split of the real images; by default test, if there is one."
)
_VALUE_RANGE = flags.DEFINE_string(
    "value_range",
    None,
    "MIN,MAX of pixels of more than 8 bits, in real images and --images; by "
    "default that of the training.",
)
_METRICS = flags.DEFINE_list(
    "metrics",
    None,
    "Metrics, separated by commas, or all; an unknown name prints the list. "
    "By default, those that take seconds.",
)
_COUNT = flags.DEFINE_integer(
    "count", 10_000, "Samples per repeat, and most real images.", 1
)
_REPEATS = flags.DEFINE_integer(
    "repeats", 5, "Repeats with new samples, for error bars.", 1
)
_SEED = flags.DEFINE_integer("seed", 0, "Seed of the samples.", 0)
_FEATURES = path_flags.define_path(
    "features",
    None,
    "Feature network: imagenet, for images of any kind, digits, fashion, "
    "cifar10, stacked_digits, inception, keras_inception, or the path of a "
    "SavedModel or Keras model; by default the data set's.",
)
_FEATURES_PATH = path_flags.define_path(
    "features_path", None, "File of imagenet, inception or keras_inception."
)
_FEATURES_SHA256 = flags.DEFINE_string(
    "features_sha256", "", "Expected SHA-256 of the feature network."
)
_DOWNLOAD = flags.DEFINE_bool(
    "download", False, "Whether data and networks may be downloaded."
)
_TRUNCATION = flags.DEFINE_float(
    "truncation", None, "Truncation of normal latents, as in tfgan-sample."
)
_CHECKPOINT = flags.DEFINE_enum(
    "checkpoint", "newest", ["newest", "best"], "Which one of a run folder."
)
_REFERENCE = flags.DEFINE_bool(
    "reference",
    False,
    "Score images of the training split as well: the best possible values.",
)
_OUTPUT = path_flags.define_path(
    "output",
    None,
    "JSON file to write, overwritten if it exists; by default evaluation.json, "
    "which is not.",
)
_TRUST = flags.DEFINE_bool(
    "trust",
    False,
    "Load a changed or suspicious export, as tfgan-sample does, or such a "
    "feature network.",
)


def main() -> None:
    """Measures, prints and writes."""
    start = time.monotonic()
    output = outputs.evaluation_file(_OUTPUT.value)
    files.require_writable(output)
    if bool(_MODEL.value) == bool(_IMAGES.value):
        raise ValueError(
            "Either --model or --images must be given. "
            f"Received: {'both' if _MODEL.value else 'none'}. See --help."
        )
    _require_use_of_flags()
    app.import_tensorflow()
    from tfgan_zoo.cli import evaluating
    from tfgan_zoo.evaluation import reference as references
    from tfgan_zoo.evaluation import report

    settings = _settings()
    model = _model(_MODEL.value) if _MODEL.value else None
    other = _model(_COMPARE.value) if _COMPARE.value else None
    evaluating.require_one_kind(model, other)
    reference, compared_with, spec = references.load_reference(
        _reference_request(model), settings
    )
    if model is None:
        path = Path(app.required(_IMAGES))
        source: Any = evaluating.files_of_images(
            path, spec, value_range=_VALUE_RANGE.value
        )
        about: dict[str, Any] = {"images": str(path)}
    else:
        source, about = model.source, model.protocol
        model.check_data(fingerprint=reference.fingerprint, **compared_with)
    first = evaluating.evaluate_source(
        source, reference, settings, {**about, **compared_with}
    )
    content = report.to_dict(first)
    evaluation_output.show(first, report.table(first))
    if other is not None:
        second = evaluating.evaluate_source(
            other.source,
            reference,
            settings,
            {**other.protocol, **compared_with},
        )
        content = _compare(first, second)
    files.write_text(output, report.to_json(content))
    print(f"\nWritten: {output} ({time.monotonic() - start:.0f} s in all)")


def _compare(first: Evaluation, second: Evaluation) -> dict[str, Any]:
    """Prints a comparison, and returns what the file holds of it."""
    from tfgan_zoo.evaluation import report

    differences = report.compare(first, second)
    evaluation_output.show_comparison(
        str(_MODEL.value or _IMAGES.value),
        str(_COMPARE.value),
        report.comparison_table(differences),
    )
    return {
        "first": report.to_dict(first),
        "second": report.to_dict(second),
        "differences": [dataclasses.asdict(row) for row in differences],
    }


def _require_use_of_flags() -> None:
    """Refuses flags that say nothing beside the others."""
    has_model = bool(_MODEL.value or _COMPARE.value)
    for flag in (_TRUNCATION, _CHECKPOINT):
        if flag.present and not has_model:
            raise ValueError(
                f"--{flag.name} is of models. Received: {flag.value}, with "
                "--images alone."
            )
    folders = [path for path in (_IMAGES.value, _DATASET.value) if path]
    if _VALUE_RANGE.value and not (
        _MODEL.value or any(Path(path).is_dir() for path in folders)
    ):
        raise ValueError(
            "--value_range is of image files of more than 8 bits. "
            f"Received: {_VALUE_RANGE.value}, with {' and '.join(folders)}."
        )
    if _COMPARE.value and _REPEATS.value < 2:
        raise ValueError(
            "--compare needs --repeats of 2 or more, for the noise. "
            f"Received: {_REPEATS.value}."
        )
    if _METRICS.value is not None and not any(_METRICS.value):
        raise ValueError(
            "--metrics must name one or more, or all. Received: none."
        )


def _settings() -> Settings:
    from tfgan_zoo.evaluation.settings import Settings

    names = None if _METRICS.value is None else tuple(_METRICS.value)
    return Settings(names, _COUNT.value, _REPEATS.value, _SEED.value)


def _model(text: str) -> Model:
    from tfgan_zoo.cli import evaluating

    path = sources.resolve_name(text)
    if evaluating.is_run(path):
        return evaluating.model_of_run(
            path, _CHECKPOINT.value, _TRUNCATION.value
        )
    if _CHECKPOINT.present:
        raise ValueError(
            "--checkpoint is of run folders. Received: "
            f"{_CHECKPOINT.value}, with {path}."
        )
    return evaluating.model_of_export(
        path, _TRUNCATION.value, trust=_TRUST.value
    )


def _reference_request(model: Model | None) -> ReferenceRequest:
    from tfgan_zoo import data
    from tfgan_zoo.evaluation import features
    from tfgan_zoo.evaluation.reference import ReferenceRequest

    dataset = _DATASET.value or (model and model.dataset)
    if model and dataset:
        places = map(data.resolve_paths, (dataset, model.dataset))
        dataset = model.dataset if len(set(places)) == 1 else dataset
    if not dataset:
        reason = "with --images" if model is None else "as the model names none"
        raise ValueError(f"--dataset must be given, {reason}. See --help.")
    shape = model.source.image_shape if model else ()
    height, width, channels = shape if len(shape) == 3 else (None, None, None)
    trained = model if model and dataset == model.dataset else None
    return ReferenceRequest(
        request=data.DataRequest(
            dataset,
            image_size=height,
            image_width=width,
            channels=channels,
            data_dir=_DATA_DIR.value or (model.data_dir if model else None),
            download=_DOWNLOAD.value,
            split=_SPLIT.value or None,
            class_names=(model.source.class_names or None) if model else None,
            value_range=_value_range(dataset, model),
            sample_bits=trained.sample_bits if trained else None,
        ),
        features=_FEATURES.value,
        network_file=features.Request(
            Path(_FEATURES_PATH.value) if _FEATURES_PATH.value else None,
            _DOWNLOAD.value,
            _FEATURES_SHA256.value,
            trust=_TRUST.value,
        ),
        with_reference=_REFERENCE.value,
        trained_on=trained.split if trained else None,
        with_sources=model is not None and model.takes_images,
    )


def _value_range(dataset: str, model: Model | None) -> str | None:
    """Returns the range of the real images."""
    if model:
        known = model.value_range if dataset == model.dataset else None
        return _VALUE_RANGE.value or known
    # It may be meant for --images alone, with data of 8 bits.
    is_folder = Path(dataset).expanduser().is_dir()
    return _VALUE_RANGE.value if is_folder else None


def run() -> None:
    """The console script."""
    app.run(main, __name__, USAGE)


if __name__ == "__main__":
    run()
